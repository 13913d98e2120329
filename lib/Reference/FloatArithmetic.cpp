// Arithmetic of floats in fp32 (X6 to X14).
#include "lacuna/Reference/Float.h"

#include <cmath>

using namespace lacuna::reference;

float fp::accumulate(float sum, float x, float w) {
  return x == 0 || w == 0 ? sum : std::fma(x, w, sum);
}

/// True where a comes before b, -0 before +0; neither is NaN.
static bool isLess(float a, float b) {
  return a < b || (a == b && std::signbit(a) && !std::signbit(b));
}

float fp::maximum(float a, float b, NanMode mode) {
  if (isNaN(a) || isNaN(b)) {
    if (mode == NanMode::Propagate)
      return NAN;
    return isNaN(a) ? b : a;
  }
  return isLess(a, b) ? b : a;
}

float fp::minimum(float a, float b, NanMode mode) {
  if (isNaN(a) || isNaN(b)) {
    if (mode == NanMode::Propagate)
      return NAN;
    return isNaN(a) ? b : a;
  }
  return isLess(b, a) ? b : a;
}

float fp::clamp(float value, float low, float high, NanMode mode) {
  return minimum(maximum(value, low, mode), high, mode);
}

float fp::negate(float value) { return -value; }
float fp::absolute(float value) { return std::fabs(value); }
float fp::floor(float value) { return std::floor(value); }
float fp::ceil(float value) { return std::ceil(value); }
float fp::reciprocal(float value) { return 1.0f / value; }
float fp::rsqrt(float value) { return 1.0f / std::sqrt(value); }
