// Instructions.h.inc: the enumerations and one struct for each instruction,
// with the reflection that every visitor over fields stands on.
#include "Model.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace lacuna::tblgen;

static std::string quoted(StringRef text) {
  std::string result;
  raw_string_ostream os(result);
  os << '"';
  printEscapedString(text, os);
  os << '"';
  return result;
}

static void emitEnum(const EnumModel &model, raw_ostream &os) {
  os << "enum class " << model.cppName << " : uint8_t {\n";
  for (const std::string &word : model.words)
    os << "  " << toPascalCase(word) << ",\n";
  os << "};\ntemplate <> struct EnumTraits<" << model.cppName << "> {\n"
     << "  static constexpr llvm::StringLiteral name = "
     << quoted(model.cppName) << ";\n"
     << "  static constexpr llvm::StringLiteral words[] = {\n";
  for (const std::string &word : model.words)
    os << "      " << quoted(word) << ",\n";
  os << formatv(R"(  };
};
inline llvm::StringRef toString({0} value) {{ return wordOf(value); }
inline std::optional<{0}> parse{0}(llvm::StringRef word) {{
  return enumFromWord<{0}>(word);
}

)",
                model.cppName);
}

static void emitFieldTable(const InstructionModel &instruction,
                           raw_ostream &os) {
  os << "  static constexpr std::array<FieldInfo, " << instruction.fields.size()
     << "> fields{";
  if (!instruction.fields.empty()) {
    os << "{\n";
    for (const FieldModel &field : instruction.fields)
      os << formatv("      {{{0}, FieldKind::{1}, {2}, INT64_C({3}), "
                    "INT64_C({4}), {5}},\n",
                    quoted(field.name), field.kind, field.optionalIndex,
                    field.min, field.max, quoted(field.description));
    os << "  }";
  }
  os << "};\n\n";
}

static void emitStruct(const InstructionModel &instruction, raw_ostream &os) {
  os << formatv(R"(/// {0}: {1}.
struct {2} {{
  static constexpr Opcode opcode = Opcode::{2};
  static constexpr Engine executedBy = Engine::{3};
  static constexpr const char *mnemonic = "{0}";
  static constexpr const char *summary = {4};
  static constexpr const char *costClass = "{5}";
)",
                instruction.mnemonic, instruction.summary, instruction.cppName,
                instruction.engine, quoted(instruction.summary),
                instruction.cost);
  emitFieldTable(instruction, os);
  for (const FieldModel &field : instruction.fields)
    os << formatv("  /// {0}\n  {1} {2} = {3};\n", field.description,
                  field.cppType, field.cppName, field.defaultValue);
  os << "\n  bool operator==(const " << instruction.cppName
     << " &other) const {\n    return true";
  for (const FieldModel &field : instruction.fields)
    os << " &&\n           " << field.cppName << " == other." << field.cppName;
  os << ";\n  }\n  bool operator!=(const " << instruction.cppName
     << " &other) const {\n    return !(*this == other);\n  }\n\n"
     << "  template <class Self, class Visitor>\n"
     << "  static void visitFields(Self &self, Visitor &&visitor) {\n";
  size_t index = 0;
  for (const FieldModel &field : instruction.fields)
    os << "    visitor(fields[" << index++ << "], self." << field.cppName
       << ", " << field.defaultValue << ");\n";
  os << "  }\n};\n\n";
}

void lacuna::tblgen::emitInstructions(const Model &model, raw_ostream &os) {
  emitHeader(os, "The instructions.");
  os << "/// The kinds of field; accel-isa/Base.td says what each is.\n"
     << "enum class FieldKind : uint8_t {\n";
  for (const std::string &kind : model.kinds)
    os << "  " << kind << ",\n";
  os << "  Enumeration,\n};\n\n"
     << "/// What accel-isa/*.td says of a field.\n"
     << "struct FieldInfo {\n"
     << "  /// As in assembly.\n  llvm::StringLiteral name;\n"
     << "  FieldKind kind;\n"
     << "  /// Position in the presence mask, or -1 for a field that is "
        "always present.\n  int optionalIndex;\n"
     << "  /// Inclusive range of an integer; an optional field may also hold "
        "its default.\n  int64_t min;\n  int64_t max;\n"
     << "  llvm::StringLiteral description;\n};\n\n";
  for (const EnumModel &enumeration : model.enums)
    emitEnum(enumeration, os);

  os << "enum class Opcode : uint8_t {\n";
  for (const InstructionModel &instruction : model.instructions)
    os << formatv("  {0} = {1:x},\n", instruction.cppName, instruction.opcode);
  os << "};\n\n";
  for (const InstructionModel &instruction : model.instructions)
    emitStruct(instruction, os);

  os << "/// Any instruction.\nusing Instruction = std::variant<";
  ListSeparator comma;
  for (const InstructionModel &instruction : model.instructions)
    os << comma << instruction.cppName;
  os << ">;\n\n"
     << "/// Calls `function(Tag<X>())` where X is the struct of `opcode`, "
        "which must be\n/// valid (see opcodeFromNumber).\n"
     << "template <class Function>\n"
     << "decltype(auto) dispatch(Opcode opcode, Function &&function) {\n"
     << "  switch (opcode) {\n";
  for (const InstructionModel &instruction : model.instructions)
    os << formatv("  case Opcode::{0}:\n    return function(Tag<{0}>());\n",
                  instruction.cppName);
  os << "  }\n  llvm_unreachable(\"not an opcode\");\n}\n\n"
     << "/// Every opcode, in the order of the enumeration.\n"
     << "constexpr Opcode allOpcodes[] = {\n";
  for (const InstructionModel &instruction : model.instructions)
    os << "    Opcode::" << instruction.cppName << ",\n";
  os << "};\n";
}

void lacuna::tblgen::emitEngines(const Model &model, raw_ostream &os) {
  emitHeader(os, "The emulator's function for each instruction of an engine.");
  for (const InstructionModel &instruction : model.instructions)
    if (instruction.engine != "Sequencer")
      os << formatv("llvm::Error execute(const {0} &, Memory &);\n",
                    instruction.cppName);
}
