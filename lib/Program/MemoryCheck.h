// What the memories make of a program executed without data: each access in its
// bounds, reading only what was written, and ordered after what it meets.
#ifndef LACUNA_LIB_PROGRAM_MEMORYCHECK_H
#define LACUNA_LIB_PROGRAM_MEMORYCHECK_H

#include "AccessHistory.h"
#include "Code.h"

namespace lacuna {

/// LOAD and so on, as errors name engines.
std::string nameOfEngine(unsigned number);

class MemoryCheck {
public:
  /// `used`: the engines that execute anything.
  MemoryCheck(const Code &code, const Machine &machine,
              const VerifyOptions &options, std::array<bool, numEngines> used);

  /// Makes the accesses of the instruction that `engine` executes next, at
  /// `clocks`.
  llvm::Error execute(unsigned engine, const Issue &issue,
                      const Clocks &clocks);

  /// Every byte of every output has been written.
  llvm::Error checkOutputs() const;

private:
  llvm::Error access(unsigned engine, const Issue &issue,
                     const AccessPattern &pattern, bool startsSums,
                     const Clocks &clocks);
  llvm::Error checkBounds(const Issue &issue,
                          const AccessPattern &pattern) const;
  llvm::Error checkRegion(const Issue &issue, const AccessPattern &pattern,
                          bool &isTracked) const;
  llvm::Error report(const Issue &issue, const AccessPattern &pattern,
                     const AccessProblem &problem) const;
  Issue findIssue(uint64_t step) const;

  const Code &code;
  const Machine &machine;
  AccessHistory dram, scratchpad, accumulators;
  WorkBudget budget;
};

} // namespace lacuna

#endif // LACUNA_LIB_PROGRAM_MEMORYCHECK_H
