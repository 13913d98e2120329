// Scale, zero point, saturation to the result's type, clamp: the same for every
// instruction that has these fields.
#ifndef LACUNA_LIB_EMULATOR_OUTPUT_H
#define LACUNA_LIB_EMULATOR_OUTPUT_H

#include "VectorRows.h"

#include "lacuna/Emulator/Arithmetic.h"
#include "lacuna/Program/Instructions.h"

namespace lacuna {

inline arithmetic::ScaleRounding getRounding(Rounding rounding) {
  return rounding == Rounding::Double ? arithmetic::ScaleRounding::Double
                                      : arithmetic::ScaleRounding::Single;
}

/// Zero point, saturation and clamp.
class Output {
public:
  Output(ElementType type, int64_t zeroPoint, int64_t clampMin,
         int64_t clampMax)
      : zeroPoint(zeroPoint), type(type), clampTo(clampMin, clampMax) {}

  int64_t operator()(int64_t value) const {
    // Saturating twice keeps the sum inside 64 bits and the result the same:
    // a zero point has at most 17 bits.
    value = std::clamp(value, -limit, limit) + zeroPoint;
    return clampTo.clamp(type.clamp(value));
  }

  /// The same as one clamp before the zero point is added. Both ends are taken
  /// modulo 2^64: where one overflows, they are equal.
  OutputRange getRange() const {
    using arithmetic::subtractWrapped;
    return {subtractWrapped(clampTo.clamp(type.min), zeroPoint),
            subtractWrapped(clampTo.clamp(type.max), zeroPoint), zeroPoint};
  }

private:
  static constexpr int64_t limit = int64_t(1) << 60;
  int64_t zeroPoint;
  arithmetic::Range type;
  arithmetic::Range clampTo;
};

} // namespace lacuna

#endif // LACUNA_LIB_EMULATOR_OUTPUT_H
