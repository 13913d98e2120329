// All that MATRIX's speed hangs on: a dense product of packed rows. Everything
// about windows, rings, strides and zero points is done before, by packing.
#ifndef LACUNA_LIB_EMULATOR_MULTIPLY_H
#define LACUNA_LIB_EMULATOR_MULTIPLY_H

#include <cstddef>
#include <cstdint>

namespace lacuna {

/// Rows are padded with zeros to a multiple of this many terms.
constexpr size_t multiplyAlignment = 16;

/// sums[p * channels + n] = sum over k of pixels[p * terms + k] *
/// weights[n * terms + k], modulo 2^32 or 2^64. `terms` is a multiple of
/// multiplyAlignment.
void multiply(const int16_t *pixels, size_t pixelCount, const int16_t *weights,
              size_t channels, size_t terms, uint32_t *sums);
void multiply(const int16_t *pixels, size_t pixelCount, const int16_t *weights,
              size_t channels, size_t terms, uint64_t *sums);
void multiply(const int64_t *pixels, size_t pixelCount, const int64_t *weights,
              size_t channels, size_t terms, uint64_t *sums);

/// sums[n] += a[n] * b[n] for n < count, modulo 2^32 or 2^64.
void multiplyAdd(const int16_t *a, const int16_t *b, size_t count,
                 uint32_t *sums);
void multiplyAdd(const int16_t *a, const int16_t *b, size_t count,
                 uint64_t *sums);
void multiplyAdd(const int64_t *a, const int64_t *b, size_t count,
                 uint64_t *sums);

} // namespace lacuna

#endif // LACUNA_LIB_EMULATOR_MULTIPLY_H
