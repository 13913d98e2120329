// Whole small programs: outputs, counters, layers, errors.
#include "lacuna/Emulator/Emulator.h"

#include "Naive.h"
#include "Programs.h"

#include "gmock/gmock.h"

using namespace lacuna;
using namespace lacuna::naive;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace {
constexpr int64_t inputAddress = 4096, outputAddress = 8192;

/// Loads 16 bytes, negates and saturates them, stores them.
std::vector<Instruction> negation() {
  Map negate = makeCopy(0, 32, 16);
  negate.operation = MapOperation::Multiply;
  negate.immediate = -1;
  return {makeLoad(inputAddress, 0, 16),    makeSignal(Engine::Load, 0),
          makeWait(Engine::Vector, 0),      negate,
          makeSignal(Engine::Vector, 1),    makeWait(Engine::Store, 1),
          makeStore(32, outputAddress, 16), Halt()};
}

/// With an input x and an output y of 16 bytes, and two layers.
Program makeNetwork(llvm::ArrayRef<Instruction> instructions) {
  Program program = makeProgram(instructions);
  program.regions.push_back(
      {RegionKind::Input, ".input", inputAddress, 16, {}});
  program.regions.push_back(
      {RegionKind::Output, ".output", outputAddress, 16, {}});
  TensorInfo x;
  x.name = "x";
  x.shape = {16};
  x.address = inputAddress;
  TensorInfo y = x;
  y.name = "y";
  y.kind = TensorKind::Output;
  y.address = outputAddress;
  program.tensors = {x, y};
  program.layers = {{"first", ""}, {"second", ""}};
  // The load and its signal are the first layer, the rest but halt the second.
  uint64_t first = 0, end = 0;
  for (size_t i = 0; i + 1 < instructions.size(); ++i) {
    end += getEncodedSize(instructions[i]);
    if (i < 2)
      first = end;
  }
  program.layerRanges = {{0, first, 0}, {first, end, 1}};
  return program;
}

llvm::Expected<TensorBytes> run(const Program &program, const Machine &machine,
                                RunCounts *counts = nullptr,
                                const EmulatorOptions &options = {}) {
  auto emulator = Emulator::create(program, machine, options);
  if (!emulator)
    return emulator.takeError();
  TensorBytes input(16);
  for (int i = 0; i != 16; ++i)
    input[i] = uint8_t(i * 16 + 0x80);
  auto outputs = emulator->run({input});
  if (!outputs)
    return outputs.takeError();
  if (counts)
    *counts = emulator->getCounts();
  return outputs->front();
}
std::string errorOf(const Program &program, const Machine &machine,
                    const EmulatorOptions &options = {}) {
  auto output = run(program, machine, nullptr, options);
  return output ? "" : llvm::toString(output.takeError());
}
} // namespace

TEST(EmulatorRun, ComputesAndCounts) {
  Program program = makeNetwork(negation());
  Machine machine = makeMachine();
  RunCounts counts;
  TensorBytes output = llvm::cantFail(run(program, machine, &counts));
  for (int i = 0; i != 16; ++i)
    EXPECT_EQ(int(int8_t(output[i])), std::min(127, 128 - 16 * i));

  ASSERT_EQ(counts.layers.size(), 3u);
  const Counters &first = counts.layers[0], &second = counts.layers[1];
  EXPECT_EQ(first.dramRead - first.getDramBytes(DramUse::Instructions), 16u);
  EXPECT_EQ(first.getDramBytes(DramUse::Input), 16u);
  EXPECT_EQ(first.tensors.at(0).dramRead, 16u);
  EXPECT_EQ(first.scratchpadWritten, 16u);
  EXPECT_EQ(first.scratchpadPeak, 16u);
  EXPECT_EQ(second.getDramBytes(DramUse::Output), 16u);
  EXPECT_EQ(second.dramWritten, 16u);
  EXPECT_EQ(second.vectorOperations, 16u);
  EXPECT_EQ(second.scratchpadRead, 32u); // by VECTOR, by STORE
  EXPECT_EQ(second.scratchpadWritten, 16u);
  EXPECT_EQ(second.scratchpadPeak, 48u);
  EXPECT_EQ(second.busyCycles[unsigned(Engine::Vector)], 2u);
  EXPECT_EQ(second.busyCycles[unsigned(Engine::Store)], 4u);

  Counters total = counts.getTotal();
  uint64_t text = program.getText().size;
  EXPECT_EQ(total.getDramBytes(DramUse::Instructions), text);
  EXPECT_EQ(total.instructionBytesIssued, text);
  EXPECT_EQ(total.dramRead, 16 + text);
  EXPECT_EQ(total.dramBurst, 64 + (text + 31) / 32 * 32);
  EXPECT_EQ(total.scratchpadPeak, 48u);
  EXPECT_EQ(counts.steps, 8u);
}

