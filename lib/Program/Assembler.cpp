// Assembly text to programs. Every line stands alone, so that an error in one
// hides none in the next.
#include "lacuna/Program/Assembler.h"

#include "DirectiveParser.h"
#include "InstructionParser.h"
#include "LayerKey.h"

#include "lacuna/Program/Encoding.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/ADT/StringMap.h"
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
    if (errorCount < kMaxAssemblyErrors)
      finish();
    else
      tellMore();
    if (errorCount)
      return std::move(errors);
    if (Error error = checkProgram(program, file))
      return std::move(error);
    return std::move(program);
  }

private:
  using Handler = bool (Assembler::*)(DirectiveParser &);
  struct Directive {
    StringLiteral name;
    Handler handler;
  };

  //===--------------------------------------------------------------------===//
  // Lines
  //===--------------------------------------------------------------------===//

  void report(const char *location, const Twine &what) {
    if (++errorCount > kMaxAssemblyErrors || ++occurrences[what.str()] > 3)
      return;
    ++reported;
    unsigned column = location - lineStart + 1;
    errors = joinErrors(
        std::move(errors),
        makeError(SourceLocation::atLine(file, lineNumber, column), what));
  }

  /// After the cap: how many were not reported, and where reading stopped.
  void tellMore() {
    std::string more = errorCount > reported
                           ? ", " + std::to_string(errorCount - reported) +
                                 " of them like those above"
                           : "";
    reportAtEnd("nothing behind line " + Twine(lineNumber) +
                    " was read: there were " + Twine(errorCount) + " errors" +
                    more,
                "is this the assembly text of a program?");
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
    DirectiveParser parser(tokens, start);
    for (const Directive &directive : directives)
      if (directive.name == name) {
        if ((this->*directive.handler)(parser))
          parser.expectEnd();
        return;
      }
    std::optional<ElementType> type = elementTypeFromName(name.drop_front());
    if (type && !getInfo(*type).isFloat) {
      if (parseElements(tokens, *type))
        parser.expectEnd();
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

  //===--------------------------------------------------------------------===//
  // Machine and prediction
  //===--------------------------------------------------------------------===//

  bool startMachine(DirectiveParser &parser) {
    return !std::exchange(machineGiven, true) ||
           parser.fail("the machine is given twice");
  }

  bool parseMachineDirective(DirectiveParser &parser) {
    if (!startMachine(parser))
      return false;
    if (parser.tokens.atEnd()) {
      block = &program.machineText;
      machineLine = lineNumber;
      return true;
    }
    const char *at = parser.tokens.here();
    std::string name;
    if (!parser.parseString(name))
      return false;
    // Text from anywhere must not make the assembler open files of its choice.
    if (StringRef(name).contains('/') || StringRef(name).ends_with(".yaml"))
      return parser.tokens.fail(at, "name a machine that 'lacuna machine list' "
                                    "lists, or write its text behind .machine");
    Expected<Machine> machine = findMachine(name);
    if (!machine)
      return parser.tokens.fail(at, toString(machine.takeError()));
    program.machineText = printMachine(*machine);
    return true;
  }

  bool parseMachineText(DirectiveParser &parser) {
    return startMachine(parser) && parser.parseString(program.machineText);
  }

  bool parseHashes(DirectiveParser &parser) {
    hashesGiven = true;
    auto structure = [&] { return parser.parseHash(program.structureHash); };
    auto cost = [&] { return parser.parseHash(program.costHash); };
    return parser.parseKeys(
        {{"structure", true, structure}, {"cost", true, cost}});
  }

  bool parsePredicted(DirectiveParser &) {
    program.predicted.clear();
    block = &program.predicted;
    return true;
  }
  bool parsePredictedText(DirectiveParser &parser) {
    return parser.parseString(program.predicted);
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

  bool parseRegion(DirectiveParser &parser) {
    bool good = false;
    std::optional<Region> region = parser.parseRegion(nextAddress(), good);
    if (!region)
      return false;
    // Kept even if something behind it is wrong: what follows belongs to it.
    endLayer();
    program.regions.push_back(std::move(*region));
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

  bool parseTensor(DirectiveParser &parser) {
    std::optional<TensorInfo> tensor = parser.parseTensor();
    if (tensor)
      program.tensors.push_back(std::move(*tensor));
    return tensor.has_value();
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

  bool parseBytes(DirectiveParser &parser) {
    TextTokens &tokens = parser.tokens;
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

  /// `.layer "name", "location"`: what follows belongs to that layer;
  /// `.layer` alone: to none.
  bool parseLayer(DirectiveParser &parser) {
    if (program.regions.empty() ||
        program.regions.back().kind != RegionKind::Text)
      return parser.fail("layers come after '.region text'");
    endLayer();
    if (parser.tokens.atEnd())
      return true;
    Layer layer;
    if (!parser.parseLayer(layer))
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

  bool parseLayerDefinition(DirectiveParser &parser) {
    Layer layer;
    if (!parser.parseLayer(layer))
      return false;
    layerNumbers.try_emplace(layerKey(layer), program.layers.size());
    program.layers.push_back(std::move(layer));
    return true;
  }

  bool parseLayerRange(DirectiveParser &parser) {
    LayerRange range;
    uint64_t layer = 0;
    auto begin = [&] { return parser.parseNumber(range.begin); };
    auto end = [&] { return parser.parseNumber(range.end); };
    auto number = [&] { return parser.parseNumber(layer); };
    if (!parser.parseKeys({{"begin", true, begin},
                           {"end", true, end},
                           {"layer", true, number}}))
      return false;
    if (!isUInt<32>(layer))
      return parser.fail("there is no layer " + Twine(layer));
    range.layer = layer;
    program.layerRanges.push_back(range);
    return true;
  }

  StringRef text;
  StringRef file;
  MachineFinder findMachine;
  Program program;
  Error errors = Error::success();
  unsigned errorCount = 0, reported = 0;
  /// How often each message was to be reported: a wrong file has one on every
  /// line.
  StringMap<unsigned> occurrences;
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
