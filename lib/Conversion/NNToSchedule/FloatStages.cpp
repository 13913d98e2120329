// Stages of floats: scale, cast and clamp, packed into as few instructions as
// hold them.
#include "Chain.h"
#include "Extents.h"

#include "llvm/ADT/bit.h"

using namespace lacuna;
using namespace lacuna::lowering;

using Stages = llvm::ArrayRef<mlir::Attribute>;

template <class Attr> static Attr firstAs(Stages stages) {
  return stages.empty() ? Attr() : llvm::dyn_cast<Attr>(stages.front());
}

static int64_t bitsOf(float value) { return llvm::bit_cast<uint32_t>(value); }

std::pair<int64_t, int64_t> lowering::floatLimits(nn::ClampAttr clamp) {
  return {bitsOf(clamp.getMinFloat()), bitsOf(clamp.getMaxFloat())};
}

/// Takes a clamp from the front of `stages`. Limits that the type has anyway
/// say something: a NaN becomes the canonical one, or the least value.
template <class Inst> static size_t takeClamp(Inst &inst, Stages stages) {
  auto clamp = firstAs<nn::ClampAttr>(stages);
  if (!clamp)
    return 0;
  std::tie(inst.clampMin, inst.clampMax) = floatLimits(clamp);
  inst.ignoreNan = clamp.getIgnoreNan();
  return 1;
}

/// The one rescale instruction that sums go through: it adds the bias, or +0
/// where there is none, and does as many stages as it holds; returns how many.
static size_t addSums(Chain &chain, Stages stages, Bias bias) {
  Rescale inst;
  inst.dims = chain.wholeDims();
  inst.src.memory = chain.memory;
  inst.srcType = inst.dstType = chain.type;
  std::vector<Binding> operands{chain.source("src")};

  // A bias of +0 is what is added anyway.
  if (llvm::all_of(bias.values, [](int64_t bits) { return bits == 0; }))
    bias.values.clear();
  size_t taken = 0;
  std::vector<float> factors;
  auto scale = firstAs<nn::ScaleAttr>(stages);
  if (bias.tensor) {
    // Records that lie in memory by themselves have no room for factors.
    inst.parameterFormat = ParameterFormat::Bias;
    operands.push_back(*bias.tensor);
    operands.back().field = "parameters";
  } else {
    if (scale) {
      factors = scale.getFactors().asArrayRef();
      if (!scale.isPerChannel())
        factors.assign(chain.dims.back(), factors.front());
      ++taken;
    }
    if (!bias.values.empty() || !factors.empty())
      operands.push_back(makeFloatParameters(
          chain.lowering, chain.lowering.getLayerName().str() + ".parameters",
          bias.values, factors, inst.parameterFormat));
  }
  if (taken != 0 || !scale) {
    if (auto cast = firstAs<nn::CastAttr>(stages.drop_front(taken))) {
      inst.dstType = elementTypeOf(cast.getOutputType());
      ++taken;
    }
    taken += takeClamp(inst, stages.drop_front(taken));
  }
  ElementType result = inst.dstType;
  chain.add(inst, std::move(operands), "dst", result);
  return taken;
}

/// One map instruction for as many of the stages as it holds. Unlike a rescale
/// it adds nothing, so that -0 stays what it is.
static size_t addMap(Chain &chain, Stages stages) {
  Map inst;
  inst.operation = MapOperation::Copy;
  inst.dims = chain.wholeDims();
  inst.a.memory = chain.memory;
  inst.aType = chain.type;
  std::vector<Binding> operands{chain.source("a")};
  size_t taken = 0;
  if (auto scale = firstAs<nn::ScaleAttr>(stages)) {
    inst.operation = MapOperation::Multiply;
    llvm::ArrayRef<float> factors = scale.getFactors().asArrayRef();
    if (scale.isPerChannel()) {
      inst.useB = true;
      inst.bType = ElementType::FP32;
      operands.push_back(makeFactors(
          chain.lowering, chain.lowering.getLayerName().str() + ".factors",
          factors, chain.dims.size()));
    } else {
      inst.immediate = bitsOf(factors.front());
    }
    ++taken;
  }
  taken += takeFloatOutputStages(inst, chain.type, stages.drop_front(taken),
                                 /*isExact=*/taken == 0);
  ElementType result = inst.dstType;
  chain.add(inst, std::move(operands), "dst", result);
  return taken;
}

