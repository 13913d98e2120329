// The stages of a case, from the graph to the last counter.
#include "Case.h"

#include "Unpredictable.h"

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

using namespace lacuna;
using namespace lacuna::differential;
using llvm::Error;
using llvm::Expected;
using reference::Interpreter;

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

static Expected<std::vector<Tensor>>
interpret(mlir::ModuleOp module, const std::vector<Tensor> &inputs) {
  Expected<Interpreter> interpreter = Interpreter::create(functionOf(module));
  if (!interpreter)
    return interpreter.takeError();
  return interpreter->run(inputs);
}

/// Fusion must change no bit.
Error CaseRunner::checkFusion(mlir::ModuleOp graph,
                              const std::vector<Tensor> &inputs,
                              llvm::ArrayRef<Tensor> expected) {
  mlir::OwningOpRef<mlir::ModuleOp> plain = graph.clone();
  if (mlir::failed(unfused.run(*plain)))
    return makeError("the network is refused without fusion");
  Expected<std::vector<Tensor>> outputs = interpret(*plain, inputs);
  if (!outputs)
    return outputs.takeError();
  for (auto [number, output] : llvm::enumerate(*outputs))
    if (Error error = compareTensors(number, expected[number], output,
                                     "without fusion it gives"))
      return error;
  return Error::success();
}

Error CaseRunner::checkUpstream(const Case &test, const CaseOptions &options,
                                llvm::ArrayRef<Tensor> expected,
                                CaseResult &result) {
  mlir::ModuleOp graph = test.graph.get();
  if (auto limit = findUpstreamLimit(graph); limit && !options.ignoreLimits) {
    result.upstreamLimit = *limit;
    return Error::success();
  }
  std::vector<ElementType> types;
  types.reserve(expected.size());
  for (const Tensor &output : expected)
    types.push_back(output.type);
  Expected<std::vector<Tensor>> outputs =
      upstream.run(graph, test.inputs, types);
  if (!outputs)
    return outputs.takeError();
  result.stage = "upstream's outputs";
  std::optional<Unpredictable> open;
  for (auto [number, output] : llvm::enumerate(*outputs)) {
    Error error =
        compareTensors(number, expected[number], output, "MLIR's own lowering");
    if (!error)
      continue;
    if (!open)
      open = findUnpredictable(graph, computeValues(graph, test.inputs));
    if (!open->results[number] || options.ignoreLimits)
      return error;
    llvm::consumeError(std::move(error));
    result.upstreamLimit = open->reason;
  }
  return Error::success();
}

/// Whether `graph` has an operation called `name`.
static bool contains(mlir::ModuleOp graph, llvm::StringRef name) {
  return graph
      ->walk([&](mlir::Operation *op) {
        return op->getName().getStringRef() == name
                   ? mlir::WalkResult::interrupt()
                   : mlir::WalkResult::advance();
      })
      .wasInterrupted();
}

/// The counters of a run against what the compiler predicted.
static Error checkCounters(const Program &program, const Machine &machine,
                           const Emulator &emulator) {
  const RunCounts &counts = emulator.getCounts();
  Report report;
  report.machineName = machine.name;
  report.instructions = emulator.getText().instructions.size();
  report.textBytes = program.getText().size;
  report.tensors = getReportTensors(program);
  report.layers = getReportLayers(program, counts.layers);
  Expected<llvm::json::Value> predicted =
      parseJson(program.predicted, "the prediction");
  if (!predicted)
    return predicted.takeError();
  return comparePrediction(*predicted->getAsObject(), toJson(report, machine),
                           Compared::Everything);
}

