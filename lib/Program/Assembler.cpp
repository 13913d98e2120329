// Assembly text to programs. Every line stands alone, so that an error in one
// hides none in the next.
#include "lacuna/Program/Assembler.h"

#include "InstructionParser.h"
#include "LayerKey.h"

#include "lacuna/Program/AssemblyGrammar.h"
#include "lacuna/Program/Encoding.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace lacuna;

namespace {
class Assembler {
public:
  Assembler(MemoryBufferRef text, MachineFinder findMachine)
      : text(text.getBuffer()), file(text.getBufferIdentifier()),
        findMachine(findMachine) {}

  Expected<Program> run() {
    StringRef rest = text;
    while (!rest.empty() && errorCount < kMaxAssemblyErrors) {
      auto [line, after] = rest.split('\n');
      parseLine(line);
      rest = after;
      ++lineNumber;
    }
    finish();
    if (errorCount)
      return std::move(errors);
    if (Error error = checkProgram(program, file))
      return std::move(error);
    return std::move(program);
  }

private:
  using Handler = bool (Assembler::*)(TextTokens &);
  struct Directive {
    StringLiteral name;
    Handler handler;
  };
  /// `name=value` behind a directive.
  struct Key {
    StringLiteral name;
    bool required;
    function_ref<bool()> parse;
  };

  //===--------------------------------------------------------------------===//
  // Lines
  //===--------------------------------------------------------------------===//

  void report(const char *location, const Twine &what) {
    if (++errorCount > kMaxAssemblyErrors)
      return;
    unsigned column = location - lineStart + 1;
    errors = joinErrors(
        std::move(errors),
        makeError(SourceLocation::atLine(file, lineNumber, column), what));
  }

  void parseLine(StringRef line) {
    lineStart = line.data();
    if (StringRef inside = line.ltrim(" \t"); inside.consume_front("|"))
      return addToBlock(inside);
    TextTokens tokens(line, [this](const char *location, const Twine &what) {
      report(location, what);
    });
    if (tokens.atEnd())
      return;
    block = nullptr;
    const char *start = tokens.here();
    std::optional<StringRef> word = tokens.optionalWord();
    if (!word)
      report(start, "expected an instruction or a directive");
    else if (word->starts_with("."))
      parseDirective(tokens, start, *word);
    else
      addInstruction(tokens, start, *word);
  }

  void addToBlock(StringRef line) {
    if (!block)
      return report(lineStart, "lines behind '|' belong to .machine or "
                               ".predicted, which is not above");
    line.consume_back("\r");
    line.consume_front(" ");
    *block += line;
    *block += '\n';
  }

  void parseDirective(TextTokens &tokens, const char *start, StringRef name) {
    static constexpr Directive directives[] = {
        {".machine", &Assembler::parseMachineDirective},
        {".machine_text", &Assembler::parseMachineText},
        {".hashes", &Assembler::parseHashes},
        {".predicted", &Assembler::parsePredicted},
        {".predicted_text", &Assembler::parsePredictedText},
        {".region", &Assembler::parseRegion},
        {".tensor", &Assembler::parseTensor},
        {".layer", &Assembler::parseLayer},
        {".define_layer", &Assembler::parseLayerDefinition},
        {".layer_range", &Assembler::parseLayerRange},
        {".bytes", &Assembler::parseBytes},
    };
    for (const Directive &directive : directives)
      if (directive.name == name) {
        if ((this->*directive.handler)(tokens))
          expectEnd(tokens);
        return;
      }
    std::optional<ElementType> type = elementTypeFromName(name.drop_front());
    if (type && !getInfo(*type).isFloat) {
      if (parseElements(tokens, *type))
        expectEnd(tokens);
      return;
    }
    SmallVector<StringRef, 16> names;
    for (const Directive &directive : directives)
      names.push_back(directive.name);
    StringRef nearest = findNearest(name, names);
    report(start,
           "there is no directive '" + name + "'; " +
               (nearest.empty()
                    ? "they are " + join(names, ", ") + " and .i8 and the like"
                    : ("did you mean '" + nearest + "'?").str()));
  }

  bool expectEnd(TextTokens &tokens) {
    return tokens.atEnd() ||
           tokens.fail(tokens.here(), "expected the end of the line");
  }

