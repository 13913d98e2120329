// A case from the seed to the comparison.
#include "Case.h"

#include "Random.h"
#include "RandomSchedule.h"

#include "lacuna/Conversion/NNToSchedule/NNToSchedule.h"
#include "lacuna/Conversion/TosaToNN/Passes.h"
#include "lacuna/Emulator/Emulator.h"
#include "lacuna/Program/Verifier.h"
#include "lacuna/Reference/Interpreter.h"
#include "lacuna/Report/Report.h"
#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/GuardedText.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Diagnostics.h"

#include "llvm/Support/FormatVariadic.h"

using namespace lacuna;
using namespace lacuna::differential;
using llvm::Error;
using llvm::Expected;
using reference::Interpreter;
using reference::Tensor;

static mlir::DialectRegistry makeRegistry() {
  mlir::DialectRegistry registry;
  registerFrontEndDialects(registry);
  return registry;
}

CaseRunner::CaseRunner()
    : context(makeRegistry(), mlir::MLIRContext::Threading::DISABLED),
      frontEnd(&context), unfused(&context) {
  context.loadAllAvailableDialects();
  context.printOpOnDiagnostic(false);
  buildTosaToNNPipeline(frontEnd, FrontEndOptions());
  FrontEndOptions options;
  options.fuse = false;
  buildTosaToNNPipeline(unfused, options);
}

mlir::OwningOpRef<mlir::ModuleOp>
CaseRunner::makeGraph(const CaseOptions &options, const Machine &machine) {
  GraphOptions graph;
  graph.maxLayers = options.maxLayers;
  graph.maxExtent = options.maxExtent;
  graph.hasI16 = machine.findMacType(ElementType::I16, ElementType::I16);
  graph.hasI4 = machine.findMacType(ElementType::I8, ElementType::I4);
  return makeRandomGraph(&context, options.seed, graph);
}

std::string CaseRunner::printGraph(const CaseOptions &options,
                                   const Machine &machine) {
  std::string text;
  llvm::raw_string_ostream os(text);
  makeGraph(options, machine)->print(os);
  return text;
}

/// The elements of `tensor` as they lie off-chip.
static std::vector<uint8_t> bytesOf(const Tensor &tensor) {
  size_t size = std::max(1u, getInfo(tensor.type).storageBits / 8);
  std::vector<uint8_t> bytes(tensor.values.size() * size);
  for (auto [index, value] : llvm::enumerate(tensor.values))
    for (size_t i = 0; i != size; ++i)
      bytes[index * size + i] = uint8_t(uint64_t(value) >> (8 * i));
  return bytes;
}

/// Inputs with all values of their types, the extreme ones among them.
static std::vector<Tensor>
makeInputs(llvm::ArrayRef<reference::BoundaryType> types, Random &random) {
  std::vector<Tensor> inputs;
  for (const reference::BoundaryType &type : types) {
    Tensor tensor(type.shape, type.type);
    int64_t low = getMinimum(type.type), high = getMaximum(type.type);
    bool narrow = random.chance(0.5);
    for (int64_t &value : tensor.values) {
      bool wide =
          getInfo(type.type).bits == 32 && (narrow || random.chance(0.5));
      value = random.chance(0.05) ? random.pick({low, high})
              : wide              ? random.between(-100000, 100000)
                                  : random.between(low, high);
    }
    inputs.push_back(std::move(tensor));
  }
  return inputs;
}

