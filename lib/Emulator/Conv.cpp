// Weights and windows are packed into rows, zero points subtracted and taps
// outside the input zero; the product of the rows is Panel.h's.
#include "Engines.h"
#include "InputRows.h"
#include "Panel.h"
#include "WeightGroups.h"
#include "WeightRows.h"

#include "lacuna/Machine/Cost.h"

#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace lacuna;

namespace {
/// Elements that buffers of packed rows may hold: they should stay in a cache.
constexpr int64_t maxTerms = 1 << 16;
constexpr int64_t maxWeights = 1 << 20;
constexpr int64_t maxInput = 1 << 15;
constexpr int64_t maxSums = 1 << 14;

template <typename In, typename Sum> class Convolution {
  using Product = Panel<In, Sum>;

public:
  Convolution(const Conv &inst, Memory &memory)
      : inst(inst), window(inst),
        input(window, Operand(memory.scratchpad(), inst.src, inst.srcType),
              inst.srcStrides, inst.srcZeroPoint),
        weights(
            Operand(memory.scratchpad(), inst.weights, inst.weightType, true),
            inst.weightType, inst.weightZeroPoint, memory.packedWeights<In>()),
        sums(Operand(memory.accumulators(), inst.dst, inst.dstType),
             inst.dstType) {}

  void run() {
    Span channels(inst.channels);
    bool add = addsToSums(inst);
    forEachPiece(window, Span(inst.depth), maxTerms, [&](const Piece &next) {
      piece = next;
      input.setPiece(piece, maxInput);
      int64_t inSegment = piece.depth.size();
      segments = piece.getTaps();
      if (input.areRowsTogether()) {
        inSegment *= piece.kernelColumns.size();
        segments = piece.kernelRows.size();
      }
      segmentTerms = alignTo(inSegment, Product::termAlignment);
      terms = segments * segmentTerms;
      int64_t step = std::max<int64_t>(panelChannels, maxWeights / terms);
      for (int64_t n = channels.begin; n < channels.end; n += step)
        runChannels(Span(n, std::min(channels.end, n + step)), add);
      add = true;
    });
  }

private:
  void runChannels(Span channels, bool add) {
    const std::vector<In> &panel = getPanel(channels);
    size_t stride = Product::getSumStride(channels.size());
    int64_t step =
        std::clamp<int64_t>(maxSums / int64_t(stride), 1, input.getMaxPixels());
    products.resize(step * stride);
    ValueRange<In> range;
    range.include(panel.data(), panel.size());
    Span rows(inst.rows), columns(inst.columns);
    for (int64_t c = columns.begin; c < columns.end; c += step) {
      Span pixels(c, std::min(columns.end, c + step));
      input.setColumns(pixels);
      for (int64_t r = rows.begin; r < rows.end; ++r) {
        ArrayRef<Segment<In>> packed = packInput(r);
        sums.updateBy<Product>(
            {positionOf({r, c, channels.begin}, inst.dstStrides),
             ArrayRef(inst.dstStrides).drop_front(), pixels.size(),
             channels.size(), stride},
            products.data(), add, [&](Sum *values) {
              Product::multiply({packed, segmentTerms, input.getPixelStep(),
                                 size_t(pixels.size()), input.getRange(),
                                 range},
                                panel, channels.size(), terms, values);
            });
      }
    }
  }

  ArrayRef<Segment<In>> packInput(int64_t r) {
    rowSegments.clear();
    Span inside = window.rows.tapsInside(r, piece.kernelRows);
    size_t inRow = segments / piece.kernelRows.size();
    for (int64_t kr = inside.begin; kr < inside.end; ++kr) {
      const In *row = input.pack(r, kr);
      size_t first = (kr - piece.kernelRows.begin) * inRow;
      for (size_t i = 0; i != inRow; ++i)
        rowSegments.push_back(
            {row + i * input.getTapStep(), (first + i) * segmentTerms});
    }
    return rowSegments;
  }

  const std::vector<In> &getPanel(Span channels) {
    std::array<int64_t, 4> counts{channels.size(), piece.kernelRows.size(),
                                  piece.kernelColumns.size(),
                                  piece.depth.size()};
    int64_t first = positionOf({channels.begin, piece.kernelRows.begin,
                                piece.kernelColumns.begin, piece.depth.begin},
                               inst.weightStrides);
    return weights.get({first, counts, inst.weightStrides},
                       {int64_t(sizeof(Sum)), int64_t(segmentTerms)},
                       [&](std::vector<In> &panel) {
                         packRows(first, channels.size());
                         Product::pack(weightRows.data(), channels.size(),
                                       terms, panel);
                       });
  }

  /// One row of weights for each channel, segment by segment.
  void packRows(int64_t first, int64_t channels) {
    weightRows.assign(channels * terms, In());
    const Strides &strides = inst.weightStrides;
    int64_t width = piece.kernelColumns.size(), depth = piece.depth.size();
    bool together = strides[3] == 1 && strides[2] == depth;
    for (int64_t n = 0; n != channels; ++n)
      for (int64_t kr = 0; kr != piece.kernelRows.size(); ++kr) {
        In *row = weightRows.data() + n * terms +
                  kr * (terms / piece.kernelRows.size());
        int64_t from = first + positionOf({n, kr}, strides);
        if (input.areRowsTogether() && together) {
          weights.read(from, 1, width * depth, row);
          continue;
        }
        size_t step = input.areRowsTogether() ? depth : segmentTerms;
        for (int64_t kc = 0; kc != width; ++kc)
          weights.read(from + positionOf({kc}, {strides[2]}), strides[3], depth,
                       row + kc * step);
      }
  }

  const Conv &inst;
  MatrixWindow window;
  InputRows<In> input;
  WeightRows<In> weights;
  SumRow sums;
  Piece piece;
  /// Segments of the piece, terms of each, and of all.
  size_t segments = 0, segmentTerms = 0, terms = 0;
  std::vector<In> weightRows;
  std::vector<Sum> products;
  std::vector<Segment<In>> rowSegments;
};
} // namespace

Error lacuna::execute(const Conv &inst, Memory &memory) {
  if (Error error = checkGroups(inst, memory))
    return error;
  withMatrixTypes(inst, [&](auto in, auto sum) {
    Convolution<decltype(in), decltype(sum)>(inst, memory).run();
  });
  return Error::success();
}
