// Reductions along one axis: a stage on VECTOR, then the epilogue.
#include "Chain.h"
#include "Extents.h"

using namespace lacuna;
using namespace lacuna::lowering;

static ReduceOperation operationOf(nn::ReduceKind kind) {
  switch (kind) {
  case nn::ReduceKind::Sum:
    return ReduceOperation::Sum;
  case nn::ReduceKind::Max:
    return ReduceOperation::Maximum;
  case nn::ReduceKind::Min:
    return ReduceOperation::Minimum;
  case nn::ReduceKind::Product:
    return ReduceOperation::Product;
  case nn::ReduceKind::All:
    return ReduceOperation::All;
  case nn::ReduceKind::Any:
    return ReduceOperation::Any;
  case nn::ReduceKind::ArgMax:
    return ReduceOperation::Argmax;
  }
  llvm_unreachable("not a reduction");
}

static llvm::Error lowerReduce(nn::ReduceOp op, Lowering &lowering) {
  mlir::RankedTensorType input = tensorTypeOf(op.getInput());
  mlir::RankedTensorType output = tensorTypeOf(op.getOutput());
  int64_t axis = op.getAxis();
  Reduce inst;
  inst.operation = operationOf(op.getKind());
  inst.srcType = elementTypeOf(input.getElementType());
  inst.dstType = elementTypeOf(nn::LayerOpInterface(op).getComputeType());
  inst.ignoreNan = op.getIgnoreNan();
  // Sums of floats are fp32, and rounded as they are written.
  llvm::ArrayRef<mlir::Attribute> stages = op.getEpilogueStages();
  if (auto cast = llvm::dyn_cast_if_present<nn::CastAttr>(
          stages.empty() ? nullptr : stages.front());
      cast && inst.dstType == ElementType::FP32) {
    inst.dstType = elementTypeOf(cast.getOutputType());
    stages = stages.drop_front();
  }
  inst.reduced = Interval(input.getShape()[axis]);

  // The extents of the result, whether the axis stays in it or goes.
  Extents extents;
  extents.dims = Shape(input.getShape());
  Shape source = denseStrides(extents.dims, bytesOf(inst.srcType));
  int64_t step = source[axis];
  extents.dims.erase(extents.dims.begin() + axis);
  source.erase(source.begin() + axis);
  Shape target = denseStrides(extents.dims,
                              bytesOf(elementTypeOf(output.getElementType())));
  extents.strides = {target, source};
  NormalExtents normal =
      normalise(extents, arePerChannel(op.getEpilogueStages()));

  Chain chain(lowering, op, normal.dims);
  chain.outer = normal.outer;
  inst.dims = chain.wholeDims();
  Binding src, dst;
  src.tensor = lowering.tensorOf(op.getInput());
  src = normal.bind(src, 1, "src");
  src.strides.push_back(step);
  chain.add(inst, {std::move(src)}, "dst", inst.dstType);
  if (llvm::Error error = applyStages(chain, stages))
    return error;
  dst.tensor = lowering.tensorOf(op.getOutput());
  return chain.finish(normal.bind(dst, 0, "dst"));
}

void lowering::registerReduce(Registry &registry) {
  registry.add<nn::ReduceOp, lowerReduce>();
}
