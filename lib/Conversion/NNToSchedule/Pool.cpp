// Pooling: a stage on VECTOR, then the epilogue.
#include "Chain.h"

using namespace lacuna;
using namespace lacuna::lowering;

static llvm::Error lowerPool(nn::PoolOp op, Lowering &lowering) {
  mlir::RankedTensorType input = tensorTypeOf(op.getInput());
  llvm::ArrayRef<int64_t> in = input.getShape();
  llvm::ArrayRef<mlir::Attribute> stages = op.getEpilogueStages();
  // The extents of the result are those of a window, whatever its epilogue.
  llvm::ArrayRef<int64_t> out = tensorTypeOf(op.getOutput()).getShape();
  Pool inst;
  bool average = op.getKind() == nn::PoolKind::Avg;
  inst.operation = average ? PoolOperation::Average : PoolOperation::Maximum;
  inst.type = elementTypeOf(input.getElementType());
  inst.rows = Interval(out[1]);
  inst.columns = Interval(out[2]);
  inst.channels = Interval(out[3]);
  inst.kernelRows = Interval(op.getKernel()[0]);
  inst.kernelColumns = Interval(op.getKernel()[1]);
  inst.strideRows = op.getStride()[0];
  inst.strideColumns = op.getStride()[1];
  inst.paddingTop = op.getPadding()[0];
  inst.paddingLeft = op.getPadding()[2];
  inst.srcRows = in[1];
  inst.srcColumns = in[2];
  if (average) {
    inst.srcZeroPoint = op.getInputZp();
    inst.dstZeroPoint = op.getOutputZp();
  }
  inst.ignoreNan = op.getIgnoreNan();
  auto source = bindSampled(lowering, op, op.getInput(), average, inst, stages);
  if (!source)
    return source.takeError();

  Chain chain(lowering, op, {out[1], out[2], out[3]});
  if (out[0] != 1)
    chain.outer = {uint64_t(out[0])};
  chain.add(inst, {std::move(*source)}, "dst", inst.type);
  if (llvm::Error error = applyStages(chain, stages))
    return error;
  return chain.finish(lowering.bindMap(op.getOutput(), "dst"));
}

void lowering::registerPool(Registry &registry) {
  registry.add<nn::PoolOp, lowerPool>();
}
