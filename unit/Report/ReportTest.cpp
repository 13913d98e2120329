#include "lacuna/Report/Report.h"

#include "gmock/gmock.h"

using namespace lacuna;
using ::testing::HasSubstr;

namespace {
Machine makeMachine() {
  Machine machine;
  machine.clockMhz = 100;
  machine.energyPj.dramByte.value = 100;
  machine.energyPj.scratchpadByteRead.value = 2;
  machine.energyPj.scratchpadByteWritten.value = 3;
  machine.energyPj.accumulatorByte.value = 1;
  machine.energyPj.vectorOp.value = 4;
  machine.energyPj.instructionByte.value = 0.5;
  machine.energyPj.mac = {{ElementType::I8, ElementType::I8, {0.25, ""}}};
  machine.staticMw.value = 2;
  return machine;
}

Counters makeCounters() {
  Counters counters;
  counters.macs = 40;
  counters.doneByType[{ElementType::I8, ElementType::I8}].most = 40;
  counters.vectorOperations = 5;
  counters.addTransfer(DramUse::Weights, false, 20);
  counters.addTensor(0, false, 20);
  counters.addTransfer(DramUse::Output, true, 8);
  counters.addTensor(1, true, 8);
  counters.dramBurst = 64;
  counters.scratchpadRead = 10;
  counters.scratchpadWritten = 20;
  counters.scratchpadPeak = 30;
  counters.accumulatorRead = 4;
  counters.accumulatorWritten = 8;
  counters.instructionBytesIssued = 6;
  return counters;
}

Report makeReport() {
  Report report;
  report.tensors = {{"w", TensorKind::Weights, 10, 12},
                    {"y", TensorKind::Output, 8, 8},
                    {"t", TensorKind::Spill, 8, 8}};
  report.layers = {{"a", "m.mlir:1:2", makeCounters()},
                   {"b", "", makeCounters()}};
  report.cycles = 1000;
  return report;
}
} // namespace

TEST(Energy, IsASumOfProducts) {
  Energy energy = getEnergy(makeCounters(), makeMachine(), 1000);
  EXPECT_DOUBLE_EQ(energy.dram, 6400);
  EXPECT_DOUBLE_EQ(energy.scratchpad, 20 + 60);
  EXPECT_DOUBLE_EQ(energy.accumulators, 12);
  EXPECT_DOUBLE_EQ(energy.matrix, 10);
  EXPECT_DOUBLE_EQ(energy.vector, 20);
  EXPECT_DOUBLE_EQ(energy.sequencer, 3);
  // 2 mW for 10 us are 20 nJ.
  EXPECT_DOUBLE_EQ(energy.leakage, 20000);
  EXPECT_DOUBLE_EQ(energy.getTotal(), 26525);
}

TEST(ReportJson, AddsLayersUp) {
  llvm::json::Object object = toJson(makeReport(), makeMachine());
  EXPECT_EQ(object.getInteger("schema"), 1);
  const llvm::json::Array &layers = *object.getArray("layers");
  ASSERT_EQ(layers.size(), 2u);
  const llvm::json::Object &first = *layers[0].getAsObject();
  EXPECT_EQ(first.getString("name"), llvm::StringRef("a"));
  EXPECT_EQ(first.getString("location"), llvm::StringRef("m.mlir:1:2"));
  EXPECT_EQ(first.getInteger("dram_bytes"), 28);
  EXPECT_FALSE(first.getInteger("cycles"));

  const llvm::json::Object &total = *object.getObject("total");
  EXPECT_EQ(total.getInteger("cycles"), 1000);
  EXPECT_EQ(total.getInteger("dram_read_bytes"), 40);
  EXPECT_EQ(total.getInteger("scratchpad_peak_bytes"), 30);
  EXPECT_EQ(total.getObject("dram_bytes_by")->getInteger("weights"), 40);
  // A tensor has one size, however often it moves.
  EXPECT_EQ(total.getInteger("weights_raw_bytes"), 10);
  EXPECT_EQ(total.getInteger("weights_stored_bytes"), 12);
  EXPECT_EQ(total.getInteger("weights_moved_bytes"), 40);
  EXPECT_EQ(total.getInteger("bound_dram_bytes"), 20);
  EXPECT_EQ(total.getArray("tensors")->size(), 2u);
}

TEST(ReportJson, NamesMayBeAnyBytes) {
  Report report = makeReport();
  report.layers[0].name = "\xff";
  std::string text;
  llvm::raw_string_ostream(text)
      << llvm::json::Value(toJson(report, makeMachine()));
  EXPECT_TRUE(bool(llvm::json::parse(text)));
}

TEST(Prediction, EqualReportsAgree) {
  llvm::json::Object counted = toJson(makeReport(), makeMachine());
  // Through text, as a program carries it.
  std::string text;
  llvm::raw_string_ostream(text)
      << llvm::json::Value(llvm::json::Object(counted));
  llvm::json::Value predicted = llvm::cantFail(llvm::json::parse(text));
  EXPECT_FALSE(comparePrediction(*predicted.getAsObject(), counted,
                                 Compared::Everything));
}

TEST(Prediction, EveryCounterIsHeldToIt) {
  llvm::json::Object counted = toJson(makeReport(), makeMachine());
  Report report = makeReport();
  report.layers[1].counters.scratchpadRead += 1;
  report.layers[1].counters.tensors[1].dramWritten += 2;
  std::string message = llvm::toString(comparePrediction(
      toJson(report, makeMachine()), counted, Compared::Bytes));
  EXPECT_THAT(message, HasSubstr("total.scratchpad_read_bytes: 20 counted, 21 "
                                 "predicted"));
  EXPECT_THAT(message,
              HasSubstr("layers[b].scratchpad_read_bytes: 10 counted"));
  EXPECT_THAT(message, HasSubstr("tensors[y].dram_written_bytes: 8 counted, 10 "
                                 "predicted"));
}

TEST(Prediction, CostsMayDifferWhereOnlyBytesCount) {
  Machine other = makeMachine();
  other.energyPj.dramByte.value = 7;
  Report report = makeReport();
  report.cycles = 5;
  llvm::json::Object counted = toJson(makeReport(), makeMachine());
  EXPECT_FALSE(
      comparePrediction(toJson(report, other), counted, Compared::Bytes));
  EXPECT_THAT(llvm::toString(comparePrediction(toJson(report, other), counted,
                                               Compared::Everything)),
              HasSubstr("total.cycles: 1000 counted, 5 predicted"));
}

TEST(Prediction, StrippedProgramsAreComparedInTotal) {
  Report report = makeReport();
  llvm::json::Object predicted = toJson(report, makeMachine());
  Counters sum = report.layers[0].counters;
  sum += report.layers[1].counters;
  report.layers = {{"", "", sum}};
  EXPECT_FALSE(comparePrediction(predicted, toJson(report, makeMachine()),
                                 Compared::Everything));
}

TEST(Counters, RepeatIsAddition) {
  Counters thrice = repeat(makeCounters(), 3);
  Counters sum = makeCounters();
  sum += makeCounters();
  sum += makeCounters();
  EXPECT_EQ(thrice.dramRead, sum.dramRead);
  EXPECT_EQ(thrice.dramBy, sum.dramBy);
  EXPECT_EQ(thrice.doneByType, sum.doneByType);
  EXPECT_TRUE(thrice.tensors == sum.tensors);
  EXPECT_EQ(thrice.scratchpadPeak, sum.scratchpadPeak);
  EXPECT_EQ(thrice.instructionBytesIssued, sum.instructionBytesIssued);
}
