// The closed forms of costs against counting, one element at a time.
#include "lacuna/Machine/Cost.h"

#include "lacuna/Machine/Window.h"

#include "gtest/gtest.h"

#include <random>
#include <set>

using namespace lacuna;

namespace {
class CostTest : public ::testing::Test {
protected:
  CostTest() {
    machine.matrix.rows = 4;
    machine.matrix.columns = 3;
    machine.matrix.depthwiseRows = 2;
    machine.matrix.types = {
        {ElementType::I8, ElementType::I8, ElementType::I32, {1, 1}},
        {ElementType::I8, ElementType::I4, ElementType::I32, {2, 1}},
        {ElementType::I16, ElementType::I8, ElementType::I48, {1, 2}}};
    machine.vector.lanes = 8;
    // Banks so wide that only the tests of banks (BankTest.cpp) meet them.
    machine.scratchpad = {65536, 64, 64};
    machine.dram = {1 << 20, 8, 32, 10};
  }

  int64_t between(int64_t least, int64_t most) {
    return std::uniform_int_distribution<int64_t>(least, most)(random);
  }
  Interval interval(int64_t most) {
    Interval result;
    result.bound = between(1, most);
    result.start = Affine(between(0, result.bound - 1));
    result.size = between(1, int64_t(result.bound) - result.start.constant);
    return result;
  }
  template <typename Inst> void randomWindow(Inst &inst) {
    inst.rows = interval(6);
    inst.columns = interval(6);
    inst.channels = interval(10);
    inst.kernelRows = interval(4);
    inst.kernelColumns = interval(4);
    inst.strideRows = between(1, 3);
    inst.strideColumns = between(1, 3);
    inst.paddingTop = between(0, 3);
    inst.paddingLeft = between(0, 3);
    inst.srcRows = between(1, 8);
    inst.srcColumns = between(1, 8);
  }
  const OperandTraffic &trafficOf(const Cost &cost, llvm::StringRef operand) {
    for (const OperandTraffic &traffic : cost.traffic)
      if (traffic.operand == operand)
        return traffic;
    ADD_FAILURE() << "no operand " << operand.str();
    return cost.traffic.front();
  }

  std::mt19937_64 random{1};
  Machine machine;
};

template <typename Function> void forEach(Span span, Function &&function) {
  for (int64_t i = span.begin; i != span.end; ++i)
    function(i);
}

/// Pairs of output and tap, and those of them inside the input.
template <typename Inst>
std::pair<uint64_t, uint64_t> countTaps(const Inst &inst, int64_t dilationRows,
                                        int64_t dilationColumns) {
  uint64_t all = 0, inside = 0;
  forEach(Span(inst.rows), [&](int64_t r) {
    forEach(Span(inst.columns), [&](int64_t c) {
      forEach(Span(inst.kernelRows), [&](int64_t kr) {
        forEach(Span(inst.kernelColumns), [&](int64_t kc) {
          int64_t row = r * inst.strideRows, column = c * inst.strideColumns;
          if constexpr (std::is_same_v<Inst, Pool>) {
            row = (row + inst.phaseRows) / inst.divisorRows;
            column = (column + inst.phaseColumns) / inst.divisorColumns;
          }
          row += kr * dilationRows - inst.paddingTop;
          column += kc * dilationColumns - inst.paddingLeft;
          ++all;
          inside += row >= 0 && row < int64_t(inst.srcRows) && column >= 0 &&
                    column < int64_t(inst.srcColumns);
        });
      });
    });
  });
  return {all, inside};
}
} // namespace

