// docs/manual.md: every instruction, for readers.
#include "Model.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/TableGen/Error.h"

using namespace llvm;
using namespace lacuna::tblgen;

static constexpr unsigned kPageWidth = 88;
/// Stands for a blank at which a line must not be broken.
static constexpr char kUnbroken = 1;

static std::string toSnakeCase(StringRef camelCase) {
  std::string result;
  for (char c : camelCase) {
    if (isUpper(c))
      result += '_';
    result += toLower(c);
  }
  return result;
}

/// `text` with line breaks where it passes the page, `indent` on each new line.
/// Nothing is broken inside backquotes: there, a line that begins with '-'
/// would become a list.
static std::string wrapped(StringRef source, unsigned indent) {
  std::string text = source.str();
  bool quoted = false;
  for (char &c : text) {
    quoted ^= c == '`';
    if (quoted && c == ' ')
      c = kUnbroken;
  }
  std::string result;
  unsigned column = 0;
  SmallVector<StringRef> words;
  StringRef(text).split(words, ' ', -1, /*KeepEmpty=*/false);
  for (StringRef word : words) {
    if (column && column + 1 + word.size() > kPageWidth) {
      result += '\n';
      result.append(indent, ' ');
      column = indent;
    } else if (column) {
      result += ' ';
      ++column;
    }
    result += word;
    column += word.size();
  }
  std::replace(result.begin(), result.end(), kUnbroken, ' ');
  return result;
}

/// C++ over an instruction, as a reader of assembly sees it.
static std::string inFieldNames(StringRef expression,
                                const InstructionModel &instruction) {
  std::string text = expression.trim().str();
  for (size_t at; (at = text.find("inst.")) != std::string::npos;) {
    size_t end = at + strlen("inst.");
    while (end < text.size() && (isAlnum(text[end]) || text[end] == '_'))
      ++end;
    StringRef member = StringRef(text).slice(at + strlen("inst."), end);
    std::string name = toSnakeCase(member);
    for (const FieldModel &field : instruction.fields)
      if (field.cppName == member)
        name = field.name;
    text.replace(at, end - at, name);
  }
  return text;
}

static std::string defaultOf(const FieldModel &field) {
  if (!field.isOptional())
    return "";
  StringRef value = field.defaultValue;
  if (value.consume_back("{}") || field.kind == "Flag")
    return "absent";
  value = value.drop_front(value.find('(') + 1).drop_back();
  if (value.consume_front("Interval("))
    return value.drop_back().str();
  if (value.contains("::"))
    return toSnakeCase(value.rsplit("::").second).substr(1);
  return value.starts_with("k") ? "absent" : value.str();
}

/// The first column of the table of kinds in docs/machine.md, or nearly so.
static std::string kindOf(const FieldModel &field) {
  if (field.kind == "Enumeration")
    return "[" + field.cppType + "](#words)";
  return StringSwitch<std::string>(field.kind)
      .Case("Flag", "flag")
      .Case("UInt", "unsigned")
      .Case("SInt", "signed")
      .Case("Type", "type")
      .Case("DramAddress", "address")
      .Case("Scratchpad", "ring in the scratchpad")
      .Case("Accumulator", "ring in the accumulators")
      .Case("OnChip", "on-chip ring")
      .Case("Interval", "extent")
      .Case("Dims", "extents")
      .Case("Strides", "strides")
      .Default(field.kind);
}

static std::string placeholderOf(const FieldModel &field) {
  std::string value = StringSwitch<std::string>(field.kind)
                          .Cases({"UInt", "SInt"}, "N")
                          .Case("Type", "TYPE")
                          .Case("Enumeration", "WORD")
                          .Case("DramAddress", "ADDRESS")
                          .Case("Scratchpad", "pad[..]")
                          .Case("Accumulator", "acc[..]")
                          .Case("OnChip", "RING")
                          .Case("Interval", "EXTENT")
                          .Default("[..]");
  return field.kind == "Flag" ? field.name : field.name + "=" + value;
}

