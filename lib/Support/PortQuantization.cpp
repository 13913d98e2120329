// Floats to integers and back, element by element.
#include "lacuna/Support/PortQuantization.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace lacuna;

/// The nearest integer, ties to even, whatever the rounding mode.
static double roundToEven(double value) {
  double below = std::floor(value), part = value - below;
  bool isUp = part > 0.5 || (part == 0.5 && std::fmod(below, 2) != 0);
  return isUp ? below + 1 : below;
}

llvm::Expected<std::vector<uint8_t>>
lacuna::quantizeBytes(llvm::ArrayRef<uint8_t> floats, ElementType type,
                      const PortQuantization &quantization) {
  size_t count = floats.size() / sizeof(float), width = getInfo(type).bits / 8;
  auto low = double(getMinimum(type)), high = double(getMaximum(type));
  std::vector<uint8_t> elements(count * width);
  for (size_t i = 0; i != count; ++i) {
    float value = 0;
    std::memcpy(&value, &floats[i * sizeof value], sizeof value);
    if (std::isnan(value))
      return makeError("element " + llvm::Twine(i) +
                       " is NaN, which no integer stands for");
    double quotient = double(value) / double(quantization.scale);
    auto element = int64_t(std::clamp(
        roundToEven(quotient) + double(quantization.zeroPoint), low, high));
    std::memcpy(&elements[i * width], &element, width);
  }
  return elements;
}

std::vector<uint8_t>
lacuna::dequantizeBytes(llvm::ArrayRef<uint8_t> elements, ElementType type,
                        const PortQuantization &quantization) {
  size_t width = getInfo(type).bits / 8, count = elements.size() / width;
  std::vector<uint8_t> floats(count * sizeof(float));
  for (size_t i = 0; i != count; ++i) {
    int64_t element = 0;
    std::memcpy(&element, &elements[i * width], width);
    if (getInfo(type).isSigned)
      element = llvm::SignExtend64(uint64_t(element), unsigned(8 * width));
    // 24 bits by 17: exact, then rounded once.
    auto value = float(double(quantization.scale) *
                       double(element - quantization.zeroPoint));
    std::memcpy(&floats[i * sizeof value], &value, sizeof value);
  }
  return floats;
}
