// GeneratedOps.td: the isa dialect's enumerations and ops, in the words of
// include/lacuna/Dialect/ISA/IR/ISABase.td, for mlir-tblgen to read.
#include "Model.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace lacuna::tblgen;

static std::string snakeCase(StringRef pascalCase) {
  std::string result;
  for (char c : pascalCase) {
    if (isUpper(c) && !result.empty())
      result += '_';
    result += toLower(c);
  }
  return result;
}

/// As lib/Dialect/ISA/IR/Assembly.h has it.
static StringRef attributeName(const FieldModel &field) {
  return field.name == "operation" ? StringRef("op") : field.name;
}

static std::string attributeOf(const FieldModel &field) {
  std::string attribute;
  if (field.kind == "Flag")
    return "UnitAttr";
  if (field.kind == "Enumeration")
    attribute = "ISA_" + field.cppType;
  else if (field.isInteger())
    attribute = formatv("ISA_Integer<{0}, {1}>", field.min, field.max);
  else
    attribute = "ISA_" + field.kind;
  return field.isOptional() ? "OptionalAttr<" + attribute + ">" : attribute;
}

static void emitOp(const InstructionModel &instruction, raw_ostream &os) {
  os << formatv("def ISA_{0}Op : {1}<\"{2}\", \"{0}\"> {{\n",
                instruction.cppName,
                instruction.opensRegion ? "ISA_RegionOp" : "ISA_Op",
                instruction.mnemonic)
     << "  let summary = \"" << instruction.summary << "\";\n"
     << "  let description = [{\n    `" << instruction.semantics << "`\n";
  if (!instruction.notes.empty())
    os << "\n    " << instruction.notes << "\n";
  os << "  }];\n  let arguments = (ins";
  ListSeparator comma(",");
  for (const FieldModel &field : instruction.fields)
    os << comma << "\n    " << attributeOf(field) << ":$"
       << attributeName(field);
  os << ");\n}\n\n";
}

void lacuna::tblgen::emitOps(const Model &model, raw_ostream &os) {
  emitHeader(os, "The isa dialect's enumerations and ops.");
  for (const EnumModel &enumeration : model.enums)
    os << formatv("def ISA_{0} : ISA_Value<\"{0}\", \"{1}\", \"{0}\"> {{\n"
                  "  let summary = \"one of {2}\";\n}\n",
                  enumeration.cppName, snakeCase(enumeration.cppName),
                  join(enumeration.words, ", "));
  os << "\n";
  for (const InstructionModel &instruction : model.instructions)
    if (!instruction.closesRegion)
      emitOp(instruction, os);
}
