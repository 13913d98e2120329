// Transposed convolutions: of each phase an ordinary convolution of stride 1
// (see Phases.h), which writes every so manyth row and column of the result.
#include "Constants.h"
#include "MatrixOperands.h"

#include "lacuna/Dialect/NN/IR/Phases.h"

#include "llvm/Support/FormatVariadic.h"

using namespace lacuna;
using namespace lacuna::lowering;

/// Each phase is a program of its own; a few numbers in a text may ask for
/// millions.
constexpr size_t kMostPhases = 4096;

namespace {
class Transposed {
public:
  Transposed(nn::TransposeConv2DOp op, Lowering &lowering)
      : op(op), lowering(lowering),
        out(tensorTypeOf(op.getOutput()).getShape()), channels(out[3]),
        sums(elementTypeOf(op.getAccType())) {}

  llvm::Error run();

private:
  nn::TransposeConv2DOp op;
  Lowering &lowering;
  llvm::ArrayRef<int64_t> out;
  int64_t channels;
  ElementType sums;

  llvm::Error lowerPhase(const nn::Phase &rows, const nn::Phase &columns);
  llvm::Error lowerBiasOnly(const nn::Phase &rows, const nn::Phase &columns);
  Binding bindResult(const nn::Phase &rows, const nn::Phase &columns);
  WeightLayout layoutOf(const nn::Phase &rows, const nn::Phase &columns);
  void setBatch(Chain &chain) {
    if (out[0] != 1)
      chain.outer = {uint64_t(out[0])};
  }
};
} // namespace

/// The results of a phase, with strides of a row, its members, a column, its
/// members, and a channel.
Binding Transposed::bindResult(const nn::Phase &rows,
                               const nn::Phase &columns) {
  Binding all = lowering.bind(op.getOutput());
  int64_t row = all.strides[1], column = all.strides[2];
  Binding result;
  result.tensor = all.tensor;
  result.offset = rows.first * row + columns.first * column;
  if (out[0] != 1)
    result.outerStrides = {all.strides[0]};
  result.strides = {op.getStride()[0] * row, row, op.getStride()[1] * column,
                    column, all.strides[3]};
  return result;
}

/// The taps of a phase, reversed; members are channels.
WeightLayout Transposed::layoutOf(const nn::Phase &rows,
                                  const nn::Phase &columns) {
  llvm::ArrayRef<int64_t> weights = tensorTypeOf(op.getWeights()).getShape();
  Shape dense = denseStrides(weights, 1);
  int64_t rowStep = op.getStride()[0] * dense[1];
  int64_t columnStep = op.getStride()[1] * dense[2];
  WeightLayout layout;
  layout.word =
      llvm::formatv("phase {0}+{1}*{2} {3}+{4}*{5} x{6}", rows.firstTap,
                    op.getStride()[0], rows.taps, columns.firstTap,
                    op.getStride()[1], columns.taps, columns.members)
          .str();
  layout.shape = {channels, rows.taps, columns.taps, weights[3]};
  layout.strides = {dense[0], -rowStep, -columnStep, 1};
  layout.coordinates = 4;
  layout.first = rows.firstTap * dense[1] + (rows.taps - 1) * rowStep +
                 columns.firstTap * dense[2] + (columns.taps - 1) * columnStep;
  if (columns.members != 1) {
    layout.shape.insert(layout.shape.begin(), columns.members);
    layout.strides.insert(layout.strides.begin(), dense[2]);
  }
  return layout;
}

