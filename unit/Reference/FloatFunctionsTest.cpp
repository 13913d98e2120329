// The functions of docs/numerics.md (X20 to X26) against the C library's
// 64-bit-significand ones: a sample of all fp32 numbers, every fp16 and bf16
// number, and special values. LACUNA_FLOAT_STEP=N takes every Nth fp32 number
// (the page's table: 101) and prints the greatest errors.
#include "lacuna/Reference/Float.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>

using namespace lacuna;
using namespace lacuna::reference;

static_assert(std::numeric_limits<long double>::digits >= 64,
              "the references need more digits than double has");

namespace {

float fromBits(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

struct Function {
  const char *name;
  float (*function)(float);
  long double (*expected)(long double);
  /// Greatest error allowed, in units of the last place of fp32.
  double bound;
};

const Function functions[] = {
    {"exp", fp::exp, [](long double x) { return std::exp(x); }, 1.05},
    {"log", fp::log, [](long double x) { return std::log(x); }, 0.85},
    {"sigmoid", fp::sigmoid,
     [](long double x) {
       return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x));
     },
     1.5},
    {"tanh", fp::tanh, [](long double x) { return std::tanh(x); }, 1.0},
    {"erf", fp::erf, [](long double x) { return std::erf(x); }, 1.1},
    {"sin", fp::sin, [](long double x) { return std::sin(x); }, 1.25},
    {"cos", fp::cos, [](long double x) { return std::cos(x); }, 1.25},
    {"rsqrt", fp::rsqrt, [](long double x) { return 1 / std::sqrt(x); }, 1.5},
};

/// |value - expected| in units of the last place that a format of `fraction`
/// bits and least normal exponent `least` has at `expected`; infinite where
/// one is NaN or infinite and the other not. What lies beyond the greatest
/// number may be infinite.
double errorIn(int fraction, int least, double greatest, double value,
               long double expected) {
  constexpr double wrong = std::numeric_limits<double>::infinity();
  if (std::isnan(value) || std::isnan(expected))
    return std::isnan(value) && std::isnan(expected) ? 0 : wrong;
  if (std::isinf(value))
    return std::fabs(expected) > greatest &&
                   std::signbit(value) == std::signbit(expected)
               ? 0
               : wrong;
  if (std::isinf(expected))
    return wrong;
  if (expected == 0)
    return value == 0 ? 0 : wrong;
  int exponent = std::max(std::ilogb(expected), least);
  return double(std::fabs(value - expected) /
                std::ldexp(1.0L, exponent - fraction));
}

double errorInFP32(float value, long double expected) {
  return errorIn(23, -126, std::numeric_limits<float>::max(), value, expected);
}

uint64_t stepOfSample(uint64_t otherwise) {
  const char *step = std::getenv("LACUNA_FLOAT_STEP");
  return step ? std::max(1, std::atoi(step)) : otherwise;
}

void expectWithin(const char *name, double worst, double bound) {
  if (std::getenv("LACUNA_FLOAT_STEP"))
    std::printf("%-8s %.3f ulp\n", name, worst);
  EXPECT_LE(worst, bound) << name;
}

TEST(FloatFunctions, AreAccurateInFP32) {
  uint64_t step = stepOfSample(20011);
  for (const Function &f : functions) {
    double worst = 0;
    for (uint64_t bits = 0; bits < uint64_t(1) << 32; bits += step) {
      float x = fromBits(uint32_t(bits));
      worst = std::max(worst, errorInFP32(f.function(x), f.expected(x)));
    }
    expectWithin(f.name, worst, f.bound);
  }
}

TEST(FloatFunctions, PowerIsAccurate) { // X22
  std::mt19937 random(1);
  double worst = 0;
  uint64_t count = 20'000'000 / stepOfSample(100);
  for (uint64_t i = 0; i < count; ++i) {
    // Bases of every magnitude, or just beside 1; exponents that keep the
    // power near or inside the range.
    float x = fromBits(random() & 0x7fffffff);
    if (i % 2)
      x = 1 + float(int(random() % 2000001) - 1000000) * 0x1p-23f;
    if (!std::isfinite(x) || x == 0 || x == 1)
      continue;
    auto y = float(160 / std::log2(double(x)) * (random() * 0x1p-31 - 1));
    if (i % 16 < 2)
      y = fromBits(random());
    if (std::isfinite(y) && y != 0)
      worst = std::max(worst,
                       errorInFP32(fp::pow(x, y), std::pow((long double)x, y)));
  }
  expectWithin("pow", worst, 1.0);
}

