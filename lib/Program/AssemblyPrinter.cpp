// Instructions to text: one function a kind of field.
#include "lacuna/Program/AssemblyPrinter.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace lacuna;

void lacuna::printOperand(raw_ostream &os, const Affine &value) {
  bool first = true;
  if (value.constant || value.isConstant()) {
    os << value.constant;
    first = false;
  }
  for (unsigned level = 0; level != kMaxLoopDepth; ++level) {
    int64_t coefficient = value.coefficients[level];
    if (!coefficient)
      continue;
    uint64_t magnitude = coefficient < 0
                             ? 0 - static_cast<uint64_t>(coefficient)
                             : static_cast<uint64_t>(coefficient);
    if (first)
      os << (coefficient < 0 ? "-" : "");
    else
      os << (coefficient < 0 ? " - " : " + ");
    if (magnitude != 1)
      os << magnitude << '*';
    os << 'i' << level;
    first = false;
  }
}

void lacuna::printOperand(raw_ostream &os, const DramAddress &value) {
  printOperand(os, value.address);
}

void lacuna::printOperand(raw_ostream &os, const OnChipRing &value) {
  os << (value.memory == OnChipMemory::Scratchpad ? "pad[" : "acc[")
     << value.ring.base;
  if (value.ring.length)
    os << " ring " << value.ring.length;
  if (!(value.ring.offset == Affine(0))) {
    os << " at ";
    printOperand(os, value.ring.offset);
  }
  os << ']';
}

void lacuna::printOperand(raw_ostream &os, const Interval &value) {
  if (value.isWhole()) {
    os << value.size;
    return;
  }
  os << '(';
  printOperand(os, value.start);
  os << " : " << value.size << " of " << value.bound << ')';
}

void lacuna::printOperand(raw_ostream &os, const Dims &value) {
  os << '[';
  llvm::interleaveComma(value, os,
                        [&](const Interval &i) { printOperand(os, i); });
  os << ']';
}

void lacuna::printOperand(raw_ostream &os, const Strides &value) {
  os << '[';
  llvm::interleaveComma(value, os);
  os << ']';
}

namespace {
class FieldPrinter {
public:
  explicit FieldPrinter(raw_ostream &os) : os(os) {}

  template <class T>
  void operator()(const FieldInfo &info, const T &value, const T &absent) {
    if (info.optionalIndex >= 0 && value == absent)
      return;
    os << comma << info.name;
    if constexpr (std::is_same_v<T, bool>)
      return; // a flag is its name alone
    os << '=';
    if constexpr (std::is_same_v<T, ElementType>)
      os << getName(value);
    else if constexpr (std::is_enum_v<T>)
      os << toString(value);
    else if constexpr (std::is_integral_v<T>)
      os << value;
    else if constexpr (std::is_same_v<T, Ring>)
      printOperand(os, OnChipRing{info.kind == FieldKind::Scratchpad
                                      ? OnChipMemory::Scratchpad
                                      : OnChipMemory::Accumulators,
                                  value});
    else
      printOperand(os, value);
  }

private:
  raw_ostream &os;
  ListSeparator comma;
};
} // namespace

void lacuna::printFields(raw_ostream &os, const Instruction &instruction) {
  FieldPrinter printer(os);
  std::visit(
      [&](const auto &inst) {
        std::decay_t<decltype(inst)>::visitFields(inst, printer);
      },
      instruction);
}

void lacuna::print(raw_ostream &os, const Instruction &instruction) {
  std::string fields;
  raw_string_ostream fieldStream(fields);
  printFields(fieldStream, instruction);
  os << mnemonicOf(instruction) << (fields.empty() ? "" : " ") << fields;
}
