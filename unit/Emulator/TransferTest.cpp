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

TEST_F(Transfer, GatherTakesRowsThatIndicesName) {
  // Two bytes of rows 3, 0 and 3 of four, ten bytes apart; the indices lie
  // backwards in a ring that wraps.
  Gather gather;
  gather.dram.address = Affine(64 + 1);
  gather.pad.base = 100;
  gather.run = 2;
  gather.indices.base = 16;
  gather.indices.length = 12;
  gather.indices.offset = Affine(1);
  gather.rows = 4;
  gather.dims = {Interval(3)};
  gather.dramStrides = {0, 10};
  gather.padStrides = {2};
  gather.indexStrides = {-1};
  const int32_t indices[] = {0, 3, 3}; // of positions 0, 1 and -1
  std::memcpy(memory.scratchpad() + 16, indices, sizeof(indices));
  llvm::cantFail(execute(gather, memory));
  for (auto [place, row] : llvm::enumerate(std::array{3, 0, 3}))
    for (int b = 0; b != 2; ++b)
      EXPECT_EQ(memory.scratchpad()[100 + 2 * place + b],
                uint8_t((row * 10 + 1 + b) * 7));

  for (int32_t bad : {4, -1, INT32_MIN}) {
    std::memcpy(memory.scratchpad() + 16, &bad, sizeof(bad));
    EXPECT_EQ(llvm::toString(execute(gather, memory)),
              "index " + std::to_string(bad) + " at [1] is outside 0 to 3");
  }
}

TEST_F(Transfer, OfRowsScatteredToOnePlaceTheLastStays) {
  Scatter scatter;
  scatter.dram.address = Affine(1088);
  scatter.run = 1;
  scatter.indices.base = 16;
  scatter.rows = 3;
  scatter.dims = {Interval(2), Interval(2)};
  scatter.dramStrides = {20, 0, 1};
  scatter.padStrides = {2, 1};
  scatter.indexStrides = {2, 1};
  const int32_t indices[] = {2, 2, 1, 0};
  std::memcpy(memory.scratchpad() + 16, indices, sizeof(indices));
  for (int i = 0; i != 4; ++i)
    memory.scratchpad()[i] = uint8_t(i + 1);
  llvm::cantFail(execute(scatter, memory));
  const uint8_t *out = memory.read(1088, 23);
  EXPECT_EQ(std::vector<uint8_t>(out, out + 3),
            std::vector<uint8_t>({0, 0, 2}));
  EXPECT_EQ(std::vector<uint8_t>(out + 20, out + 23),
            std::vector<uint8_t>({4, 3, 0}));

  scatter.dram.address = Affine(64);
  EXPECT_EQ(llvm::toString(execute(scatter, memory)),
            "1 bytes at off-chip address 66 are in no writable section");
}

TEST_F(Transfer, SeamlessRunsGoRoundARing) {
  // 12 runs of 1 byte, of which 6 are left before the constants end; 7 places
  // in the ring.
  Load load;
  load.dram.address = Affine(64 + 994);
  load.pad = {100, 7, Affine(5)};
  load.run = 1;
  load.dims = {Interval(12)};
  load.dramStrides = load.padStrides = {1};
  EXPECT_EQ(llvm::toString(execute(load, memory)),
            "1 bytes at off-chip address 1064 are in no section");
  // The runs before were copied: place (5 + i) mod 7.
  for (int i = 0; i != 6; ++i)
    EXPECT_EQ(memory.scratchpad()[100 + (5 + i) % 7], uint8_t((994 + i) * 7));

  load.dram.address = Affine(64);
  llvm::cantFail(execute(load, memory));
  for (int i = 5; i != 12; ++i)
    EXPECT_EQ(memory.scratchpad()[100 + (5 + i) % 7], uint8_t(i * 7));
}
