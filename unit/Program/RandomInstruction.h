// Random instructions that keep checkFields, for round-trip tests.
#ifndef LACUNA_UNIT_PROGRAM_RANDOMINSTRUCTION_H
#define LACUNA_UNIT_PROGRAM_RANDOMINSTRUCTION_H

#include "lacuna/Program/AccessDescription.h"
#include "lacuna/Program/Checks.h"

#include <random>

namespace lacuna {

class RandomInstruction {
public:
  explicit RandomInstruction(unsigned seed) : random(seed) {}

  /// Any instruction.
  Instruction operator()() {
    return make(allOpcodes[below(std::size(allOpcodes))]);
  }

  /// One with the given opcode.
  Instruction make(Opcode opcode) {
    Instruction instruction;
    dispatch(opcode, [&](auto tag) {
      using Inst = typename decltype(tag)::type;
      Inst &inst = instruction.emplace<Inst>();
      // The number of strides follows from the rest.
      Inst::visitFields(inst,
                        [&](const FieldInfo &info, auto &value, const auto &) {
                          if (info.optionalIndex < 0 || below(2))
                            fill(info, value);
                        });
      Inst::visitFields(inst, [&](const FieldInfo &info, auto &value,
                                  const auto &) {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, Strides>) {
          value.resize(countStrides(instruction, info.name));
          for (int64_t &stride : value)
            stride = signedBits(20);
        }
      });
      dropUnused(instruction, inst);
    });
    return instruction;
  }

  uint64_t below(uint64_t limit) { return random() % limit; }

private:
  /// Small numbers are as likely as large ones.
  uint64_t bits(unsigned most) {
    return random() & ((uint64_t(1) << below(most + 1)) - 1);
  }
  int64_t signedBits(unsigned most) {
    int64_t value = bits(most);
    return below(2) ? value : -value;
  }
  Affine affine() {
    Affine value(signedBits(46));
    for (int64_t &coefficient : value.coefficients)
      if (below(3) == 0)
        coefficient = signedBits(40);
    return value;
  }

  void fill(const FieldInfo &, bool &value) { value = true; }
  void fill(const FieldInfo &info, uint64_t &value) {
    value = std::clamp<uint64_t>(bits(33), info.min, info.max);
  }
  void fill(const FieldInfo &info, int64_t &value) {
    value = std::clamp<int64_t>(signedBits(48), info.min, info.max);
  }
  void fill(const FieldInfo &, ElementType &value) {
    value = static_cast<ElementType>(below(getElementTypes().size()));
  }
  template <class T>
  std::enable_if_t<std::is_enum_v<T>> fill(const FieldInfo &, T &value) {
    value = static_cast<T>(below(std::size(EnumTraits<T>::words)));
  }
  void fill(const FieldInfo &, DramAddress &value) {
    value.address = affine();
    value.address.constant = std::abs(value.address.constant);
  }
  void fill(const FieldInfo &, Ring &value) {
    value.base = bits(47);
    value.length = below(2) ? bits(47) : 0;
    value.offset = below(2) ? affine() : Affine(0);
  }
  void fill(const FieldInfo &info, OnChipRing &value) {
    value.memory = static_cast<OnChipMemory>(below(2));
    fill(info, value.ring);
  }
  void fill(const FieldInfo &, Interval &value) {
    value = Interval(std::max<uint64_t>(bits(32), 1));
    if (below(2)) {
      value.start = affine();
      value.bound = std::max<uint64_t>(bits(32), 1);
    }
  }
  void fill(const FieldInfo &info, Dims &value) {
    value.resize(1 + below(kMaxDims));
    for (Interval &interval : value)
      fill(info, interval);
  }
  void fill(const FieldInfo &, Strides &) {}

  /// Operands whose flag is not set go back to their defaults.
  template <class Inst>
  static void dropUnused(Instruction &instruction, Inst &inst) {
    for (const AccessDescription &access : describeAccesses(instruction))
      if (!access.enabled)
        Inst::visitFields(inst, [&](const FieldInfo &info, auto &value,
                                    const auto &absent) {
          if (info.name == access.operand || info.name == access.stridesField)
            value = absent;
        });
  }

  std::mt19937_64 random;
};

} // namespace lacuna

#endif // LACUNA_UNIT_PROGRAM_RANDOMINSTRUCTION_H