static void emitForm(const InstructionModel &instruction, raw_ostream &os) {
  std::string form = instruction.mnemonic;
  for (const FieldModel &field : instruction.fields)
    if (!field.isOptional())
      form += (&field == &instruction.fields.front() ? " " : ", ") +
              placeholderOf(field);
  for (const FieldModel &field : instruction.fields)
    if (field.isOptional())
      form += " {, " + placeholderOf(field) + "}";
  // Braces stay with what they hold.
  for (size_t at = 0; (at = form.find("{, ", at)) != std::string::npos; ++at)
    form[at + 2] = kUnbroken;
  form = wrapped(form, 2);
  os << "Assembly:\n\n```\n" << form << "\n```\n\n";
}

/// Boxes of bytes in a row, broken where the page ends.
static void emitPicture(const InstructionModel &instruction, raw_ostream &os) {
  std::vector<std::string> boxes = {
      formatv("{0:x2}", instruction.opcode).str()};
  for (const FieldModel &field : instruction.fields)
    if (field.isOptional()) {
      boxes.push_back("mask");
      break;
    }
  for (const FieldModel &field : instruction.fields)
    if (field.kind != "Flag")
      boxes.push_back(field.isOptional() ? "(" + field.name + ")" : field.name);

  os << "Encoding:\n\n```\n";
  for (size_t next = 0; next < boxes.size();) {
    std::string edge, line;
    for (; next < boxes.size(); ++next) {
      size_t width = boxes[next].size() + 3;
      if (!line.empty() && line.size() + width + 1 > kPageWidth)
        break;
      edge += "+" + std::string(width - 1, '-');
      line += "| " + boxes[next] + " ";
    }
    os << edge << "+\n" << line << "|\n" << edge << "+\n";
  }
  os << "```\n\n";
}

static void emitFields(const InstructionModel &instruction, raw_ostream &os) {
  if (instruction.fields.empty())
    return;
  os << "| field | kind | range | default | bit | meaning |\n|-|-|-|-|-|-|\n";
  for (const FieldModel &field : instruction.fields) {
    os << "| `" << field.name << "` | " << kindOf(field) << " | ";
    if (field.isInteger())
      os << field.min << " to " << field.max;
    os << " | " << defaultOf(field) << " | ";
    if (field.isOptional())
      os << field.optionalIndex;
    os << " | " << field.description << " |\n";
  }
  os << "\n";
}

static std::string coordinateText(const Record &coordinate) {
  auto text = [&](StringRef key) {
    return coordinate.getValueAsString(key).str();
  };
  if (coordinate.isSubClassOf("Along"))
    return text("interval");
  if (coordinate.isSubClassOf("AlongAll"))
    return text("dims") + "...";
  if (coordinate.isSubClassOf("AlongLast"))
    return "last of " + text("dims");
  if (coordinate.isSubClassOf("AnyBelow"))
    return "any below " + text("bound");
  if (coordinate.isSubClassOf("Quotient"))
    return text("interval") + " / " + text("divisor");
  auto times = [&](StringRef what, StringRef factor) {
    return text(what) + (text(factor).empty() ? "" : "*" + text(factor));
  };
  std::string first = times("output", "stride");
  if (!text("divisor").empty())
    first = "(" + first + " + " + text("phase") + ") / " + text("divisor");
  return first + " + " + times("kernel", "dilation") + " - " + text("padding") +
         " within [0, " + text("bound") + ")";
}

