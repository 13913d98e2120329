// Plain loops in the forms that the compiler turns into vector code: a product
// of two 16-bit numbers fits into 32 bits, and sums are unsigned because they
// wrap.
#include "Multiply.h"

using namespace lacuna;

namespace {
/// A product in the width of the sums.
inline uint32_t product(int16_t a, int16_t b, uint32_t) {
  return static_cast<uint32_t>(int32_t(a) * int32_t(b));
}
inline uint64_t product(int16_t a, int16_t b, uint64_t) {
  return static_cast<uint64_t>(int64_t(int32_t(a) * int32_t(b)));
}
inline uint64_t product(int64_t a, int64_t b, uint64_t) {
  return static_cast<uint64_t>(a) * static_cast<uint64_t>(b);
}

/// A block of `Pixels` x `Channels` sums, so that each loaded row serves
/// several of them.
template <unsigned Pixels, unsigned Channels, typename In, typename Sum>
void multiplyBlock(const In *pixels, const In *weights, size_t channels,
                   size_t terms, Sum *sums) {
  Sum block[Pixels][Channels] = {};
  for (size_t k = 0; k != terms; ++k)
    for (unsigned p = 0; p != Pixels; ++p)
      for (unsigned n = 0; n != Channels; ++n)
        block[p][n] +=
            product(pixels[p * terms + k], weights[n * terms + k], Sum());
  for (unsigned p = 0; p != Pixels; ++p)
    for (unsigned n = 0; n != Channels; ++n)
      sums[p * channels + n] = block[p][n];
}

template <unsigned Pixels, typename In, typename Sum>
void multiplyRows(const In *pixels, const In *weights, size_t channels,
                  size_t terms, Sum *sums) {
  size_t n = 0;
  for (; n + 4 <= channels; n += 4)
    multiplyBlock<Pixels, 4>(pixels, weights + n * terms, channels, terms,
                             sums + n);
  for (; n != channels; ++n)
    multiplyBlock<Pixels, 1>(pixels, weights + n * terms, channels, terms,
                             sums + n);
}

} // namespace

template <typename In, typename Sum>
void lacuna::multiply(const In *pixels, size_t pixelCount, const In *weights,
                      size_t channels, size_t terms, Sum *sums) {
  size_t p = 0;
  for (; p + 2 <= pixelCount; p += 2)
    multiplyRows<2>(pixels + p * terms, weights, channels, terms,
                    sums + p * channels);
  for (; p != pixelCount; ++p)
    multiplyRows<1>(pixels + p * terms, weights, channels, terms,
                    sums + p * channels);
}

template <typename In, typename Sum>
void lacuna::multiplyAdd(const In *a, const In *b, size_t count, Sum *sums) {
  for (size_t n = 0; n != count; ++n)
    sums[n] += product(a[n], b[n], Sum());
}

template void lacuna::multiply(const int16_t *, size_t, const int16_t *, size_t,
                               size_t, uint32_t *);
template void lacuna::multiply(const int16_t *, size_t, const int16_t *, size_t,
                               size_t, uint64_t *);
template void lacuna::multiply(const int64_t *, size_t, const int64_t *, size_t,
                               size_t, uint64_t *);
template void lacuna::multiplyAdd(const int16_t *, const int16_t *, size_t,
                                  uint32_t *);
template void lacuna::multiplyAdd(const int16_t *, const int16_t *, size_t,
                                  uint64_t *);
template void lacuna::multiplyAdd(const int64_t *, const int64_t *, size_t,
                                  uint64_t *);