TEST_F(CostTest, ConvCountsTaps) {
  for (int i = 0; i != 300; ++i) {
    Conv inst;
    randomWindow(inst);
    inst.depth = interval(9);
    inst.dilationRows = between(1, 3);
    inst.dilationColumns = between(1, 3);
    inst.srcType = inst.weightType = ElementType::I8;
    inst.dstType = ElementType::I32;
    inst.accumulate = Accumulation(between(0, 2));
    Cost cost = getCost(inst, machine);

    auto [all, inside] =
        countTaps(inst, inst.dilationRows, inst.dilationColumns);
    uint64_t products = inst.depth.size * inst.channels.size;
    ASSERT_EQ(cost.macs, all * products);
    ASSERT_EQ(cost.macsPadding, (all - inside) * products);

    // The input once for each group of 3 channels, weights for each 4 pixels.
    uint64_t pixels = inst.rows.size * inst.columns.size;
    uint64_t channelGroups = (inst.channels.size + 2) / 3;
    uint64_t pixelGroups = (pixels + 3) / 4;
    ASSERT_EQ(trafficOf(cost, "src").read,
              inside * inst.depth.size * channelGroups);
    uint64_t terms =
        inst.kernelRows.size * inst.kernelColumns.size * inst.depth.size;
    ASSERT_EQ(trafficOf(cost, "weights").read,
              terms * inst.channels.size * pixelGroups);
    uint64_t sums = 4 * pixels * inst.channels.size;
    ASSERT_EQ(trafficOf(cost, "dst").written, sums);
    bool first = inst.kernelRows.start == Affine(0) &&
                 inst.kernelColumns.start == Affine(0) &&
                 inst.depth.start == Affine(0);
    bool adds = inst.accumulate == Accumulation::Add ||
                (inst.accumulate == Accumulation::First && !first);
    ASSERT_EQ(trafficOf(cost, "dst").read, adds ? sums : 0);
    ASSERT_EQ(cost.cycles,
              pixelGroups * channelGroups * (terms + 4 + 3 - 2) - 1);
  }
}

TEST_F(CostTest, Conv3DIsAConvOfAllItsSlices) {
  for (int i = 0; i != 300; ++i) {
    Conv3D inst;
    randomWindow(inst);
    inst.slices = interval(4);
    inst.kernelSlices = interval(4);
    inst.strideSlices = between(1, 3);
    inst.dilationSlices = between(1, 3);
    inst.paddingFront = between(0, 4);
    inst.srcSlices = between(1, 6);
    inst.depth = interval(9);
    inst.srcType = inst.weightType = ElementType::I8;
    inst.dstType = ElementType::I32;
    inst.accumulate = Accumulation(between(0, 2));
    Cost cost = getCost(inst, machine);

    uint64_t slices = 0;
    forEach(Span(inst.slices), [&](int64_t s) {
      forEach(Span(inst.kernelSlices), [&](int64_t ks) {
        int64_t slice = s * inst.strideSlices + ks * inst.dilationSlices -
                        inst.paddingFront;
        slices += slice >= 0 && slice < int64_t(inst.srcSlices);
      });
    });
    auto [all, inside] = countTaps(inst, 1, 1);
    all *= inst.slices.size * inst.kernelSlices.size;
    inside *= slices;
    uint64_t products = inst.depth.size * inst.channels.size;
    ASSERT_EQ(cost.macs, all * products);
    ASSERT_EQ(cost.macsPadding, (all - inside) * products);

    uint64_t pixels = inst.slices.size * inst.rows.size * inst.columns.size;
    uint64_t terms = inst.kernelSlices.size * inst.kernelRows.size *
                     inst.kernelColumns.size * inst.depth.size;
    uint64_t channelGroups = (inst.channels.size + 2) / 3;
    uint64_t pixelGroups = (pixels + 3) / 4;
    ASSERT_EQ(trafficOf(cost, "src").read,
              inside * inst.depth.size * channelGroups);
    ASSERT_EQ(trafficOf(cost, "weights").read,
              terms * inst.channels.size * pixelGroups);
    ASSERT_EQ(trafficOf(cost, "dst").written, 4 * pixels * inst.channels.size);
    bool first = inst.kernelSlices.start == Affine(0) &&
                 inst.kernelRows.start == Affine(0) &&
                 inst.kernelColumns.start == Affine(0) &&
                 inst.depth.start == Affine(0);
    bool adds = inst.accumulate == Accumulation::Add ||
                (inst.accumulate == Accumulation::First && !first);
    ASSERT_EQ(trafficOf(cost, "dst").read,
              adds ? 4 * pixels * inst.channels.size : 0);
    ASSERT_EQ(cost.cycles,
              pixelGroups * channelGroups * (terms + 4 + 3 - 2) - 1);
  }
}

TEST_F(CostTest, ArraysMayOverlapFillAndDrain) {
  Conv inst;
  inst.srcType = ElementType::I8;
  inst.weightType = ElementType::I4;
  inst.dstType = ElementType::I32;
  inst.columns = Interval(9);  // 3 groups of 4 rows
  inst.channels = Interval(4); // 2 groups of 3 columns
  inst.depth = Interval(15);   // 8 cycles at 2 a cycle
  inst.srcColumns = 9;
  machine.matrix.overlapFillDrain = true;
  EXPECT_EQ(getCost(inst, machine).cycles, 6u * 8 + 4 + 3 - 2);
  inst.depth = Interval(5); // less than the 4 rows take to fill
  EXPECT_EQ(getCost(inst, machine).cycles, 6u * 4 + 4 + 3 - 2);
  // i4 weights: half a byte each.
  EXPECT_EQ(trafficOf(getCost(inst, machine), "weights").read, 10u * 3);
  // i16 takes two cycles a product.
  inst.srcType = ElementType::I16;
  inst.weightType = ElementType::I8;
  EXPECT_EQ(getCost(inst, machine).cycles, 6u * 10 + 4 + 3 - 2);
}

