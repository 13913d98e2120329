// A program as it lies in its file: the regions of off-chip memory, the tensors
// in them, the machine it was compiled for and the map from instructions to
// layers. docs/program.md describes the file. Whether the instructions are any
// good is Verifier.h's question.
#ifndef LACUNA_PROGRAM_PROGRAM_H
#define LACUNA_PROGRAM_PROGRAM_H

#include "lacuna/Support/ElementType.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBufferRef.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lacuna {

/// What a region of off-chip memory holds; it decides what a program may do
/// there.
enum class RegionKind : uint8_t { Text, Constants, Input, Output, Spill };

/// ".text", ".constants", ".input", ".output", ".spill".
llvm::StringRef getSectionName(RegionKind kind);
/// Whether instructions may write there: outputs and spills.
bool isWritable(RegionKind kind);
/// Whether the file holds its bytes: text and constants. Other regions are
/// zero before a run.
bool hasContents(RegionKind kind);

/// Every region starts at a multiple of this many bytes.
constexpr uint64_t regionAlignment = 64;
/// No region reaches beyond this address: affine addresses stay below it.
constexpr uint64_t maxDramAddress = uint64_t(1) << 47;

/// A program has at most this many regions.
constexpr size_t maxRegions = 1024;

/// A range of off-chip memory; regions never overlap.
struct Region {
  RegionKind kind = RegionKind::Text;
  /// The section's name: getSectionName(kind), or that and ".anything" where
  /// there are several.
  std::string name;
  uint64_t address = 0;
  /// Bytes, at least 1.
  uint64_t size = 0;
  /// `size` bytes where hasContents(kind), else none.
  std::vector<uint8_t> bytes;

  uint64_t end() const { return address + size; }
};

/// What a tensor is to the program; reports add up traffic by it.
enum class TensorKind : uint8_t {
  Input,
  Output,
  /// Weights, and any other constant operand.
  Weights,
  /// Biases, multipliers, shifts and tables.
  Parameters,
  Spill,
  /// Stays in the scratchpad: its address is one there, and holds the tensor
  /// from the layer that makes it to the last that reads it.
  Resident,
};

/// "input", "output", "weights", "parameters", "spill", "resident".
llvm::StringRef getName(TensorKind kind);
/// The kind of region in which a tensor lies; none for one that is resident.
std::optional<RegionKind> getRegionKind(TensorKind kind);
/// A resident tensor ends below this address of the scratchpad, whatever its
/// size.
constexpr uint64_t maxScratchpadAddress = uint64_t(1) << 30;

/// A tensor in off-chip memory, or one that stays on-chip. Inputs and outputs
/// are dense, row-major, in the order in which a user gives them; the layout of
/// others is the compiler's.
struct TensorInfo {
  /// May be empty: names can be stripped.
  std::string name;
  TensorKind kind = TensorKind::Input;
  ElementType type = ElementType::I8;
  /// Extents, outermost first, each at least 1; none for a scalar.
  llvm::SmallVector<int64_t, 4> shape;
  uint64_t address = 0;
  /// Bytes taken in memory, where padding or an encoding makes this differ
  /// from what shape and type give; never for inputs and outputs.
  std::optional<uint64_t> storedBytes;
  /// Real value = scale * (element - zeroPoint), where it is known.
  std::optional<double> scale;
  std::optional<int64_t> zeroPoint;
  /// Inputs and outputs of i8 and i16 with a scale: whether files hold fp32.
  bool isFloatOutside = false;

  /// Elements, or none if their number overflows.
  std::optional<uint64_t> getElements() const;
  /// Bytes of a dense tensor of this type and shape, or none if their number
  /// overflows: i4 is packed in weights and takes a byte elsewhere.
  std::optional<uint64_t> getDenseBytes() const;
  /// Bytes taken in memory. Only for a tensor of a checked program.
  uint64_t getBytes() const {
    return storedBytes ? *storedBytes : getDenseBytes().value_or(0);
  }
};

/// A layer of the network, for reports. `location` is that of the layer in the
/// compiler's input ("model.mlir:12:8"); either may be empty.
struct Layer {
  std::string name;
  std::string location;
};

/// The instructions at byte offsets [begin, end) of the text belong to
/// layers[layer].
struct LayerRange {
  uint64_t begin = 0;
  uint64_t end = 0;
  uint32_t layer = 0;
};

struct Program {
  /// The machine file it was compiled for, whole.
  std::string machineText;
  /// Hashes of that machine: of what decides whether a program runs and what it
  /// computes, and of what only changes time and energy.
  uint64_t structureHash = 0;
  uint64_t costHash = 0;
  /// By ascending address. Exactly one holds text.
  std::vector<Region> regions;
  std::vector<TensorInfo> tensors;
  /// The debug map, which changes nothing about execution. Ranges ascend and
  /// don't overlap.
  std::vector<Layer> layers;
  std::vector<LayerRange> layerRanges;
  /// What the compiler predicted, as the JSON text of its report; empty if
  /// nothing is known.
  std::string predicted;

  /// The region of instructions. Only for a checked program.
  const Region &getText() const;
  /// The layer of the instruction at `offset` in the text, if known.
  const Layer *findLayer(uint64_t offset) const;
  /// The region that holds all of [address, address + size), if one does.
  const Region *findRegion(uint64_t address, uint64_t size) const;
  /// The tensors of one kind, in order.
  llvm::SmallVector<const TensorInfo *> getTensors(TensorKind kind) const;
};

/// Checks what every program file keeps: regions aligned, disjoint, sorted and
/// below maxDramAddress; one text; tensors inside regions of their kind; inputs
/// and outputs with distinct names, not overlapping; the debug map in order.
/// Errors are located in `file` and name the rule (docs/program.md).
llvm::Error checkProgram(const Program &program, llvm::StringRef file);

/// Reads a program file. Errors: whatever is wrong with it, by byte offset.
/// What comes back keeps checkProgram. Memory stays within a small multiple of
/// the file's size.
llvm::Expected<Program> readProgram(llvm::MemoryBufferRef file);
/// The same from a path.
llvm::Expected<Program> readProgramFile(llvm::StringRef path);

/// Writes a program file; the same program gives the same bytes. Errors: those
/// of checkProgram, before anything is written. Pass OutputFile::os() and
/// commit it.
llvm::Error writeProgram(const Program &program, llvm::raw_ostream &os);

} // namespace lacuna

#endif // LACUNA_PROGRAM_PROGRAM_H
