// Rows of floats: side by side they are converted where they lie, else element
// bytes are gathered and scattered around the conversion.
#include "Operand.h"

#include "FloatRows.h"

#include <algorithm>
#include <array>
#include <cstring>

using namespace lacuna;

/// Elements converted at a time where they lie apart.
static constexpr size_t maxGathered = 256;

template <>
void Operand::read(int64_t position, int64_t stride, size_t count, int64_t,
                   float *out) const {
  if (stride == 1)
    if (const uint8_t *in = getBytes(position, count).data())
      return widenFloats(type, in, count, out);
  std::array<uint8_t, maxGathered * sizeof(float)> gathered;
  int64_t byte = wrapByte((offset + position) * bytes);
  int64_t step = stepOf(stride, bytes);
  for (size_t done = 0; done != count;) {
    size_t some = std::min(maxGathered, count - done);
    for (size_t i = 0; i != some; ++i, byte = next(byte, step))
      std::memcpy(gathered.data() + i * bytes, start + byte, bytes);
    widenFloats(type, gathered.data(), some, out + done);
    done += some;
  }
}

template <>
void Operand::write(int64_t position, int64_t stride, size_t count,
                    const float *values) const {
  if (stride == 1)
    if (uint8_t *out = getBytes(position, count).data())
      return narrowFloats(type, values, count, out);
  std::array<uint8_t, maxGathered * sizeof(float)> scattered;
  int64_t byte = wrapByte((offset + position) * bytes);
  int64_t step = stepOf(stride, bytes);
  for (size_t done = 0; done != count;) {
    size_t some = std::min(maxGathered, count - done);
    narrowFloats(type, values + done, some, scattered.data());
    for (size_t i = 0; i != some; ++i, byte = next(byte, step))
      std::memcpy(start + byte, scattered.data() + i * bytes, bytes);
    done += some;
  }
}
