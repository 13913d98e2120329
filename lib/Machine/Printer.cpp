// Canonical YAML, hashes and reference, all from the list of fields.
#include "Fields.h"

#include "lacuna/Support/Hash.h"

#include "llvm/ADT/StringExtras.h"

using namespace lacuna;
using llvm::StringRef;

/// Calls visit(field, value) for the fields of `machine` that its file must
/// have, and for optional ones that a file has changed.
template <typename Visitor>
static void visitGiven(const Machine &machine, Visitor &&visit) {
  std::vector<ValueLines> defaults;
  const Machine plain;
  visitFields(plain, [&](const Field &, const auto &value, const auto &) {
    defaults.push_back(formatForHash(value).lines);
  });
  size_t index = 0;
  visitFields(machine,
              [&](const Field &field, const auto &value, const auto &) {
                const ValueLines &absent = defaults[index++];
                if (!field.optional || formatForHash(value).lines != absent)
                  visit(field, value);
              });
}

namespace {

/// Writes fields as nested YAML, opening a section where the path asks for it.
class Printer {
public:
  explicit Printer(llvm::raw_ostream &os) : os(os) {}

  void print(const Field &field, const ValueText &value,
             const std::string &comment);

private:
  llvm::raw_ostream &os;
  std::string openSection;
};

} // namespace

void Printer::print(const Field &field, const ValueText &value,
                    const std::string &comment) {
  // Paths have at most two keys: a section and a key in it.
  auto [section, key] = field.path.split('.');
  if (key.empty()) {
    key = section;
    section = "";
  }
  if (section != openSection) {
    openSection = section.str();
    if (!comment.empty())
      os << "\n";
    if (!section.empty())
      os << section << ":\n";
  }
  unsigned indent = section.empty() ? 0 : 2;
  if (!comment.empty())
    os.indent(indent) << "# " << comment << "\n";
  os.indent(indent) << key << ":";
  if (!value.isBlock) {
    os << " " << value.lines.front() << "\n";
    return;
  }
  os << "\n";
  for (const std::string &line : value.lines)
    os.indent(indent + 2) << line << "\n";
}

std::string lacuna::printMachine(const Machine &machine, bool explain) {
  std::string text;
  llvm::raw_string_ostream os(text);
  Printer printer(os);
  visitGiven(machine, [&](const Field &field, const auto &value) {
    std::string comment;
    if (explain) {
      comment = field.doc.str();
      if (!field.unit.empty())
        comment += " [" + field.unit.str() + "]";
    }
    printer.print(field, formatValue(value), comment);
  });
  return text;
}

static uint64_t hashFields(const Machine &machine, Affects which) {
  std::string text;
  visitGiven(machine, [&](const Field &field, const auto &value) {
    if (field.affects != which)
      return;
    text += field.path.str() + "\n";
    for (const std::string &line : formatForHash(value).lines)
      text += line + "\n";
  });
  return hashContents(text);
}

uint64_t lacuna::structureHash(const Machine &machine) {
  return hashFields(machine, Affects::Structure);
}

uint64_t lacuna::costHash(const Machine &machine) {
  return hashFields(machine, Affects::Cost);
}

std::vector<std::string>
lacuna::describeStructureDifferences(const Machine &a, const Machine &b) {
  std::vector<std::string> values, differences;
  auto format = [](const auto &value) {
    return llvm::join(formatForHash(value).lines, "; ");
  };
  visitFields(a, [&](const Field &, const auto &value, const auto &) {
    values.push_back(format(value));
  });
  size_t index = 0;
  visitFields(b, [&](const Field &field, const auto &value, const auto &) {
    const std::string &other = values[index++];
    if (field.affects == Affects::Structure && format(value) != other)
      differences.push_back(field.path.str() + " (" + other + ", " +
                            format(value) + ")");
  });
  return differences;
}

std::string lacuna::printMachineReference() {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "| key | meaning | unit | value | hash |\n|-|-|-|-|-|\n";
  Machine machine;
  visitFields(machine, [&](const Field &field, const auto &, const auto &rule) {
    StringRef hash = field.affects == Affects::Structure ? "structure"
                     : field.affects == Affects::Cost    ? "cost"
                                                         : "";
    os << "| `" << field.path << "` | " << field.doc << " | " << field.unit
       << " | " << describe(rule) << (field.optional ? "; optional" : "")
       << " | " << hash << " |\n";
  });
  return text;
}
