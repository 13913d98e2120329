// load, store and fill against byte-by-byte copies.
#include "Naive.h"

#include "lacuna/Machine/Window.h"

using namespace lacuna;
using namespace lacuna::naive;

namespace {
/// Off-chip: text, then 1,000 bytes of constants at 64 and as many of output
/// at 1,088.
class Transfer : public ::testing::Test {
protected:
  Transfer() : machine(makeMachine()), memory(makeMemory()) {}

  Memory makeMemory() {
    Region text, constants, output;
    text.size = 1;
    text.bytes = {0};
    constants = {RegionKind::Constants, ".constants", 64, 1000, {}};
    for (int i = 0; i != 1000; ++i)
      constants.bytes.push_back(uint8_t(i * 7));
    output = {RegionKind::Output, ".output", 1088, 1000, {}};
    program.regions = {text, constants, output};
    return llvm::cantFail(Memory::create(program, machine));
  }

  Machine machine;
  Program program;
  Memory memory;
};
} // namespace

TEST_F(Transfer, LoadCopiesRunsIntoARing) {
  // Rows 1 and 2 of 3 (the extent is clipped), 4 bytes of each 10; two places
  // of 4 bytes in turn.
  Load load;
  load.dram.address = Affine(64 + 2);
  load.pad.base = 100;
  load.pad.length = 8;
  load.run = 4;
  load.dims = {Interval(3)};
  load.dims[0].start = Affine(1);
  load.dims[0].size = 2;
  load.dramStrides = {10};
  load.padStrides = {4};
  llvm::cantFail(execute(load, memory));
  for (int i = 0; i != 4; ++i) {
    EXPECT_EQ(memory.scratchpad()[104 + i], uint8_t((12 + i) * 7));
    EXPECT_EQ(memory.scratchpad()[100 + i], uint8_t((22 + i) * 7));
  }
}

TEST_F(Transfer, StoreReversesAndStaysInWritableRegions) {
  Store store;
  store.dram.address = Affine(1088 + 6);
  store.run = 2;
  store.dims = {Interval(4)};
  store.dramStrides = {-2};
  store.padStrides = {2};
  for (int i = 0; i != 8; ++i)
    memory.scratchpad()[i] = uint8_t(i);
  llvm::cantFail(execute(store, memory));
  const uint8_t *out = memory.read(1088, 8);
  EXPECT_EQ(std::vector<uint8_t>(out, out + 8),
            std::vector<uint8_t>({6, 7, 4, 5, 2, 3, 0, 1}));

  store.dram.address = Affine(64);
  store.dramStrides = {2};
  EXPECT_EQ(llvm::toString(execute(store, memory)),
            "2 bytes at off-chip address 64 are in no writable section");
}

TEST_F(Transfer, LoadStaysInRegions) {
  Load load;
  load.dram.address = Affine(64 + 996);
  load.run = 5;
  EXPECT_EQ(llvm::toString(execute(load, memory)),
            "5 bytes at off-chip address 1060 are in no section");
}

TEST_F(Transfer, FillWritesOneByte) {
  Fill fill;
  fill.pad.base = 8;
  fill.run = 2;
  fill.value = 0x80;
  fill.dims = {Interval(2)};
  fill.padStrides = {3};
  llvm::cantFail(execute(fill, memory));
  EXPECT_EQ(
      std::vector<uint8_t>(memory.scratchpad() + 8, memory.scratchpad() + 14),
      std::vector<uint8_t>({0x80, 0x80, 0, 0x80, 0x80, 0}));
}
