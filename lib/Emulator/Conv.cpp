// Weights and windows are packed into rows, zero points subtracted and taps
// outside the input zero; the product of the rows is Multiply.h's. Reductions
// too long for a buffer are taken in pieces, which wrapping sums allow.
#include "Engines.h"
#include "MatrixTypes.h"
#include "Multiply.h"

#include "lacuna/Machine/Cost.h"
#include "lacuna/Machine/Window.h"

#include "llvm/Support/MathExtras.h"

#include <vector>

using namespace llvm;
using namespace lacuna;

namespace {
/// Elements that a buffer of packed rows may hold: it should stay in a cache.
constexpr int64_t maxTerms = 1 << 16;
constexpr int64_t maxWeights = 1 << 20;
constexpr int64_t maxPixels = 1 << 15;

/// Part of the reduction: some consecutive taps (row-major in the kernel), and
/// a span of the depth.
struct Piece {
  Span taps;
  Span depth;
};

template <typename In, typename Sum> class Convolution {
public:
  Convolution(const Conv &inst, Memory &memory)
      : inst(inst), rows{int64_t(inst.strideRows), int64_t(inst.dilationRows),
                         int64_t(inst.paddingTop), int64_t(inst.srcRows)},
        columns{int64_t(inst.strideColumns), int64_t(inst.dilationColumns),
                int64_t(inst.paddingLeft), int64_t(inst.srcColumns)},
        kernelRows(inst.kernelRows), kernelColumns(inst.kernelColumns),
        src(memory.scratchpad(), inst.src, inst.srcType),
        weights(memory.scratchpad(), inst.weights, inst.weightType, true),
        sums(Operand(memory.accumulators(), inst.dst, inst.dstType),
             inst.dstType) {}

  void run() {
    Span depth(inst.depth), channels(inst.channels);
    int64_t taps = kernelRows.size() * kernelColumns.size();
    int64_t depthStep = std::min(depth.size(), maxTerms);
    int64_t tapStep =
        std::min(taps, std::max<int64_t>(1, maxTerms / depthStep));
    bool add = addsToSums(inst);
    for (int64_t tap = 0; tap < taps; tap += tapStep)
      for (int64_t d = depth.begin; d < depth.end; d += depthStep) {
        Piece piece{{tap, std::min(taps, tap + tapStep)},
                    {d, std::min(depth.end, d + depthStep)}};
        terms =
            alignTo(piece.taps.size() * piece.depth.size(), multiplyAlignment);
        int64_t step = std::max<int64_t>(1, maxWeights / terms);
        for (int64_t n = channels.begin; n < channels.end; n += step)
          runPiece(piece, Span(n, std::min(channels.end, n + step)), add);
        add = true;
      }
  }

private:
  void runPiece(const Piece &piece, Span channels, bool add) {
    packWeights(piece, channels);
    Span outRows(inst.rows), outColumns(inst.columns);
    int64_t pixelStep = std::clamp<int64_t>(maxPixels / terms, 2, 64);
    packedPixels.resize(pixelStep * terms);
    products.resize(pixelStep * channels.size());
    for (int64_t r = outRows.begin; r < outRows.end; ++r)
      for (int64_t c = outColumns.begin; c < outColumns.end; c += pixelStep) {
        Span pixels(c, std::min(outColumns.end, c + pixelStep));
        for (int64_t p = pixels.begin; p < pixels.end; ++p)
          packPixel(piece, r, p, packedPixels.data() + (p - c) * terms);
        multiply(packedPixels.data(), pixels.size(), packedWeights.data(),
                 channels.size(), terms, products.data());
        for (int64_t p = pixels.begin; p < pixels.end; ++p)
          sums.update(positionOf({r, p, channels.begin}, inst.dstStrides),
                      inst.dstStrides[2], channels.size(),
                      products.data() + (p - c) * channels.size(), add);
      }
  }

  void packWeights(const Piece &piece, Span channels) {
    packedWeights.assign(channels.size() * terms, In());
    In *out = packedWeights.data();
    for (int64_t n = channels.begin; n < channels.end; ++n, out += terms) {
      In *row = out;
      for (int64_t tap = piece.taps.begin; tap < piece.taps.end; ++tap) {
        int64_t kr = kernelRows.begin + tap / kernelColumns.size();
        int64_t kc = kernelColumns.begin + tap % kernelColumns.size();
        weights.read(
            positionOf({n, kr, kc, piece.depth.begin}, inst.weightStrides),
            inst.weightStrides[3], piece.depth.size(), inst.weightZeroPoint,
            row);
        row += piece.depth.size();
      }
    }
  }

  /// The window of output (r, c), tap by tap; neighbouring taps that are
  /// neighbours in the scratchpad are read as one.
  void packPixel(const Piece &piece, int64_t r, int64_t c, In *out) {
    std::fill_n(out, terms, In());
    int64_t width = kernelColumns.size(), depth = piece.depth.size();
    bool together =
        inst.srcStrides[2] == 1 &&
        positionOf({columns.dilation}, {inst.srcStrides[1]}) == depth;
    Span inRows = rows.tapsInside(r, kernelRows);
    Span inColumns = columns.tapsInside(c, kernelColumns);
    for (int64_t kr = inRows.begin; kr < inRows.end; ++kr) {
      int64_t firstTap = (kr - kernelRows.begin) * width - kernelColumns.begin;
      Span inside(std::max(inColumns.begin, piece.taps.begin - firstTap),
                  std::min(inColumns.end, piece.taps.end - firstTap));
      int64_t step = together ? std::max<int64_t>(1, inside.size()) : 1;
      for (int64_t kc = inside.begin; kc < inside.end; kc += step)
        src.read(
            positionOf({rows.at(r, kr), columns.at(c, kc), piece.depth.begin},
                       inst.srcStrides),
            inst.srcStrides[2], step * depth, inst.srcZeroPoint,
            out + (firstTap + kc - piece.taps.begin) * depth);
    }
  }

  const Conv &inst;
  Window rows, columns;
  Span kernelRows, kernelColumns;
  Operand src, weights;
  SumRow sums;
  int64_t terms = 0;
  std::vector<In> packedWeights, packedPixels;
  std::vector<Sum> products;
};
} // namespace

Error lacuna::execute(const Conv &inst, Memory &memory) {
  withMatrixTypes(inst, [&](auto in, auto sum) {
    Convolution<decltype(in), decltype(sum)>(inst, memory).run();
  });
  return Error::success();
}
