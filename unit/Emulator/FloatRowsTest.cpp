// Conversions of floats against their definition, functions against those of
// the C library, and vector code of every kind against single elements.
#include "FloatRows.h"
#include "FloatFunctions.h"
#include "FloatOutput.h"
#include "NaiveFloats.h"

using namespace lacuna;
using namespace lacuna::naive;

namespace {
/// fp32 numbers where rounding to `type` is hard: its numbers, what lies
/// halfway, the neighbours of both, and any bits.
std::vector<float> hardNumbers(ElementType type) {
  std::vector<float> numbers;
  uint32_t count = type == ElementType::FP32 ? 0 : 1u << getInfo(type).bits;
  for (uint32_t bits = 0; bits != count; ++bits) {
    float value = decode(type, bits);
    double next = decode(type, bits + 1 == count ? bits : bits + 1);
    auto half = float((value + next) / 2);
    for (float base : {value, half})
      for (float x : {base, std::nextafter(base, -INFINITY),
                      std::nextafter(base, INFINITY)})
        numbers.push_back(x);
  }
  std::mt19937 random(1);
  for (int i = 0; i != 20000; ++i)
    numbers.push_back(floatOf(uint32_t(random())));
  for (float x : {464.0f, 465.0f, 57344.0f, 61439.0f, 61440.0f, 65519.0f,
                  65520.0f, INFINITY, 0x1p-149f, 0x1p-133f, 0x1p-134f})
    numbers.insert(numbers.end(), {x, -x});
  return numbers;
}
} // namespace

TEST(FloatRows, WideningIsTheNumber) {
  withEachTarget([] {
    for (ElementType type : floatTypes) {
      uint32_t step = type == ElementType::FP32 ? 65521 : 1;
      uint64_t count = uint64_t(1) << getInfo(type).bits;
      size_t size = getInfo(type).bits / 8;
      for (uint64_t bits = 0; bits < count; bits += step) {
        float result, expected = decode(type, uint32_t(bits));
        widenFloats(type, reinterpret_cast<const uint8_t *>(&bits), 1, &result);
        if (std::isnan(expected))
          ASSERT_TRUE(std::isnan(result));
        else
          ASSERT_EQ(bitsOf(result), bitsOf(expected)) << bits;
      }
      // Rows of any length.
      std::vector<uint8_t> bytes(100 * size, 0x3c);
      for (size_t length : {0, 1, 7, 33, 100}) {
        std::vector<float> row(length + 1, -1.0f);
        widenFloats(type, bytes.data(), length, row.data());
        float one = decode(type, 0x3c3c3c3c & uint32_t(count - 1));
        for (size_t i = 0; i != length; ++i)
          ASSERT_EQ(row[i], one);
        ASSERT_EQ(row[length], -1);
      }
    }
  });
}

TEST(FloatRows, NarrowingIsToNearestTiesToEven) {
  for (ElementType type : floatTypes) {
    std::vector<float> numbers = hardNumbers(type);
    size_t size = getInfo(type).bits / 8;
    std::vector<uint32_t> expected;
    for (float x : numbers)
      expected.push_back(encode(type, x));
    withEachTarget([&] {
      std::vector<uint8_t> bytes(numbers.size() * size);
      narrowFloats(type, numbers.data(), numbers.size(), bytes.data());
      std::vector<float> rounded = numbers;
      roundFloats(type, rounded.data(), rounded.size());
      for (size_t i = 0; i != numbers.size(); ++i) {
        uint32_t bits = 0;
        std::memcpy(&bits, bytes.data() + i * size, size);
        ASSERT_EQ(bits, expected[i])
            << getName(type).str() << " of " << numbers[i];
        if (!std::isnan(numbers[i]))
          ASSERT_EQ(bitsOf(rounded[i]), bitsOf(decode(type, bits)));
      }
    });
  }
}

TEST(FloatRows, IntegersAreRoundedOnce) {
  std::mt19937_64 random(1);
  for (int i = 0; i != 20000; ++i) {
    int64_t value = int64_t(random()) >> (16 + random() % 47);
    // Just beside what lies halfway between two numbers of few bits.
    if (i % 2)
      value = (value >> 20) * (1 << 20) + (1 << 19) + int64_t(random() % 3) - 1;
    for (ElementType type : floatTypes)
      ASSERT_EQ(encode(type, toFloat(value, type)), encode(type, double(value)))
          << value << " as " << getName(type).str();
  }
}