  /// `name=value, ...` to the end of the line. `start` is the directive's.
  bool parseKeys(TextTokens &tokens, const char *start, ArrayRef<Key> keys) {
    SmallVector<bool, 8> seen(keys.size(), false);
    if (!tokens.atEnd()) {
      do {
        const char *at = tokens.here();
        std::optional<StringRef> name = tokens.optionalWord();
        const Key *key = llvm::find_if(
            keys, [&](const Key &k) { return name && k.name == *name; });
        if (key == keys.end()) {
          SmallVector<StringRef, 8> names;
          for (const Key &k : keys)
            names.push_back(k.name);
          return tokens.fail(at, "expected one of " + join(names, ", "));
        }
        if (std::exchange(seen[key - keys.begin()], true))
          return tokens.fail(at, "'" + key->name + "' is given twice");
        if (!tokens.optional('='))
          return tokens.fail(tokens.here(), "expected '='");
        if (!key->parse())
          return false;
      } while (tokens.optional(','));
    }
    for (const Key &key : keys)
      if (key.required && !seen[&key - keys.begin()])
        return tokens.fail(start, "'" + key.name + "' is missing");
    return true;
  }

  bool parseNumber(TextTokens &tokens, uint64_t &value) {
    return AssemblyGrammar<TextTokens>(tokens).parseUnsigned(value);
  }

  bool parseString(TextTokens &tokens, std::string &value) {
    const char *at = tokens.here();
    auto string = tokens.optionalString();
    if (!string)
      return tokens.fail(at, "expected a string in double quotes");
    if (!*string)
      return false;
    value = std::move(**string);
    return true;
  }

  //===--------------------------------------------------------------------===//
  // Machine and prediction
  //===--------------------------------------------------------------------===//

  bool startMachine(TextTokens &tokens) {
    if (std::exchange(machineGiven, true))
      return tokens.fail(lineStart, "the machine is given twice");
    return true;
  }

  bool parseMachineDirective(TextTokens &tokens) {
    if (!startMachine(tokens))
      return false;
    if (tokens.atEnd()) {
      block = &program.machineText;
      machineLine = lineNumber;
      return true;
    }
    const char *at = tokens.here();
    std::string name;
    if (!parseString(tokens, name))
      return false;
    // Text from anywhere must not make the assembler open files of its choice.
    if (StringRef(name).contains('/') || StringRef(name).ends_with(".yaml"))
      return tokens.fail(at, "name a machine that 'lacuna machine list' lists, "
                             "or write its text behind .machine");
    Expected<Machine> machine = findMachine(name);
    if (!machine)
      return tokens.fail(at, toString(machine.takeError()));
    program.machineText = printMachine(*machine);
    return true;
  }

  bool parseMachineText(TextTokens &tokens) {
    return startMachine(tokens) && parseString(tokens, program.machineText);
  }

  bool parseHashes(TextTokens &tokens) {
    hashesGiven = true;
    auto parse = [&](uint64_t &hash) {
      const char *at = tokens.here();
      std::string digits;
      if (!parseString(tokens, digits))
        return false;
      if (digits.size() != 16 || StringRef(digits).getAsInteger(16, hash))
        return tokens.fail(at, "a hash is 16 hexadecimal digits");
      return true;
    };
    return parseKeys(
        tokens, lineStart,
        {{"structure", true, [&] { return parse(program.structureHash); }},
         {"cost", true, [&] { return parse(program.costHash); }}});
  }

  bool parsePredicted(TextTokens &tokens) {
    program.predicted.clear();
    block = &program.predicted;
    return true;
  }
  bool parsePredictedText(TextTokens &tokens) {
    return parseString(tokens, program.predicted);
  }

  void finish() {
    if (!machineGiven)
      return reportAtEnd("the program names no machine",
                         "add .machine \"edge\"");
    for (Region &region : program.regions)
      if (hasContents(region.kind))
        region.size = region.bytes.size();
    endLayer();
    if (hashesGiven || errorCount)
      return;
    Expected<Machine> machine = parseMachine(program.machineText, file);
    if (!machine)
      return reportMachine(machine.takeError());
    program.structureHash = structureHash(*machine);
    program.costHash = costHash(*machine);
  }

  /// Errors in the machine's text are located in the lines behind `|`.
  void reportMachine(Error error) {
    handleAllErrors(std::move(error), [&](const LocatedError &located) {
      SourceLocation place = located.getLocation();
      place.line += machineLine;
      place.column += place.column ? strlen("| ") : 0;
      ++errorCount;
      errors = joinErrors(std::move(errors),
                          makeError(std::move(place), located.getMessage()));
    });
  }

  void reportAtEnd(const Twine &what, const Twine &hint) {
    ++errorCount;
    errors = joinErrors(std::move(errors),
                        makeError(SourceLocation::inFile(file), what, hint));
  }

  //===--------------------------------------------------------------------===//
  // Regions and tensors
  //===--------------------------------------------------------------------===//

