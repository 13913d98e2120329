// Machines that nobody would build: the compiler plans with whatever a machine
// file says, so odd sizes must work as well as sensible ones.
#ifndef LACUNA_TOOLS_DIFFERENTIAL_RANDOMMACHINE_H
#define LACUNA_TOOLS_DIFFERENTIAL_RANDOMMACHINE_H

#include "lacuna/Machine/Machine.h"

namespace lacuna::differential {

/// The machine of `seed`, in order as a machine file must be; with `floats`,
/// its engines take fp32 and most often some of the others.
Machine makeRandomMachine(uint64_t seed, bool floats);

} // namespace lacuna::differential

#endif // LACUNA_TOOLS_DIFFERENTIAL_RANDOMMACHINE_H
