// The last steps of instructions that compute in floats: the result is rounded
// to its type, clamped and written.
#ifndef LACUNA_LIB_EMULATOR_FLOATOUTPUT_H
#define LACUNA_LIB_EMULATOR_FLOATOUTPUT_H

#include "Operand.h"
#include "Rows.h"

#include <array>

namespace lacuna {

/// The integer nearest to `value` (ties to even) that `type` holds; 0 of NaN
/// [X18].
int64_t toInteger(float value, ElementType type);
/// An fp32 number that rounds to any type of 16 bits or fewer as `value` does
/// [X18]; of fp32, `value` rounded.
float toFloat(int64_t value, ElementType type);

class FloatOutput {
public:
  /// `dst` is of `type`, a float or an integer; limits are as instructions have
  /// them.
  FloatOutput(const Operand &dst, ElementType type, int64_t clampMin,
              int64_t clampMax, bool ignoreNan);

  /// Writes `count` values, maxRow or fewer, which are overwritten.
  void write(int64_t position, int64_t stride, float *row, size_t count);
  /// The same of values of an operand of integers.
  void write(int64_t position, int64_t stride, const int64_t *row,
             size_t count);

private:
  void writeInteger(int64_t position, int64_t stride, size_t count);

  Operand dst;
  ElementType type;
  int64_t clampMin, clampMax;
  bool hasMin, hasMax, ignoreNan;
  /// Limits of floats, for every element of a row.
  std::array<float, maxRow> low, high;
  std::array<float, maxRow> floatRow;
  std::array<int64_t, maxRow> integerRow;
};

} // namespace lacuna

#endif // LACUNA_LIB_EMULATOR_FLOATOUTPUT_H