  bool parseRegion(TextTokens &tokens) {
    const char *at = tokens.here();
    std::optional<RegionKind> kind;
    if (std::optional<StringRef> word = tokens.optionalWord())
      for (unsigned k = 0; k <= unsigned(RegionKind::Spill); ++k)
        if (getSectionName(RegionKind(k)).drop_front() == *word)
          kind = RegionKind(k);
    if (!kind)
      return tokens.fail(at, "expected what the region holds: text, constants, "
                             "input, output or spill");
    Region region;
    region.kind = *kind;
    region.name = getSectionName(*kind).str();
    if (auto name = tokens.optionalString()) {
      if (!*name)
        return false;
      region.name = **name;
      if (!tokens.optional(',') && !tokens.atEnd())
        return tokens.fail(tokens.here(), "expected ','");
    }
    region.address = nextAddress();
    auto address = [&] { return parseNumber(tokens, region.address); };
    auto size = [&] { return parseNumber(tokens, region.size); };
    bool good =
        hasContents(*kind)
            ? parseKeys(tokens, lineStart, {{"address", false, address}})
            : parseKeys(tokens, lineStart,
                        {{"address", false, address}, {"size", true, size}});
    // Kept even so: what follows belongs to it.
    endLayer();
    program.regions.push_back(std::move(region));
    return good;
  }

  /// Behind the last region.
  uint64_t nextAddress() const {
    if (program.regions.empty())
      return 0;
    const Region &last = program.regions.back();
    uint64_t size = hasContents(last.kind) ? last.bytes.size() : last.size;
    return alignTo(last.address + size, regionAlignment);
  }

  bool parseTensor(TextTokens &tokens) {
    TensorInfo tensor;
    const char *at = tokens.here();
    std::optional<TensorKind> kind;
    if (std::optional<StringRef> word = tokens.optionalWord())
      for (unsigned k = 0; k <= unsigned(TensorKind::Spill); ++k)
        if (getName(TensorKind(k)) == *word)
          kind = TensorKind(k);
    if (!kind)
      return tokens.fail(at, "expected what the tensor is: input, output, "
                             "weights, parameters or spill");
    tensor.kind = *kind;
    if (!parseString(tokens, tensor.name))
      return false;
    if (!tokens.optional(','))
      return tokens.fail(tokens.here(), "expected ','");
    AssemblyGrammar<TextTokens> grammar(tokens);
    auto type = [&] { return grammar.parse(tensor.type); };
    auto shape = [&] { return parseShape(tokens, tensor.shape); };
    auto address = [&] { return grammar.parseUnsigned(tensor.address); };
    auto storedBytes = [&] {
      return grammar.parseUnsigned(tensor.storedBytes.emplace());
    };
    auto zeroPoint = [&] {
      return grammar.parseSigned(tensor.zeroPoint.emplace());
    };
    auto scale = [&] {
      const char *here = tokens.here();
      tensor.scale = tokens.optionalReal();
      return tensor.scale || tokens.fail(here, "expected a number");
    };
    if (!parseKeys(tokens, lineStart,
                   {{"type", true, type},
                    {"shape", true, shape},
                    {"address", true, address},
                    {"stored_bytes", false, storedBytes},
                    {"scale", false, scale},
                    {"zero_point", false, zeroPoint}}))
      return false;
    program.tensors.push_back(std::move(tensor));
    return true;
  }

  bool parseShape(TextTokens &tokens, SmallVectorImpl<int64_t> &shape) {
    if (!tokens.optional('['))
      return tokens.fail(tokens.here(), "expected '['");
    if (tokens.optional(']'))
      return true;
    do {
      if (!AssemblyGrammar<TextTokens>(tokens).parseSigned(
              shape.emplace_back()))
        return false;
    } while (tokens.optional(','));
    return tokens.optional(']') ||
           tokens.fail(tokens.here(), "expected ',' or ']'");
  }

  //===--------------------------------------------------------------------===//
  // Contents
  //===--------------------------------------------------------------------===//

  /// The region that contents go to, or null after an error.
  Region *contents(const char *at) {
    if (!program.regions.empty() && hasContents(program.regions.back().kind))
      return &program.regions.back();
    report(at, program.regions.empty()
                   ? "contents come after '.region text' or '.region constants'"
                   : "this region is empty before a run; contents belong to "
                     "text and constants");
    return nullptr;
  }

