// Tokens of assembly text, one line at a time, as AssemblyGrammar.h wants them
// and with what the directives of a whole file need beside. Comments reach from
// `#`, `;` or `//` to the end of the line.
#ifndef LACUNA_LIB_PROGRAM_TEXTTOKENS_H
#define LACUNA_LIB_PROGRAM_TEXTTOKENS_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace lacuna {

class TextTokens {
public:
  using Reporter = std::function<void(const char *, const llvm::Twine &)>;

  /// Reads `line`, which has no line break. `report` is told where, in the
  /// text, what is wrong.
  TextTokens(llvm::StringRef line, Reporter report)
      : rest(line), report(std::move(report)) {}

  const char *here() {
    skipSpace();
    return rest.data();
  }
  bool fail(const char *location, const llvm::Twine &what) {
    report(location, what);
    return false;
  }
  bool atEnd() {
    skipSpace();
    return rest.empty();
  }
  bool optional(char punctuation) {
    skipSpace();
    return rest.consume_front(llvm::StringRef(&punctuation, 1));
  }
  /// A word: letters, digits and _, not beginning with a digit; also `.word`.
  std::optional<llvm::StringRef> optionalWord();
  std::optional<std::optional<int64_t>> optionalInteger();
  /// Two hexadecimal digits with no word character behind them.
  std::optional<uint8_t> optionalHexByte();
  /// A number with or without a point or exponent, or inf or nan; none if
  /// there is no such thing.
  std::optional<double> optionalReal();
  /// "text" with \" \\ \n \t and \xNN; none if no string is next. An error in
  /// the string is reported and gives an inner none.
  std::optional<std::optional<std::string>> optionalString();

private:
  void skipSpace();

  llvm::StringRef rest;
  Reporter report;
};

} // namespace lacuna

#endif // LACUNA_LIB_PROGRAM_TEXTTOKENS_H