/// The first element in which the two differ, as an error.
static Error compareOutput(unsigned number, const Tensor &expected,
                           llvm::ArrayRef<uint8_t> actual) {
  std::vector<uint8_t> bytes = bytesOf(expected);
  if (llvm::ArrayRef(bytes) == actual)
    return Error::success();
  size_t size = bytes.size() / expected.values.size();
  size_t at = 0, differing = 0;
  for (size_t i = expected.values.size(); i-- != 0;)
    if (llvm::ArrayRef(bytes).slice(i * size, size) !=
        actual.slice(i * size, size))
      at = i, ++differing;
  std::string index;
  size_t rest = at, elements = expected.values.size();
  for (int64_t dim : expected.shape) {
    elements /= dim;
    index += (index.empty() ? "" : ", ") + std::to_string(rest / elements);
    rest %= elements;
  }
  uint64_t value = 0;
  for (size_t i = size; i-- != 0;)
    value = value << 8 | actual[at * size + i];
  return makeError(
      llvm::formatv("output {0}, element [{1}]: the reference gives {2}, the "
                    "emulator bytes {3:x}; {4} of {5} elements differ",
                    number, index, expected.values[at], value, differing,
                    expected.values.size())
          .str());
}

/// Fusion must change no bit.
static Error compareUnfused(mlir::ModuleOp module,
                            const std::vector<Tensor> &inputs,
                            llvm::ArrayRef<Tensor> expected) {
  Expected<Interpreter> interpreter =
      Interpreter::create(*module.getOps<mlir::func::FuncOp>().begin());
  if (!interpreter)
    return interpreter.takeError();
  Expected<std::vector<Tensor>> plain = interpreter->run(inputs);
  if (!plain)
    return plain.takeError();
  for (auto [number, pair] : llvm::enumerate(llvm::zip_equal(*plain, expected)))
    if (std::get<0>(pair).values != std::get<1>(pair).values)
      return makeError("fusion changes output " + llvm::Twine(number) +
                       " of the reference");
  return Error::success();
}

/// Whether the compiler's `message` says that the machine is too small.
static bool saysTooSmall(llvm::StringRef message) {
  if (message.contains("sequencer.semaphore") ||
      message.contains(" bytes of off-chip memory; machine"))
    return true;
  return message.contains(" lacks ") && message.contains(" bytes");
}

/// As compile() does it, with random schedules where the seed is odd.
static Expected<Compilation>
compileCase(schedule::Network &network, const Machine &machine, uint64_t seed) {
  if (seed % 2 == 0)
    return compile(network, machine);
  auto schedules = chooseSchedules(network, machine);
  if (!schedules)
    return schedules.takeError();
  Random random(seed, /*stream=*/5);
  randomiseSchedules(network, *schedules, machine, random);
  return compile(network, std::move(*schedules), machine);
}

/// In every fourth case: the program for a memory off-chip that is a byte too
/// small for it, so that tensors must take turns at a place; if that helps.
static void tighten(schedule::Network &network, Machine &machine, uint64_t seed,
                    Compilation &compiled) {
  if (seed % 4 >= 1)
    return;
  Machine tight = machine;
  tight.dram.bytes = compiled.program.regions.back().end() - 1;
  Expected<Compilation> again = compileCase(network, tight, seed);
  if (!again) {
    llvm::consumeError(again.takeError());
    return;
  }
  compiled = std::move(*again);
  machine = std::move(tight);
}

static Coverage coverageOf(llvm::ArrayRef<schedule::Schedule> schedules) {
  Coverage coverage;
  for (const schedule::Schedule &schedule : schedules) {
    auto cuts = [&](schedule::TileLoop::Kind kind) {
      return llvm::any_of(schedule.loops, [&](const schedule::TileLoop &loop) {
        return loop.kind == kind;
      });
    };
    bool rolls = false, doubles = false;
    for (const auto &stage : schedule.placements)
      for (const schedule::Placement &placement : stage) {
        rolls |= placement.rolling >= 0;
        doubles |= placement.slots > 1;
      }
    ++coverage.layers;
    coverage.whole += schedule.loops.empty();
    coverage.outer += cuts(schedule::TileLoop::Outer);
    coverage.output += cuts(schedule::TileLoop::Output);
    coverage.reduction += cuts(schedule::TileLoop::Reduction);
    coverage.rolling += rolls;
    coverage.doubled += doubles;
  }
  return coverage;
}

