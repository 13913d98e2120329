// Conversions of block-scaled numbers (S1 to S5).
#include "lacuna/Support/BlockFloat.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cassert>
#include <cmath>

using namespace lacuna;
using namespace lacuna::mx;

// In the order of the enumeration, so that an element is its own index.
static constexpr ElementFormat elementFormats[] = {
    {Element::FP8E4M3, "fp8e4m3", 8, 4, 3, 8, 448},
    {Element::FP8E5M2, "fp8e5m2", 8, 5, 2, 15, 57344},
    {Element::FP6E2M3, "fp6e2m3", 6, 2, 3, 2, 7.5},
    {Element::FP6E3M2, "fp6e3m2", 6, 3, 2, 4, 28},
    {Element::FP4E2M1, "fp4e2m1", 4, 2, 1, 2, 6},
    {Element::INT8, "int8", 8, 0, 6, 0, 127.0 / 64},
};

llvm::ArrayRef<ElementFormat> mx::getElements() { return elementFormats; }

const ElementFormat &mx::getFormat(Element element) {
  return elementFormats[static_cast<unsigned>(element)];
}

std::optional<Element> mx::elementFromName(llvm::StringRef name) {
  const auto *found =
      llvm::find_if(elementFormats, [&](const ElementFormat &format) {
        return format.name == name;
      });
  if (found == std::end(elementFormats))
    return std::nullopt;
  return found->element;
}

static int biasOf(const ElementFormat &format) {
  return (1 << (format.exponentBits - 1)) - 1;
}

/// True for the patterns of the 8-bit formats that are no finite number.
static bool isSpecial(const ElementFormat &format, unsigned magnitude) {
  return (format.element == Element::FP8E4M3 && magnitude == 0x7f) ||
         (format.element == Element::FP8E5M2 && magnitude >= 0x7c);
}

float mx::decode(Element element, uint8_t bits) {
  const ElementFormat &format = getFormat(element);
  if (element == Element::INT8)
    return float(static_cast<int8_t>(bits)) / 64;
  unsigned signBit = 1u << (format.bits - 1);
  unsigned magnitude = bits & (signBit - 1);
  unsigned one = 1u << format.fractionBits;
  unsigned exponent = magnitude >> format.fractionBits;
  unsigned fraction = magnitude & (one - 1);
  float value;
  if (isSpecial(format, magnitude))
    value =
        format.element == Element::FP8E5M2 && fraction == 0 ? INFINITY : NAN;
  else
    value = std::ldexp(float(exponent ? one + fraction : fraction),
                       int(std::max(exponent, 1u)) - biasOf(format) -
                           int(format.fractionBits));
  return bits & signBit ? -value : value;
}

/// The integer nearest to `value`, ties to even.
static double roundToEven(double value) {
  double below = std::floor(value);
  double rest = value - below;
  bool isUp = rest > 0.5 || (rest == 0.5 && std::fmod(below, 2) != 0);
  return isUp ? below + 1 : below;
}

uint8_t mx::encode(Element element, double value) {
  const ElementFormat &format = getFormat(element);
  if (value != value)
    return 0;
  double bounded = std::clamp(value, -format.maximum, format.maximum);
  if (element == Element::INT8)
    return static_cast<uint8_t>(static_cast<int8_t>(roundToEven(bounded * 64)));
  double magnitude = std::fabs(bounded);
  int least = 1 - biasOf(format);
  int exponent =
      magnitude == 0 ? least : std::max(std::ilogb(magnitude), least);
  // In units of the last place, from 2^fractionBits on for normal numbers: one
  // more step in the exponent field carries a significand that rounds up to
  // the next power of two.
  auto significand = static_cast<unsigned>(
      roundToEven(std::ldexp(magnitude, int(format.fractionBits) - exponent)));
  unsigned field = static_cast<unsigned>(exponent - least);
  unsigned bits = (field << format.fractionBits) + significand;
  unsigned sign = std::signbit(value) ? 1u << (format.bits - 1) : 0;
  return static_cast<uint8_t>(sign | bits);
}

double mx::decodeScale(uint8_t byte) {
  return byte == scaleNaN ? NAN : std::ldexp(1.0, int(byte) - 127);
}

uint8_t mx::chooseScale(Element element, llvm::ArrayRef<float> values) {
  float greatest = 0;
  for (float value : values) {
    if (!std::isfinite(value))
      return scaleNaN;
    greatest = std::max(greatest, std::fabs(value));
  }
  if (greatest == 0)
    return 0;
  int exponent = std::ilogb(greatest) - getFormat(element).maximumExponent;
  return static_cast<uint8_t>(std::clamp(exponent, -127, 127) + 127);
}

uint8_t mx::encodeBlock(Element element, llvm::ArrayRef<float> values,
                        llvm::MutableArrayRef<uint8_t> elements) {
  assert(values.size() == elements.size());
  uint8_t scale = chooseScale(element, values);
  double divisor = decodeScale(scale);
  // Division by a power of two is exact here; by NaN it gives NaN, that is, 0.
  for (auto [value, bits] : llvm::zip_equal(values, elements))
    bits = encode(element, value / divisor);
  return scale;
}

void mx::decodeBlock(Element element, uint8_t scale,
                     llvm::ArrayRef<uint8_t> elements,
                     llvm::MutableArrayRef<float> values) {
  double factor = decodeScale(scale);
  for (auto [bits, value] : llvm::zip_equal(elements, values))
    value = static_cast<float>(decode(element, bits) * factor);
}
