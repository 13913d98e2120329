// Sums over cases, a line each: scripts/fuzz-graphs.sh adds them up.
#include "Tally.h"

#include "llvm/Support/FormatVariadic.h"

#include <ctime>

using namespace lacuna::differential;

void Tally::add(const CaseResult &result, bool withUpstream) {
  same += result.outcome == Outcome::Same;
  tooSmall += result.outcome == Outcome::DoesNotFit;
  failed += result.outcome == Outcome::Failed;
  instructions += result.instructionsExecuted;
  macs += result.macs;
  removed += result.semaphoresRemoved;
  coverage.add(result.coverage);
  if (!withUpstream)
    return;
  if (result.upstreamLimit.empty())
    threeWay += result.outcome != Outcome::Failed;
  else
    ++limits[result.upstreamLimit];
}

void Tally::print(llvm::raw_ostream &os) const {
  const Coverage &c = coverage;
  os << llvm::formatv(
      "{0} layers: {1} whole, {2} cut along outer loops, {3} along the result, "
      "{4} along a reduction; {5} with rolling windows, {6} with double "
      "buffers, {7} stored without zeros, {8} on tensors that stay, {9} joined "
      "to the one before\n",
      c.layers, c.whole, c.outer, c.output, c.reduction, c.rolling, c.doubled,
      c.compressed, c.resident, c.joined);
  os << llvm::formatv(
      "{0} instructions, {1} MACs, {2} semaphore operations removed and "
      "noticed, {3:F1} s of CPU\n",
      instructions, macs, removed, double(std::clock()) / CLOCKS_PER_SEC);
  for (const auto &[reason, count] : limits)
    os << count << " not run by upstream: " << reason << '\n';
  os << llvm::formatv("{0} cases: {1} agree, {2} do not fit, {3} differ; {4} "
                      "run by upstream, too\n",
                      cases(), same, tooSmall, failed, threeWay);
}
