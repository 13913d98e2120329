// What conv and depthwise share: the window, the types in which they compute,
// the pieces into which a reduction is cut, and the rows of sums.
#ifndef LACUNA_LIB_EMULATOR_MATRIXWINDOW_H
#define LACUNA_LIB_EMULATOR_MATRIXWINDOW_H

#include "Operand.h"

#include "lacuna/Emulator/Arithmetic.h"
#include "lacuna/Machine/Window.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <cstring>

namespace lacuna {

/// The window of an instruction of MATRIX.
struct MatrixWindow {
  Window rows, columns;
  Span kernelRows, kernelColumns;

  template <typename Inst>
  explicit MatrixWindow(const Inst &inst)
      : rows{int64_t(inst.strideRows), int64_t(inst.dilationRows),
             int64_t(inst.paddingTop), int64_t(inst.srcRows)},
        columns{int64_t(inst.strideColumns), int64_t(inst.dilationColumns),
                int64_t(inst.paddingLeft), int64_t(inst.srcColumns)},
        kernelRows(inst.kernelRows), kernelColumns(inst.kernelColumns) {}
};

/// Part of a reduction: some taps, and a span of the depth.
struct Piece {
  Span kernelRows, kernelColumns, depth;

  int64_t getTaps() const { return kernelRows.size() * kernelColumns.size(); }
};

/// Calls visit(piece) for pieces of at most `maxTerms` terms (or of one) that
/// cover the taps of `window` and `depth`, in the order of their terms, the
/// outermost extent cut first: so the pieces of a sum of floats are its terms
/// in their order. Wrapping sums allow any cut.
template <typename Visit>
void forEachPiece(const MatrixWindow &window, Span depth, int64_t maxTerms,
                  Visit &&visit) {
  const Span &kernelRows = window.kernelRows, &columns = window.kernelColumns;
  int64_t depthStep = std::min(depth.size(), maxTerms);
  int64_t columnStep =
      std::clamp<int64_t>(maxTerms / depthStep, 1, columns.size());
  int64_t rowStep =
      columnStep < columns.size()
          ? 1
          : std::clamp<int64_t>(maxTerms / (depthStep * columnStep), 1,
                                kernelRows.size());
  for (int64_t r = kernelRows.begin; r < kernelRows.end; r += rowStep)
    for (int64_t c = columns.begin; c < columns.end; c += columnStep)
      for (int64_t d = depth.begin; d < depth.end; d += depthStep)
        visit(Piece{{r, std::min(kernelRows.end, r + rowStep)},
                    {c, std::min(columns.end, c + columnStep)},
                    {d, std::min(depth.end, d + depthStep)}});
}

/// Whether every element of `type` minus `zeroPoint` is a 16-bit number.
inline bool fitsInt16(ElementType type, int64_t zeroPoint) {
  arithmetic::Range range(type);
  return range.min - zeroPoint >= INT16_MIN &&
         range.max - zeroPoint <= INT16_MAX;
}

/// Calls function(In(), Sum()) with the types in which an instruction of MATRIX
/// multiplies and adds. Sums wrap modulo 2^32 or 2^48, so any arithmetic that
/// is exact modulo the width of the sums gives the same bits; the narrowest
/// that does is the fastest. Floats are multiplied and added in fp32.
template <typename Inst, typename Function>
void withMatrixTypes(const Inst &inst, Function &&function) {
  if (isFloat(inst.srcType))
    return function(float(), float());
  if (!fitsInt16(inst.srcType, inst.srcZeroPoint) ||
      !fitsInt16(inst.weightType, inst.weightZeroPoint))
    return function(int64_t(), uint64_t());
  if (getInfo(inst.dstType).bits <= 32)
    return function(int16_t(), uint32_t());
  return function(int16_t(), uint64_t());
}

/// Where the sums of some pixels lie, `channels` of each from `position` on;
/// `strides` are those of pixels and channels. As values, those of two pixels
/// are valueStride apart.
struct SumBlock {
  int64_t position;
  llvm::ArrayRef<int64_t> strides;
  int64_t pixels;
  int64_t channels;
  size_t valueStride;

  /// Whether they are one row, here and there.
  bool isSeamless() const {
    return strides[0] == channels && strides[1] == 1 &&
           valueStride == static_cast<size_t>(channels);
  }
  int64_t positionOfPixel(int64_t pixel) const {
    return position + positionOf({pixel}, {strides[0]});
  }
};

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
    if (bits == 8 * sizeof(Sum) && stride == 1)
      if (uint8_t *bytes = sums.getBytes(position, count).data()) {
        for (size_t i = 0; add && i != count; ++i) {
          Sum value;
          std::memcpy(&value, bytes + i * sizeof(Sum), sizeof(Sum));
          values[i] += value;
        }
        std::memcpy(bytes, values, count * sizeof(Sum));
        return;
      }
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

  /// The same for a block of pixels.
  template <typename Sum>
  void updatePixels(const SumBlock &at, Sum *values, bool add) {
    if (at.isSeamless())
      return update(at.position, 1, at.pixels * at.channels, values, add);
    for (int64_t p = 0; p != at.pixels; ++p, values += at.valueStride)
      update(at.positionOfPixel(p), at.strides[1], at.channels, values, add);
  }

  /// Updates a block by what multiply(values) gives: sums that begin from
  /// `values` where Product says so, and are written as they are; else products
  /// to be added.
  template <typename Product, typename Sum, typename Multiply>
  void updateBy(const SumBlock &at, Sum *values, bool add,
                Multiply &&multiply) {
    if constexpr (Product::continuesSums) {
      readPixels(at, values, add);
      multiply(values);
      writePixels(at, values);
    } else {
      multiply(values);
      updatePixels(at, values, add);
    }
  }

private:
  /// What floats are added to: what is there, or +0.
  void readPixels(const SumBlock &at, float *values, bool add) const {
    if (!add) {
      std::fill_n(values, at.pixels * at.valueStride, 0.0f);
      return;
    }
    if (at.isSeamless())
      return sums.read(at.position, 1, at.pixels * at.channels, 0, values);
    for (int64_t p = 0; p != at.pixels; ++p)
      sums.read(at.positionOfPixel(p), at.strides[1], at.channels, 0,
                values + p * at.valueStride);
  }
  void writePixels(const SumBlock &at, const float *values) const {
    if (at.isSeamless())
      return sums.write(at.position, 1, at.pixels * at.channels, values);
    for (int64_t p = 0; p != at.pixels; ++p)
      sums.write(at.positionOfPixel(p), at.strides[1], at.channels,
                 values + p * at.valueStride);
  }

  Operand sums;
  unsigned bits;
  llvm::SmallVector<int64_t, 0> present;
};

} // namespace lacuna

#endif // LACUNA_LIB_EMULATOR_MATRIXWINDOW_H
