// Between floats and integers every number goes by itself.
#include "FloatOutput.h"

#include "FloatFormats.h"
#include "FloatRows.h"

#include "lacuna/Emulator/Arithmetic.h"
#include "lacuna/Program/Instructions.h"

#include "llvm/ADT/bit.h"

#include <cmath>

using namespace lacuna;

int64_t lacuna::toInteger(float value, ElementType type) {
  if (type == ElementType::I1)
    return value != 0;
  if (floats::isNan(value))
    return 0;
  // No type has more than 48 bits, and what is rounded here fewer than 53.
  double clamped = std::min(std::max(double(value), -0x1p48), 0x1p48);
  auto rounded = static_cast<int64_t>((clamped + 0x1.8p52) - 0x1.8p52);
  return arithmetic::Range(type).clamp(rounded);
}

float lacuna::toFloat(int64_t value, ElementType type) {
  uint64_t magnitude =
      value < 0 ? -static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  auto bits = static_cast<int>(llvm::bit_width(magnitude));
  if (type == ElementType::FP32 || bits <= 24)
    return static_cast<float>(value);
  // The highest 24 bits, the last of which says whether any below are set: a
  // rounding to fewer bits sees all that it has to.
  int dropped = bits - 24;
  uint64_t kept = magnitude >> dropped;
  kept |= (kept << dropped) != magnitude;
  float result = std::ldexp(static_cast<float>(kept), dropped);
  return value < 0 ? -result : result;
}

FloatOutput::FloatOutput(const Operand &dst, ElementType type, int64_t clampMin,
                         int64_t clampMax, bool ignoreNan)
    : dst(dst), type(type), clampMin(clampMin), clampMax(clampMax),
      hasMin(clampMin != kNoMin), hasMax(clampMax != kNoMax),
      ignoreNan(ignoreNan) {
  low.fill(floats::fromBits(static_cast<uint32_t>(clampMin)));
  high.fill(floats::fromBits(static_cast<uint32_t>(clampMax)));
}

void FloatOutput::write(int64_t position, int64_t stride, float *row,
                        size_t count) {
  if (!isFloat(type)) {
    for (size_t i = 0; i != count; ++i)
      integerRow[i] = toInteger(row[i], type);
    return writeInteger(position, stride, count);
  }
  if (hasMin || hasMax) {
    roundFloats(type, row, count);
    if (hasMin && hasMax)
      clampFloats(row, count, low[0], high[0], ignoreNan);
    else
      mapFloats(hasMin ? MapOperation::Maximum : MapOperation::Minimum, row,
                hasMin ? low.data() : high.data(), count, ignoreNan);
  }
  dst.write(position, stride, count, row);
}

void FloatOutput::write(int64_t position, int64_t stride, const int64_t *row,
                        size_t count) {
  if (!isFloat(type)) {
    std::copy_n(row, count, integerRow.begin());
    return writeInteger(position, stride, count);
  }
  for (size_t i = 0; i != count; ++i)
    floatRow[i] = toFloat(row[i], type);
  write(position, stride, floatRow.data(), count);
}

void FloatOutput::writeInteger(int64_t position, int64_t stride, size_t count) {
  arithmetic::Range limits(clampMin, clampMax);
  if (hasMin || hasMax)
    for (size_t i = 0; i != count; ++i)
      integerRow[i] = limits.clamp(integerRow[i]);
  dst.write(position, stride, count, integerRow.data());
}
