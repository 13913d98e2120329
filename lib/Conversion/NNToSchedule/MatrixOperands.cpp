// Weights, biases and types of stages on MATRIX.
#include "MatrixOperands.h"

#include "Constants.h"

using namespace lacuna;
using namespace lacuna::lowering;

Binding lowering::bindWeights(Lowering &lowering, mlir::Value value,
                              const WeightLayout &layout, ElementType &type) {
  type = elementTypeOf(tensorTypeOf(value).getElementType());
  Binding binding;
  binding.field = "weights";
  std::optional<nn::ConstantData> elements = constantOf(value);
  if (!elements) {
    // i4 travels as a byte outside of constants.
    int64_t bytes = bytesOf(type);
    if (type == ElementType::I4)
      type = ElementType::I8;
    binding.tensor = lowering.tensorOf(value);
    binding.offset = layout.first * bytes;
    for (int64_t stride : layout.strides)
      binding.strides.push_back(stride * bytes);
    return binding;
  }
  bool packed = type == ElementType::I4;
  int64_t row = layout.shape.back() * bytesOf(type);
  if (packed)
    row = (layout.shape.back() + 1) / 2;
  binding.strides.assign(layout.shape.size(), bytesOf(type));
  for (size_t axis = layout.shape.size() - 1; axis-- != 0;) {
    binding.strides[axis] = row;
    row *= layout.shape[axis];
  }
  binding.strides.erase(binding.strides.begin(),
                        binding.strides.end() - layout.coordinates);
  binding.tensor = lowering.addConstant(
      lowering.getLayerName().str() + ".weights", TensorRole::Weights, type,
      layout.shape, row, elements->getAttribute(), layout.word,
      [elements = *elements, layout, type,
       packed](llvm::MutableArrayRef<uint8_t> to) {
        writeElements(elements, layout.shape, layout.strides, type, packed, to,
                      layout.first);
      });
  return binding;
}

Bias lowering::makeBias(Lowering &lowering, mlir::Value value,
                        int64_t channels) {
  Bias bias;
  if (!value)
    return bias;
  if (std::optional<nn::ConstantData> elements = constantOf(value)) {
    bias.values = readElements(*elements);
    if (bias.values.size() == 1)
      bias.values.assign(channels, int64_t(bias.values.front()));
    return bias;
  }
  bias.tensor = lowering.bind(value);
  return bias;
}

/// Adds a bias that is one value for many channels: no record has that form.
static void addBroadcastBias(Chain &chain, Bias &bias) {
  Map inst;
  inst.operation = MapOperation::Add;
  inst.dims = chain.wholeDims();
  inst.a.memory = chain.memory;
  inst.aType = inst.bType = inst.dstType = chain.type;
  inst.useB = true;
  Binding value = *std::exchange(bias.tensor, std::nullopt);
  value.field = "b";
  value.strides.assign(chain.dims.size(), 0);
  chain.add(inst, {chain.source("a"), std::move(value)}, "dst", chain.type);
}

/// `stages` for `copies` times the channels.
static llvm::SmallVector<mlir::Attribute>
repeatChannels(llvm::ArrayRef<mlir::Attribute> stages, int64_t copies) {
  llvm::SmallVector<mlir::Attribute> repeated;
  for (mlir::Attribute stage : stages) {
    auto rescale = llvm::dyn_cast<nn::RescaleAttr>(stage);
    if (!rescale || !rescale.isPerChannel()) {
      repeated.push_back(stage);
      continue;
    }
    std::vector<int32_t> multipliers;
    std::vector<int8_t> shifts;
    for (int64_t copy = 0; copy != copies; ++copy) {
      llvm::append_range(multipliers, rescale.getMultiplier());
      llvm::append_range(shifts, rescale.getShift());
    }
    repeated.push_back(nn::RescaleAttr::get(
        rescale.getContext(), rescale.getInputType(), rescale.getOutputType(),
        multipliers, shifts, rescale.getInputZp(), rescale.getOutputZp(),
        rescale.getRounding(), rescale.getInputUnsigned(),
        rescale.getOutputUnsigned(), rescale.getScale32()));
  }
  return repeated;
}

llvm::Error lowering::finishSums(Chain &chain, mlir::Value biasValue,
                                 llvm::ArrayRef<mlir::Attribute> stages,
                                 int64_t copies) {
  int64_t channels = chain.dims.back() / copies;
  Bias bias = makeBias(chain.lowering, biasValue, channels);
  bool broadcast = bias.tensor && channels != 1 &&
                   tensorTypeOf(biasValue).getNumElements() == 1;
  if (broadcast)
    addBroadcastBias(chain, bias);
  if (copies == 1)
    return applyStages(chain, stages, std::move(bias));
  std::vector<int64_t> values;
  for (int64_t copy = 0; copy != copies; ++copy)
    llvm::append_range(values, bias.values);
  bias.values = std::move(values);
  return applyStages(chain, repeatChannels(stages, copies), std::move(bias));
}

llvm::Error lowering::checkTypes(Lowering &lowering, mlir::Operation *op,
                                 ElementType input, ElementType weights,
                                 ElementType sums) {
  if (lowering.machine.supports(input, weights, sums))
    return llvm::Error::success();
  return errorAt(op,
                 "machine '" + lowering.machine.name + "' does not multiply " +
                     getName(input) + " by " + getName(weights) + " into " +
                     getName(sums),
                 lowering.hintAt([&](const Machine &other) {
                   return other.supports(input, weights, sums);
                 }));
}
