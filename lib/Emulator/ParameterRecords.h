// The records of `parameters` of a rescale: blocks of bytes, one a channel.
#ifndef LACUNA_LIB_EMULATOR_PARAMETERRECORDS_H
#define LACUNA_LIB_EMULATOR_PARAMETERRECORDS_H

#include "Operand.h"
#include "Rows.h"

#include "lacuna/Emulator/Memory.h"
#include "lacuna/Program/Instructions.h"

#include <vector>

namespace lacuna {

inline bool hasBias(ParameterFormat format) {
  return format == ParameterFormat::Bias ||
         format == ParameterFormat::BiasScale;
}
inline bool hasScale(ParameterFormat format) {
  return format == ParameterFormat::Scale ||
         format == ParameterFormat::BiasScale;
}

/// The largest row that holds whole pixels of `channels` channels, or part of
/// one.
inline int64_t getPixelRow(int64_t channels) {
  return channels > maxRow ? maxRow : maxRow / channels * channels;
}

/// The offset of a ring of blocks counts blocks, not bytes.
inline Ring withoutOffset(Ring ring) {
  ring.offset = Affine(0);
  return ring;
}

class ParameterRecords {
public:
  ParameterRecords(const Rescale &inst, Memory &memory)
      : bytes(memory.scratchpad(), withoutOffset(inst.parameters),
              ElementType::U8),
        offset(inst.parameters.offset.constant),
        size(static_cast<int64_t>(
            parameterBytes(inst.parameterFormat, inst.srcType))) {}

  int64_t getSize() const { return size; }

  /// The records of `count` channels, side by side; null if records are empty.
  /// Valid until the next call.
  const uint8_t *get(int64_t channel, int64_t count) {
    if (!size)
      return nullptr;
    int64_t position = (offset + channel) * size;
    if (const uint8_t *found = bytes.getBytes(position, count * size).data())
      return found;
    // Round the end of the ring.
    wrapped.resize(count * size);
    for (int64_t i = 0; i != count * size; ++i)
      wrapped[i] = static_cast<uint8_t>(bytes.readOne(position + i));
    return wrapped.data();
  }

private:
  Operand bytes;
  int64_t offset;
  int64_t size;
  std::vector<uint8_t> wrapped;
};

} // namespace lacuna

#endif // LACUNA_LIB_EMULATOR_PARAMETERRECORDS_H
