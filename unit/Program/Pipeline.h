// A small program that keeps all four engines busy: tiles of 8 x 8 activations
// times one 8 x 8 matrix, double-buffered. Tests break it.
#ifndef LACUNA_UNIT_PROGRAM_PIPELINE_H
#define LACUNA_UNIT_PROGRAM_PIPELINE_H

#include "lacuna/Machine/Machine.h"
#include "lacuna/Program/Encoding.h"
#include "lacuna/Program/Program.h"

namespace lacuna::pipeline {

constexpr uint64_t tiles = 6, tileBytes = 64, sumBytes = 256;
/// In the scratchpad: two input tiles, two output tiles, the matrix.
constexpr uint64_t inputs = 0, outputs = 1024, weights = 2048;
/// Off-chip.
constexpr uint64_t constantsAt = 4096, inputAt = 8192, outputAt = 16384,
                   spillAt = 32768, spillBytes = 4096;

/// A coefficient of the outermost loop's index.
inline Affine times(int64_t coefficient) {
  Affine affine;
  affine.coefficients[0] = coefficient;
  return affine;
}

inline Ring ring(uint64_t base, uint64_t length = 0, Affine offset = {}) {
  Ring result;
  result.base = base;
  result.length = length;
  result.offset = offset;
  return result;
}

inline Signal signal(Engine engine, uint64_t semaphore, uint64_t count = 1) {
  Signal result;
  result.engine = engine;
  result.semaphore = semaphore;
  result.count = count;
  return result;
}
inline Wait wait(Engine engine, uint64_t semaphore, uint64_t count = 1) {
  Wait result;
  result.engine = engine;
  result.semaphore = semaphore;
  result.count = count;
  return result;
}
inline Loop loop(uint64_t count) {
  Loop result;
  result.count = count;
  return result;
}

/// Load or Store of one run.
template <typename Copy> Copy copy(Affine dram, Ring pad, uint64_t run) {
  Copy result;
  result.dram.address = dram;
  result.pad = pad;
  result.run = run;
  return result;
}

inline Conv multiplyTile() {
  Conv conv;
  conv.dst = ring(0, 2 * sumBytes, times(64));
  conv.dstStrides = {0, 8, 1};
  conv.src = ring(inputs, 2 * tileBytes, times(64));
  conv.srcStrides = {0, 8, 1};
  conv.weights = ring(weights);
  conv.weightStrides = {8, 0, 0, 1};
  conv.srcType = conv.weightType = ElementType::I8;
  conv.dstType = ElementType::I32;
  conv.columns = conv.channels = conv.depth = Interval(8);
  conv.srcColumns = 8;
  return conv;
}

inline Rescale rescaleTile() {
  Rescale rescale;
  rescale.dst = ring(outputs, 2 * tileBytes, times(64));
  rescale.dstStrides = {8, 1};
  rescale.src = {OnChipMemory::Accumulators, ring(0, 2 * sumBytes, times(64))};
  rescale.srcStrides = {8, 1};
  rescale.srcType = ElementType::I32;
  rescale.dstType = ElementType::I8;
  rescale.dims = {Interval(8), Interval(8)};
  return rescale;
}

/// Semaphores 0, 2, 4 say that a tile is there, 1, 3, 5 that its place is free.
inline std::vector<Instruction> makeInstructions() {
  auto addressOf = [](uint64_t base) {
    Affine address = times(tileBytes);
    address.constant = base;
    return address;
  };
  return {
      signal(Engine::Matrix, 1, 2),
      signal(Engine::Vector, 3, 2),
      signal(Engine::Store, 5, 2),
      copy<Load>(constantsAt, ring(weights), 64),
      loop(tiles),
      wait(Engine::Load, 1),
      copy<Load>(addressOf(inputAt), ring(inputs, 2 * tileBytes, times(64)),
                 tileBytes),
      signal(Engine::Load, 0),
      wait(Engine::Matrix, 0),
      wait(Engine::Matrix, 3),
      multiplyTile(),
      signal(Engine::Matrix, 1),
      signal(Engine::Matrix, 2),
      wait(Engine::Vector, 2),
      wait(Engine::Vector, 5),
      rescaleTile(),
      signal(Engine::Vector, 3),
      signal(Engine::Vector, 4),
      wait(Engine::Store, 4),
      copy<Store>(addressOf(outputAt), ring(outputs, 2 * tileBytes, times(64)),
                  tileBytes),
      signal(Engine::Store, 5),
      EndLoop(),
      // Whoever gives a place back says so once more than anyone asks.
      wait(Engine::Load, 1, 2),
      wait(Engine::Matrix, 3, 2),
      wait(Engine::Vector, 5, 2),
      Halt(),
  };
}

inline Machine makeMachine() { return llvm::cantFail(loadMachine("nano")); }

inline Program makeProgram(llvm::ArrayRef<Instruction> instructions,
                           const Machine &machine) {
  llvm::SmallVector<uint8_t> text;
  for (const Instruction &instruction : instructions)
    encode(instruction, text);
  auto region = [](RegionKind kind, uint64_t address, uint64_t size) {
    Region result;
    result.kind = kind;
    result.name = getSectionName(kind).str();
    result.address = address;
    result.size = size;
    if (hasContents(kind))
      result.bytes.resize(size);
    return result;
  };
  auto tensor = [](const char *name, TensorKind kind, uint64_t address) {
    TensorInfo result;
    result.name = name;
    result.kind = kind;
    result.shape = {tiles, 8, 8};
    result.address = address;
    return result;
  };
  Program program;
  program.machineText = printMachine(machine);
  program.structureHash = structureHash(machine);
  program.costHash = costHash(machine);
  program.regions = {region(RegionKind::Text, 0, text.size()),
                     region(RegionKind::Constants, constantsAt, 64),
                     region(RegionKind::Input, inputAt, 512),
                     region(RegionKind::Output, outputAt, tiles * tileBytes),
                     region(RegionKind::Spill, spillAt, spillBytes)};
  program.regions[0].bytes.assign(text.begin(), text.end());
  program.tensors = {tensor("x", TensorKind::Input, inputAt),
                     tensor("y", TensorKind::Output, outputAt)};
  program.layers = {{"dense", ""}};
  program.layerRanges = {{0, text.size(), 0}};
  return program;
}

} // namespace lacuna::pipeline

#endif // LACUNA_UNIT_PROGRAM_PIPELINE_H
