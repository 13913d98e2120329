// Instructions to bytes: one function a kind of field.
#include "lacuna/Program/Encoding.h"

#include "llvm/Support/LEB128.h"

using namespace llvm;
using namespace lacuna;

namespace {
class Encoder {
public:
  explicit Encoder(SmallVectorImpl<uint8_t> &bytes) : bytes(bytes) {}

  void putByte(uint8_t byte) { bytes.push_back(byte); }
  void putUnsigned(uint64_t value) {
    uint8_t buffer[16];
    bytes.append(buffer, buffer + encodeULEB128(value, buffer));
  }
  void putSigned(int64_t value) {
    uint8_t buffer[16];
    bytes.append(buffer, buffer + encodeSLEB128(value, buffer));
  }

  void put(bool) {} // in the presence mask alone
  void put(uint64_t value) { putUnsigned(value); }
  void put(int64_t value) { putSigned(value); }
  template <class T> std::enable_if_t<std::is_enum_v<T>> put(T value) {
    putByte(static_cast<uint8_t>(value));
  }

  void putTerms(const Affine &value) {
    uint64_t mask = 0;
    for (unsigned level = 0; level != kMaxLoopDepth; ++level)
      if (value.coefficients[level])
        mask |= uint64_t(1) << level;
    putUnsigned(mask);
    for (int64_t coefficient : value.coefficients)
      if (coefficient)
        putSigned(coefficient);
  }

  void put(const DramAddress &value) {
    bool terms = !value.address.isConstant();
    putUnsigned(static_cast<uint64_t>(value.address.constant) * 2 + terms);
    if (terms)
      putTerms(value.address);
  }

  void put(const Ring &value) {
    bool wraps = value.length != 0;
    bool offset = !(value.offset == Affine(0));
    putUnsigned(value.base * 4 + uint64_t(wraps) * 2 + offset);
    if (wraps)
      putUnsigned(value.length);
    if (offset) {
      putSigned(value.offset.constant);
      putTerms(value.offset);
    }
  }

  void put(const OnChipRing &value) {
    put(value.memory);
    put(value.ring);
  }

  void put(const Interval &value) {
    bool whole = value.isWhole();
    putUnsigned(value.size * 2 + !whole);
    if (whole)
      return;
    putSigned(value.start.constant);
    putTerms(value.start);
    putUnsigned(value.bound);
  }

  void put(const Dims &value) {
    putByte(value.size());
    for (const Interval &interval : value)
      put(interval);
  }

  void put(const Strides &value) {
    for (int64_t stride : value)
      putSigned(stride);
  }

  template <class T>
  void operator()(const FieldInfo &info, const T &value, const T &absent) {
    if (info.optionalIndex < 0 || !(value == absent))
      put(value);
  }

private:
  SmallVectorImpl<uint8_t> &bytes;
};

/// Which optional fields are there.
struct PresenceMask {
  uint64_t mask = 0;
  bool anyOptional = false;

  template <class T>
  void operator()(const FieldInfo &info, const T &value, const T &absent) {
    if (info.optionalIndex < 0)
      return;
    anyOptional = true;
    if (!(value == absent))
      mask |= uint64_t(1) << info.optionalIndex;
  }
};
} // namespace

void lacuna::encode(const Instruction &instruction,
                    SmallVectorImpl<uint8_t> &bytes) {
  std::visit(
      [&](const auto &inst) {
        using Inst = std::decay_t<decltype(inst)>;
        Encoder encoder(bytes);
        encoder.put(inst.opcode);
        PresenceMask presence;
        Inst::visitFields(inst, presence);
        if (presence.anyOptional)
          encoder.putUnsigned(presence.mask);
        Inst::visitFields(inst, encoder);
      },
      instruction);
}

uint32_t lacuna::getEncodedSize(const Instruction &instruction) {
  SmallVector<uint8_t, 128> bytes;
  encode(instruction, bytes);
  return bytes.size();
}
