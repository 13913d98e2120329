// Programs to assembly text.
#include "LayerKey.h"

#include "lacuna/Program/Assembler.h"
#include "lacuna/Program/AssemblyPrinter.h"
#include "lacuna/Program/Encoding.h"
#include "lacuna/Support/Hash.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"

using namespace llvm;
using namespace lacuna;

static void printQuoted(raw_ostream &os, StringRef text) {
  bool utf8 = json::isUTF8(text);
  os << '"';
  for (unsigned char c : text) {
    if (c == '"' || c == '\\')
      os << '\\' << c;
    else if (c == '\n')
      os << "\\n";
    else if (c < 32 || c == 127 || (c >= 128 && !utf8))
      os << "\\x" << format_hex_no_prefix(c, 2);
    else
      os << c;
  }
  os << '"';
}

/// Whether `text` can stand as lines behind `|`.
static bool isPlainLines(StringRef text) {
  return text.ends_with("\n") && json::isUTF8(text) &&
         llvm::none_of(text, [](unsigned char c) {
           return (c < 32 && c != '\n' && c != '\t') || c == 127;
         });
}

/// `directive` with a block of lines, or `directive_text "..."` for text that
/// has none.
static void printTextBlock(raw_ostream &os, StringRef directive,
                           StringRef text) {
  if (!isPlainLines(text)) {
    os << directive << "_text ";
    printQuoted(os, text);
    os << "\n\n";
    return;
  }
  os << directive << "\n";
  SmallVector<StringRef> lines;
  text.drop_back().split(lines, '\n');
  for (StringRef line : lines)
    os << "|" << (line.empty() ? "" : " ") << line << "\n";
  os << "\n";
}

/// The shortest decimal that reads back as `value`.
static std::string printReal(double value) {
  char buffer[40];
  for (int digits = 6; digits <= 17; ++digits) {
    snprintf(buffer, sizeof(buffer), "%.*g", digits, value);
    double again;
    if (to_float(StringRef(buffer), again) && again == value)
      break;
  }
  return buffer;
}

static void printTensor(raw_ostream &os, const TensorInfo &tensor) {
  os << ".tensor " << getName(tensor.kind) << " ";
  printQuoted(os, tensor.name);
  os << ", type=" << getName(tensor.type) << ", shape=[";
  interleaveComma(tensor.shape, os);
  os << "], address=" << tensor.address;
  if (tensor.storedBytes)
    os << ", stored_bytes=" << *tensor.storedBytes;
  if (tensor.scale)
    os << ", scale=" << printReal(*tensor.scale);
  if (tensor.zeroPoint)
    os << ", zero_point=" << *tensor.zeroPoint;
  os << "\n";
}

static void printBytes(raw_ostream &os, ArrayRef<uint8_t> bytes) {
  constexpr size_t bytesPerLine = 32;
  while (!bytes.empty()) {
    ArrayRef<uint8_t> line = bytes.take_front(bytesPerLine);
    os << ".bytes";
    for (uint8_t byte : line)
      os << ' ' << hexdigit(byte >> 4, true) << hexdigit(byte & 15, true);
    os << "\n";
    bytes = bytes.drop_front(line.size());
  }
}

namespace {
class Disassembler {
public:
  Disassembler(const Program &program, raw_ostream &os,
               const DisassemblyOptions &options)
      : program(program), os(os), options(options) {}

  void run() {
    printTextBlock(os, ".machine", program.machineText);
    printHashes();
    for (const TensorInfo &tensor : program.tensors)
      printTensor(os, tensor);
    if (!program.tensors.empty())
      os << "\n";
    layersInText = canPutLayersIntoText();
    if (!layersInText)
      printDebugMap();
    for (const Region &region : program.regions)
      printRegion(region);
    if (!program.predicted.empty())
      printTextBlock(os, ".predicted", program.predicted);
  }

private:
  /// The hashes, unless they follow from the machine's text.
  void printHashes() {
    Expected<Machine> machine = parseMachine(program.machineText, "machine");
    if (!machine)
      consumeError(machine.takeError());
    else if (structureHash(*machine) == program.structureHash &&
             costHash(*machine) == program.costHash)
      return;
    os << ".hashes structure=\"" << hashToHex(program.structureHash)
       << "\", cost=\"" << hashToHex(program.costHash) << "\"\n\n";
  }