size_t lowering::takeFloatOutputStages(Map &inst, ElementType type,
                                       Stages stages, bool isExact) {
  inst.dstType = type;
  // A choice moves bits.
  if (inst.operation == MapOperation::Select)
    return 0;
  size_t taken = 0;
  auto cast = firstAs<nn::CastAttr>(stages);
  if (cast && (isExact || type == ElementType::FP32)) {
    inst.dstType = elementTypeOf(cast.getOutputType());
    ++taken;
  }
  // Comparisons and limits treat a NaN alike.
  bool compares = inst.operation == MapOperation::Maximum ||
                  inst.operation == MapOperation::Minimum;
  auto clamp = firstAs<nn::ClampAttr>(stages.drop_front(taken));
  if (clamp && compares && clamp.getIgnoreNan() != inst.ignoreNan)
    return taken;
  return taken + takeClamp(inst, stages.drop_front(taken));
}

llvm::Error lowering::applyFloatStages(Chain &chain, Stages stages, Bias bias) {
  if (!bias.isAbsent() || chain.memory == OnChipMemory::Accumulators)
    stages = stages.drop_front(addSums(chain, stages, std::move(bias)));
  while (!stages.empty())
    stages = stages.drop_front(addMap(chain, stages));
  return llvm::Error::success();
}

/// `value` as a tensor of fp32 of the same shape, dense off-chip.
static llvm::Expected<unsigned>
widenTensor(Lowering &lowering, mlir::Operation *op, mlir::Value value) {
  mlir::RankedTensorType tensor = tensorTypeOf(value);
  ElementType type = elementTypeOf(tensor.getElementType());
  int64_t elements = tensor.getNumElements();
  int64_t bytes = bytesOf(ElementType::FP32);
  NormalExtents extents = normalise({{elements}, {{bytesOf(type)}, {bytes}}});
  Chain chain(lowering, op, extents.dims);
  Map inst;
  inst.operation = MapOperation::Copy;
  inst.dims = chain.wholeDims();
  inst.aType = type;
  inst.dstType = ElementType::FP32;
  Binding source, target;
  source.tensor = lowering.tensorOf(value);
  chain.add(inst, {extents.bind(source, 0, "a")}, "dst", inst.dstType);
  target.tensor = lowering.addTensor(lowering.getLayerName().str() + ".operand",
                                     TensorRole::Activation, inst.dstType,
                                     tensor.getShape(), elements * bytes);
  if (llvm::Error error = chain.finish(extents.bind(target, 1, "dst")))
    return std::move(error);
  return target.tensor;
}

llvm::Expected<Binding> lowering::bindSampled(Lowering &lowering,
                                              mlir::Operation *op,
                                              mlir::Value value, bool computes,
                                              Pool &inst, Stages &stages) {
  Binding source = lowering.bindMap(value, "src");
  if (!computes || !isFloat(inst.type) || inst.type == ElementType::FP32)
    return source;
  auto cast = firstAs<nn::CastAttr>(stages);
  if (cast && elementTypeOf(cast.getOutputType()) == inst.type) {
    stages = stages.drop_front();
    return source;
  }
  llvm::Expected<unsigned> wide = widenTensor(lowering, op, value);
  if (!wide)
    return wide.takeError();
  source.tensor = *wide;
  setElementBytes(source, bytesOf(inst.type), bytesOf(ElementType::FP32));
  inst.type = ElementType::FP32;
  return source;
}
