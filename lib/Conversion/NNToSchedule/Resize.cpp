// Resizing: a pool of two taps a dimension whose stride is a fraction, then the
// epilogue.
#include "Chain.h"

#include "llvm/Support/MathExtras.h"

using namespace lacuna;
using namespace lacuna::lowering;

namespace {
/// Where the samples of one dimension lie, in the words of a pool: output o is
/// at (o * stride + phase) / divisor - padding, counted from element `skipped`.
struct Sampling {
  Sampling(int64_t numerator, int64_t denominator, int64_t offset, int64_t size)
      : stride(denominator), divisor(numerator) {
    // Samples begin at most one element before the first.
    int64_t first = llvm::divideFloorSigned(offset, numerator);
    phase = offset - first * numerator;
    padding = first < 0 ? 1 : 0;
    skipped = std::max<int64_t>(first, 0);
    elements = size - skipped;
  }
  int64_t stride, divisor, phase, padding, skipped, elements;
};
} // namespace

static llvm::Error lowerResize(nn::ResizeOp op, Lowering &lowering) {
  mlir::RankedTensorType input = tensorTypeOf(op.getInput());
  llvm::ArrayRef<int64_t> in = input.getShape();
  llvm::ArrayRef<int64_t> out = tensorTypeOf(op.getOutput()).getShape();
  llvm::ArrayRef<int64_t> scale = op.getScale(), offset = op.getOffset();
  Sampling rows(scale[0], scale[1], offset[0], in[1]);
  Sampling columns(scale[2], scale[3], offset[1], in[2]);
  Pool inst;
  inst.operation = op.getMode() == nn::ResizeMode::Nearest
                       ? PoolOperation::Nearest
                       : PoolOperation::Linear;
  inst.type = elementTypeOf(input.getElementType());
  inst.rows = Interval(out[1]);
  inst.columns = Interval(out[2]);
  inst.channels = Interval(out[3]);
  inst.kernelRows = inst.kernelColumns = Interval(2);
  inst.strideRows = rows.stride;
  inst.strideColumns = columns.stride;
  inst.paddingTop = rows.padding;
  inst.paddingLeft = columns.padding;
  inst.srcRows = rows.elements;
  inst.srcColumns = columns.elements;
  inst.divisorRows = rows.divisor;
  inst.divisorColumns = columns.divisor;
  inst.phaseRows = rows.phase;
  inst.phaseColumns = columns.phase;

  llvm::ArrayRef<mlir::Attribute> stages = op.getEpilogueStages();
  auto source =
      bindSampled(lowering, op, op.getInput(),
                  inst.operation == PoolOperation::Linear, inst, stages);
  if (!source)
    return source.takeError();
  source->offset +=
      rows.skipped * source->strides[0] + columns.skipped * source->strides[1];
  Chain chain(lowering, op, {out[1], out[2], out[3]});
  if (out[0] != 1)
    chain.outer = {uint64_t(out[0])};
  chain.add(inst, {std::move(*source)}, "dst",
            poolResultType(inst.operation, inst.type));
  if (llvm::Error error = applyStages(chain, stages))
    return error;
  return chain.finish(lowering.bindMap(op.getOutput(), "dst"));
}

void lowering::registerResize(Registry &registry) {
  registry.add<nn::ResizeOp, lowerResize>();
}