  /// Whether `.layer` directives between instructions give the debug map back:
  /// layers are numbered as they come, and ranges start and end between
  /// instructions.
  bool canPutLayersIntoText() {
    const LayerRange *range = program.layerRanges.data();
    const LayerRange *end = range + program.layerRanges.size();
    uint32_t next = 0;
    for (const LayerRange &one : program.layerRanges) {
      if (one.layer > next)
        return false;
      next += one.layer == next;
    }
    StringSet<> names;
    for (const Layer &layer : program.layers)
      if (!names.insert(layerKey(layer)).second)
        return false;
    if (next != program.layers.size())
      return false;
    ArrayRef<uint8_t> text = program.getText().bytes;
    bool inside = false;
    for (uint64_t offset = 0; offset < text.size() && range != end;) {
      if (inside ? offset == range->end : offset == range->begin) {
        range += inside;
        inside = !inside;
        continue;
      }
      if (offset > (inside ? range->end : range->begin))
        return false;
      Expected<DecodedInstruction> decoded = decode(text, offset);
      if (!decoded) {
        consumeError(decoded.takeError());
        return false;
      }
      offset += decoded->size;
    }
    if (inside && range->end == text.size())
      ++range;
    return range == end;
  }

  void printLayer(const Layer &layer) {
    os << " ";
    printQuoted(os, layer.name);
    if (!layer.location.empty()) {
      os << ", ";
      printQuoted(os, layer.location);
    }
    os << "\n";
  }

  void printDebugMap() {
    for (const Layer &layer : program.layers) {
      os << ".define_layer";
      printLayer(layer);
    }
    for (const LayerRange &range : program.layerRanges)
      os << ".layer_range begin=" << range.begin << ", end=" << range.end
         << ", layer=" << range.layer << "\n";
    os << "\n";
  }

  void printRegion(const Region &region) {
    StringRef kind = getSectionName(region.kind).drop_front();
    os << ".region " << kind;
    if (region.name != getSectionName(region.kind)) {
      os << " ";
      printQuoted(os, region.name);
      os << ",";
    }
    os << " address=" << region.address;
    if (region.kind == RegionKind::Text)
      printInstructions(region.bytes);
    else if (hasContents(region.kind))
      printContents(region);
    else
      os << ", size=" << region.size << "\n";
    os << "\n";
  }

  /// Bytes of constants, with a comment where a tensor begins.
  void printContents(const Region &region) {
    os << "\n";
    std::vector<const TensorInfo *> inside;
    for (const TensorInfo &tensor : program.tensors)
      if (getRegionKind(tensor.kind) == region.kind &&
          tensor.address >= region.address && tensor.address < region.end())
        inside.push_back(&tensor);
    llvm::sort(inside, [](const TensorInfo *a, const TensorInfo *b) {
      // Pointers into one vector: its order decides between equals.
      return std::tie(a->address, a) < std::tie(b->address, b);
    });
    ArrayRef<uint8_t> bytes = region.bytes;
    uint64_t done = 0;
    for (const TensorInfo *tensor : inside) {
      uint64_t start = tensor->address - region.address;
      printBytes(os, bytes.slice(done, start - done));
      done = start;
      os << "# ";
      printQuoted(os, tensor->name);
      os << "\n";
    }
    printBytes(os, bytes.drop_front(done));
  }

  void printInstructions(ArrayRef<uint8_t> text) {
    os << "\n";
    unsigned depth = 0;
    const LayerRange *range = program.layerRanges.data();
    const LayerRange *end = range + program.layerRanges.size();
    for (uint64_t offset = 0; offset < text.size();) {
      if (layersInText) {
        bool ends = range != program.layerRanges.data() &&
                    std::prev(range)->end == offset;
        if (range != end && range->begin == offset) {
          os << ".layer";
          printLayer(program.layers[range++->layer]);
        } else if (ends) {
          os << ".layer\n";
        }
      }
      Expected<DecodedInstruction> decoded = decode(text, offset);
      if (!decoded) {
        std::string what = toString(decoded.takeError());
        llvm::replace(what, '\n', ' ');
        os << "# " << what << "\n";
        printBytes(os, text.drop_front(offset));
        return;
      }
      if (std::holds_alternative<EndLoop>(decoded->instruction) && depth)
        --depth;
      // Deeper than loops can nest is no program, but must not fill a disk.
      os.indent(2 + 2 * std::min(depth, kMaxLoopDepth));
      print(os, decoded->instruction);
      if (options.offsets)
        os << "  # " << offset;
      os << "\n";
      depth += std::holds_alternative<Loop>(decoded->instruction);
      offset += decoded->size;
    }
  }

  const Program &program;
  raw_ostream &os;
  DisassemblyOptions options;
  bool layersInText = false;
};
} // namespace

void lacuna::disassemble(const Program &program, raw_ostream &os,
                         const DisassemblyOptions &options) {
  Disassembler(program, os, options).run();
}
