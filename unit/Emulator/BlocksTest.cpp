// compress and expand: what comes back, what it costs, and programs that lie.
#include "Naive.h"

#include "lacuna/Machine/Cost.h"
#include "lacuna/Program/ActivationBlocks.h"

using namespace lacuna;
using namespace lacuna::naive;
using llvm::ArrayRef;

namespace {
constexpr uint64_t kSlots = 4096, kTable = 8192;

/// Two rows of three blocks of 40 i8 in slots of 64 bytes; rows lie 200 bytes
/// apart on-chip, and their slots the other way round.
class BlocksTest : public ::testing::Test {
protected:
  BlocksTest() : machine(makeMachine()), random(7) {
    machine.activations = {64, 4};
    Region text, spill;
    text.size = 1;
    text.bytes = {0};
    spill.kind = RegionKind::Spill;
    spill.name = ".spill";
    spill.address = kSlots;
    spill.size = 2 * 4096;
    program.regions = {text, spill};
    memory.emplace(llvm::cantFail(Memory::create(program, machine)));
    describe(compress);
    describe(expand);
    expand.pad.base = 1024;
  }

  template <typename Inst> static void describe(Inst &inst) {
    inst.dram.address = Affine(kSlots + 3 * 64);
    inst.table.address = Affine(kTable);
    inst.run = 40;
    inst.dims = {Interval(2), Interval(3)};
    inst.dramStrides = {-3 * 64, 64};
    inst.tableStrides = {3, 1};
    inst.padStrides = {200, 40};
    inst.type = ElementType::I8;
    inst.zero = -7;
  }

  uint8_t *pad() { return memory->scratchpad(); }
  uint8_t *off(uint64_t address) { return memory->write(address, 1); }
  /// Blocks with this many zeros in a hundred elements.
  void fill(unsigned percent) {
    random.fill(pad(), padBytes);
    for (uint64_t i = 0; i != 1024; ++i)
      if (random.chance(percent))
        pad()[i] = uint8_t(-7);
  }
  /// What the engines know when they start.
  Cost costOf(const Instruction &inst) {
    auto read = [&](uint64_t address, uint64_t size) {
      return memory->read(address, size);
    };
    KnownBytes known;
    known.scratchpad = ArrayRef(pad(), padBytes);
    known.dram = read;
    return getCost(inst, machine, &known);
  }
  std::string error(const Expand &inst) {
    return llvm::toString(execute(inst, *memory));
  }
  void expectEqualBlocks() {
    for (int row = 0; row != 2; ++row)
      EXPECT_EQ(ArrayRef(pad() + row * 200, 120),
                ArrayRef(pad() + 1024 + row * 200, 120));
  }

  Machine machine;
  Program program;
  std::optional<Memory> memory;
  Random random;
  Compress compress;
  Expand expand;
};
} // namespace

TEST_F(BlocksTest, ComeBackAsTheyWere) {
  for (unsigned percent : {0, 30, 70, 100}) {
    fill(percent);
    llvm::cantFail(execute(compress, *memory));
    EXPECT_EQ(error(expand), "");
    expectEqualBlocks();
  }
}

TEST_F(BlocksTest, OneAloneComesFromItsOwnSlot) {
  fill(50);
  llvm::cantFail(execute(compress, *memory));
  Contents before(*memory);
  expand.dims = {Interval(2), Interval(3)};
  expand.dims[0].start = expand.dims[1].start = Affine(1);
  expand.dims[0].size = expand.dims[1].size = 1;
  EXPECT_EQ(error(expand), "");
  EXPECT_EQ(ArrayRef(pad() + 1024 + 240, 40), ArrayRef(pad() + 240, 40));
  EXPECT_EQ(pad()[1024 + 239], before.pad[1024 + 239]);
  EXPECT_EQ(pad()[1024 + 280], before.pad[1024 + 280]);
}

TEST_F(BlocksTest, RingsWrapBetweenBlocks) {
  fill(50);
  llvm::cantFail(execute(compress, *memory));
  expand.dims = {Interval(3)};
  expand.dramStrides = {64};
  expand.tableStrides = expand.padStrides = {1};
  expand.padStrides = {40};
  expand.pad.length = 80;
  expand.pad.offset = Affine(40);
  EXPECT_EQ(error(expand), "");
  // The third block lies where the first was.
  EXPECT_EQ(ArrayRef(pad() + 1024, 40), ArrayRef(pad() + 40, 40));
  EXPECT_EQ(ArrayRef(pad() + 1064, 40), ArrayRef(pad() + 80, 40));
}

