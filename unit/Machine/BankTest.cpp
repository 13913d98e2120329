// Bank conflicts, as docs/machine.md has them, against counting the words of
// every vector one byte at a time.
#include "lacuna/Machine/Cost.h"

#include "gtest/gtest.h"

#include <map>
#include <random>
#include <set>

using namespace lacuna;

namespace {
class BankTest : public ::testing::Test {
protected:
  BankTest() {
    machine.matrix.rows = 4;
    machine.matrix.columns = 4;
    machine.matrix.depthwiseRows = 3;
    machine.vector.lanes = 8;
    machine.scratchpad = {4096, 4, 4};
  }

  int64_t between(int64_t least, int64_t most) {
    return std::uniform_int_distribution<int64_t>(least, most)(random);
  }
  Interval interval(int64_t most) {
    Interval result;
    result.size = between(1, most);
    result.start = Affine(between(0, 5));
    result.bound = result.size + result.start.constant;
    return result;
  }
  /// A ring of four-byte units, or none.
  Ring ring() {
    Ring result;
    result.base = between(0, 100);
    result.offset = Affine(between(-50, 50) * 4);
    result.length = between(0, 1) * 4 * between(10, 60);
    return result;
  }
  Strides strides(size_t count) {
    Strides result;
    while (count--)
      result.push_back(between(0, 1) ? between(-3, 3) * 4 : between(0, 40));
    return result;
  }
  Map copyOf(uint64_t elements, int64_t stride) {
    Map map;
    map.operation = MapOperation::Copy;
    map.dims = {Interval(elements)};
    map.dstStrides = {1};
    map.aStrides = {stride};
    map.dst.ring.base = 2048;
    map.aType = map.dstType = ElementType::I8;
    return map;
  }

  std::mt19937_64 random{1};
  Machine machine;
};

/// Words of elements, by bank.
class Words {
public:
  explicit Words(const Machine &machine) : machine(machine) {}
  void touch(const Ring &ring, int64_t position, int64_t elementBytes) {
    int64_t at = (ring.offset.constant + position) * elementBytes;
    if (int64_t length = ring.length)
      at = (at % length + length) % length;
    for (int64_t byte = at; byte != at + elementBytes; ++byte) {
      uint64_t word = (ring.base + byte) / machine.scratchpad.bankBytes;
      words[word % machine.scratchpad.banks].insert(word);
    }
  }
  uint64_t depth() const {
    uint64_t most = 0;
    for (const auto &bank : words)
      most = std::max<uint64_t>(most, bank.second.size());
    return most;
  }

private:
  const Machine &machine;
  std::map<uint64_t, std::set<uint64_t>> words;
};

/// The coordinates of element `number` of `dims`, the last one fastest.
std::vector<int64_t> coordinatesOf(uint64_t number,
                                   llvm::ArrayRef<Interval> dims) {
  std::vector<int64_t> result(dims.size());
  for (size_t d = dims.size(); d-- != 0;) {
    result[d] = dims[d].start.constant + int64_t(number % dims[d].size);
    number /= dims[d].size;
  }
  return result;
}

int64_t positionOf(const std::vector<int64_t> &coordinates,
                   const Strides &strides) {
  int64_t position = 0;
  for (size_t d = 0; d != coordinates.size(); ++d)
    position += coordinates[d] * strides[d];
  return position;
}

uint64_t product(llvm::ArrayRef<Interval> dims) {
  uint64_t all = 1;
  for (const Interval &interval : dims)
    all *= interval.size;
  return all;
}

/// What all banks together need for the bytes of `cost`.
uint64_t floorOf(const Cost &cost, const Machine &machine) {
  uint64_t bytes = cost.getRead(OnChipMemory::Scratchpad) +
                   cost.getWritten(OnChipMemory::Scratchpad);
  uint64_t most = machine.scratchpad.getBytesPerCycle();
  return (bytes + most - 1) / most;
}
} // namespace

TEST_F(BankTest, StridesOfAllBanksPutAVectorIntoOne) {
  // 8 lanes over 4 banks of 4 bytes.
  EXPECT_EQ(getCost(copyOf(16, 1), machine).cycles, 2u);
  EXPECT_EQ(getCost(copyOf(16, 1), machine).conflictCycles, 0u);
  EXPECT_EQ(getCost(copyOf(16, 4), machine).cycles, 4u); // two words a bank
  Cost cost = getCost(copyOf(16, 16), machine);          // all in bank 0
  EXPECT_EQ(cost.cycles, 16u);
  EXPECT_EQ(cost.conflictCycles, 14u);
  EXPECT_EQ(getCost(copyOf(16, 20), machine).cycles, 4u); // skewed
  EXPECT_EQ(getCost(copyOf(16, -16), machine).cycles, 16u);
}

