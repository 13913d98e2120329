// What a single instruction must keep, apart from everything around it: ranges
// and structure of its fields, the rules of accel-isa/*.td on a machine, and
// its loop terms inside given loops. Races, bounds and semaphores concern whole
// programs and are the verifier's.
#ifndef LACUNA_PROGRAM_CHECKS_H
#define LACUNA_PROGRAM_CHECKS_H

#include "lacuna/Program/Instructions.h"

#include "llvm/Support/Error.h"

#include <optional>
#include <string>

namespace lacuna {

struct Machine;

/// Addresses, constants, coefficients and strides stay below this magnitude.
constexpr int64_t kFieldLimit = int64_t(1) << 47;
/// Sizes and bounds of intervals are 1 to this.
constexpr uint64_t kMaxExtent = 4294967295;

/// A field and what is wrong with it.
struct FieldComplaint {
  llvm::StringRef field;
  std::string what;
};

/// What checkFields finds, for those who know where the field is written.
std::optional<FieldComplaint> findComplaint(const Instruction &instruction);

/// Checks the fields of `instruction` (not resolved): integers in their ranges,
/// one stride for each coordinate, no operand that a flag leaves unused. The
/// error names the field. What passes can be encoded, and what a decoder
/// returns passes.
llvm::Error checkFields(const Instruction &instruction);

/// How many strides the field `field` of `instruction` has, which follows from
/// its extents.
size_t countStrides(const Instruction &instruction, llvm::StringRef field);

/// Checks the rules that accel-isa/*.td names for `instruction` on `machine`.
/// The error begins with the rule's name.
llvm::Error checkRules(const Instruction &instruction, const Machine &machine);

/// Checks the affine values of `instruction`, which stands in loops of
/// `counts` iterations, outermost first: terms of open loops alone, and every
/// value within +-kFieldLimit over all iterations. Then Affine::at never
/// overflows.
llvm::Error checkLoopTerms(const Instruction &instruction,
                           llvm::ArrayRef<uint64_t> counts);

} // namespace lacuna

#endif // LACUNA_PROGRAM_CHECKS_H
