// A machine: the sizes, types, rates and energies that a machine file gives.
// Compiler, verifier, emulator and report read them here; none is a constant
// in C++. The fields are declared once more, with their keys, ranges and
// documentation, in lib/Machine/Fields.h, from which reading, printing,
// hashing and the reference in docs/machine-files.md are made.
#ifndef LACUNA_MACHINE_MACHINE_H
#define LACUNA_MACHINE_MACHINE_H

#include "lacuna/Support/ElementType.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lacuna {

/// What stays in place in the matrix array while the rest flows through it.
enum class Dataflow : uint8_t {
  OutputStationary,
  WeightStationary,
  InputStationary,
};

/// Multiply-accumulates of a processing element in a cycle; numerator and
/// denominator are powers of two and one of them is 1.
struct Rate {
  uint32_t numerator = 1;
  uint32_t denominator = 1;
};

/// A combination of types that the matrix engine multiplies.
struct MacType {
  ElementType input = ElementType::I8;
  ElementType weights = ElementType::I8;
  ElementType accumulator = ElementType::I32;
  Rate rate;
};

/// N:M: of each `group` weights in a row, at most `nonzeros` differ from their
/// zero point.
struct WeightPattern {
  uint32_t nonzeros = 0;
  uint32_t group = 0;
  bool operator==(const WeightPattern &o) const {
    return nonzeros == o.nonzeros && group == o.group;
  }
};
/// "2:4".
std::string toString(const WeightPattern &pattern);

/// What becomes of products whose input is zero.
enum class ZeroActivations : uint8_t {
  /// They are done like any other.
  None,
  /// They take time and no energy.
  Gate,
  /// They take neither.
  Skip,
};

/// How the front end of the matrix engine leaves out products of zeros
/// wherever they are; docs/machine.md, "Zeros".
struct SkipZeros {
  bool weights = false;
  ZeroActivations activations = ZeroActivations::None;
  /// Terms of a block.
  uint32_t window = 64;
  /// Terms that enter a cycle, for each row and column of the array.
  uint32_t ports = 8;

  /// Whether it looks for zeros at all, and whether they change the time.
  bool isEnabled() const {
    return weights || activations != ZeroActivations::None;
  }
  bool savesTime() const {
    return weights || activations == ZeroActivations::Skip;
  }
};

/// A figure in pJ, mW or um2 and where it comes from.
struct SourcedValue {
  double value = 0;
  std::string source;
};

/// Energy of one multiply-accumulate of a pair of types, in pJ.
struct MacEnergy {
  ElementType input = ElementType::I8;
  ElementType weights = ElementType::I8;
  SourcedValue energy;
};

/// All sizes are in bytes, times in cycles, energies in pJ. What each field
/// means is said in lib/Machine/Fields.h and docs/machine-files.md.
struct Machine {
  uint32_t schema = 1;
  std::string name;
  std::string description;
  uint32_t cores = 1;
  uint32_t clockMhz = 0;

  struct Matrix {
    uint32_t rows = 0;
    uint32_t columns = 0;
    Dataflow dataflow = Dataflow::OutputStationary;
    bool overlapFillDrain = false;
    uint32_t depthwiseRows = 0;
    std::vector<MacType> types;
    /// Weight patterns that conv and conv3d may claim.
    std::vector<WeightPattern> sparsity;
    SkipZeros skip;
  } matrix;

  struct Vector {
    uint32_t lanes = 0;
    std::vector<ElementType> types;
  } vector;

  struct Sequencer {
    uint64_t bufferBytes = 0;
    uint32_t queueDepth = 0;
    uint32_t semaphores = 0;
    uint32_t semaphoreMax = 0;
  } sequencer;

  struct Scratchpad {
    uint64_t bytes = 0;
    uint32_t banks = 0;
    uint32_t bankBytes = 0;
    /// Bytes that all banks together give or take in a cycle.
    uint64_t getBytesPerCycle() const { return uint64_t(banks) * bankBytes; }
  } scratchpad;

  struct Accumulators {
    uint64_t bytes = 0;
  } accumulators;

