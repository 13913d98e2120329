// Telling refusals from failures.
#include "Outcome.h"

#include "lacuna/Support/Diagnostics.h"

using namespace lacuna;
using namespace lacuna::mutants;
using llvm::Error;

Outcome lacuna::mutants::judge(Error error) {
  if (!error)
    return {Result::Ran, ""};
  Outcome outcome{Result::Refused, ""};
  llvm::handleAllErrors(
      std::move(error),
      [&](const LocatedError &located) {
        if (located.getLocation().file.empty() || located.getMessage().empty())
          outcome.result = Result::Failed;
        outcome.detail +=
            (outcome.detail.empty() ? "" : "\n") + located.getMessage().str();
      },
      [&](const llvm::ErrorInfoBase &other) {
        outcome.result = Result::Failed;
        outcome.detail += other.message();
      });
  if (outcome.result == Result::Failed)
    outcome.detail = "without a place: " + outcome.detail;
  return outcome;
}

Error lacuna::mutants::disagree(const llvm::Twine &what) {
  return makeError(what);
}
