// The plain loops for the types that have no vector code. Sums are unsigned
// because they wrap.
#include "Panel.h"

#include <algorithm>

using namespace lacuna;

static uint64_t product(int16_t a, int16_t b) {
  return static_cast<uint64_t>(int64_t(int32_t(a) * int32_t(b)));
}
static uint64_t product(int64_t a, int64_t b) {
  return static_cast<uint64_t>(a) * static_cast<uint64_t>(b);
}

template <typename In, typename Sum>
void Panel<In, Sum>::pack(const In *rows, size_t channels, size_t terms,
                          std::vector<In> &panel) {
  panel.assign(rows, rows + channels * terms);
}

template <typename In, typename Sum>
void Panel<In, Sum>::multiply(const PixelRow<In> &row,
                              const std::vector<In> &panel, size_t channels,
                              size_t terms, Sum *sums) {
  for (size_t p = 0; p != row.pixels; ++p)
    for (size_t n = 0; n != channels; ++n) {
      Sum sum = 0;
      for (const Segment<In> &segment : row.segments) {
        const In *input = segment.input + p * row.pixelStep;
        const In *weights = panel.data() + n * terms + segment.firstTerm;
        for (size_t k = 0; k != row.terms; ++k)
          sum += product(input[k], weights[k]);
      }
      sums[p * channels + n] = sum;
    }
}

template <typename In, typename Sum>
void Panel<In, Sum>::multiplyEach(const PixelRow<In> &row,
                                  const std::vector<In> &weights,
                                  size_t channels, Sum *sums) {
  std::fill_n(sums, row.pixels * channels, Sum());
  for (size_t p = 0; p != row.pixels; ++p)
    for (const Segment<In> &segment : row.segments) {
      const In *input = segment.input + p * row.pixelStep;
      const In *factors = weights.data() + segment.firstTerm;
      for (size_t n = 0; n != channels; ++n)
        sums[p * channels + n] += product(input[n], factors[n]);
    }
}

template struct lacuna::Panel<int16_t, uint64_t>;
template struct lacuna::Panel<int64_t, uint64_t>;