  struct Dram {
    uint64_t bytes = 0;
    uint32_t bytesPerCycle = 0;
    uint32_t burstBytes = 0;
    uint32_t latencyCycles = 0;
  } dram;

  /// What decodes weights on their way to the scratchpad. Of each encoding, the
  /// elements that a stream gives in a cycle; 0: it can't decode that.
  struct Decoder {
    uint32_t streams = 0;
    uint32_t nm = 0;
    uint32_t bitmap = 0;
    uint32_t zeroRun = 0;
    uint32_t entropy = 0;
    uint32_t palette = 0;
  } decoder;
  /// What leaves zeros out of activations on their way off-chip: the largest
  /// block, 0 where the machine does not; and the elements that it takes or
  /// gives in a cycle.
  struct Activations {
    uint32_t blockBytes = 0;
    uint32_t rate = 0;
  } activations;
  uint32_t energyTechnologyNm = 0;
  struct EnergyPj {
    SourcedValue dramByte;
    SourcedValue scratchpadByteRead;
    SourcedValue scratchpadByteWritten;
    SourcedValue accumulatorByte;
    SourcedValue vectorOp;
    SourcedValue instructionByte;
    SourcedValue decodedByte;
    /// Only where activations are compressed.
    SourcedValue blockByte;
    /// Only where zeros are looked for.
    SourcedValue skipTerm;
    std::vector<MacEnergy> mac;
  } energyPj;
  SourcedValue staticMw;

  /// Of one processing element; without a source where it is not known.
  struct AreaUm2 {
    SourcedValue element;
    SourcedValue sparsity;
    SourcedValue skip;
  } areaUm2;

  /// The matrix engine's entry for these operand types, or null.
  const MacType *findMacType(ElementType input, ElementType weights) const;
  /// Whether the matrix engine multiplies these and adds up in `accumulator`.
  bool supports(ElementType input, ElementType weights,
                ElementType accumulator) const;
  /// Whether the vector engine reads and writes elements of `type`.
  bool vectorSupports(ElementType type) const;
  /// Whether the matrix engine goes `nonzeros` times for `group` weights.
  bool supportsPattern(uint64_t nonzeros, uint64_t group) const;
  /// Energy of one multiply-accumulate in pJ; 0 for a pair that the machine
  /// lacks.
  double getMacEnergy(ElementType input, ElementType weights) const;
};

/// The machine described by `text`; `name` is the file that errors name.
/// Errors (all that are found, each at its line and column): wrong YAML,
/// unknown, missing or repeated keys, values of the wrong kind or out of
/// range, values that contradict each other.
llvm::Expected<Machine> parseMachine(llvm::StringRef text,
                                     llvm::StringRef name);

/// Reads the machine file at a path (anything with a '/' or ending in .yaml),
/// or the machine of that name on the search path.
llvm::Expected<Machine> loadMachine(llvm::StringRef nameOrPath);

/// Canonical YAML: parseMachine gives the same machine back. With `explain`,
/// each key is preceded by what it means, as a comment.
std::string printMachine(const Machine &machine, bool explain = false);

/// Hash of what decides which programs run and what they compute and move:
/// sizes and types.
uint64_t structureHash(const Machine &machine);
/// Hash of what decides only how long a program takes and what it costs:
/// energies, clock, bandwidths, latencies.
uint64_t costHash(const Machine &machine);

/// The keys that structureHash covers and in which the two differ, each as
/// "key (value of a, value of b)".
std::vector<std::string> describeStructureDifferences(const Machine &a,
                                                      const Machine &b);

/// A machine file found on the search path.
struct MachineFile {
  std::string name;
  std::string path;
};

/// The machines on the search path, sorted by name: the folders in the
/// environment variable LACUNA_MACHINES (separated by ':'), then
/// share/lacuna/machines beside the folder of the running program, then
/// accel-isa/machines of the source tree. The first of a name counts.
std::vector<MachineFile> listMachines();

/// A table, in Markdown, of every key of a machine file.
std::string printMachineReference();

} // namespace lacuna

#endif // LACUNA_MACHINE_MACHINE_H
