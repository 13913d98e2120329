// The reference interpreter's floats: section "Floats" of docs/numerics.md as
// code, rule by rule (X numbers are that page's). Every format is computed in
// fp32: an operation decodes its operands, calls a function of this file and
// encodes the result once. The emulator has floats of its own; nothing outside
// lib/Reference may include this file, or an error in it would hide itself.
#ifndef LACUNA_REFERENCE_FLOAT_H
#define LACUNA_REFERENCE_FLOAT_H

#include "lacuna/Support/ElementType.h"

#include <cstdint>

namespace lacuna::reference::fp {

//===----------------------------------------------------------------------===//
// Formats (X1 to X5, X18). `type` is a float type; an element is its raw bits,
// zero-extended, as Tensor::values holds it.
//===----------------------------------------------------------------------===//

/// The value of an element, exactly; bits above the type's width are ignored.
/// A NaN gives a NaN.
float decode(ElementType type, int64_t bits);

/// The element nearest to `value`, ties to even; every NaN gives the type's
/// canonical one, and what is too large an infinity (fp8e4m3: NaN).
int64_t encode(ElementType type, float value);

/// The element nearest to an integer of at most 53 bits, rounded once.
int64_t encodeInteger(ElementType type, int64_t value);

/// The integer nearest to `value`, ties to even, saturated to a signed number
/// of `bits` bits (1 to 53); NaN gives 0.
int64_t toInteger(float value, unsigned bits);

/// The bits of the type's canonical NaN.
int64_t canonicalNaN(ElementType type);

bool isNaN(float value);

//===----------------------------------------------------------------------===//
// Arithmetic (X6 to X14), each operation rounded to fp32 once.
//===----------------------------------------------------------------------===//

inline float add(float a, float b) { return a + b; }
inline float sub(float a, float b) { return a - b; }
inline float mul(float a, float b) { return a * b; }
inline float divide(float a, float b) { return a / b; }

/// `sum` with the term x * w added by one fused multiply-add; a term with a
/// zero factor contributes nothing, not even against infinity or NaN.
float accumulate(float sum, float x, float w);

/// What becomes of a NaN operand where another operand is a number.
enum class NanMode { Propagate, Ignore };

/// -0 is less than +0. Two NaNs give NaN in either mode.
float maximum(float a, float b, NanMode mode);
float minimum(float a, float b, NanMode mode);

/// maximum with `low`, then minimum with `high`: a NaN that is ignored becomes
/// `low`. The limits are numbers, low <= high.
float clamp(float value, float low, float high, NanMode mode);

float negate(float value);
float absolute(float value);
float floor(float value);
float ceil(float value);
float reciprocal(float value);
float rsqrt(float value);

//===----------------------------------------------------------------------===//
// Functions (X19 to X26).
//===----------------------------------------------------------------------===//

float exp(float x);
float log(float x);
float pow(float x, float y);
float sigmoid(float x);
float tanh(float x);
float erf(float x);
float sin(float x);
float cos(float x);

} // namespace lacuna::reference::fp

#endif // LACUNA_REFERENCE_FLOAT_H
