//===- SumOrderTest.cpp - Cuts of sums of floats --------------------------===//

#include "lacuna/Machine/Machine.h"
#include "lacuna/Schedule/Choose.h"
#include "lacuna/Schedule/Steps.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace lacuna;
using namespace lacuna::schedule;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

/// A convolution of an 8 x 8 map of 64 channels to 16 by 3 x 3 taps, whose sums
/// are copied out.
Graph makeLayer(ElementType type, ElementType sums) {
  int64_t bytes = getInfo(type).storageBits / 8;
  Conv conv;
  conv.srcType = conv.weightType = type;
  conv.dstType = sums;
  conv.rows = conv.columns = Interval(6);
  conv.srcRows = conv.srcColumns = 8;
  conv.kernelRows = conv.kernelColumns = Interval(3);
  conv.depth = Interval(64);
  conv.channels = Interval(16);
  Rescale rescale;
  rescale.src.memory = OnChipMemory::Accumulators;
  rescale.srcType = rescale.dstType = sums;
  rescale.dims = {Interval(6), Interval(6), Interval(16)};

  Graph graph;
  graph.tensors.resize(3);
  graph.tensors[0].bytes = 8 * 8 * 64 * bytes;
  graph.tensors[1].bytes = 16 * 9 * 64 * bytes;
  graph.tensors[2].bytes = 6 * 6 * 16 * 4;
  Problem problem;
  problem.name = "conv";
  problem.stages.resize(2);
  problem.stages[0].instruction = conv;
  problem.stages[0].bindings = {
      {"src", 0, 0, {8 * 64 * bytes, 64 * bytes, bytes}, {}},
      {"weights",
       1,
       0,
       {9 * 64 * bytes, 3 * 64 * bytes, 64 * bytes, bytes},
       {}},
      {"dst", Binding::kIntermediate, 0, {}, {}}};
  problem.stages[1].instruction = rescale;
  problem.stages[1].bindings = {{"src", Binding::kIntermediate, 0, {}, {}},
                                {"dst", 2, 0, {6 * 16 * 4, 16 * 4, 4}, {}}};
  graph.layers.push_back(std::move(problem));
  return graph;
}

std::string refusal(const Graph &graph,
                    std::vector<std::pair<std::string, uint64_t>> cuts) {
  Schedule schedule;
  for (const auto &[field, tile] : cuts)
    schedule.loops.push_back({TileLoop::Reduction, 0, field, tile});
  schedule.placements = {{{}, {}, {}}, {{}, {}}};
  auto steps = enumerateSteps(graph, graph.layers.front(), schedule);
  return steps ? "" : llvm::toString(steps.takeError());
}

TEST(SumOrder, FloatsAreCutFromTheOutermostExtentOn) {
  Graph graph = makeLayer(ElementType::FP32, ElementType::FP32);
  EXPECT_THAT(refusal(graph, {{"kernel_rows", 2}}), IsEmpty());
  EXPECT_THAT(refusal(graph, {{"kernel_rows", 1}, {"kernel_columns", 2}}),
              IsEmpty());
  EXPECT_THAT(
      refusal(graph,
              {{"kernel_rows", 1}, {"kernel_columns", 1}, {"depth", 48}}),
      IsEmpty());
}

TEST(SumOrder, OtherCutsOfFloatsAreRefused) {
  Graph graph = makeLayer(ElementType::BF16, ElementType::FP32);
  EXPECT_THAT(
      refusal(graph, {{"depth", 8}}),
      HasSubstr("splits 'depth', and floats add up in the order kernel_rows, "
                "kernel_columns, depth: a loop outside it must split "
                "'kernel_rows' by 1"));
  // The rows are cut, but not to single ones.
  EXPECT_THAT(refusal(graph, {{"kernel_rows", 2}, {"kernel_columns", 1}}),
              HasSubstr("must split 'kernel_rows' by 1"));
  // The columns are whole.
  EXPECT_THAT(refusal(graph, {{"kernel_rows", 1}, {"depth", 8}}),
              HasSubstr("must split 'kernel_columns' by 1"));
  // The loops are in the wrong order.
  EXPECT_THAT(
      refusal(graph, {{"kernel_columns", 1}, {"kernel_rows", 1}, {"depth", 8}}),
      HasSubstr("splits 'kernel_columns'"));
}

TEST(SumOrder, IntegersAreCutAnyhow) {
  Graph graph = makeLayer(ElementType::I8, ElementType::I32);
  EXPECT_THAT(refusal(graph, {{"depth", 8}}), IsEmpty());
  EXPECT_THAT(refusal(graph, {{"depth", 8}, {"kernel_rows", 2}}), IsEmpty());
}

/// Extents of one term are in nobody's way: a matrix product is cut along its
/// depth.
TEST(SumOrder, ExtentsOfOneTermDoNotCount) {
  Graph graph = makeLayer(ElementType::FP32, ElementType::FP32);
  Conv &conv = std::get<Conv>(graph.layers[0].stages[0].instruction);
  conv.kernelRows = conv.kernelColumns = Interval(1);
  EXPECT_THAT(refusal(graph, {{"depth", 8}}), IsEmpty());
}

/// Where only some channels of the input fit, the chooser cuts down to one tap
/// for floats and no further than it must for integers.
TEST(SumOrder, OnlyLegalCutsAreChosen) {
  auto machine = loadMachine("nano");
  ASSERT_TRUE(bool(machine)) << llvm::toString(machine.takeError());
  machine->matrix.types.push_back(
      {ElementType::FP32, ElementType::FP32, ElementType::FP32, {}});
  machine->scratchpad.bytes = 768;
  unsigned reductions = 0;
  for (auto [type, sums] : {std::pair(ElementType::FP32, ElementType::FP32),
                            {ElementType::I8, ElementType::I32}}) {
    Graph graph = makeLayer(type, sums);
    auto choice = chooseSchedule(graph.layers.front(), *machine);
    ASSERT_TRUE(bool(choice)) << llvm::toString(choice.takeError());
    auto steps = enumerateSteps(graph, graph.layers.front(), choice->schedule);
    EXPECT_TRUE(bool(steps)) << llvm::toString(steps.takeError());
    for (const TileLoop &loop : choice->schedule.loops)
      reductions += loop.kind == TileLoop::Reduction;
    if (type == ElementType::FP32) {
      EXPECT_GT(reductions, 0u);
    }
  }
}

} // namespace
