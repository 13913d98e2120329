// Channels lie side by side in the inner loop: a row of inputs times a row of
// weights for each tap inside the input.
#include "Engines.h"
#include "InputRows.h"
#include "Panel.h"
#include "WeightRows.h"

#include "lacuna/Machine/Cost.h"

using namespace llvm;
using namespace lacuna;

namespace {
/// Channels that are worked on at a time, and elements that buffers of packed
/// rows may hold: they should stay in a cache.
constexpr int64_t maxChannels = 1 << 11;
constexpr int64_t maxWeights = 1 << 16;
constexpr int64_t maxInput = 1 << 15;
constexpr int64_t maxSums = 1 << 14;

template <typename In, typename Sum> class DepthwiseConvolution {
public:
  DepthwiseConvolution(const Depthwise &inst, Memory &memory)
      : inst(inst), window(inst),
        input(window, Operand(memory.scratchpad(), inst.src, inst.srcType),
              inst.srcStrides, inst.srcZeroPoint, inst.multiplier),
        weights(
            Operand(memory.scratchpad(), inst.weights, inst.weightType, true),
            inst.weightType, inst.weightZeroPoint, memory.packedWeights<In>()),
        sums(Operand(memory.accumulators(), inst.dst, inst.dstType),
             inst.dstType) {}

  void run() {
    Span all(inst.channels);
    for (int64_t n = all.begin; n < all.end; n += maxChannels) {
      Span channels(n, std::min(all.end, n + maxChannels));
      bool add = addsToSums(inst);
      // The depth of a piece is its channels, so that none is cut.
      forEachPiece(window, channels, maxWeights, [&](const Piece &next) {
        piece = next;
        runPiece(add);
        add = true;
      });
    }
  }

private:
  void runPiece(bool add) {
    int64_t channels = piece.depth.size();
    const std::vector<In> &taps = getTaps();
    ValueRange<In> range;
    range.include(taps.data(), taps.size());
    input.setPiece(piece, maxInput);
    int64_t step =
        std::clamp<int64_t>(maxSums / channels, 1, input.getMaxPixels());
    products.resize(step * channels);
    Span rows(inst.rows), columns(inst.columns);
    for (int64_t c = columns.begin; c < columns.end; c += step) {
      Span pixels(c, std::min(columns.end, c + step));
      input.setColumns(pixels);
      for (int64_t r = rows.begin; r < rows.end; ++r) {
        ArrayRef<Segment<In>> packed = packInput(r);
        sums.updateBy<Panel<In, Sum>>(
            {positionOf({r, c, piece.depth.begin}, inst.dstStrides),
             ArrayRef(inst.dstStrides).drop_front(), pixels.size(), channels,
             size_t(channels)},
            products.data(), add, [&](Sum *values) {
              Panel<In, Sum>::multiplyEach({packed, 0, input.getPixelStep(),
                                            size_t(pixels.size()),
                                            input.getRange(), range},
                                           taps, channels, values);
            });
      }
    }
  }

  /// A segment for each tap.
  ArrayRef<Segment<In>> packInput(int64_t r) {
    rowSegments.clear();
    Span inside = window.rows.tapsInside(r, piece.kernelRows);
    size_t width = piece.kernelColumns.size();
    for (int64_t kr = inside.begin; kr < inside.end; ++kr) {
      const In *row = input.pack(r, kr);
      size_t first = (kr - piece.kernelRows.begin) * width;
      for (size_t i = 0; i != width; ++i)
        rowSegments.push_back(
            {row + i * input.getTapStep(), (first + i) * piece.depth.size()});
    }
    return rowSegments;
  }

  const std::vector<In> &getTaps() {
    int64_t channels = piece.depth.size(), width = piece.kernelColumns.size();
    std::array<int64_t, 3> counts{channels, piece.kernelRows.size(), width};
    const Strides &strides = inst.weightStrides;
    int64_t first = positionOf(
        {piece.depth.begin, piece.kernelRows.begin, piece.kernelColumns.begin},
        strides);
    return weights.get(
        {first, counts, strides}, {/*each channel by itself*/ 0},
        [&](std::vector<In> &taps) {
          taps.resize(piece.getTaps() * channels);
          for (int64_t tap = 0; tap != piece.getTaps(); ++tap)
            weights.read(first +
                             positionOf({0, tap / width, tap % width}, strides),
                         strides[0], channels, taps.data() + tap * channels);
        });
  }

  const Depthwise &inst;
  MatrixWindow window;
  InputRows<In> input;
  WeightRows<In> weights;
  SumRow sums;
  Piece piece;
  std::vector<Sum> products;
  std::vector<Segment<In>> rowSegments;
};
} // namespace

Error lacuna::execute(const Depthwise &inst, Memory &memory) {
  withMatrixTypes(inst, [&](auto in, auto sum) {
    DepthwiseConvolution<decltype(in), decltype(sum)>(inst, memory).run();
  });
  return Error::success();
}
