// The scratchpad's side of what LOAD and STORE move: bytes in a ring, run by
// run.
#ifndef LACUNA_LIB_EMULATOR_PADBYTES_H
#define LACUNA_LIB_EMULATOR_PADBYTES_H

#include "Rows.h"
#include "lacuna/Emulator/Memory.h"

namespace lacuna {

/// The scratchpad's side of a transfer.
class PadBytes {
public:
  PadBytes(Memory &memory, const Ring &ring)
      : bytes(memory.scratchpad() + ring.base),
        length(static_cast<int64_t>(ring.length)),
        offset(ring.offset.constant) {}

  /// Calls visit(bytes, number of them, how many came before) for `count` bytes
  /// at `position`: twice or more often where they go round the end of the
  /// ring. Runs never straddle it, but several at once may.
  template <typename Visit>
  void forEachStretch(int64_t position, int64_t count, Visit &&visit) const {
    int64_t at = offset + position;
    if (!length)
      return visit(bytes + at, count, int64_t(0));
    at = (at % length + length) % length;
    for (int64_t before = 0; before != count; at = 0) {
      int64_t stretch = std::min(count - before, length - at);
      visit(bytes + at, stretch, before);
      before += stretch;
    }
  }

private:
  uint8_t *bytes;
  int64_t length, offset;
};

/// The loops of a transfer, the bytes of a run innermost.
template <typename Inst> Dims withRun(const Inst &inst) {
  Dims dims(inst.dims);
  dims.push_back(Interval(inst.run));
  return dims;
}
inline Strides withRun(Strides strides) {
  strides.push_back(1);
  return strides;
}

} // namespace lacuna

#endif // LACUNA_LIB_EMULATOR_PADBYTES_H