TEST(EmulatorRun, RunsAreIndependent) {
  Program program = makeNetwork(negation());
  Machine machine = makeMachine();
  Emulator emulator = llvm::cantFail(Emulator::create(program, machine));
  TensorBytes ones(16, 1), twos(16, 2);
  TensorBytes first = llvm::cantFail(emulator.run({ones})).front();
  TensorBytes second = llvm::cantFail(emulator.run({twos})).front();
  EXPECT_EQ(first, TensorBytes(16, 0xff));
  EXPECT_EQ(second, TensorBytes(16, 0xfe));
}

TEST(EmulatorRun, NamesAndLayersAreOnlyLabels) {
  Program program = makeNetwork(negation());
  Machine machine = makeMachine();
  RunCounts named, stripped;
  TensorBytes output = llvm::cantFail(run(program, machine, &named));
  program.layers.clear();
  program.layerRanges.clear();
  for (TensorInfo &tensor : program.tensors)
    tensor.name.clear();
  EXPECT_EQ(llvm::cantFail(run(program, machine, &stripped)), output);
  ASSERT_EQ(stripped.layers.size(), 1u);
  EXPECT_EQ(stripped.cycles, named.cycles);
  EXPECT_EQ(stripped.getTotal().dramBy, named.getTotal().dramBy);
  EXPECT_EQ(stripped.getTotal().scratchpadRead,
            named.getTotal().scratchpadRead);
  EXPECT_EQ(stripped.getTotal().busyCycles, named.getTotal().busyCycles);
}

TEST(EmulatorRun, BytesOfSeveralTensorsAreTakenApart) {
  // One load over x and 16 bytes behind it that no tensor has.
  Program program = makeNetwork({makeLoad(inputAddress, 0, 24), Halt()});
  program.regions[1].size = 32;
  RunCounts counts;
  llvm::cantFail(run(program, makeMachine(), &counts));
  Counters total = counts.getTotal();
  EXPECT_EQ(total.tensors.at(0).dramRead, 16u);
  EXPECT_EQ(total.getDramBytes(DramUse::Input), 24u);
}

TEST(EmulatorRun, ErrorsNameTheInstruction) {
  Machine machine = makeMachine();
  EXPECT_EQ(
      errorOf(makeNetwork({makeLoad(inputAddress, padBytes - 8, 16), Halt()}),
              machine),
      "text:byte 0: load: operand 'pad' reaches bytes 4088 to "
      "4103, but the scratchpad memory has 4096");
  EXPECT_THAT(
      errorOf(makeNetwork({makeLoad(inputAddress, 0, 17), Halt()}), machine),
      HasSubstr("17 bytes at off-chip address 4096 are in no section"));
  EXPECT_THAT(
      errorOf(makeNetwork({makeStore(0, inputAddress, 1), Halt()}), machine),
      HasSubstr("no writable section"));

  // Element 3 of the second iteration's dividend meets a 0.
  Map divide = makeCopy(0, 64, 4);
  divide.operation = MapOperation::Divide;
  divide.useB = true;
  divide.bStrides = {1};
  divide.b.ring.offset.coefficients[0] = 1;
  Fill fill;
  fill.run = 4;
  fill.value = 1;
  Instruction waits[] = {fill,
                         makeSignal(Engine::Load, 0),
                         makeWait(Engine::Vector, 0),
                         makeLoop(2),
                         divide,
                         EndLoop(),
                         Halt()};
  EXPECT_THAT(errorOf(makeNetwork(waits), machine),
              HasSubstr("map i0=1: division by zero"));
}

TEST(EmulatorRun, WorkHasALimit) {
  Map map = makeCopy(0, 64, 1000);
  map.aStrides = map.dstStrides = {0};
  EmulatorOptions options;
  options.maxWork = 5000;
  EXPECT_THAT(errorOf(makeNetwork({makeLoop(6), map, EndLoop(), Halt()}),
                      makeMachine(), options),
              HasSubstr("map i0=5: the program works on more than 5000"));
}

TEST(EmulatorRun, InputsMustFit) {
  Program program = makeNetwork(negation());
  Machine machine = makeMachine();
  Emulator emulator = llvm::cantFail(Emulator::create(program, machine));
  TensorBytes small(15);
  EXPECT_EQ(llvm::toString(emulator.run({small}).takeError()),
            "input 'x' has 16 bytes, not 15");
  EXPECT_EQ(llvm::toString(emulator.run({}).takeError()),
            "the program has 1 inputs, not 0");
}
