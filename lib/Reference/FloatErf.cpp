// The error function (X25).
#include "FloatSteps.h"
#include "lacuna/Reference/Float.h"

#include <cmath>

using namespace lacuna::reference;
using namespace lacuna::reference::fp;

float fp::erf(float x) {
  if (isNaN(x))
    return NAN;
  float magnitude = std::fabs(x);
  if (magnitude < 1) {
    float z = magnitude * magnitude;
    float q = horner(z, {0x1.48c588p-14f, -0x1.a3baf0p-11f, 0x1.53fdb6p-8f,
                         -0x1.b7f824p-6f, 0x1.ce2ceep-4f, -0x1.81273ep-2f,
                         0x1.06eba8p-3f});
    return std::fma(x, q, x);
  }
  if (magnitude >= 3.9375f)
    return std::copysign(1.0f, x);
  // The logarithm of 1 - erf.
  float p =
      horner(magnitude - 1, {0x1.0107fcp-13f, -0x1.a08a3ap-10f, 0x1.39c8fep-7f,
                             -0x1.527f8cp-5f, -0x1.afb2e2p-1f, -0x1.51c98cp+1f,
                             -0x1.d97fc0p+0f});
  return std::copysign(1 - exp(p), x);
}
