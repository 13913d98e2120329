// Sums wrap modulo 2^32 or 2^48, so any arithmetic that is exact modulo the
// width of the sums gives the same bits; the narrowest that does is the
// fastest.
#ifndef LACUNA_LIB_EMULATOR_MATRIXTYPES_H
#define LACUNA_LIB_EMULATOR_MATRIXTYPES_H

#include "Operand.h"

#include "lacuna/Emulator/Arithmetic.h"

namespace lacuna {

/// Whether every element of `type` minus `zeroPoint` is a 16-bit number.
inline bool fitsInt16(ElementType type, int64_t zeroPoint) {
  arithmetic::Range range(type);
  return range.min - zeroPoint >= INT16_MIN &&
         range.max - zeroPoint <= INT16_MAX;
}

/// Calls function(In(), Sum()) with the types in which an instruction of
/// MATRIX multiplies and adds.
template <typename Inst, typename Function>
void withMatrixTypes(const Inst &inst, Function &&function) {
  if (!fitsInt16(inst.srcType, inst.srcZeroPoint) ||
      !fitsInt16(inst.weightType, inst.weightZeroPoint))
    return function(int64_t(), uint64_t());
  if (getInfo(inst.dstType).bits <= 32)
    return function(int16_t(), uint32_t());
  return function(int16_t(), uint64_t());
}

/// A row of sums in the accumulators: what instructions of MATRIX update.
class SumRow {
public:
  SumRow(const Operand &sums, ElementType type)
      : sums(sums), bits(getInfo(type).bits) {}

  /// Writes `count` values at position + i * stride, added to what is there
  /// where `add` is set. `values` is overwritten.
  template <typename Sum>
  void update(int64_t position, int64_t stride, size_t count, Sum *values,
              bool add) {
    using Signed = std::make_signed_t<Sum>;
    auto *row = reinterpret_cast<Signed *>(values);
    if (add) {
      present.resize(count);
      sums.read(position, stride, count, 0, present.data());
      for (size_t i = 0; i != count; ++i)
        values[i] += static_cast<Sum>(present[i]);
    }
    if (bits < 8 * sizeof(Sum))
      for (size_t i = 0; i != count; ++i)
        row[i] = static_cast<Signed>(arithmetic::wrap(row[i], bits));
    sums.write(position, stride, count, row);
  }

private:
  Operand sums;
  unsigned bits;
  llvm::SmallVector<int64_t, 0> present;
};

} // namespace lacuna

#endif // LACUNA_LIB_EMULATOR_MATRIXTYPES_H
