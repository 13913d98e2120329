// Where a pool that interpolates looks.
#ifndef LACUNA_LIB_EMULATOR_TAPPAIR_H
#define LACUNA_LIB_EMULATOR_TAPPAIR_H

#include "lacuna/Machine/Window.h"

#include <algorithm>
#include <array>

namespace lacuna {

/// The two taps of one dimension, and how the second weighs against `whole`.
struct TapPair {
  std::array<int64_t, 2> at;
  int64_t fraction, whole;

  TapPair(const Window &window, int64_t output)
      : fraction(output * window.stride + window.phase -
                 window.quotient(output) * window.divisor),
        whole(window.divisor) {
    // In place of a tap outside comes its neighbour inside.
    for (int64_t tap : {0, 1})
      at[tap] =
          std::clamp<int64_t>(window.at(output, tap), 0, window.bound - 1);
  }
  int64_t nearest() const { return at[2 * fraction >= whole]; }
  int64_t weightOf(int64_t tap) const {
    return tap ? fraction : whole - fraction;
  }
};

} // namespace lacuna

#endif // LACUNA_LIB_EMULATOR_TAPPAIR_H