/// The result in a narrow type, rounded from fp32, is almost as good as one
/// rounded from the true value.
void expectNarrowAccuracy(ElementType type, int fraction, int least,
                          double greatest) {
  for (const Function &f : functions) {
    double worst = 0;
    for (int64_t bits = 0; bits < 0x10000; ++bits) {
      float x = fp::decode(type, bits);
      float result = fp::decode(type, fp::encode(type, f.function(x)));
      worst = std::max(
          worst, errorIn(fraction, least, greatest, result, f.expected(x)));
    }
    EXPECT_LE(worst, 0.5003) << f.name << " in " << getName(type).str();
  }
}

TEST(FloatFunctions, AreAccurateForEveryFP16) {
  expectNarrowAccuracy(ElementType::FP16, 10, -14, 65519);
}

TEST(FloatFunctions, AreAccurateForEveryBF16) {
  expectNarrowAccuracy(ElementType::BF16, 7, -126, 0x1.fe8p127);
}

void expectSame(float value, float expected) {
  if (std::isnan(expected)) {
    EXPECT_TRUE(std::isnan(value));
    return;
  }
  EXPECT_EQ(value, expected);
  EXPECT_EQ(std::signbit(value), std::signbit(expected));
}

TEST(FloatFunctions, SpecialValues) {
  constexpr float infinity = INFINITY;
  for (const Function &f : functions)
    expectSame(f.function(NAN), NAN);
  expectSame(fp::exp(-infinity), 0);
  expectSame(fp::exp(infinity), infinity);
  expectSame(fp::exp(-0.0f), 1);
  expectSame(fp::exp(0x1.62e43p6f), INFINITY);
  expectSame(fp::log(-0.0f), -infinity);
  expectSame(fp::log(infinity), infinity);
  expectSame(fp::log(-0x1p-149f), NAN);
  expectSame(fp::log(1), 0);
  expectSame(fp::sigmoid(-infinity), 0);
  expectSame(fp::sigmoid(infinity), 1);
  expectSame(fp::sigmoid(-0.0f), 0.5f);
  expectSame(fp::erf(-infinity), -1);
  expectSame(fp::sin(infinity), NAN);
  expectSame(fp::cos(-infinity), NAN);
  expectSame(fp::cos(-0.0f), 1);
  for (auto *odd : {fp::sin, fp::tanh, fp::erf}) {
    expectSame(odd(-0.0f), -0.0f);
    expectSame(odd(0.0f), 0.0f);
  }
  expectSame(fp::tanh(-infinity), -1);
  expectSame(fp::tanh(100), 1);
}

TEST(FloatFunctions, PowerOfSpecialValues) { // X22, after C's Annex F
  constexpr float infinity = INFINITY;
  expectSame(fp::pow(NAN, -0.0f), 1);
  expectSame(fp::pow(1, NAN), 1);
  expectSame(fp::pow(NAN, 2), NAN);
  expectSame(fp::pow(2, NAN), NAN);
  expectSame(fp::pow(-1, infinity), 1);
  for (float x : {-0.5f, 0.5f, 0.0f, -0.0f}) {
    expectSame(fp::pow(x, infinity), 0);
    expectSame(fp::pow(x, -infinity), infinity);
  }
  for (float x : {-2.0f, 2.0f, infinity, -infinity}) {
    expectSame(fp::pow(x, infinity), infinity);
    expectSame(fp::pow(x, -infinity), 0);
  }
  expectSame(fp::pow(-0.0f, 3), -0.0f);
  expectSame(fp::pow(-0.0f, -3), -infinity);
  expectSame(fp::pow(-0.0f, 2), 0);
  expectSame(fp::pow(-0.0f, 0.5f), 0);
  expectSame(fp::pow(0, -0.5f), infinity);
  expectSame(fp::pow(-infinity, 3), -infinity);
  expectSame(fp::pow(-infinity, -3), -0.0f);
  expectSame(fp::pow(-infinity, 0.5f), infinity);
  expectSame(fp::pow(-infinity, 4), infinity);
  expectSame(fp::pow(-8, 0.5f), NAN);
  expectSame(fp::pow(-2, 3), -8);
  expectSame(fp::pow(-2, -2), 0.25f);
  expectSame(fp::pow(-1, 0x1p24f), 1);
  expectSame(fp::pow(-1, 0x1.fffffep23f), -1);
  expectSame(fp::pow(-3, 0x1.fffffep23f), -infinity);
  expectSame(fp::pow(2, 127.99999f), float(std::pow(2.0, 127.99999f)));
  expectSame(fp::pow(2, -150), 0);
  expectSame(fp::pow(2, -149), 0x1p-149f);
}

} // namespace
