// From YAML to a checked machine.
#include "Fields.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"

using namespace lacuna;
using llvm::Error;
using llvm::StringRef;
using llvm::Twine;

namespace {

class Reader {
public:
  Reader(const YamlNode &root, StringRef file) : root(root), file(file) {}

  llvm::Expected<Machine> read();

private:
  void add(Error error) {
    errors = llvm::joinErrors(std::move(errors), std::move(error));
  }
  template <typename T, typename Rule>
  void readField(const Field &field, T &value, const Rule &rule);
  void checkKeys(const YamlNode &node, const std::string &prefix);
  void checkConsistency(const Machine &machine);
  void checkEnergies(const Machine &machine);
  void checkActivations(const Machine &machine);
  void checkSkipping(const Machine &machine);

  const YamlNode &root;
  StringRef file;
  Error errors = Error::success();
  /// Every field's path, and every path that leads to one.
  llvm::StringSet<> fields;
  llvm::StringSet<> sections;
  /// Where each field's value stands.
  llvm::StringMap<SourceLocation> locations;
};

} // namespace

llvm::Expected<Machine> Reader::read() {
  if (root.kind != YamlNode::Kind::Mapping)
    return makeError(root.getLocation(file),
                     "a machine file is a mapping of keys to values");
  Machine machine;
  visitFields(machine, [&](const Field &field, auto &, const auto &) {
    fields.insert(field.path);
    for (size_t dot = field.path.find('.'); dot != StringRef::npos;
         dot = field.path.find('.', dot + 1))
      sections.insert(field.path.take_front(dot));
  });
  checkKeys(root, "");
  visitFields(machine, [&](const Field &field, auto &value, const auto &rule) {
    readField(field, value, rule);
  });
  // Contradictions are sought among values that are each in order.
  if (!errors)
    checkConsistency(machine);
  if (errors)
    return std::move(errors);
  return machine;
}

/// Reads one field; a field of a section that is wrong as a whole is not
/// missed once more.
template <typename T, typename Rule>
void Reader::readField(const Field &field, T &value, const Rule &rule) {
  const YamlNode *node = &root;
  SourceLocation parent = SourceLocation::inFile(file);
  StringRef rest = field.path;
  while (!rest.empty()) {
    StringRef key;
    std::tie(key, rest) = rest.split('.');
    if (node->kind != YamlNode::Kind::Mapping)
      return;
    const YamlEntry *entry = node->find(key);
    if (!entry && field.optional)
      return;
    if (!entry)
      return add(makeError(
          parent, "key '" + field.path + "' is missing (" + field.doc + ")",
          "it must be " + describe(rule)));
    parent = entry->getLocation(file);
    node = &entry->value;
  }
  locations[field.path] = node->getLocation(file);
  if (Error error = readValue(*node, file, value, rule))
    add(addNote(std::move(error), "'" + field.path + "' is: " + field.doc));
}

void Reader::checkKeys(const YamlNode &node, const std::string &prefix) {
  for (const YamlEntry &entry : node.entries) {
    std::string path = prefix + entry.key;
    if (fields.contains(path))
      continue;
    if (sections.contains(path)) {
      if (entry.value.kind == YamlNode::Kind::Mapping)
        checkKeys(entry.value, path + ".");
      else
        add(makeError(entry.value.getLocation(file),
                      "'" + path + "' must be a mapping of keys to values"));
      continue;
    }
    llvm::SmallVector<StringRef, 32> known;
    for (const llvm::StringSet<> *set : {&fields, &sections})
      for (StringRef candidate : set->keys())
        if (candidate.consume_front(prefix) && !candidate.contains('.'))
          known.push_back(candidate);
    // A set has no order of its own; the suggestion may not depend on it.
    llvm::sort(known);
    StringRef nearest = findNearest(entry.key, known);
    add(makeError(entry.getLocation(file), "unknown key '" + path + "'",
                  nearest.empty() ? Twine("see docs/machine-files.md")
                                  : "did you mean '" + nearest + "'?"));
  }
}

