// What became of a damaged file, and which ends are good ones.
#ifndef LACUNA_TOOLS_MUTANTS_OUTCOME_H
#define LACUNA_TOOLS_MUTANTS_OUTCOME_H

#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>

namespace lacuna::mutants {

enum class Result : uint8_t {
  /// A located error said why not.
  Refused,
  /// All went well.
  Ran,
  /// Anything else: what must not happen.
  Failed,
};

struct Outcome {
  Result result = Result::Failed;
  /// What the error says, or what went wrong.
  std::string detail;
};

/// What `error` means. A refusal is located errors alone, each of which says
/// something.
Outcome judge(llvm::Error error);

/// Two ways to the same thing give two things: an error without a place, which
/// is a failure.
llvm::Error disagree(const llvm::Twine &what);

} // namespace lacuna::mutants

#endif // LACUNA_TOOLS_MUTANTS_OUTCOME_H
