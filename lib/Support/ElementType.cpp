// The table behind ElementType.h.
#include "lacuna/Support/ElementType.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace lacuna;

// In the order of the enumeration, so that a type is its own index.
static constexpr ElementTypeInfo elementTypes[] = {
    {ElementType::I1, "i1", 1, 8, false, false},
    {ElementType::I4, "i4", 4, 4, true, false},
    {ElementType::I8, "i8", 8, 8, true, false},
    {ElementType::U8, "u8", 8, 8, false, false},
    {ElementType::I16, "i16", 16, 16, true, false},
    {ElementType::U16, "u16", 16, 16, false, false},
    {ElementType::I32, "i32", 32, 32, true, false},
    {ElementType::I48, "i48", 48, 64, true, false},
    {ElementType::FP8E4M3, "fp8e4m3", 8, 8, true, true},
    {ElementType::FP8E5M2, "fp8e5m2", 8, 8, true, true},
    {ElementType::BF16, "bf16", 16, 16, true, true},
    {ElementType::FP16, "fp16", 16, 16, true, true},
    {ElementType::FP32, "fp32", 32, 32, true, true},
};

llvm::ArrayRef<ElementTypeInfo> lacuna::getElementTypes() {
  return elementTypes;
}

const ElementTypeInfo &lacuna::getInfo(ElementType type) {
  return elementTypes[static_cast<unsigned>(type)];
}

std::optional<ElementType> lacuna::elementTypeFromName(llvm::StringRef name) {
  const auto *found =
      llvm::find_if(elementTypes, [&](const ElementTypeInfo &info) {
        return info.name == name;
      });
  if (found == std::end(elementTypes))
    return std::nullopt;
  return found->type;
}

std::optional<ElementType> lacuna::elementTypeFromNumber(uint64_t number) {
  if (number >= std::size(elementTypes))
    return std::nullopt;
  return static_cast<ElementType>(number);
}

std::optional<uint64_t> lacuna::getStorageBytes(ElementType type,
                                                uint64_t count) {
  unsigned bits = getInfo(type).storageBits;
  if (bits < 8) {
    uint64_t perByte = 8 / bits;
    return count / perByte + (count % perByte != 0);
  }
  uint64_t bytes;
  if (__builtin_mul_overflow(count, static_cast<uint64_t>(bits / 8), &bytes))
    return std::nullopt;
  return bytes;
}

int64_t lacuna::getMinimum(ElementType type) {
  const ElementTypeInfo &info = getInfo(type);
  return info.isSigned ? llvm::minIntN(info.bits) : 0;
}

int64_t lacuna::getMaximum(ElementType type) {
  const ElementTypeInfo &info = getInfo(type);
  return info.isSigned ? llvm::maxIntN(info.bits)
                       : static_cast<int64_t>(llvm::maxUIntN(info.bits));
}