llvm::Error Transposed::lowerPhase(const nn::Phase &rows,
                                   const nn::Phase &columns) {
  llvm::ArrayRef<int64_t> in = tensorTypeOf(op.getInput()).getShape();
  Conv inst;
  inst.srcType = elementTypeOf(tensorTypeOf(op.getInput()).getElementType());
  inst.dstType = sums;
  Binding weights = bindWeights(lowering, op.getWeights(),
                                layoutOf(rows, columns), inst.weightType);
  if (llvm::Error error =
          checkTypes(lowering, op, inst.srcType, inst.weightType, sums))
    return error;
  inst.srcZeroPoint = op.getInputZp();
  inst.weightZeroPoint = op.getWeightZp();
  int64_t members = columns.members;
  inst.rows = Interval(rows.count);
  inst.columns = Interval(columns.count);
  inst.channels = Interval(channels * members);
  inst.kernelRows = Interval(rows.taps);
  inst.kernelColumns = Interval(columns.taps);
  inst.depth = Interval(in[3]);

  // A window that begins after the first row reads an input without it.
  Binding source = lowering.bindMap(op.getInput(), "src");
  int64_t skippedRows = std::max<int64_t>(0, -rows.padding);
  int64_t skippedColumns = std::max<int64_t>(0, -columns.padding);
  source.offset =
      skippedRows * source.strides[0] + skippedColumns * source.strides[1];
  inst.paddingTop = rows.padding + skippedRows;
  inst.paddingLeft = columns.padding + skippedColumns;
  inst.srcRows = in[1] - skippedRows;
  inst.srcColumns = in[2] - skippedColumns;

  Chain chain(lowering, op, {rows.count, columns.count, channels * members});
  setBatch(chain);
  chain.add(inst, {std::move(source), std::move(weights)}, "dst", sums,
            OnChipMemory::Accumulators);
  if (llvm::Error error =
          finishSums(chain, op.getBias(), op.getEpilogueStages(), members))
    return error;
  Binding result = bindResult(rows, columns);
  result.strides = {result.strides[0], result.strides[2], result.strides[4]};
  return chain.finish(std::move(result));
}

/// Results that no input reaches: sums of nothing, which take the bias and the
/// epilogue all the same.
llvm::Error Transposed::lowerBiasOnly(const nn::Phase &rows,
                                      const nn::Phase &columns) {
  int64_t bytes = bytesOf(sums);
  Binding zero;
  zero.tensor =
      lowering.addConstant("zero", TensorRole::Parameters, sums, {}, bytes,
                           mlir::Builder(op).getZeroAttr(op.getAccType()),
                           "scalar", [](llvm::MutableArrayRef<uint8_t> to) {
                             std::fill(to.begin(), to.end(), 0);
                           });
  Chain chain(
      lowering, op,
      {rows.count, rows.members, columns.count, columns.members, channels});
  setBatch(chain);
  zero.strides.assign(chain.dims.size(), 0);
  chain.start(zero, sums);
  if (llvm::Error error =
          finishSums(chain, op.getBias(), op.getEpilogueStages()))
    return error;
  if (chain.isEmpty()) {
    Map copy;
    copy.operation = MapOperation::Copy;
    copy.dims = chain.wholeDims();
    copy.aType = copy.dstType = sums;
    chain.add(copy, {chain.source("a")}, "dst", sums);
  }
  return chain.finish(bindResult(rows, columns));
}

llvm::Error Transposed::run() {
  if (channels > kMostRecords && op.getBias())
    return errorAt(op, "has a bias and more than 2^24 channels");
  // Neighbouring columns of one form are channels of one convolution, where
  // their weights and parameters can be laid out so.
  bool constants = constantOf(op.getWeights()) &&
                   (!op.getBias() || constantOf(op.getBias()));
  auto [rowAxis, columnAxis] = nn::transposedAxes(op);
  llvm::SmallVector<nn::Phase, 4> rows = phasesOf(rowAxis, /*merge=*/false);
  llvm::SmallVector<nn::Phase, 4> columns = phasesOf(columnAxis, constants);
  if (rows.size() * columns.size() > kMostPhases)
    return errorAt(op, "falls into " + llvm::Twine(rows.size()) + " x " +
                           llvm::Twine(columns.size()) +
                           " phases; at most 4096 are programmed");
  for (const nn::Phase &row : rows) {
    if (row.taps == 0) {
      // Whole rows of them.
      nn::Phase all;
      all.count = 1;
      all.members = out[2];
      if (llvm::Error error = lowerBiasOnly(row, all))
        return error;
      continue;
    }
    for (const nn::Phase &column : columns)
      if (llvm::Error error = column.taps == 0 ? lowerBiasOnly(row, column)
                                               : lowerPhase(row, column))
        return error;
  }
  return llvm::Error::success();
}

static llvm::Error lowerTransposed(nn::TransposeConv2DOp op,
                                   Lowering &lowering) {
  return Transposed(op, lowering).run();
}

void lowering::registerTransposed(Registry &registry) {
  registry.add<nn::TransposeConv2DOp, lowerTransposed>();
}
