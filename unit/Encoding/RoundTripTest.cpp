// What goes in comes out: random tensors in every format, of every width of
// element and size of unit.
#include "Weights.h"

#include "gmock/gmock.h"

using namespace lacuna;
using namespace lacuna::test;

namespace {

/// Keeps the elements that make the tensor fit its format: the same rules as
/// in docs/formats.md, on elements held one to a number.
struct Tensor {
  StreamFormat format;
  std::vector<uint32_t> elements;
  size_t unitElements;

  uint32_t zero() const {
    return format.zero & ((1u << format.elementBits) - 1);
  }

  void makeSparse() {
    for (size_t unit = 0; unit < elements.size(); unit += unitElements) {
      size_t end = std::min(unit + unitElements, elements.size());
      size_t row = format.rowElements ? format.rowElements : end - unit;
      unsigned left = 0;
      for (size_t i = unit; i < end; ++i) {
        if ((i - unit) % row % format.group == 0)
          left = format.nonzeros;
        if (elements[i] == zero())
          continue;
        if (left == 0)
          elements[i] = zero();
        else
          --left;
      }
    }
  }

  Bytes pack() const {
    Bytes bytes;
    for (size_t i = 0; i < elements.size(); ++i) {
      if (format.elementBits == 4 && i % 2)
        bytes.back() |= elements[i] << 4;
      else
        bytes.push_back(elements[i]);
      if (format.elementBits == 16)
        bytes.push_back(elements[i] >> 8);
    }
    return bytes;
  }
};

} // namespace

static Tensor makeTensor(WeightEncoding kind, Random &random) {
  Tensor tensor;
  StreamFormat &format = tensor.format;
  format.kind = kind;
  format.elementBits = 4u << random.below(3);
  // A model of 65,536 values takes its time to choose: fewer of those.
  if (kind == WeightEncoding::Entropy && random.chance(75))
    format.elementBits = std::min(format.elementBits, 8u);
  uint32_t range = 1u << format.elementBits;
  if (random.chance(40))
    format.zero = int64_t(random.below(range + range / 2)) - range / 2;
  size_t count = random.chance(10) ? random.below(4) : random.below(700);
  if (random.chance(3))
    count += 6000;
  tensor.unitElements = 1 + random.below(count + 10);
  if (format.elementBits == 4) {
    count += count % 2;
    tensor.unitElements += tensor.unitElements % 2;
  }
  format.group = 2 + random.below(random.chance(80) ? 15 : 255);
  format.nonzeros = 1 + random.below(format.group - 1);
  format.rowElements = random.below(100);

  // How values are spread: anywhere, near zero, or a few.
  unsigned zeros = random.below(101), spread = random.below(3);
  double width = (1 + random.below(100)) / 400.0 * range;
  std::vector<uint32_t> few(1 + random.below(16));
  for (uint32_t &value : few)
    value = random.below(range);
  for (size_t i = 0; i < count; ++i) {
    uint32_t value = random.below(range);
    if (kind == WeightEncoding::Palette || spread == 2)
      value = few[random.below(few.size())];
    else if (random.chance(zeros))
      value = format.zero;
    else if (spread == 1)
      value = format.zero + std::lround(random.gaussian() * width);
    tensor.elements.push_back(value & (range - 1));
  }
  if (kind == WeightEncoding::Nm)
    tensor.makeSparse();
  return tensor;
}

static void roundTrip(WeightEncoding kind, uint32_t seed, unsigned tensors) {
  Random random(seed);
  for (unsigned number = 0; number < tensors; ++number) {
    SCOPED_TRACE("tensor " + std::to_string(number));
    Tensor tensor = makeTensor(kind, random);
    Bytes raw = tensor.pack();
    auto units = cut(raw, tensor.unitElements * tensor.format.elementBits / 8);
    auto encoded = encodeWeights(tensor.format, units);
    ASSERT_TRUE(bool(encoded)) << toString(encoded.takeError());
    auto stored = getStoredBytes(tensor.format, units);
    ASSERT_TRUE(bool(stored)) << toString(stored.takeError());
    EXPECT_EQ(*stored, encoded->getStoredBytes());
    std::vector<size_t> sizes;
    sizes.reserve(units.size());
    for (llvm::ArrayRef<uint8_t> unit : units)
      sizes.push_back(unit.size());
    auto decoded = decodeWeights(tensor.format, *encoded, sizes);
    ASSERT_TRUE(bool(decoded)) << toString(decoded.takeError());
    ASSERT_EQ(*decoded, raw);
  }
}

TEST(RoundTrip, NM) { roundTrip(WeightEncoding::Nm, 1, 2000); }
TEST(RoundTrip, Bitmap) { roundTrip(WeightEncoding::Bitmap, 2, 2000); }
TEST(RoundTrip, ZeroRun) { roundTrip(WeightEncoding::ZeroRun, 3, 2000); }
TEST(RoundTrip, Entropy) { roundTrip(WeightEncoding::Entropy, 4, 2000); }
TEST(RoundTrip, Palette) { roundTrip(WeightEncoding::Palette, 5, 2000); }
