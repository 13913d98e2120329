// What a run of cases came to.
#ifndef LACUNA_TOOLS_DIFFERENTIAL_TALLY_H
#define LACUNA_TOOLS_DIFFERENTIAL_TALLY_H

#include "Case.h"

#include <map>

namespace lacuna::differential {

class Tally {
public:
  void add(const CaseResult &result, bool withUpstream);
  void print(llvm::raw_ostream &os) const;

  uint64_t cases() const { return same + tooSmall + failed; }
  uint64_t failures() const { return failed; }
  /// Shares of all cases: those that fit their machines, and those that
  /// MLIR's own lowering ran, too.
  double fitShare() const { return double(same) / double(cases()); }
  double upstreamShare() const { return double(threeWay) / double(cases()); }

private:
  uint64_t same = 0, tooSmall = 0, failed = 0, threeWay = 0;
  uint64_t instructions = 0, macs = 0, removed = 0;
  Coverage coverage;
  /// How many cases MLIR's own lowering did not run, by reason.
  std::map<std::string, uint64_t> limits;
};

} // namespace lacuna::differential

#endif // LACUNA_TOOLS_DIFFERENTIAL_TALLY_H
