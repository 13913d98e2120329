// What stands behind a directive of assembly text: strings, `name=value` lists,
// tensors and regions.
#ifndef LACUNA_LIB_PROGRAM_DIRECTIVEPARSER_H
#define LACUNA_LIB_PROGRAM_DIRECTIVEPARSER_H

#include "TextTokens.h"

#include "lacuna/Program/AssemblyGrammar.h"
#include "lacuna/Program/Program.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace lacuna {

/// Parses the rest of one directive's line. Functions return false, or none,
/// after they have reported an error.
class DirectiveParser {
public:
  /// `name=value` behind a directive.
  struct Key {
    llvm::StringLiteral name;
    bool required;
    llvm::function_ref<bool()> parse;
  };

  /// The directive itself stands at `start`.
  DirectiveParser(TextTokens &tokens, const char *start)
      : tokens(tokens), grammar(tokens), start(start) {}

  const char *getStart() const { return start; }
  bool fail(const llvm::Twine &what) { return tokens.fail(start, what); }
  bool expectEnd();
  bool expectComma();
  /// `name=value, ...` to the end of the line.
  bool parseKeys(llvm::ArrayRef<Key> keys);
  bool parseNumber(uint64_t &value) { return grammar.parseUnsigned(value); }
  bool parseString(std::string &value);
  /// 16 hexadecimal digits in quotes.
  bool parseHash(uint64_t &hash);
  /// "name", "location"; the second may be missing.
  bool parseLayer(Layer &layer);
  std::optional<TensorInfo> parseTensor();
  /// All but contents. Without an address it is at `nextAddress`. `good` says
  /// whether what is behind the kind was in order.
  std::optional<Region> parseRegion(uint64_t nextAddress, bool &good);

  TextTokens &tokens;

private:
  bool parseShape(llvm::SmallVectorImpl<int64_t> &shape);

  AssemblyGrammar<TextTokens> grammar;
  const char *start;
};

} // namespace lacuna

#endif // LACUNA_LIB_PROGRAM_DIRECTIVEPARSER_H
