// Channels lie side by side in the inner loop: one row of inputs times one row
// of weights for each tap inside the input.
#include "Engines.h"
#include "MatrixTypes.h"
#include "Multiply.h"

#include "lacuna/Machine/Cost.h"
#include "lacuna/Machine/Window.h"

#include <vector>

using namespace llvm;
using namespace lacuna;

namespace {
/// Channels that are worked on at a time: their weights for a usual kernel
/// should stay in a cache.
constexpr int64_t maxChannels = 1 << 11;
/// Weights that may be packed ahead; those of larger kernels are packed where
/// they are used.
constexpr int64_t maxPacked = 1 << 18;

template <typename In, typename Sum> class DepthwiseConvolution {
public:
  DepthwiseConvolution(const Depthwise &inst, Memory &memory)
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
    Span all(inst.channels);
    for (int64_t n = all.begin; n < all.end; n += maxChannels)
      runChannels(Span(n, std::min(all.end, n + maxChannels)));
  }

private:
  void runChannels(Span channels) {
    int64_t count = channels.size();
    int64_t taps = kernelRows.size() * kernelColumns.size();
    bool ahead = taps <= maxPacked / count;
    packed.resize((ahead ? taps : 1) * count);
    if (ahead)
      for (int64_t tap = 0; tap != taps; ++tap)
        packTap(tap, channels, packed.data() + tap * count);
    input.resize(count);
    total.resize(count);
    bool add = addsToSums(inst);
    Span outRows(inst.rows), outColumns(inst.columns);
    for (int64_t r = outRows.begin; r < outRows.end; ++r)
      for (int64_t c = outColumns.begin; c < outColumns.end; ++c) {
        sumWindow(r, c, channels, ahead);
        sums.update(positionOf({r, c, channels.begin}, inst.dstStrides),
                    inst.dstStrides[2], count, total.data(), add);
      }
  }

  void sumWindow(int64_t r, int64_t c, Span channels, bool ahead) {
    std::fill(total.begin(), total.end(), Sum());
    Span inRows = rows.tapsInside(r, kernelRows);
    Span inColumns = columns.tapsInside(c, kernelColumns);
    for (int64_t kr = inRows.begin; kr < inRows.end; ++kr)
      for (int64_t kc = inColumns.begin; kc < inColumns.end; ++kc) {
        int64_t tap = (kr - kernelRows.begin) * kernelColumns.size() + kc -
                      kernelColumns.begin;
        const In *row = packed.data();
        if (ahead)
          row += tap * channels.size();
        else
          packTap(tap, channels, packed.data());
        readInput(rows.at(r, kr), columns.at(c, kc), channels);
        multiplyAdd(input.data(), row, channels.size(), total.data());
      }
  }

  void packTap(int64_t tap, Span channels, In *out) {
    int64_t kr = kernelRows.begin + tap / kernelColumns.size();
    int64_t kc = kernelColumns.begin + tap % kernelColumns.size();
    weights.read(positionOf({channels.begin, kr, kc}, inst.weightStrides),
                 inst.weightStrides[0], channels.size(), inst.weightZeroPoint,
                 out);
  }

  /// input[i] = element of channel (channels.begin + i) / multiplier.
  void readInput(int64_t row, int64_t column, Span channels) {
    int64_t multiplier = inst.multiplier;
    int64_t first = channels.begin / multiplier;
    int64_t last = (channels.end - 1) / multiplier;
    src.read(positionOf({row, column, first}, inst.srcStrides),
             inst.srcStrides[2], last - first + 1, inst.srcZeroPoint,
             input.data());
    if (multiplier == 1)
      return;
    // From the back, so that no element is overwritten before it is copied.
    for (int64_t n = channels.end - 1; n >= channels.begin; --n)
      input[n - channels.begin] = input[n / multiplier - first];
  }

  const Depthwise &inst;
  Window rows, columns;
  Span kernelRows, kernelColumns;
  Operand src, weights;
  SumRow sums;
  std::vector<In> packed, input;
  std::vector<Sum> total;
};
} // namespace

Error lacuna::execute(const Depthwise &inst, Memory &memory) {
  withMatrixTypes(inst, [&](auto in, auto sum) {
    DepthwiseConvolution<decltype(in), decltype(sum)>(inst, memory).run();
  });
  return Error::success();
}
