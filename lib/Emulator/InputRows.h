// The input of a window, packed: numbers of one type with the zero point taken
// off, and zero where the window leaves the input. Where windows of neighbours
// overlap, a row of the input is packed once for all of them.
#ifndef LACUNA_LIB_EMULATOR_INPUTROWS_H
#define LACUNA_LIB_EMULATOR_INPUTROWS_H

#include "MatrixWindow.h"
#include "Panel.h"

#include <vector>

namespace lacuna {

template <typename In> class InputRows {
public:
  /// `channelsEach`: consecutive channels that read the same element.
  InputRows(const MatrixWindow &window, const Operand &src,
            llvm::ArrayRef<int64_t> strides, int64_t zeroPoint,
            int64_t channelsEach = 1)
      : window(window), src(src), strides(strides), zeroPoint(zeroPoint),
        channelsEach(channelsEach) {}

  /// Before any other call for a piece. At most `maxElements` are packed at a
  /// time, unless a single pixel has more.
  void setPiece(const Piece &toPack, int64_t maxElements) {
    piece = toPack;
    depth = piece.depth.size();
    width = piece.kernelColumns.size();
    slots = piece.kernelRows.size();
    const Window &columns = window.columns;
    rowsTogether = columns.dilation == 1 && columns.stride <= width;
    int64_t budget = maxElements / (slots * depth);
    maxPixels =
        rowsTogether ? (budget - width) / columns.stride + 1 : budget / width;
    maxPixels = std::max<int64_t>(1, maxPixels);
  }
  /// The pixels that pack takes at most.
  int64_t getMaxPixels() const { return maxPixels; }

  /// Whether the taps of a row of the kernel lie side by side, so that they are
  /// one segment.
  bool areRowsTogether() const { return rowsTogether; }
  /// Elements from one pixel to the next.
  size_t getPixelStep() const {
    return rowsTogether ? window.columns.stride * depth : depth;
  }

  /// The output columns of which pack speaks from now on: getMaxPixels() or
  /// fewer.
  void setColumns(Span outputs) {
    pixels = outputs;
    tapStep = rowsTogether ? depth : pixels.size() * depth;
    rowElements =
        rowsTogether
            ? ((pixels.size() - 1) * window.columns.stride + width) * depth
            : width * tapStep;
    // Beyond the last, as a segment is filled up to whole pairs.
    packed.resize(slots * rowElements + 1);
    packedRow.assign(slots, -1);
    range = {};
  }

  /// Packs what output row `r` reads through kernel row `kr`, which lies inside
  /// the input; gives the elements of the first pixel and tap.
  const In *pack(int64_t r, int64_t kr) {
    int64_t row = window.rows.at(r, kr);
    // Neighbouring output rows read rows of the input that the ones before
    // have read: with consecutive taps, slots go round.
    int64_t slot =
        window.rows.dilation == 1 ? row % slots : kr - piece.kernelRows.begin;
    In *out = packed.data() + slot * rowElements;
    if (packedRow[slot] != row) {
      packedRow[slot] = row;
      if (rowsTogether)
        packRow(row, out);
      else
        for (int64_t tap = 0; tap != width; ++tap)
          packTap(row, piece.kernelColumns.begin + tap, out + tap * tapStep);
    }
    return out;
  }
  /// Of all that has been packed since setColumns.
  const ValueRange<In> &getRange() const { return range; }
  /// From the elements of one kernel column to those of the next.
  size_t getTapStep() const { return tapStep; }

private:
  /// All columns that the pixels read.
  void packRow(int64_t row, In *out) {
    const Window &columns = window.columns;
    int64_t first = columns.at(pixels.begin, piece.kernelColumns.begin);
    int64_t count = rowElements / depth;
    int64_t begin = std::clamp<int64_t>(-first, 0, count);
    int64_t end = std::clamp(columns.bound - first, begin, count);
    std::fill(out, out + begin * depth, In());
    read(row, first + begin, 1, end - begin, out + begin * depth);
    std::fill(out + end * depth, out + count * depth, In());
  }

  /// The columns that the pixels read through one tap.
  void packTap(int64_t row, int64_t kc, In *out) {
    const Window &columns = window.columns;
    Span inside = columns.outputsInside(kc, pixels);
    std::fill(out, out + (inside.begin - pixels.begin) * depth, In());
    if (inside.size())
      read(row, columns.at(inside.begin, kc), columns.stride, inside.size(),
           out + (inside.begin - pixels.begin) * depth);
    std::fill(out + (inside.end - pixels.begin) * depth,
              out + pixels.size() * depth, In());
  }

  /// `count` columns, `step` apart.
  void read(int64_t row, int64_t column, int64_t step, int64_t count, In *out) {
    if (channelsEach == 1 && step == 1 && strides[2] == 1 &&
        strides[1] == depth) {
      src.read(positionOf({row, column, piece.depth.begin}, strides), 1,
               count * depth, zeroPoint, out);
      range.include(out, count * depth);
      return;
    }
    int64_t first = piece.depth.begin / channelsEach;
    int64_t last = (piece.depth.end - 1) / channelsEach;
    for (int64_t i = 0; i != count; ++i, out += depth) {
      src.read(positionOf({row, column + i * step, first}, strides), strides[2],
               last - first + 1, zeroPoint, out);
      range.include(out, last - first + 1);
      if (channelsEach == 1)
        continue;
      // From the back, so that no element is overwritten before it is copied.
      for (int64_t n = piece.depth.end - 1; n >= piece.depth.begin; --n)
        out[n - piece.depth.begin] = out[n / channelsEach - first];
    }
  }

  MatrixWindow window;
  Operand src;
  llvm::ArrayRef<int64_t> strides;
  int64_t zeroPoint;
  int64_t channelsEach;

  Piece piece;
  int64_t depth = 0, width = 0, slots = 0;
  bool rowsTogether = false;
  int64_t maxPixels = 1;
  Span pixels;
  int64_t tapStep = 0, rowElements = 0;
  std::vector<In> packed;
  ValueRange<In> range;
  /// Which row of the input each slot holds, or -1.
  std::vector<int64_t> packedRow;
};

} // namespace lacuna

#endif // LACUNA_LIB_EMULATOR_INPUTROWS_H
