// The kinds of value that a machine file holds. For each kind: the rule that
// limits it, reading it from a YAML node, its canonical text, and what it may
// be, in words.
#ifndef LACUNA_LIB_MACHINE_VALUES_H
#define LACUNA_LIB_MACHINE_VALUES_H

#include "lacuna/Machine/Machine.h"
#include "lacuna/Support/YamlTree.h"

namespace lacuna {

struct IntegerRule {
  uint64_t minimum;
  uint64_t maximum;
  bool powerOfTwo = false;
  /// Said when a value is out of range.
  llvm::StringLiteral reason = "";
};
struct TextRule {
  unsigned maxLength;
  /// Letters, digits, '-', '_' and '.', so that it can be a file's name.
  bool isName;
};
struct BooleanRule {};
struct DataflowRule {};
struct MacTypesRule {};
struct SparsityRule {};
struct SkipRule {};
struct ElementTypesRule {};
struct SourcedRule {};
struct MacEnergiesRule {};

/// Reads `node` into `value`; errors are located in `file`.
llvm::Error readValue(const YamlNode &node, llvm::StringRef file,
                      uint64_t &value, const IntegerRule &rule);
llvm::Error readValue(const YamlNode &node, llvm::StringRef file,
                      uint32_t &value, const IntegerRule &rule);
llvm::Error readValue(const YamlNode &node, llvm::StringRef file,
                      std::string &value, const TextRule &rule);
llvm::Error readValue(const YamlNode &node, llvm::StringRef file, bool &value,
                      BooleanRule);
llvm::Error readValue(const YamlNode &node, llvm::StringRef file,
                      Dataflow &value, DataflowRule);
llvm::Error readValue(const YamlNode &node, llvm::StringRef file,
                      std::vector<MacType> &value, MacTypesRule);
llvm::Error readValue(const YamlNode &node, llvm::StringRef file,
                      std::vector<WeightPattern> &value, SparsityRule);
llvm::Error readValue(const YamlNode &node, llvm::StringRef file,
                      SkipZeros &value, SkipRule);
llvm::Error readValue(const YamlNode &node, llvm::StringRef file,
                      std::vector<ElementType> &value, ElementTypesRule);
llvm::Error readValue(const YamlNode &node, llvm::StringRef file,
                      SourcedValue &value, SourcedRule);
llvm::Error readValue(const YamlNode &node, llvm::StringRef file,
                      std::vector<MacEnergy> &value, MacEnergiesRule);

/// A value as canonical YAML: one line, or a line for each item of a list
/// ("- ...") or entry of a map ("key: ...").
using ValueLines = std::vector<std::string>;
struct ValueText {
  ValueLines lines;
  bool isBlock = false;
};
ValueText formatValue(uint64_t value);
ValueText formatValue(uint32_t value);
ValueText formatValue(const std::string &value);
ValueText formatValue(bool value);
ValueText formatValue(Dataflow value);
ValueText formatValue(const std::vector<MacType> &value);
ValueText formatValue(const std::vector<WeightPattern> &value);
ValueText formatValue(const SkipZeros &value);
ValueText formatValue(const std::vector<ElementType> &value);
ValueText formatValue(const SourcedValue &value);
ValueText formatValue(const std::vector<MacEnergy> &value);

/// The same without what is only said about a value: the sources of energies.
template <typename T> ValueText formatForHash(const T &value) {
  return formatValue(value);
}
ValueText formatForHash(const SourcedValue &value);
ValueText formatForHash(const std::vector<MacEnergy> &value);

/// What a value may be, in words.
std::string describe(const IntegerRule &rule);
std::string describe(const TextRule &rule);
std::string describe(BooleanRule);
std::string describe(DataflowRule);
std::string describe(MacTypesRule);
std::string describe(SparsityRule);
std::string describe(SkipRule);
std::string describe(ElementTypesRule);
std::string describe(SourcedRule);
std::string describe(MacEnergiesRule);

/// "i8xi4", the key of an energy.
std::string getPairName(ElementType input, ElementType weights);

} // namespace lacuna

#endif // LACUNA_LIB_MACHINE_VALUES_H