TEST_F(BlocksTest, CostsWhatTheBytesAre) {
  // Blocks of zeros: a bitmap of five bytes each and an entry of two; a burst
  // of 32 bytes each, and one for all entries. 240 elements at four a cycle.
  fill(100);
  Cost cost = costOf(compress);
  EXPECT_EQ(cost.dramWritten, 6 * 7u);
  EXPECT_EQ(cost.dramBurst, 7 * 32u);
  EXPECT_EQ(cost.cycles, 60u);
  EXPECT_EQ(cost.blockBytes, 240u);
  EXPECT_EQ(cost.getRead(OnChipMemory::Scratchpad), 240u);
  // Without zeros, two bursts each; 13 bursts at 8 bytes a cycle are 52 cycles.
  fill(0);
  machine.activations.rate = 64;
  cost = costOf(compress);
  EXPECT_EQ(cost.dramWritten, 6 * 42u);
  EXPECT_EQ(cost.dramBurst, 13 * 32u);
  EXPECT_EQ(cost.cycles, 52u);
  llvm::cantFail(execute(compress, *memory));
  cost = costOf(expand);
  EXPECT_EQ(cost.dramRead, 6 * 42u);
  EXPECT_EQ(cost.cycles, 52u);
}

TEST_F(BlocksTest, CostLiesWithinItsBounds) {
  for (unsigned round = 0; round != 200; ++round) {
    machine.activations.rate = random.oneOf({1u, 8u, 64u});
    machine.dram.burstBytes = random.oneOf({1u, 8u, 32u, 64u});
    fill(random.between(0, 100));
    uint64_t written = costOf(compress).dramWritten;
    llvm::cantFail(execute(compress, *memory));
    EXPECT_EQ(costOf(expand).dramRead, written);
    for (const Instruction &inst :
         {Instruction(compress), Instruction(expand)}) {
      Cost cost = costOf(inst), bounds = getCost(inst, machine);
      EXPECT_EQ(cost.slack.dramBytes + cost.slack.dramBurst + cost.slack.cycles,
                0u);
      uint64_t moved = cost.dramRead + cost.dramWritten;
      uint64_t most = bounds.dramRead + bounds.dramWritten;
      EXPECT_LE(moved, most);
      EXPECT_GE(moved, most - bounds.slack.dramBytes);
      EXPECT_LE(cost.dramBurst, bounds.dramBurst);
      EXPECT_GE(cost.dramBurst, bounds.dramBurst - bounds.slack.dramBurst);
      EXPECT_LE(cost.cycles, bounds.cycles);
      EXPECT_GE(cost.cycles, bounds.cycles - bounds.slack.cycles);
      EXPECT_GE(cost.conflictCycles, bounds.conflictCycles);
      EXPECT_LE(cost.conflictCycles,
                bounds.conflictCycles + bounds.slack.conflictCycles);
    }
  }
}

TEST_F(BlocksTest, RefusesWhatWasNeverStored) {
  fill(50);
  EXPECT_EQ(error(expand), "block 0: it was never stored");
  llvm::cantFail(execute(compress, *memory));
  *off(kTable + 8) = 0;
  Contents before(*memory);
  EXPECT_EQ(error(expand), "block 4: it was never stored");
  EXPECT_EQ(ArrayRef(pad() + 1024 + 240, 40),
            ArrayRef(before.pad).slice(1024 + 240, 40));
}

TEST_F(BlocksTest, RefusesEntriesAndBitmapsThatLie) {
  fill(50);
  llvm::cantFail(execute(compress, *memory));
  *off(kTable + 1) = 1;
  EXPECT_NE(error(expand).find("are more than the 40"), std::string::npos);
  *off(kTable + 1) = 0;
  *off(kTable) += 1;
  EXPECT_NE(error(expand).find("bits that are set need"), std::string::npos);
  *off(kTable) -= 1;
  *off(kSlots + 3 * 64) ^= 1;
  EXPECT_NE(error(expand).find("bits that are set need"), std::string::npos);
  // What lies costs no less than it may, and no more.
  EXPECT_LE(costOf(expand).dramRead, getCost(expand, machine).dramRead);
}

TEST_F(BlocksTest, RefusesPlacesOutsideTheRegions) {
  fill(0);
  llvm::cantFail(execute(compress, *memory));
  expand.table.address = Affine(kSlots + 2 * 4096);
  EXPECT_NE(error(expand).find("2 bytes at off-chip address 12288 are in no"),
            std::string::npos);
  expand.table.address = Affine(kTable);
  expand.dram.address = Affine(64);
  EXPECT_NE(error(expand).find("block 0: 40 bytes at off-chip address"),
            std::string::npos);
  compress.dram.address = Affine(kSlots - 64);
  EXPECT_NE(llvm::toString(execute(compress, *memory))
                .find("are in no writable section"),
            std::string::npos);
}