TEST_F(BankTest, AWordForAllLanesCountsOnce) {
  EXPECT_EQ(getCost(copyOf(16, 0), machine).cycles, 2u);
}

TEST_F(BankTest, BanksAndTheirWidthChangeCycles) {
  machine.scratchpad = {4096, 8, 4};
  EXPECT_EQ(getCost(copyOf(16, 16), machine).cycles, 8u);
  machine.scratchpad = {4096, 4, 16};
  EXPECT_EQ(getCost(copyOf(16, 16), machine).cycles, 4u);
  machine.scratchpad = {4096, 1, 1};
  EXPECT_EQ(getCost(copyOf(16, 0), machine).cycles, 32u); // 16 + 16 bytes
}

TEST_F(BankTest, SumsHaveNoBanks) {
  Map map = copyOf(16, 16);
  map.a.memory = OnChipMemory::Accumulators;
  EXPECT_EQ(getCost(map, machine).cycles, 2u);
}

TEST_F(BankTest, NothingIsFasterThanItsBytes) {
  // A product of 4 x 4 sums of one term reads 8 bytes in 7 cycles; one bank of
  // one byte takes as many cycles as there are bytes.
  Conv conv;
  conv.columns = Interval(4);
  conv.srcColumns = 4;
  conv.channels = Interval(4);
  conv.depth = Interval(100);
  conv.srcType = conv.weightType = ElementType::I8;
  conv.dstType = ElementType::I32;
  machine.matrix.types = {
      {ElementType::I8, ElementType::I8, ElementType::I32, {1, 1}}};
  EXPECT_EQ(getCost(conv, machine).cycles, 105u);
  machine.scratchpad = {4096, 1, 1};
  EXPECT_EQ(getCost(conv, machine).cycles, 800u);
  EXPECT_EQ(getCost(conv, machine).conflictCycles, 695u);

  machine.dram = {1 << 20, 64, 1, 0};
  Load load;
  load.run = 128;
  EXPECT_EQ(getCost(load, machine).cycles, 128u);
}

TEST_F(BankTest, MapsWaitForTheirSlowestOperand) {
  for (int i = 0; i != 500; ++i) {
    Map map;
    for (int64_t d = between(1, 3); d-- != 0;)
      map.dims.push_back(interval(7));
    map.useB = between(0, 1);
    map.useC = between(0, 1);
    map.aType = ElementType::I16;
    map.bType = map.cType = ElementType::I8;
    map.dstType = ElementType::I32;
    OnChipRing *places[] = {&map.dst, &map.a, &map.b, &map.c};
    Strides *lists[] = {&map.dstStrides, &map.aStrides, &map.bStrides,
                        &map.cStrides};
    const int64_t sizes[] = {4, 2, 1, 1};
    const bool used[] = {true, true, map.useB, map.useC};
    for (unsigned o = 0; o != 4; ++o) {
      places[o]->ring = ring();
      *lists[o] = strides(map.dims.size());
    }
    uint64_t elements = product(map.dims), cycles = 0;
    for (uint64_t first = 0; first < elements; first += 8) {
      uint64_t longest = map.useC ? 2 : 1;
      for (unsigned o = 0; o != 4; ++o) {
        Words words(machine);
        for (uint64_t e = first; used[o] && e < std::min(first + 8, elements);
             ++e)
          words.touch(places[o]->ring,
                      positionOf(coordinatesOf(e, map.dims), *lists[o]),
                      sizes[o]);
        longest = std::max(longest, words.depth());
      }
      cycles += longest;
    }
    Cost cost = getCost(map, machine);
    uint64_t plain = (elements + 7) / 8 * (map.useC ? 2 : 1);
    ASSERT_EQ(cost.cycles, std::max(cycles, floorOf(cost, machine))) << i;
    ASSERT_EQ(cost.conflictCycles, cost.cycles - plain) << i;
  }
}

TEST_F(BankTest, PoolsReadOnceForEachTap) {
  for (int i = 0; i != 300; ++i) {
    Pool pool;
    pool.rows = interval(5);
    pool.columns = interval(5);
    pool.channels = interval(9);
    pool.kernelRows = interval(3);
    pool.kernelColumns = interval(3);
    pool.strideRows = between(1, 3);
    pool.strideColumns = between(1, 3);
    pool.paddingTop = between(0, 2);
    pool.paddingLeft = between(0, 2);
    pool.srcRows = pool.srcColumns = 30;
    pool.type = ElementType::I16;
    pool.src = ring();
    pool.dst = ring();
    pool.srcStrides = strides(3);
    pool.dstStrides = strides(3);
    Dims dims{pool.rows, pool.columns, pool.channels};
    uint64_t taps = pool.kernelRows.size * pool.kernelColumns.size;
    uint64_t elements = product(dims), cycles = 0;
    for (uint64_t first = 0; first < elements; first += 8) {
      Words src(machine), dst(machine);
      for (uint64_t e = first; e < std::min(first + 8, elements); ++e) {
        auto at = coordinatesOf(e, dims);
        dst.touch(pool.dst, positionOf(at, pool.dstStrides), 2);
        at[0] = at[0] * int64_t(pool.strideRows) +
                pool.kernelRows.start.constant - int64_t(pool.paddingTop);
        at[1] = at[1] * int64_t(pool.strideColumns) +
                pool.kernelColumns.start.constant - int64_t(pool.paddingLeft);
        src.touch(pool.src, positionOf(at, pool.srcStrides), 2);
      }
      cycles += std::max(taps * src.depth(), dst.depth());
    }
    Cost cost = getCost(pool, machine);
    ASSERT_EQ(cost.cycles, std::max(cycles, floorOf(cost, machine))) << i;
  }
}

