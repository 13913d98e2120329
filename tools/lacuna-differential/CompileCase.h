// How the network of a case is compiled: with schedules and a memory that
// depend on its seed.
#ifndef LACUNA_TOOLS_DIFFERENTIAL_COMPILECASE_H
#define LACUNA_TOOLS_DIFFERENTIAL_COMPILECASE_H

#include "lacuna/Compiler/Compile.h"
#include "lacuna/Machine/Machine.h"

namespace lacuna::differential {

/// How many layers are cut how: what the cases cover.
struct Coverage {
  uint64_t layers = 0, whole = 0, outer = 0, output = 0, reduction = 0,
           rolling = 0, doubled = 0, resident = 0, joined = 0;
  /// Results that are stored without zeros.
  uint64_t compressed = 0;

  void add(const Coverage &other);
};

Coverage coverageOf(const Compilation &compilation);

/// A seed of which compileCase does what compile() does.
constexpr uint64_t plainSeed = 2;

/// As compile() does it, with random schedules where the seed is odd; and where
/// four divides it, for a memory off-chip that is a byte too small for the
/// program, so that tensors must take turns at a place, if that helps:
/// `machine` becomes the one that has it.
llvm::Expected<Compilation> compileCase(schedule::Network &network,
                                        Machine &machine, uint64_t seed);

/// Whether the compiler's `message` says that the machine is too small.
bool saysTooSmall(llvm::StringRef message);

} // namespace lacuna::differential

#endif // LACUNA_TOOLS_DIFFERENTIAL_COMPILECASE_H
