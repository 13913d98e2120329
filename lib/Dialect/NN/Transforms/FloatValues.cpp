// Floats as doubles, and constants made of numbers.
#include "FloatValues.h"
#include "lacuna/Dialect/NN/IR/ConstantData.h"

#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace lacuna;

double nn::toDouble(FloatType type, int64_t bits) {
  if (type.isF32())
    return double(llvm::bit_cast<float>(uint32_t(bits)));
  APFloat value(type.getFloatSemantics(),
                APInt(type.getWidth(), uint64_t(bits), /*isSigned=*/false,
                      /*implicitTrunc=*/true));
  bool unused = false;
  value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &unused);
  return value.convertToDouble();
}

int64_t nn::toSingle(double value) {
  return int64_t(llvm::bit_cast<uint32_t>(float(value)));
}

std::optional<std::vector<double>> nn::readFloats(Value value) {
  auto constant = value ? value.getDefiningOp<ConstantOp>() : ConstantOp();
  if (!constant)
    return std::nullopt;
  auto data = ConstantData::get(constant.getValue());
  auto type = dyn_cast<FloatType>(constant.getType().getElementType());
  if (!data || !type)
    return std::nullopt;
  std::vector<double> values;
  values.reserve(data->size());
  for (int64_t i = 0; i != data->size(); ++i)
    values.push_back(toDouble(type, (*data)[i]));
  return values;
}

/// Constants of more bytes than this become resources, which nobody copies.
static constexpr size_t mostInlineBytes = size_t(1) << 16;

static Value makeConstant(OpBuilder &builder, Location location,
                          RankedTensorType type, ArrayRef<char> bytes) {
  ElementsAttr value;
  if (bytes.size() > mostInlineBytes)
    value = DenseResourceElementsAttr::get(
        type, "quantized",
        HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, 8));
  else
    value = DenseElementsAttr::getFromRawBuffer(type, bytes);
  return nn::ConstantOp::create(builder, location, value);
}

Value nn::makeFloatConstant(OpBuilder &builder, Location location,
                            ArrayRef<int64_t> shape, ArrayRef<double> values) {
  std::vector<float> narrow(values.begin(), values.end());
  return makeConstant(builder, location,
                      RankedTensorType::get(shape, builder.getF32Type()),
                      ArrayRef(reinterpret_cast<const char *>(narrow.data()),
                               narrow.size() * sizeof(float)));
}

Value nn::makeIntegerConstant(OpBuilder &builder, Location location,
                              ArrayRef<int64_t> shape, Type type,
                              ArrayRef<int64_t> values) {
  unsigned bits = type.getIntOrFloatBitWidth(), width = (bits + 7) / 8;
  SmallVector<char, 0> bytes;
  bytes.reserve(values.size() * width);
  for (int64_t value : values) {
    uint64_t kept = uint64_t(value) & llvm::maskTrailingOnes<uint64_t>(bits);
    for (unsigned byte = 0; byte != width; ++byte)
      bytes.push_back(char(kept >> (8 * byte)));
  }
  return makeConstant(builder, location, RankedTensorType::get(shape, type),
                      bytes);
}
