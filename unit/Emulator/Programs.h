// Small programs for tests.
#ifndef LACUNA_UNIT_EMULATOR_PROGRAMS_H
#define LACUNA_UNIT_EMULATOR_PROGRAMS_H

#include "lacuna/Program/Encoding.h"
#include "lacuna/Program/Program.h"

namespace lacuna {
namespace naive {

/// A program of nothing but a text at address 0.
inline Program makeProgram(llvm::ArrayRef<Instruction> instructions) {
  llvm::SmallVector<uint8_t, 0> bytes;
  for (const Instruction &instruction : instructions)
    encode(instruction, bytes);
  Region text;
  text.name = ".text";
  text.size = bytes.size();
  text.bytes.assign(bytes.begin(), bytes.end());
  Program program;
  program.regions = {text};
  return program;
}

inline Loop makeLoop(uint64_t count) {
  Loop loop;
  loop.count = count;
  return loop;
}
inline Signal makeSignal(Engine engine, uint64_t semaphore,
                         uint64_t count = 1) {
  Signal signal;
  signal.engine = engine;
  signal.semaphore = semaphore;
  signal.count = count;
  return signal;
}
inline Wait makeWait(Engine engine, uint64_t semaphore, uint64_t count = 1) {
  Wait wait;
  wait.engine = engine;
  wait.semaphore = semaphore;
  wait.count = count;
  return wait;
}
/// Copies `bytes` off-chip at `address` to `pad`.
inline Load makeLoad(int64_t address, uint64_t pad, uint64_t bytes) {
  Load load;
  load.dram.address = Affine(address);
  load.pad.base = pad;
  load.run = bytes;
  load.dims = {};
  return load;
}
inline Store makeStore(uint64_t pad, int64_t address, uint64_t bytes) {
  Store store;
  store.dram.address = Affine(address);
  store.pad.base = pad;
  store.run = bytes;
  return store;
}
/// Copies `elements` bytes in the scratchpad.
inline Map makeCopy(uint64_t from, uint64_t to, uint64_t elements) {
  Map map;
  map.operation = MapOperation::Copy;
  map.dims = {Interval(elements)};
  map.a.ring.base = from;
  map.dst.ring.base = to;
  map.aType = map.dstType = ElementType::I8;
  map.aStrides = map.dstStrides = {1};
  return map;
}

} // namespace naive
} // namespace lacuna

#endif // LACUNA_UNIT_EMULATOR_PROGRAMS_H
