// Accesses.cpp.inc: what each instruction touches, in the words of
// AccessBuilder (lib/Program/AccessDescription.cpp). Rules.cpp.inc: the rules
// that a valid instruction keeps.
#include "Model.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/TableGen/Error.h"

using namespace llvm;
using namespace lacuna::tblgen;

namespace {
/// Writes the statements that describe one access.
class AccessWriter {
public:
  AccessWriter(const InstructionModel &instruction, const Record &access,
               raw_ostream &os)
      : instruction(instruction), access(access), os(os) {}

  void write() {
    os << formatv(
        "  {{\n    AccessBuilder access(list, \"{0}\", "
        "AccessDirection::{1});\n",
        text("operand"),
        access.getValueAsDef("direction")->getValueAsString("cppName"));
    writePlace();
    writeElement();
    if (StringRef strides = text("strides"); !strides.empty())
      os << formatv("    access.strides(\"{0}\", {1});\n", strides,
                    member(strides));
    if (StringRef flag = text("onlyIf"); !flag.empty())
      os << formatv("    access.onlyIf({0});\n", member(flag));
    if (access.getValueAsBit("partial"))
      os << "    access.partial();\n";
    for (const Record *coordinate : access.getValueAsListOfDefs("coordinates"))
      writeCoordinate(*coordinate);
    os << "  }\n";
  }

private:
  StringRef text(StringRef field) const {
    return access.getValueAsString(field);
  }
  std::string member(StringRef field) const {
    return "inst." + instruction.field(field).cppName;
  }

  void writePlace() {
    StringRef kind = instruction.field(text("operand")).kind;
    os << "    access.in(" << member(text("operand"));
    if (kind == "Scratchpad")
      os << ", MemoryKind::Scratchpad";
    else if (kind == "Accumulator")
      os << ", MemoryKind::Accumulators";
    else if (kind != "DramAddress" && kind != "OnChip")
      PrintFatalError(&access, "'" + text("operand") + "' is not in memory");
    os << ");\n";
  }

  void writeElement() {
    if (StringRef type = text("typeField"); !type.empty())
      os << formatv("    access.typed({0}, /*packed=*/{1});\n", member(type),
                    access.getValueAsBit("packed") ? "true" : "false");
    else if (StringRef run = text("runField"); !run.empty())
      os << formatv("    access.run({0});\n", member(run));
    else
      os << formatv("    access.blocks({0});\n", text("elementBytes").trim());
  }

  void writeCoordinate(const Record &coordinate) {
    auto named = [&](StringRef key) {
      StringRef field = coordinate.getValueAsString(key);
      return formatv("\"{0}\", {1}", field, member(field)).str();
    };
    auto valueOr = [&](StringRef key, StringRef absent) {
      StringRef field = coordinate.getValueAsString(key);
      return field.empty() ? absent.str() : member(field);
    };
    os << "    access.";
    if (coordinate.isSubClassOf("Along"))
      os << "along(" << named("interval");
    else if (coordinate.isSubClassOf("AlongAll"))
      os << "alongAll(" << named("dims");
    else if (coordinate.isSubClassOf("AlongLast"))
      os << "alongLast(" << named("dims");
    else if (coordinate.isSubClassOf("AnyBelow"))
      os << "anyBelow(" << valueOr("bound", "1");
    else if (coordinate.isSubClassOf("Quotient"))
      os << "quotient(" << named("interval") << ", " << valueOr("divisor", "1");
    else if (coordinate.isSubClassOf("Window"))
      os << "window(" << named("output") << ", " << named("kernel") << ", "
         << valueOr("stride", "1") << ", " << valueOr("dilation", "1") << ", "
         << valueOr("padding", "0") << ", " << valueOr("bound", "1") << ", "
         << valueOr("divisor", "1") << ", " << valueOr("phase", "0");
    else
      PrintFatalError(&coordinate, "no generator for this coordinate");
    os << ");\n";
  }

  const InstructionModel &instruction;
  const Record &access;
  raw_ostream &os;
};
} // namespace

void lacuna::tblgen::emitAccesses(const Model &model, raw_ostream &os) {
  emitHeader(os, "What each instruction touches.");
  for (const InstructionModel &instruction : model.instructions) {
    os << "static void describe(" << instruction.cppName
       << " &inst, AccessList &list) {\n";
    for (const Record *access : instruction.accesses)
      AccessWriter(instruction, *access, os).write();
    os << "}\n\n";
  }
}

void lacuna::tblgen::emitRules(const Model &model, raw_ostream &os) {
  emitHeader(os, "The rules that a valid instruction keeps.");
  for (const InstructionModel &instruction : model.instructions) {
    os << "[[maybe_unused]] static llvm::Error check(const "
       << instruction.cppName << " &inst, const Machine &machine) {\n";
    for (const RuleModel &rule : instruction.rules)
      os << formatv("  if (!({0}))\n    return brokenRule(\"{1}\",\n"
                    "                      \"{2}\");\n",
                    rule.expression, rule.name, rule.description);
    os << "  return llvm::Error::success();\n}\n\n";
  }
}
