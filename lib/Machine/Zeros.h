// What an instruction of MATRIX takes on a machine that looks for zeros; see
// docs/machine.md, "Zeros". Private to the cost functions.
#ifndef LACUNA_LIB_MACHINE_ZEROS_H
#define LACUNA_LIB_MACHINE_ZEROS_H

#include "lacuna/Machine/Cost.h"

namespace lacuna {

/// Sums of more terms are added up without looking for zeros.
constexpr uint64_t maxSkippedTerms = uint64_t(1) << 17;

/// What elements whose bytes are not known are taken for. Fewer zeros never
/// take less time, nor fewer products, so that these two give the bounds.
enum class Unknown : bool { Zero, Nonzero };

struct ZeroCounts {
  /// Sum over folds, each of at least `leastFold` cycles.
  uint64_t cycles = 0;
  /// Products that take time, and those of them that take energy.
  uint64_t taken = 0;
  uint64_t done = 0;
};

/// Of an instruction whose folds take `rows` pixels and, with no other zeros
/// skipped than those that its pattern leaves out, `slots` terms of each sum in
/// `foldCycles`.
template <typename Inst>
ZeroCounts countZeros(const Inst &inst, const Machine &machine,
                      const KnownBytes &known, Unknown unknown, uint64_t rows,
                      Rate rate, uint64_t foldCycles, uint64_t leastFold);

} // namespace lacuna

#endif // LACUNA_LIB_MACHINE_ZEROS_H
