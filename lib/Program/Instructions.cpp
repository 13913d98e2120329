// What is true of every instruction, whatever its fields.
#include "lacuna/Program/Instructions.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace lacuna;

std::optional<Opcode> lacuna::opcodeFromNumber(uint8_t number) {
  for (Opcode opcode : allOpcodes)
    if (static_cast<uint8_t>(opcode) == number)
      return opcode;
  return std::nullopt;
}

std::optional<Opcode> lacuna::opcodeFromMnemonic(StringRef mnemonic) {
  for (Opcode opcode : allOpcodes) {
    StringRef candidate = dispatch(
        opcode, [](auto tag) { return decltype(tag)::type::mnemonic; });
    if (candidate == mnemonic)
      return opcode;
  }
  return std::nullopt;
}

Engine lacuna::queueOf(const Instruction &instruction) {
  if (const auto *signal = std::get_if<Signal>(&instruction))
    return signal->engine;
  if (const auto *wait = std::get_if<Wait>(&instruction))
    return wait->engine;
  return std::visit([](const auto &inst) { return inst.executedBy; },
                    instruction);
}

uint64_t lacuna::parameterBytes(ParameterFormat format, ElementType sumType) {
  uint64_t bias = sumType == ElementType::I48 ? 6 : 4;
  uint64_t scale = isFloat(sumType) ? 4 : 4 + 1;
  switch (format) {
  case ParameterFormat::None:
    return 0;
  case ParameterFormat::Bias:
    return bias;
  case ParameterFormat::Scale:
    return scale;
  case ParameterFormat::BiasScale:
    return bias + scale;
  }
  llvm_unreachable("not a parameter format");
}

uint64_t lacuna::tableBytes(MapOperation operation, ElementType operandType,
                            ElementType resultType) {
  if (operation != MapOperation::Table)
    return 0;
  if (getInfo(operandType).bits > 8)
    return uint64_t(513) * 2;
  return uint64_t(256) * std::max(1u, getInfo(resultType).storageBits / 8);
}

ElementType lacuna::poolResultType(PoolOperation operation, ElementType type) {
  if (operation != PoolOperation::Linear || isFloat(type))
    return type;
  return getInfo(type).bits <= 8 ? ElementType::I32 : ElementType::I48;
}

uint64_t lacuna::poolResultBytes(PoolOperation operation, ElementType type) {
  return std::max(1u, getInfo(poolResultType(operation, type)).storageBits / 8);
}

namespace {
/// Evaluates the affine values of each kind of field that has them.
struct Resolver {
  const LoopIndices &indices;

  void fix(Affine &value) const { value = Affine(value.at(indices)); }
  void fix(Interval &interval) const {
    int64_t start = interval.start.at(indices);
    int64_t bound = interval.bound;
    int64_t low = std::clamp<int64_t>(start, 0, bound);
    int64_t end = std::clamp<int64_t>(
        start + static_cast<int64_t>(interval.size), low, bound);
    interval.start = Affine(low);
    interval.size = end - low;
  }

  template <class T, class Default>
  void operator()(const FieldInfo &, T &value, const Default &) const {
    if constexpr (std::is_same_v<T, DramAddress>)
      fix(value.address);
    else if constexpr (std::is_same_v<T, Ring>)
      fix(value.offset);
    else if constexpr (std::is_same_v<T, OnChipRing>)
      fix(value.ring.offset);
    else if constexpr (std::is_same_v<T, Interval>)
      fix(value);
    else if constexpr (std::is_same_v<T, Dims>)
      for (Interval &interval : value)
        fix(interval);
  }
};

struct EmptinessTest {
  bool empty = false;

  template <class T, class Default>
  void operator()(const FieldInfo &, const T &, const Default &) {}
  void operator()(const FieldInfo &, const Interval &value, const Interval &) {
    empty |= value.size == 0;
  }
  void operator()(const FieldInfo &, const Dims &value, const Dims &) {
    empty |= llvm::any_of(value, [](const Interval &i) { return i.size == 0; });
  }
};
} // namespace

Instruction lacuna::resolve(const Instruction &instruction,
                            const LoopIndices &indices) {
  Instruction result = instruction;
  std::visit(
      [&](auto &inst) {
        std::decay_t<decltype(inst)>::visitFields(inst, Resolver{indices});
      },
      result);
  return result;
}

bool lacuna::doesNothing(const Instruction &resolved) {
  EmptinessTest test;
  std::visit(
      [&](const auto &inst) {
        std::decay_t<decltype(inst)>::visitFields(inst, test);
      },
      resolved);
  return test.empty;
}