Error CaseRunner::check(const CaseOptions &options, Machine machine,
                        CaseResult &result) {
  mlir::OwningOpRef<mlir::ModuleOp> module = makeGraph(options, machine);
  mlir::OwningOpRef<mlir::ModuleOp> plain = module->clone();
  std::string diagnostics;
  mlir::ScopedDiagnosticHandler handler(
      &context, [&](mlir::Diagnostic &diagnostic) {
        diagnostics += diagnostic.str() + "\n";
      });
  if (mlir::failed(frontEnd.run(*module)) || mlir::failed(unfused.run(*plain)))
    return makeError("the front end refuses the network: " + diagnostics);
  auto function = *module->getOps<mlir::func::FuncOp>().begin();

  Expected<Interpreter> interpreter = Interpreter::create(function);
  if (!interpreter)
    return interpreter.takeError();
  Random random(options.seed, /*stream=*/3);
  std::vector<Tensor> inputs = makeInputs(interpreter->getInputs(), random);
  Expected<std::vector<Tensor>> expected = interpreter->run(inputs);
  if (!expected)
    return expected.takeError();
  if (Error error = compareUnfused(*plain, inputs, *expected))
    return error;

  Expected<schedule::Network> network = buildNetwork(function, machine);
  if (!network)
    return network.takeError();
  Expected<Compilation> compiled = compileCase(*network, machine, options.seed);
  if (!compiled) {
    std::string message = llvm::toString(compiled.takeError());
    if (!saysTooSmall(message))
      return makeError(message);
    result.outcome = Outcome::DoesNotFit;
    result.message = message;
    return Error::success();
  }
  tighten(*network, machine, options.seed, *compiled);
  result.coverage = coverageOf(compiled->schedules);
  const Program &program = compiled->program;
  Expected<VerifiedProgram> verified = verifyProgram(program, machine);
  if (!verified)
    return verified.takeError();
  result.instructionsExecuted = verified->instructionsExecuted;

  Expected<Emulator> emulator = Emulator::create(program, machine);
  if (!emulator)
    return emulator.takeError();
  std::vector<std::vector<uint8_t>> bytes;
  for (const Tensor &input : inputs)
    bytes.push_back(bytesOf(input));
  llvm::SmallVector<llvm::ArrayRef<uint8_t>> given(bytes.begin(), bytes.end());
  Expected<std::vector<TensorBytes>> outputs = emulator->run(given);
  if (!outputs)
    return outputs.takeError();
  if (outputs->size() != expected->size())
    return makeError("the program has another number of outputs");
  for (auto [number, pair] :
       llvm::enumerate(llvm::zip_equal(*expected, *outputs)))
    if (Error error =
            compareOutput(number, std::get<0>(pair), std::get<1>(pair)))
      return error;

  const RunCounts &counts = emulator->getCounts();
  Counters total = counts.getTotal();
  result.macs = total.macs;
  Report report;
  report.machineName = machine.name;
  report.instructions = emulator->getText().instructions.size();
  report.textBytes = program.getText().size;
  report.tensors = getReportTensors(program);
  report.layers = getReportLayers(program, counts.layers);
  Expected<llvm::json::Value> predicted =
      parseJson(program.predicted, "the prediction");
  if (!predicted)
    return predicted.takeError();
  if (Error error =
          comparePrediction(*predicted->getAsObject(), toJson(report, machine),
                            Compared::Everything))
    return error;
  if (!options.damage)
    return Error::success();
  Expected<uint64_t> removed = checkDamage(
      program, machine, options.seed, given, *outputs, total.getDramBytes());
  if (!removed)
    return removed.takeError();
  result.semaphoresRemoved = *removed;
  return Error::success();
}

CaseResult CaseRunner::run(const CaseOptions &options, const Machine &machine) {
  CaseResult result;
  if (Error error = check(options, machine, result)) {
    result.outcome = Outcome::Failed;
    result.message = llvm::toString(std::move(error));
  }
  return result;
}