TEST_F(CostTest, DepthwiseReadsOneChannelEach) {
  for (int i = 0; i != 200; ++i) {
    Depthwise inst;
    randomWindow(inst);
    inst.multiplier = between(1, 3);
    inst.srcType = ElementType::I16;
    inst.weightType = ElementType::I8;
    inst.dstType = ElementType::I48;
    Cost cost = getCost(inst, machine);
    auto [all, inside] = countTaps(inst, 1, 1);
    uint64_t pixels = inst.rows.size * inst.columns.size;
    uint64_t taps = inst.kernelRows.size * inst.kernelColumns.size;
    ASSERT_EQ(cost.macs, all * inst.channels.size);
    ASSERT_EQ(cost.macsPadding, (all - inside) * inst.channels.size);
    ASSERT_EQ(trafficOf(cost, "src").read, 2 * inside * inst.channels.size);
    ASSERT_EQ(trafficOf(cost, "weights").read,
              taps * inst.channels.size * ((pixels + 1) / 2));
    ASSERT_EQ(trafficOf(cost, "dst").written, 8 * pixels * inst.channels.size);
    ASSERT_EQ(cost.cycles, (pixels + 1) / 2 * ((inst.channels.size + 2) / 3) *
                                   (taps + 2 + 3 - 2) -
                               1);
  }
}

TEST_F(CostTest, PoolReadsTapsInside) {
  for (int i = 0; i != 200; ++i) {
    Pool inst;
    randomWindow(inst);
    inst.type = ElementType::I16;
    if (between(0, 1)) {
      inst.divisorRows = between(1, 5);
      inst.phaseRows = between(0, inst.divisorRows - 1);
      inst.divisorColumns = between(1, 5);
      inst.phaseColumns = between(0, inst.divisorColumns - 1);
    }
    Cost cost = getCost(inst, machine);
    auto [all, inside] = countTaps(inst, 1, 1);
    uint64_t elements = inst.rows.size * inst.columns.size * inst.channels.size;
    ASSERT_EQ(trafficOf(cost, "src").read, 2 * inside * inst.channels.size);
    ASSERT_EQ(trafficOf(cost, "dst").written, 2 * elements);
    ASSERT_EQ(cost.vectorOperations, all * inst.channels.size);
    ASSERT_EQ(cost.cycles, (elements + 7) / 8 * inst.kernelRows.size *
                               inst.kernelColumns.size);
  }
}

TEST_F(CostTest, VectorInstructions) {
  Rescale rescale;
  rescale.dims = {Interval(5), Interval(7)};
  rescale.src.memory = OnChipMemory::Accumulators;
  rescale.srcType = ElementType::I32;
  rescale.dstType = ElementType::I8;
  rescale.parameterFormat = ParameterFormat::BiasScale;
  rescale.useTable = true;
  Cost cost = getCost(rescale, machine);
  EXPECT_EQ(cost.cycles, 5u);
  EXPECT_EQ(cost.getRead(OnChipMemory::Accumulators), 140u);
  EXPECT_EQ(cost.getRead(OnChipMemory::Scratchpad), 7u * 9 + 256);
  EXPECT_EQ(cost.getWritten(OnChipMemory::Scratchpad), 35u);

  Map map;
  map.dims = {Interval(20)};
  map.operation = MapOperation::Select;
  map.aType = ElementType::I1;
  map.bType = map.cType = map.dstType = ElementType::I16;
  map.useB = map.useC = true;
  cost = getCost(map, machine);
  EXPECT_EQ(cost.cycles, 6u); // two passes
  EXPECT_EQ(cost.getRead(OnChipMemory::Scratchpad), 20u + 40 + 40);

  Reduce reduce;
  reduce.dims = {Interval(9)};
  reduce.reduced = Interval(10);
  reduce.srcType = ElementType::I8;
  reduce.dstType = ElementType::I32;
  cost = getCost(reduce, machine);
  EXPECT_EQ(cost.cycles, 20u);
  EXPECT_EQ(cost.getRead(OnChipMemory::Scratchpad), 90u);
  EXPECT_EQ(cost.getWritten(OnChipMemory::Scratchpad), 36u);

  Fill fill;
  fill.run = 50;
  machine.scratchpad = {4096, 4, 4};
  EXPECT_EQ(getCost(fill, machine).cycles, 4u); // 16 a cycle
}