TEST(FloatRows, FloatsToIntegersSaturate) {
  using T = ElementType;
  EXPECT_EQ(toInteger(0.5f, T::I8), 0);
  EXPECT_EQ(toInteger(1.5f, T::I8), 2);
  EXPECT_EQ(toInteger(-2.5f, T::I8), -2);
  EXPECT_EQ(toInteger(127.5f, T::I8), 127);
  EXPECT_EQ(toInteger(-1e30f, T::I8), -128);
  EXPECT_EQ(toInteger(-1, T::U8), 0);
  EXPECT_EQ(toInteger(INFINITY, T::I32), INT32_MAX);
  EXPECT_EQ(toInteger(-INFINITY, T::I48), -(int64_t(1) << 47));
  EXPECT_EQ(toInteger(0x1p31f, T::I32), INT32_MAX);
  EXPECT_EQ(toInteger(0x1.fffffep30f, T::I32), 0x7fffff80);
  EXPECT_EQ(toInteger(NAN, T::I16), 0);
  EXPECT_EQ(toInteger(NAN, T::I1), 1);
  EXPECT_EQ(toInteger(0x1p-149f, T::I1), 1);
  EXPECT_EQ(toInteger(-0.0f, T::I1), 0);
}

namespace {
struct Function {
  MapOperation operation;
  double (*exact)(double);
  double low, high;
  /// Units of the last place of the result, and beside these an absolute error.
  double ulps, absolute;
};
double exactSigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double exactReciprocalSqrt(double x) { return 1 / std::sqrt(x); }
double exactReciprocal(double x) { return 1 / x; }
constexpr Function functions[] = {
    {MapOperation::Exp, std::exp, -104, 89, 2, 0},
    {MapOperation::Log, std::log, 0, 3e38, 2, 0},
    {MapOperation::Sigmoid, exactSigmoid, -100, 100, 3, 0},
    {MapOperation::Tanh, std::tanh, -12, 12, 3, 0},
    {MapOperation::Erf, std::erf, -5, 5, 3, 0},
    {MapOperation::Sine, std::sin, -1e30, 1e30, 2, 0},
    {MapOperation::Cosine, std::cos, -1e30, 1e30, 2, 0},
    {MapOperation::Reciprocal, exactReciprocal, -1e30, 1e30, 0.51, 0},
    {MapOperation::ReciprocalSqrt, exactReciprocalSqrt, 0, 3e38, 1.51, 0},
    {MapOperation::Floor, std::floor, -100, 100, 0, 0},
    {MapOperation::Ceiling, std::ceil, -100, 100, 0, 0},
};
float mapOne(MapOperation operation, float x, float y = 0) {
  mapFloats(operation, &x, &y, 1, false);
  return x;
}
} // namespace

TEST(FloatRows, FunctionsAreNearThoseOfTheLibrary) {
  std::mt19937_64 random(1);
  for (const Function &function : functions)
    for (int i = 0; i != 20000; ++i) {
      // Evenly over the range, or over the exponents.
      float x = floatOf(uint32_t(random()));
      if (i % 2)
        x = float(function.low + (function.high - function.low) *
                                     (double(random() >> 11) * 0x1p-53));
      if (!(x >= function.low && x <= function.high))
        continue;
      double exact = function.exact(x);
      double unit = std::ldexp(1, std::max(std::ilogb(exact), -126) - 23);
      double error = std::abs(mapOne(function.operation, x) - exact);
      // Beyond fp32's range there are infinities.
      if (exact != 0 && std::isfinite(float(exact)))
        ASSERT_LE(error, function.ulps * unit)
            << wordOf(function.operation).str() << " of " << x;
    }
  for (int i = 0; i != 20000; ++i) {
    float x = std::abs(floatOf(uint32_t(random())));
    float y = floatOf((uint32_t(random()) & 0x83ffffff) | 0x3c000000);
    double exact = std::pow(double(x), double(y));
    if (std::isfinite(x) && exact > 0x1p-126 && exact < 0x1p127)
      ASSERT_LE(std::abs(mapOne(MapOperation::Power, x, y) / exact - 1),
                0x1p-22)
          << x << " to " << y;
  }
}