  void addInstruction(TextTokens &tokens, const char *start, StringRef word) {
    std::optional<Instruction> instruction =
        parseInstruction(tokens, start, word);
    if (!instruction)
      return;
    if (program.regions.empty() ||
        program.regions.back().kind != RegionKind::Text)
      return report(start, "instructions come after '.region text'");
    SmallVector<uint8_t, 128> bytes;
    encode(*instruction, bytes);
    append(program.regions.back(), bytes);
  }

  static void append(Region &region, ArrayRef<uint8_t> bytes) {
    region.bytes.insert(region.bytes.end(), bytes.begin(), bytes.end());
  }

  bool parseBytes(TextTokens &tokens) {
    Region *region = contents(tokens.here());
    if (!region)
      return false;
    while (!tokens.atEnd()) {
      const char *at = tokens.here();
      std::optional<uint8_t> byte = tokens.optionalHexByte();
      if (!byte)
        return tokens.fail(at, "expected bytes of two hexadecimal digits, with "
                               "blanks between them");
      region->bytes.push_back(*byte);
    }
    return true;
  }

  /// `.i32 1, -2`: little-endian integers, a byte for i1 and i4.
  bool parseElements(TextTokens &tokens, ElementType type) {
    Region *region = contents(tokens.here());
    if (!region)
      return false;
    unsigned bytes = std::max(getInfo(type).storageBits / 8, 1u);
    do {
      const char *at = tokens.here();
      int64_t value;
      if (!AssemblyGrammar<TextTokens>(tokens).parseSigned(value))
        return false;
      if (value < getMinimum(type) || value > getMaximum(type))
        return tokens.fail(at, Twine(value) + " is not a value of " +
                                   getName(type));
      for (unsigned i = 0; i != bytes; ++i)
        region->bytes.push_back(static_cast<uint64_t>(value) >> (8 * i));
    } while (tokens.optional(','));
    return true;
  }

  //===--------------------------------------------------------------------===//
  // Layers
  //===--------------------------------------------------------------------===//

  bool parseLayerNames(TextTokens &tokens, Layer &layer) {
    return parseString(tokens, layer.name) &&
           (!tokens.optional(',') || parseString(tokens, layer.location));
  }

  /// `.layer "name", "location"`: what follows belongs to that layer;
  /// `.layer` alone: to none.
  bool parseLayer(TextTokens &tokens) {
    if (program.regions.empty() ||
        program.regions.back().kind != RegionKind::Text)
      return tokens.fail(lineStart, "layers come after '.region text'");
    endLayer();
    if (tokens.atEnd())
      return true;
    Layer layer;
    if (!parseLayerNames(tokens, layer))
      return false;
    auto [known, isNew] =
        layerNumbers.try_emplace(layerKey(layer), program.layers.size());
    if (isNew)
      program.layers.push_back(std::move(layer));
    openLayer = {program.regions.back().bytes.size(), 0, known->second};
    return true;
  }

  void endLayer() {
    if (!openLayer)
      return;
    openLayer->end = program.regions.back().bytes.size();
    if (openLayer->end != openLayer->begin)
      program.layerRanges.push_back(*openLayer);
    openLayer.reset();
  }

  bool parseLayerDefinition(TextTokens &tokens) {
    Layer layer;
    if (!parseLayerNames(tokens, layer))
      return false;
    layerNumbers.try_emplace(layerKey(layer), program.layers.size());
    program.layers.push_back(std::move(layer));
    return true;
  }

  bool parseLayerRange(TextTokens &tokens) {
    LayerRange &range = program.layerRanges.emplace_back();
    const char *at = tokens.here();
    uint64_t layer = 0;
    if (!parseKeys(
            tokens, lineStart,
            {{"begin", true, [&] { return parseNumber(tokens, range.begin); }},
             {"end", true, [&] { return parseNumber(tokens, range.end); }},
             {"layer", true, [&] { return parseNumber(tokens, layer); }}}))
      return false;
    range.layer = layer;
    return isUInt<32>(layer) ||
           tokens.fail(at, "there is no layer " + Twine(layer));
  }

  StringRef text;
  StringRef file;
  MachineFinder findMachine;
  Program program;
  Error errors = Error::success();
  unsigned errorCount = 0;
  unsigned lineNumber = 1;
  const char *lineStart = nullptr;
  /// Takes the lines behind `|`.
  std::string *block = nullptr;
  bool machineGiven = false;
  unsigned machineLine = 0;
  bool hashesGiven = false;
  std::optional<LayerRange> openLayer;
  StringMap<uint32_t> layerNumbers;
};
} // namespace

Expected<Program> lacuna::assemble(MemoryBufferRef text,
                                   MachineFinder findMachine) {
  return Assembler(text, findMachine).run();
}