TEST_F(BankTest, ReductionsReadOnceForEachElement) {
  Reduce reduce;
  reduce.dims = {Interval(8)};
  reduce.reduced = Interval(10);
  reduce.srcType = reduce.dstType = ElementType::I8;
  reduce.dstStrides = {16}; // all in one bank, but once a vector
  reduce.srcStrides = {1, 8};
  EXPECT_EQ(getCost(reduce, machine).cycles, 10u);
  reduce.srcStrides = {8, 1}; // 8 lanes in 2 banks
  EXPECT_EQ(getCost(reduce, machine).cycles, 40u);
}

TEST_F(BankTest, DepthwiseFoldsReadTheirPixels) {
  for (int i = 0; i != 300; ++i) {
    Depthwise inst;
    inst.rows = interval(4);
    inst.columns = interval(4);
    inst.channels = interval(11);
    inst.multiplier = between(1, 3);
    inst.kernelRows = interval(3);
    inst.kernelColumns = interval(3);
    inst.strideRows = between(1, 2);
    inst.strideColumns = between(1, 2);
    inst.dilationRows = between(1, 2);
    inst.dilationColumns = between(1, 2);
    inst.paddingTop = between(0, 2);
    inst.srcRows = inst.srcColumns = 30;
    inst.srcType = ElementType::I8;
    inst.weightType = ElementType::I8;
    inst.dstType = ElementType::I32;
    inst.src = ring();
    inst.srcStrides = strides(3);
    machine.matrix.overlapFillDrain = between(0, 1);
    machine.scratchpad.bankBytes = 1 << between(0, 3);

    uint64_t taps = inst.kernelRows.size * inst.kernelColumns.size;
    uint64_t pixels = inst.rows.size * inst.columns.size;
    uint64_t cycles = 0;
    for (uint64_t pixel = 0; pixel < pixels; pixel += 3)
      for (uint64_t channel = 0; channel < inst.channels.size; channel += 4) {
        Words words(machine);
        for (uint64_t p = pixel; p < std::min(pixel + 3, pixels); ++p)
          for (uint64_t c = channel;
               c < std::min<uint64_t>(channel + 4, inst.channels.size); ++c) {
            auto at = coordinatesOf(p, {inst.rows, inst.columns});
            at.push_back((inst.channels.start.constant + int64_t(c)) /
                         int64_t(inst.multiplier));
            at[0] =
                at[0] * int64_t(inst.strideRows) +
                inst.kernelRows.start.constant * int64_t(inst.dilationRows) -
                int64_t(inst.paddingTop);
            at[1] = at[1] * int64_t(inst.strideColumns) +
                    inst.kernelColumns.start.constant *
                        int64_t(inst.dilationColumns);
            words.touch(inst.src, positionOf(at, inst.srcStrides), 1);
          }
        uint64_t terms = taps * words.depth();
        cycles += machine.matrix.overlapFillDrain ? std::max<uint64_t>(terms, 3)
                                                  : terms + 3 + 4 - 2;
      }
    cycles = machine.matrix.overlapFillDrain ? cycles + 3 + 4 - 2 : cycles - 1;
    Cost cost = getCost(inst, machine);
    ASSERT_EQ(cost.cycles, std::max(cycles, floorOf(cost, machine))) << i;
  }
}

TEST_F(BankTest, TheFirstVectorsStandForTheRest) {
  // The last element of 513 makes a vector of its own, without a conflict; it
  // is taken to be like the 64 vectors before.
  Map map = copyOf(512, 16);
  EXPECT_EQ(getCost(map, machine).cycles, 512u);
  map = copyOf(513, 16);
  EXPECT_EQ(getCost(map, machine).cycles, 520u);
  // A hostile one is not walked over: 2^31 x 2^31 x 2^31 elements.
  map.dims.assign(3, Interval(uint64_t(1) << 31));
  map.aStrides = map.dstStrides = {16, INT64_MIN, INT64_MAX};
  EXPECT_GE(getCost(map, machine).cycles, uint64_t(1) << 61);
}
