// Reading constants' elements.
#include "lacuna/Dialect/NN/IR/ConstantData.h"

#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace lacuna::nn;

std::optional<ConstantData> ConstantData::get(Attribute attribute) {
  auto elements = dyn_cast_if_present<ElementsAttr>(attribute);
  if (!elements || !elements.getElementType().isSignlessIntOrFloat())
    return std::nullopt;
  ConstantData data(elements);
  data.bits = elements.getElementType().getIntOrFloatBitWidth();
  data.floats = isa<FloatType>(elements.getElementType());
  if (data.bits > 64)
    return std::nullopt;
  if (auto dense = dyn_cast<DenseIntOrFPElementsAttr>(attribute)) {
    data.bytes = dense.getRawData();
    data.splat = dense.isSplat();
    return data;
  }
  auto resource = dyn_cast<DenseResourceElementsAttr>(attribute);
  AsmResourceBlob *blob =
      resource ? resource.getRawHandle().getBlob() : nullptr;
  int64_t size = 0;
  if (!blob || data.bits == 1 ||
      llvm::MulOverflow(data.size(), int64_t(data.getElementBytes()), size) ||
      blob->getData().size() != uint64_t(size))
    return std::nullopt;
  data.bytes = blob->getData();
  return data;
}

int64_t ConstantData::operator[](int64_t index) const {
  if (bits == 1)
    return cast<DenseIntElementsAttr>(attribute).getValues<bool>()[index];
  unsigned width = getElementBytes();
  const char *element = bytes.data() + (splat ? 0 : index * width);
  uint64_t value = 0;
  for (unsigned byte = 0; byte != width; ++byte)
    value |= uint64_t(uint8_t(element[byte])) << (8 * byte);
  return floats ? int64_t(value) : llvm::SignExtend64(value, bits);
}
