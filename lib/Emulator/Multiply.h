// All that MATRIX's speed hangs on: a dense product of packed rows. Everything
// about windows, rings, strides and zero points is done before, by packing.
#ifndef LACUNA_LIB_EMULATOR_MULTIPLY_H
#define LACUNA_LIB_EMULATOR_MULTIPLY_H

#include <cstddef>
#include <cstdint>

namespace lacuna {

/// Rows are padded with zeros to a multiple of this many terms.
constexpr size_t multiplyAlignment = 16;

// For In, Sum: int16_t, uint32_t; int16_t, uint64_t; int64_t, uint64_t.

/// sums[p * channels + n] = sum over k of pixels[p * terms + k] *
/// weights[n * terms + k], modulo 2^32 or 2^64. `terms` is a multiple of
/// multiplyAlignment.
template <typename In, typename Sum>
void multiply(const In *pixels, size_t pixelCount, const In *weights,
              size_t channels, size_t terms, Sum *sums);

/// sums[n] += a[n] * b[n] for n < count, modulo 2^32 or 2^64.
template <typename In, typename Sum>
void multiplyAdd(const In *a, const In *b, size_t count, Sum *sums);

} // namespace lacuna

#endif // LACUNA_LIB_EMULATOR_MULTIPLY_H