static void emitAccesses(const InstructionModel &instruction, raw_ostream &os) {
  if (instruction.accesses.empty())
    return;
  os << "Memory:\n\n";
  for (const Record *access : instruction.accesses) {
    auto text = [&](StringRef key) {
      return access->getValueAsString(key).trim();
    };
    std::string line = formatv(
        "- {0} `{1}`",
        StringSwitch<StringRef>(
            access->getValueAsDef("direction")->getValueAsString("cppName"))
            .Case("Read", "reads")
            .Case("Write", "writes")
            .Default("updates"),
        text("operand"));
    if (!text("typeField").empty())
      line += formatv(": elements of `{0}`{1}", text("typeField"),
                      access->getValueAsBit("packed")
                          ? ", i4 two to a byte along the last coordinate"
                          : "");
    else if (!text("runField").empty())
      line += formatv(": runs of `{0}` bytes", text("runField"));
    else
      line += formatv(": blocks of `{0}` bytes",
                      inFieldNames(text("elementBytes"), instruction));
    std::vector<std::string> coordinates;
    for (const Record *one : access->getValueAsListOfDefs("coordinates"))
      coordinates.push_back("`" + coordinateText(*one) + "`");
    if (!coordinates.empty())
      line += " at (" + join(coordinates, ", ") + ")";
    if (!text("strides").empty())
      line += formatv(" x `{0}`", text("strides"));
    if (!text("onlyIf").empty())
      line += formatv(", only with `{0}`", text("onlyIf"));
    os << wrapped(line, 2) << "\n";
  }
  os << "\n";
}

static void emitInstruction(const InstructionModel &instruction,
                            raw_ostream &os) {
  std::string summary = instruction.summary;
  os << "### " << instruction.mnemonic << "\n\n"
     << toUpper(summary[0]) << StringRef(summary).drop_front() << ".\n\n";
  emitForm(instruction, os);
  os << "Meaning:\n\n```\n" << wrapped(instruction.semantics, 4) << "\n```\n\n";
  if (!instruction.notes.empty()) {
    std::string notes = instruction.notes;
    std::replace(notes.begin(), notes.end(), '\n', ' ');
    os << wrapped(notes, 0) << "\n\n";
  }
  emitFields(instruction, os);
  emitPicture(instruction, os);
  if (!instruction.rules.empty()) {
    os << "Rules:\n\n";
    for (const RuleModel &rule : instruction.rules)
      os << wrapped("- **" + rule.name + "**: " + rule.description + ": `" +
                        inFieldNames(rule.expression, instruction) + "`",
                    2)
         << "\n";
    os << "\n";
  }
  emitAccesses(instruction, os);
  os << "Cost class: " << instruction.cost << ".\n\n";
}

static constexpr StringLiteral introduction = R"(# Manual

Every instruction of the accelerator. This page is made from `accel-isa/*.td` (`cmake
--build build --target docs` makes it anew); [the machine](machine.md) says what the kinds
of field mean, how each is encoded, and how cost classes take time;
[assembly](assembly.md) how each is written.

In an assembly form, what stands in braces may be left out. In a table, *bit* is an
optional field's bit in the presence mask. In a picture of an encoding each box is a field
in its kind's encoding; one in parentheses is there only if its bit in the mask is set; a
flag is its bit alone. A rule's condition is C++ over the fields and the machine.

)";

void lacuna::tblgen::emitManual(const Model &model, raw_ostream &os) {
  os << introduction << "| instruction | opcode | engine | does |\n|-|-|-|-|\n";
  for (const InstructionModel &instruction : model.instructions)
    os << formatv("| [{0}](#{0}) | {1:x2} | {2} | {3} |\n",
                  instruction.mnemonic, instruction.opcode,
                  StringRef(instruction.engine).upper(), instruction.summary);
  os << "\n";
  SmallVector<StringRef> engines;
  for (const InstructionModel &instruction : model.instructions)
    if (!is_contained(engines, instruction.engine))
      engines.push_back(instruction.engine);
  for (StringRef engine : engines) {
    os << "## " << engine.upper() << "\n\n";
    for (const InstructionModel &instruction : model.instructions)
      if (instruction.engine == engine)
        emitInstruction(instruction, os);
  }
  os << "## Words\n\nThe enumerations; the first word of each has the number "
        "0.\n\n| enumeration | words |\n|-|-|\n";
  for (const EnumModel &enumeration : model.enums)
    os << "| " << enumeration.cppName << " | " << join(enumeration.words, ", ")
       << " |\n";
}
