// Reading constant attributes and laying their elements out.
#include "Constants.h"

#include <cstring>

using namespace lacuna;
using namespace lacuna::lowering;

std::optional<nn::ConstantData> lowering::constantOf(mlir::Value value) {
  auto constant = value.getDefiningOp<nn::ConstantOp>();
  return constant ? nn::ConstantData::get(constant.getValue()) : std::nullopt;
}

std::optional<int64_t> lowering::splatOf(mlir::Value value) {
  std::optional<nn::ConstantData> elements = constantOf(value);
  if (!elements || !elements->isSplat())
    return std::nullopt;
  return (*elements)[0];
}

std::vector<int64_t> lowering::readElements(const nn::ConstantData &elements) {
  std::vector<int64_t> values(elements.size());
  for (auto [index, value] : llvm::enumerate(values))
    value = elements[index];
  return values;
}

void lowering::appendBytes(std::vector<uint8_t> &to, int64_t value,
                           unsigned bytes) {
  for (unsigned i = 0; i != bytes; ++i)
    to.push_back(uint8_t(uint64_t(value) >> (8 * i)));
}

void lowering::writeElements(const nn::ConstantData &elements,
                             llvm::ArrayRef<int64_t> shape,
                             llvm::ArrayRef<int64_t> strides, ElementType type,
                             bool packed, llvm::MutableArrayRef<uint8_t> to,
                             int64_t first) {
  llvm::ArrayRef<char> raw = elements.getBytes();
  bool dense = strides == llvm::ArrayRef<int64_t>(denseStrides(shape, 1));
  unsigned bytes = bytesOf(type);
  if (dense && !packed && raw.size() == to.size() &&
      elements.getType().getElementTypeBitWidth() == 8 * bytes) {
    std::memcpy(to.data(), raw.data(), to.size());
    return;
  }

  int64_t row = shape.empty() ? 1 : shape.back();
  int64_t step = shape.empty() ? 1 : strides.back();
  llvm::SmallVector<int64_t, 6> index(shape.size());
  uint8_t *next = to.data();
  int64_t rows = 1;
  for (size_t axis = 0; axis + 1 < shape.size(); ++axis)
    rows *= shape[axis];
  for (; rows != 0; --rows) {
    int64_t at = first;
    for (size_t axis = 0; axis + 1 < shape.size(); ++axis)
      at += index[axis] * strides[axis];
    for (int64_t i = 0; i != row; ++i, at += step) {
      uint64_t value = elements[at];
      if (packed) {
        uint8_t half = value & 15;
        if (i % 2)
          next[-1] |= half << 4;
        else
          *next++ = half;
        continue;
      }
      for (unsigned byte = 0; byte != bytes; ++byte)
        *next++ = uint8_t(value >> (8 * byte));
    }
    // The next row: axes before the last count up, the innermost first.
    for (size_t axis = shape.size(); axis > 1; --axis) {
      if (++index[axis - 2] != shape[axis - 2])
        break;
      index[axis - 2] = 0;
    }
  }
}
