// Vector code is compiled once for each kind of processor; tests run all that
// this one can, the plain loops among them.
#ifndef LACUNA_UNIT_EMULATOR_TARGETS_H
#define LACUNA_UNIT_EMULATOR_TARGETS_H

#include "Highway.h"

#include "gtest/gtest.h"

#include <hwy/highway.h>
#include <hwy/targets.h>

namespace lacuna {

/// Calls `test` with each kind of vector code in turn.
template <typename Test> void withEachTarget(Test &&test) {
  for (int64_t target : hwy::SupportedAndGeneratedTargets()) {
    SCOPED_TRACE(hwy::TargetName(target));
    hwy::SetSupportedTargetsForTest(target);
    test();
  }
  hwy::SetSupportedTargetsForTest(0);
}

} // namespace lacuna

#endif // LACUNA_UNIT_EMULATOR_TARGETS_H