TEST(FloatRows, FunctionsOfSpecialNumbers) {
  auto expect = [](MapOperation operation, float x, float result) {
    EXPECT_EQ(encode(ElementType::FP32, mapOne(operation, x)),
              encode(ElementType::FP32, result))
        << wordOf(operation).str() << " of " << x;
  };
  for (const Function &function : functions)
    expect(function.operation, NAN, NAN);
  expect(MapOperation::Exp, INFINITY, INFINITY);
  expect(MapOperation::Exp, -INFINITY, 0);
  expect(MapOperation::Exp, -104, std::exp(-104.0));
  expect(MapOperation::Log, -0.0f, -INFINITY);
  expect(MapOperation::Log, -1, NAN);
  expect(MapOperation::Log, INFINITY, INFINITY);
  expect(MapOperation::Sigmoid, -INFINITY, 0);
  expect(MapOperation::Sigmoid, INFINITY, 1);
  expect(MapOperation::Tanh, -0.0f, -0.0f);
  expect(MapOperation::Tanh, -INFINITY, -1);
  expect(MapOperation::Erf, INFINITY, 1);
  expect(MapOperation::Erf, -0.0f, -0.0f);
  expect(MapOperation::Sine, -0.0f, -0.0f);
  expect(MapOperation::Sine, INFINITY, NAN);
  expect(MapOperation::Cosine, -0.0f, 1);
  expect(MapOperation::Cosine, -INFINITY, NAN);
  expect(MapOperation::Reciprocal, -0.0f, -INFINITY);
  expect(MapOperation::ReciprocalSqrt, -0.0f, -INFINITY);
  expect(MapOperation::ReciprocalSqrt, -1, NAN);
  expect(MapOperation::ReciprocalSqrt, INFINITY, 0);
  expect(MapOperation::Floor, -0.5f, -1);
  expect(MapOperation::Floor, -0.0f, -0.0f);
  expect(MapOperation::Floor, 0x1.8p22f, 0x1.8p22f);
  expect(MapOperation::Ceiling, -0.5f, -0.0f);
  expect(MapOperation::Ceiling, INFINITY, INFINITY);
  expect(MapOperation::Negate, 0, -0.0f);
  expect(MapOperation::Absolute, -INFINITY, INFINITY);

  // Annex F of C.
  for (float x : {-INFINITY, -3.0f, -1.0f, -0.5f, -0.0f, 0.0f, 0.5f, 1.0f, 3.0f,
                  INFINITY, NAN})
    for (float y : {-INFINITY, -3.0f, -2.0f, -0.5f, -0.0f, 0.0f, 0.5f, 2.0f,
                    3.0f, 0x1p24f, 0x1p25f, INFINITY, NAN}) {
      float result = mapOne(MapOperation::Power, x, y);
      float exact = std::pow(x, y);
      if (std::isnan(exact))
        EXPECT_TRUE(std::isnan(result)) << x << " to " << y;
      else if (exact == 0 || std::isinf(exact) || std::abs(exact) == 1)
        EXPECT_EQ(bitsOf(result), bitsOf(exact)) << x << " to " << y;
    }
}

TEST(FloatRows, MaximaAndMinimaOrderZerosAndNans) {
  const float values[] = {-INFINITY, -1, -0.0f, 0.0f, 0x1p-149f, INFINITY, NAN};
  for (float x : values)
    for (float y : values)
      for (bool ignoreNan : {false, true})
        for (bool greatest : {false, true}) {
          float result = x;
          mapFloats(greatest ? MapOperation::Maximum : MapOperation::Minimum,
                    &result, &y, 1, ignoreNan);
          bool nans = std::isnan(x) || std::isnan(y);
          float expected =
              nans ? (!ignoreNan      ? NAN
                      : std::isnan(x) ? y
                                      : x)
                   // In this order, zeros by their sign.
                   : ((x < y || (x == y && std::signbit(x))) == greatest ? y
                                                                         : x);
          EXPECT_EQ(encode(ElementType::FP32, result),
                    encode(ElementType::FP32, expected))
              << x << ", " << y;
        }
}

TEST(FloatRows, RowsAreTheirElements) {
  std::mt19937 random(1);
  std::vector<float> a(3000), b(a.size());
  for (float &x : a)
    x = random() % 2 ? floatOf(random()) : float(int32_t(random())) * 0x1p-26f;
  for (float &x : b)
    x = random() % 2 ? floatOf(random()) : float(int32_t(random())) * 0x1p-28f;
  for (unsigned operation = 0; operation <= unsigned(MapOperation::Negate);
       ++operation)
    for (bool ignoreNan : {false, true}) {
      // What single elements are, on whichever processor comes first.
      std::vector<float> expected = a;
      for (size_t i = 0; i != a.size(); ++i)
        mapFloats(MapOperation(operation), &expected[i], &b[i], 1, ignoreNan);
      withEachTarget([&] {
        std::vector<float> row = a;
        mapFloats(MapOperation(operation), row.data(), b.data(), row.size(),
                  ignoreNan);
        for (size_t i = 0; i != a.size(); ++i)
          ASSERT_EQ(encode(ElementType::FP32, row[i]),
                    encode(ElementType::FP32, expected[i]))
              << wordOf(MapOperation(operation)).str() << " of " << a[i] << ", "
              << b[i];
      });
    }
}