TEST_F(CostTest, EmptyExtentsCostNothing) {
  Conv inst;
  inst.channels.size = 0;
  Cost cost = getCost(inst, machine);
  EXPECT_EQ(cost.cycles, 0u);
  EXPECT_TRUE(cost.traffic.empty());
}

TEST_F(CostTest, AbsurdExtentsSaturate) {
  Map map;
  map.dims.assign(6, Interval(uint64_t(1) << 32));
  EXPECT_EQ(getCost(map, machine).vectorOperations, UINT64_MAX);
}

TEST_F(CostTest, BurstsAreThoseThatRunsTouch) {
  for (int i = 0; i != 2000; ++i) {
    uint64_t burst = uint64_t(1) << between(0, 6);
    uint64_t address = between(0, 300) + 100000, run = between(1, 80);
    Dims dims;
    Strides strides;
    for (int64_t d = between(0, 3); d-- > 0;) {
      dims.push_back(interval(9));
      strides.push_back(between(0, 1) ? between(-200, 200)
                                      : int64_t(burst) * between(0, 3));
    }
    // Runs of the innermost extent may follow each other without a gap.
    bool joined = !dims.empty() && between(0, 2) == 0;
    if (joined)
      strides.back() = int64_t(run);

    uint64_t bytes = 0;
    std::vector<int64_t> starts{int64_t(address)};
    for (size_t d = 0; d != dims.size(); ++d) {
      bool last = d + 1 == dims.size();
      if (last && (strides[d] == int64_t(run) || dims[d].size == 1)) {
        for (int64_t &start : starts)
          start += dims[d].start.constant * strides[d];
        continue;
      }
      std::vector<int64_t> next;
      for (int64_t start : starts)
        forEach(Span(dims[d]),
                [&](int64_t c) { next.push_back(start + c * strides[d]); });
      starts = next;
    }
    uint64_t length = run;
    if (!dims.empty() && strides.back() == int64_t(run))
      length = run * dims.back().size;
    // Only the innermost extent is joined here; leave the others to chance.
    if (dims.size() > 1) {
      size_t d = dims.size() - 2;
      if ((strides.back() == int64_t(run) || dims.back().size == 1) &&
          (dims[d].size == 1 || strides[d] == int64_t(length)))
        continue;
    }
    for (int64_t start : starts) {
      std::set<int64_t> touched;
      for (uint64_t b = 0; b != length; ++b)
        touched.insert((start + int64_t(b)) / int64_t(burst));
      bytes += touched.size() * burst;
    }
    ASSERT_EQ(getBurstBytes(address, run, dims, strides, burst), bytes);
  }
}

TEST_F(CostTest, BurstsOfRowsAreTheMostThatAnyRowTakes) {
  for (int i = 0; i != 500; ++i) {
    uint64_t burst = uint64_t(1) << between(0, 6);
    Gather gather;
    gather.dram.address = Affine(between(0, 300) + 100000);
    gather.run = between(1, 80);
    gather.rows = burst;
    gather.dims = {Interval(uint64_t(between(1, 5)))};
    // Each row of its own, or rows of several runs.
    bool isRow = between(0, 1);
    gather.dramStrides = {isRow ? 0 : between(1, 99), between(1, 200)};
    gather.indexStrides = {isRow ? 1 : 0};
    gather.padStrides = {0};
    machine.dram.burstBytes = burst;
    uint64_t most = 0;
    for (uint64_t row = 0; row != gather.rows; ++row)
      most = std::max(
          most, getBurstBytes(
                    gather.dram.address.constant + row * gather.dramStrides[1],
                    gather.run, gather.dims,
                    llvm::ArrayRef(gather.dramStrides).drop_back(), burst));
    Cost cost = getCost(gather, machine);
    if (isRow) {
      ASSERT_EQ(cost.dramBurst, most);
    } else {
      ASSERT_GE(cost.dramBurst, most);
    }
    EXPECT_EQ(cost.dramRead, gather.run * gather.dims[0].size);
    EXPECT_EQ(cost.getRead(OnChipMemory::Scratchpad), 4 * gather.dims[0].size);
    EXPECT_EQ(cost.getWritten(OnChipMemory::Scratchpad), cost.dramRead);
  }
}
