// The instructions: one struct each, generated from accel-isa/*.td, with their
// enumerations and the reflection (`visitFields`) through which encoder,
// decoder, printer, parser and checks are each written once, as visitors over
// the kinds of field.
#ifndef LACUNA_PROGRAM_INSTRUCTIONS_H
#define LACUNA_PROGRAM_INSTRUCTIONS_H

#include "lacuna/Program/Operands.h"
#include "lacuna/Support/ElementType.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/ErrorHandling.h"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <type_traits>
#include <variant>

namespace lacuna {

/// `clamp_min` and `clamp_max` of an instruction that does not clamp below,
/// or above, the range of its type.
constexpr int64_t kNoMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kNoMax = std::numeric_limits<int64_t>::max();

/// Of each enumeration of the instruction set: its name and, in order, the
/// words that stand for its values in assembly.
template <class Enum> struct EnumTraits;

template <class Enum> llvm::StringRef wordOf(Enum value) {
  return EnumTraits<Enum>::words[static_cast<unsigned>(value)];
}
template <class Enum> std::optional<Enum> enumFromNumber(uint64_t number) {
  if (number >= std::size(EnumTraits<Enum>::words))
    return std::nullopt;
  return static_cast<Enum>(number);
}
template <class Enum> std::optional<Enum> enumFromWord(llvm::StringRef word) {
  uint64_t number = 0;
  for (llvm::StringRef candidate : EnumTraits<Enum>::words) {
    if (candidate == word)
      return static_cast<Enum>(number);
    ++number;
  }
  return std::nullopt;
}

/// Stands for the struct of an instruction where there is no value of it.
template <class T> struct Tag {
  using type = T;
};

#include "lacuna/Program/Instructions.h.inc"

/// The opcode whose byte is `number`, or none.
std::optional<Opcode> opcodeFromNumber(uint8_t number);
/// The opcode called `mnemonic` in assembly, or none.
std::optional<Opcode> opcodeFromMnemonic(llvm::StringRef mnemonic);

inline Opcode opcodeOf(const Instruction &instruction) {
  return std::visit([](const auto &inst) { return inst.opcode; }, instruction);
}
inline llvm::StringRef mnemonicOf(const Instruction &instruction) {
  return std::visit([](const auto &inst) { return inst.mnemonic; },
                    instruction);
}

/// The engine in whose queue `instruction` stands: the one that executes it,
/// or the one that a signal or wait names.
Engine queueOf(const Instruction &instruction);

/// Bytes that a parameter record holds for one channel: bias (4, or 6 where
/// the sums are i48), multiplier (4), shift (1, none where the sums are
/// floats); 0 without parameters.
uint64_t parameterBytes(ParameterFormat format, ElementType sumType);

/// Bytes of the table that a map looks its operand up in: 256 entries of the
/// result's type for operands of up to 8 bits, else 513 of two bytes; 0 for
/// other operations.
uint64_t tableBytes(MapOperation operation, ElementType operandType,
                    ElementType resultType);

/// Whether a pool weighs two taps a dimension.
inline bool interpolates(PoolOperation operation) {
  return operation == PoolOperation::Nearest ||
         operation == PoolOperation::Linear;
}
/// The type of a pool's results, and the bytes of one in the scratchpad.
ElementType poolResultType(PoolOperation operation, ElementType type);
uint64_t poolResultBytes(PoolOperation operation, ElementType type);

/// The same instruction at one point of its loops: every affine value
/// evaluated, every interval clipped (a constant start in [0, bound], and a
/// size, possibly 0, that ends within the bound).
Instruction resolve(const Instruction &instruction, const LoopIndices &indices);

/// Whether a resolved instruction has an empty extent, so that it does nothing
/// and takes no time.
bool doesNothing(const Instruction &resolved);

} // namespace lacuna

#endif // LACUNA_PROGRAM_INSTRUCTIONS_H
