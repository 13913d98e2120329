// Rescale, clamp, table, cast and scale: the functions of one element that
// follow a layer.
#include "FloatTensor.h"
#include "Operators.h"

#include "lacuna/Reference/Arithmetic.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace lacuna;
using namespace lacuna::reference;

/// R1 to R6.
static Tensor rescale(nn::RescaleAttr stage, Tensor tensor) {
  ElementType outputType = *elementTypeOf(stage.getOutputType());
  unsigned inputBits = tensor.bits(), outputBits = getInfo(outputType).bits;
  bool inputUnsigned = stage.getInputUnsigned();
  bool outputUnsigned = stage.getOutputUnsigned();
  bool doubleRound = stage.getRounding() == nn::Rounding::Double;
  llvm::ArrayRef<int32_t> multipliers = stage.getMultiplier();
  llvm::ArrayRef<int8_t> shifts = stage.getShift();
  size_t channels = multipliers.size();

  size_t channel = 0;
  for (int64_t &element : tensor.values) {
    int64_t value = inputUnsigned ? zeroExtend(element, inputBits) : element;
    value -= stage.getInputZp();
    int64_t scaled =
        doubleRound ? applyScaleDoubleRound(value, multipliers[channel],
                                            shifts[channel])
                    : applyScale(value, multipliers[channel], shifts[channel]);
    int64_t moved = addModulo(scaled, stage.getOutputZp());
    element = outputUnsigned
                  ? wrap(saturateUnsigned(moved, outputBits), outputBits)
                  : saturateSigned(moved, outputBits);
    if (++channel == channels)
      channel = 0;
  }
  tensor.type = outputType;
  return tensor;
}

/// X8: the product with the factor of the channel.
static Tensor scale(nn::ScaleAttr stage, Tensor tensor) {
  llvm::ArrayRef<float> factors = stage.getFactors().asArrayRef();
  std::vector<float> values = decodeAll(tensor);
  for (auto [i, value] : llvm::enumerate(values))
    value = fp::mul(value, factors[i % factors.size()]);
  encodeAll(values, tensor);
  return tensor;
}

/// X3.
static Tensor cast(nn::CastAttr stage, Tensor tensor) {
  std::vector<float> values = decodeAll(tensor);
  tensor.type = *elementTypeOf(stage.getOutputType());
  encodeAll(values, tensor);
  return tensor;
}

/// X14.
static Tensor clampFloats(nn::ClampAttr stage, Tensor tensor) {
  float min = stage.getMinFloat(), max = stage.getMaxFloat();
  fp::NanMode mode = nanModeOf(stage.getIgnoreNan());
  std::vector<float> values = decodeAll(tensor);
  for (float &value : values)
    value = fp::clamp(value, min, max, mode);
  encodeAll(values, tensor);
  return tensor;
}

/// C1.
static Tensor clamp(nn::ClampAttr stage, Tensor tensor) {
  if (stage.isFloat())
    return clampFloats(stage, std::move(tensor));
  int64_t min = stage.getMinInt(), max = stage.getMaxInt();
  for (int64_t &element : tensor.values)
    element = std::min(std::max(element, min), max);
  return tensor;
}

/// B1 to B3.
static Tensor lookUp(nn::TableAttr stage, Tensor tensor) {
  std::vector<int64_t> entries = tensorOf(stage.getValues())->values;
  bool interpolate = tensor.type == ElementType::I16;
  for (int64_t &element : tensor.values)
    element = interpolate ? lookUpInterpolated(entries, element)
                          : entries[element + 128];
  tensor.type = *elementTypeOf(stage.getOutputType());
  return tensor;
}

Tensor reference::applyStages(llvm::ArrayRef<mlir::Attribute> stages,
                              Tensor tensor) {
  for (mlir::Attribute stage : stages)
    tensor = llvm::TypeSwitch<mlir::Attribute, Tensor>(stage)
                 .Case([&](nn::RescaleAttr rescaleStage) {
                   return rescale(rescaleStage, std::move(tensor));
                 })
                 .Case([&](nn::ClampAttr clampStage) {
                   return clamp(clampStage, std::move(tensor));
                 })
                 .Case([&](nn::TableAttr tableStage) {
                   return lookUp(tableStage, std::move(tensor));
                 })
                 .Case([&](nn::CastAttr castStage) {
                   return cast(castStage, std::move(tensor));
                 })
                 .Case([&](nn::ScaleAttr scaleStage) {
                   return scale(scaleStage, std::move(tensor));
                 });
  return tensor;
}