void Reader::checkConsistency(const Machine &m) {
  auto fail = [&](StringRef path, const Twine &message) {
    add(makeError(locations[path], "'" + path + "' " + message));
  };
  uint64_t row = m.scratchpad.getBytesPerCycle();
  if (m.scratchpad.bytes % row != 0)
    fail("scratchpad.bytes",
         llvm::formatv("is {0}, which is not a multiple of banks x bank_bytes "
                       "= {1}",
                       m.scratchpad.bytes, row)
             .str());
  if (m.matrix.depthwiseRows > m.matrix.rows)
    fail("matrix.depthwise_rows",
         llvm::formatv("is {0}, but the array has {1} rows",
                       m.matrix.depthwiseRows, m.matrix.rows)
             .str());
  for (const MacType &type : m.matrix.types)
    for (ElementType needed : {type.input, type.accumulator})
      if (!m.vectorSupports(needed)) {
        fail("vector.types", "lacks " + getName(needed) +
                                 ", which "
                                 "matrix.types asks for");
        return;
      }
  checkEnergies(m);
  checkSkipping(m);
  checkActivations(m);
}

void Reader::checkActivations(const Machine &m) {
  auto fail = [&](StringRef path, const Twine &message) {
    add(makeError(locations[path], "'" + path + "' " + message));
  };
  bool hasEnergy = !m.energyPj.blockByte.source.empty();
  if (m.activations.blockBytes == 0) {
    if (m.activations.rate != 0)
      fail("activations.rate", "is given, but there are no "
                               "activations.block_bytes");
    if (hasEnergy)
      fail("energy_pj.block_byte", "is given, but there are no "
                                   "activations.block_bytes");
    return;
  }
  if (m.activations.rate == 0)
    fail("activations.block_bytes", "needs an activations.rate of at least 1");
  if (!hasEnergy)
    fail("activations.block_bytes", "needs energy_pj.block_byte");
}

void Reader::checkSkipping(const Machine &m) {
  const SkipZeros &skip = m.matrix.skip;
  auto fail = [&](StringRef path, const Twine &message) {
    add(makeError(locations[path], "'" + path + "' " + message));
  };
  if (!skip.isEnabled()) {
    if (!m.energyPj.skipTerm.source.empty())
      fail("energy_pj.skip_term", "is given, but the machine has no "
                                  "matrix.skip");
    if (!m.areaUm2.skip.source.empty())
      fail("area_um2.skip", "is given, but the machine has no matrix.skip");
    return;
  }
  // What leaves zeros out is never free.
  if (m.energyPj.skipTerm.source.empty())
    fail("matrix.skip", "needs energy_pj.skip_term");
  if (m.areaUm2.element.source.empty() || m.areaUm2.skip.source.empty())
    fail("matrix.skip", "needs area_um2.element and area_um2.skip");
  // Blocks are then never slower than products without the front end.
  for (const MacType &type : m.matrix.types)
    if (type.rate.numerator > skip.ports)
      return fail("matrix.skip",
                  "lets in fewer terms a cycle than a rate of matrix.types "
                  "takes");
}

void Reader::checkEnergies(const Machine &m) {
  SourceLocation place = locations["energy_pj.mac"];
  for (const MacType &type : m.matrix.types) {
    auto isPair = [&](const MacEnergy &energy) {
      return energy.input == type.input && energy.weights == type.weights;
    };
    if (llvm::none_of(m.energyPj.mac, isPair))
      add(makeError(place, "'energy_pj.mac' lacks " +
                               getPairName(type.input, type.weights) +
                               ", which matrix.types lists"));
  }
  for (const MacEnergy &energy : m.energyPj.mac)
    if (!m.findMacType(energy.input, energy.weights))
      add(makeError(place, "'energy_pj.mac' has " +
                               getPairName(energy.input, energy.weights) +
                               ", which matrix.types does not list"));
}

llvm::Expected<Machine> lacuna::parseMachine(StringRef text, StringRef name) {
  llvm::Expected<YamlNode> root = parseYaml(text, name);
  if (!root)
    return root.takeError();
  return Reader(*root, name).read();
}