Error CaseRunner::checkProgram(mlir::func::FuncOp function, const Case &test,
                               const CaseOptions &options,
                               llvm::ArrayRef<Tensor> expected,
                               CaseResult &result) {
  Machine machine = test.machine;
  result.stage = "compiler";
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
  result.coverage = coverageOf(*compiled);
  const Program &program = compiled->program;
  result.stage = "verifier";
  Expected<VerifiedProgram> verified = verifyProgram(program, machine);
  if (!verified)
    return verified.takeError();
  result.instructionsExecuted = verified->instructionsExecuted;

  result.stage = "emulator";
  Expected<Emulator> emulator = Emulator::create(program, machine);
  if (!emulator)
    return emulator.takeError();
  std::vector<std::vector<uint8_t>> bytes;
  bytes.reserve(test.inputs.size());
  for (const Tensor &input : test.inputs)
    bytes.push_back(bytesOf(input));
  llvm::SmallVector<llvm::ArrayRef<uint8_t>> given(bytes.begin(), bytes.end());
  Expected<std::vector<TensorBytes>> outputs = emulator->run(given);
  if (!outputs)
    return outputs.takeError();
  if (outputs->size() != expected.size())
    return makeError("the program has another number of outputs");
  result.stage = "outputs";
  if (!options.fault.empty() && contains(test.graph.get(), options.fault))
    outputs->front().front() ^= 1;
  for (auto [number, pair] :
       llvm::enumerate(llvm::zip_equal(expected, *outputs)))
    if (Error error =
            compareBytes(number, std::get<0>(pair), std::get<1>(pair)))
      return error;

  result.stage = "prediction";
  Counters total = emulator->getCounts().getTotal();
  result.macs = total.macs;
  if (Error error = checkCounters(program, machine, *emulator))
    return error;
  if (!options.damage)
    return Error::success();
  result.stage = "damage";
  Expected<uint64_t> removed = checkDamage(
      program, machine, options.seed, given, *outputs, total.getDramBytes());
  if (!removed)
    return removed.takeError();
  result.semaphoresRemoved = *removed;
  return Error::success();
}

Error CaseRunner::check(const Case &test, const CaseOptions &options,
                        CaseResult &result) {
  mlir::OwningOpRef<mlir::ModuleOp> module = test.graph.get().clone();
  std::string diagnostics;
  mlir::ScopedDiagnosticHandler handler(
      &context, [&](mlir::Diagnostic &diagnostic) {
        diagnostics += diagnostic.str() + "\n";
      });
  if (mlir::failed(frontEnd.run(*module)))
    return makeError(diagnostics);
  result.stage = "reference";
  Expected<std::vector<Tensor>> expected = interpret(*module, test.inputs);
  if (!expected)
    return expected.takeError();
  result.stage = "fusion";
  if (Error error = checkFusion(test.graph.get(), test.inputs, *expected))
    return error;
  result.stage = "upstream";
  if (options.upstream)
    if (Error error = checkUpstream(test, options, *expected, result))
      return error;
  return checkProgram(functionOf(*module), test, options, *expected, result);
}

llvm::DenseMap<mlir::Value, Tensor>
CaseRunner::computeValues(mlir::ModuleOp graph,
                          const std::vector<Tensor> &inputs) {
  llvm::DenseMap<mlir::Value, Tensor> values;
  mlir::func::FuncOp original = functionOf(graph);
  for (auto [argument, input] :
       llvm::zip_equal(original.getArguments(), inputs))
    values[argument] = input;
  // The same function with a result for each value.
  mlir::OwningOpRef<mlir::ModuleOp> copy = graph.clone();
  mlir::func::FuncOp function = functionOf(*copy);
  mlir::Block &block = function.front();
  llvm::SmallVector<mlir::Value> results, originals;
  for (auto [op, before] : llvm::zip(block.without_terminator(),
                                     original.front().without_terminator()))
    for (auto [result, value] :
         llvm::zip_equal(op.getResults(), before.getResults()))
      if (mlir::isa<mlir::RankedTensorType>(result.getType())) {
        results.push_back(result);
        originals.push_back(value);
      }
  block.getTerminator()->setOperands(results);
  function.setFunctionType(
      mlir::FunctionType::get(&context, block.getArgumentTypes(),
                              mlir::ValueRange(results).getTypes()));
  mlir::ScopedDiagnosticHandler quiet(&context, [](mlir::Diagnostic &) {});
  if (mlir::failed(unfused.run(*copy)))
    return values;
  Expected<std::vector<Tensor>> outputs = interpret(*copy, inputs);
  if (!outputs) {
    llvm::consumeError(outputs.takeError());
    return values;
  }
  for (auto [value, output] : llvm::zip_equal(originals, *outputs))
    values[value] = std::move(output);
  return values;
}

CaseResult CaseRunner::run(const Case &test, const CaseOptions &options) {
  CaseResult result;
  if (Error error = check(test, options, result)) {
    result.outcome = Outcome::Failed;
    result.message = llvm::toString(std::move(error));
  }
  return result;
}
