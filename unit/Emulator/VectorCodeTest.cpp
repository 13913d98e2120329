// Products and rows in vector code against plain loops, for every kind of
// processor.
#include "Output.h"
#include "Panel.h"
#include "Targets.h"

#include <random>

using namespace lacuna;

namespace {
using Generator = std::mt19937_64;

int64_t between(Generator &generator, int64_t least, int64_t most) {
  return std::uniform_int_distribution<int64_t>(least, most)(generator);
}
/// Any number of its type; the ends often, where products overflow.
template <typename T> T anyNumber(Generator &generator) {
  using Limits = std::numeric_limits<T>;
  if (between(generator, 0, 3) == 0)
    return between(generator, 0, 1) ? Limits::min() : Limits::max();
  return static_cast<T>(generator());
}
template <typename T>
std::vector<T> numbers(Generator &generator, size_t count) {
  std::vector<T> result(count);
  for (T &number : result)
    number = anyNumber<T>(generator);
  return result;
}

template <typename In, typename Sum> Sum product(In a, In b) {
  return static_cast<Sum>(static_cast<__int128>(a) * b);
}

/// Products of random sizes; `channels` up to several blocks of them.
template <typename In, typename Sum> void multiplyAny(unsigned seed) {
  using Product = Panel<In, Sum>;
  Generator generator(seed);
  size_t channels = between(generator, 1, 150);
  size_t pixels = between(generator, 1, 11),
         pixelStep = between(generator, 1, 40);
  size_t count = between(generator, 0, 4), align = Product::termAlignment;
  size_t segmentTerms = between(generator, 1, 12) * align;
  // A segment of the panel that the row leaves out, as rows of padding are.
  size_t terms = (count + 1) * segmentTerms;
  auto rows = numbers<In>(generator, channels * terms);
  auto input = numbers<In>(generator, pixels * pixelStep + 200);
  std::vector<Segment<In>> segments;
  for (size_t s = 0; s != count; ++s)
    segments.push_back(
        {input.data() + between(generator, 0, 50), (s + 1) * segmentTerms});

  std::vector<In> panel;
  Product::pack(rows.data(), channels, terms, panel);
  size_t stride = Product::getSumStride(channels);
  std::vector<Sum> sums(pixels * stride);
  Product::multiply({segments, segmentTerms, pixelStep, pixels}, panel,
                    channels, terms, sums.data());
  for (size_t p = 0; p != pixels; ++p)
    for (size_t n = 0; n != channels; ++n) {
      Sum expected = 0;
      for (const Segment<In> &segment : segments)
        for (size_t k = 0; k != segmentTerms; ++k)
          expected += product<In, Sum>(segment.input[p * pixelStep + k],
                                       rows[n * terms + segment.firstTerm + k]);
      ASSERT_EQ(sums[p * stride + n], expected) << "seed " << seed;
    }
}

template <typename In, typename Sum> void multiplyEachOfAny(unsigned seed) {
  Generator generator(seed);
  size_t channels = between(generator, 1, 70), count = between(generator, 0, 9);
  size_t pixels = between(generator, 1, 5),
         pixelStep = between(generator, 1, 80);
  auto weights = numbers<In>(generator, count * channels);
  auto input = numbers<In>(generator, pixels * pixelStep + channels + 50);
  std::vector<Segment<In>> taps;
  for (size_t s = 0; s != count; ++s)
    taps.push_back({input.data() + between(generator, 0, 50), s * channels});
  std::vector<Sum> sums(pixels * channels);
  Panel<In, Sum>::multiplyEach({taps, 0, pixelStep, pixels}, weights, channels,
                               sums.data());
  for (size_t p = 0; p != pixels; ++p)
    for (size_t n = 0; n != channels; ++n) {
      Sum expected = 0;
      for (const Segment<In> &tap : taps)
        expected += product<In, Sum>(tap.input[p * pixelStep + n],
                                     weights[tap.firstTerm + n]);
      ASSERT_EQ(sums[p * channels + n], expected) << "seed " << seed;
    }
}
} // namespace

TEST(VectorCode, ProductsAreTheirSums) {
  withEachTarget([] {
    for (unsigned seed = 0; seed != 60; ++seed) {
      multiplyAny<int16_t, uint32_t>(seed);
      multiplyEachOfAny<int16_t, uint32_t>(seed);
    }
  });
  for (unsigned seed = 0; seed != 20; ++seed) {
    multiplyAny<int16_t, uint64_t>(seed);
    multiplyAny<int64_t, uint64_t>(seed);
    multiplyEachOfAny<int16_t, uint64_t>(seed);
    multiplyEachOfAny<int64_t, uint64_t>(seed);
  }
}

TEST(VectorCode, RescaledRowsAreScaledNumbers) {
  using namespace arithmetic;
  withEachTarget([] {
    Generator generator(1);
    for (unsigned round = 0; round != 200; ++round) {
      size_t count = between(generator, 1, 70);
      auto row = numbers<int32_t>(generator, count + rowSlack);
      auto biases = numbers<int32_t>(generator, count + rowSlack);
      std::vector<int32_t> multipliers(count + rowSlack), shifts(multipliers);
      for (size_t i = 0; i != count; ++i) {
        multipliers[i] = anyNumber<int32_t>(generator) & INT32_MAX;
        shifts[i] = static_cast<int32_t>(between(generator, 0, 62));
      }
      bool twice = round & 1;
      Output output(round & 2 ? ElementType::I8 : ElementType::I32,
                    between(generator, -32768, 65535),
                    round & 4 ? between(generator, -200, 10) : INT64_MIN,
                    round & 8 ? between(generator, -10, 200) : INT64_MAX);
      auto result = row;
      rescaleRow(result.data(), count, biases.data(), /*zeroPoint=*/0,
                 {multipliers.data(), shifts.data(), twice}, output.getRange());
      for (size_t i = 0; i != count; ++i) {
        int64_t value = wrap(int64_t(row[i]) + biases[i], 32);
        value =
            applyScale(value, multipliers[i], shifts[i],
                       twice ? ScaleRounding::Double : ScaleRounding::Single);
        ASSERT_EQ(result[i], static_cast<int32_t>(output(value)));
      }
    }
  });
}

TEST(VectorCode, RowsChangeTheirTypes) {
  withEachTarget([] {
    Generator generator(1);
    for (size_t count = 0; count != 80; ++count) {
      auto narrow = numbers<int8_t>(generator, count);
      auto zeroPoint = anyNumber<int16_t>(generator);
      std::vector<int16_t> widened(count);
      widenRow(narrow.data(), count, zeroPoint, widened.data());
      auto wide = numbers<int32_t>(generator, count);
      std::vector<int8_t> narrowed(count);
      narrowRow(wide.data(), count, narrowed.data());
      for (size_t i = 0; i != count; ++i) {
        EXPECT_EQ(widened[i], static_cast<int16_t>(narrow[i] - zeroPoint));
        EXPECT_EQ(narrowed[i], static_cast<int8_t>(wide[i]));
      }
    }
  });
}
