// What files with vector code include before <hwy/foreach_target.h>. Such a
// file is compiled once for each kind of processor, and the best is chosen when
// it is first called; without vector instructions, Highway's own plain loops.
#ifndef LACUNA_LIB_EMULATOR_HIGHWAY_H
#define LACUNA_LIB_EMULATOR_HIGHWAY_H

// Vectors whose length is not known when compiling can't be kept in arrays,
// which blocks of registers are.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)

#endif // LACUNA_LIB_EMULATOR_HIGHWAY_H
