// lacuna-compiler conformance: many small models in one process, each on the
// reference interpreter and, compiled, on the emulator. A tool of the tests.
#include "Model.h"
#include "Subcommands.h"

#include "lacuna/Compiler/Compile.h"
#include "lacuna/Conversion/NNToSchedule/NNToSchedule.h"
#include "lacuna/Emulator/Emulator.h"
#include "lacuna/Machine/Machine.h"
#include "lacuna/Program/Verifier.h"
#include "lacuna/Reference/Ports.h"
#include "lacuna/Reference/TensorFile.h"
#include "lacuna/Report/RunReport.h"
#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/InputFile.h"

#include "llvm/Support/JSON.h"

using namespace lacuna;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

namespace cl = llvm::cl;
namespace json = llvm::json;

static cl::SubCommand
    options("conformance",
            "Run the cases of a list on the reference interpreter and the "
            "emulator; print a JSON object a case");
static cl::opt<std::string> listPath(
    cl::Positional, cl::Required,
    cl::desc("LIST: a case a line, words with tabs between: the model, "
             "its inputs, '=', its expected outputs"),
    cl::sub(options));
static cl::list<std::string> machineNames("machine",
                                          cl::desc("Machine to compile for"),
                                          cl::value_desc("NAME"),
                                          cl::sub(options));
static cl::opt<bool> noFuse("no-fuse", cl::desc("Run the layers unfused"),
                            cl::sub(options));
static cl::opt<std::string>
    outputFolder("outputs",
                 cl::desc("Write the reference's outputs that are not the "
                          "expected ones to DIR, as CASE-OUTPUT.npy"),
                 cl::value_desc("DIR"), cl::sub(options));

namespace {
struct Case {
  std::string model;
  std::vector<std::string> inputs, expected;
};

/// What a side did with a case: a word, and why where it did not get through.
struct Verdict {
  const char *word;
  std::string reason;

  static Verdict of(const char *word, Error error) {
    return {word, llvm::toString(std::move(error))};
  }
  json::Value toJson() const {
    return reason.empty() ? std::string(word) : word + (": " + reason);
  }
};
} // namespace

static constexpr const char *kAgrees = "agrees", *kDiffers = "differs",
                            *kRefused = "refused", *kBreaks = "breaks";

static Expected<std::vector<Case>> readCases(StringRef path) {
  auto file = readInputFile(path, maxTextBytes);
  if (!file)
    return file.takeError();
  std::vector<Case> cases;
  llvm::SmallVector<StringRef> lines, words;
  (*file)->getBuffer().split(lines, '\n', -1, /*KeepEmpty=*/false);
  for (auto [number, line] : llvm::enumerate(lines)) {
    words.clear();
    line.split(words, '\t');
    auto equals = llvm::find(words, "=");
    if (equals == words.begin() || equals == words.end())
      return makeError(SourceLocation::atLine(path, number + 1, 1),
                       "a case is MODEL INPUT ... = OUTPUT ...");
    cases.push_back({words.front().str(),
                     {words.begin() + 1, equals},
                     {equals + 1, words.end()}});
  }
  return cases;
}

/// Runs `test` on the reference; `outputs` are filled unless it breaks.
static Expected<bool> runReference(const reference::Interpreter &interpreter,
                                   const Case &test, const InputArrays &inputs,
                                   llvm::ArrayRef<Port> inputPorts,
                                   std::vector<NpyArray> &outputs) {
  auto arguments = getArguments(inputs, inputPorts, 0);
  if (!arguments)
    return arguments.takeError();
  auto results = interpreter.run(std::move(*arguments));
  if (!results)
    return results.takeError();
  if (results->size() != test.expected.size())
    return makeError(SourceLocation::inFile(test.model),
                     "has another number of outputs than the case");
  bool same = true;
  for (auto [result, output, path] :
       llvm::zip_equal(*results, outputs, test.expected)) {
    reference::appendElements(result, output);
    Expected<NpyArray> expected = readNpy(path);
    if (!expected)
      return expected.takeError();
    same &= expected->type == output.type && expected->shape == output.shape &&
            expected->data == output.data;
  }
  return same;
}

/// Compiles the layers of `model` for `machine`, runs the program, and holds
/// its outputs and counters to `expected` and to their prediction.
static Verdict runCompiled(Model &model, StringRef path, const Machine &machine,
                           const InputArrays &inputs,
                           llvm::ArrayRef<NpyArray> expected) {
  auto network = buildNetwork(model.entry, machine);
  if (!network)
    return Verdict::of(kRefused, network.takeError());
  auto compilation = compile(*network, machine);
  if (!compilation)
    return Verdict::of(kRefused, compilation.takeError());
  const Program &program = compilation->program;
  VerifyOptions verify;
  verify.file = path;
  auto verified = verifyProgram(program, machine, verify);
  if (!verified)
    return Verdict::of(kBreaks, verified.takeError());
  auto emulator = Emulator::create(program, machine);
  if (!emulator)
    return Verdict::of(kBreaks, emulator.takeError());
  auto arrays = inputs.readSample(0);
  if (!arrays)
    return Verdict::of(kBreaks, arrays.takeError());
  auto outputs = emulator->run(viewBytes(*arrays));
  if (!outputs)
    return Verdict::of(kBreaks, outputs.takeError());
  for (auto [output, array] : llvm::zip_equal(*outputs, expected))
    if (llvm::ArrayRef(output) != llvm::ArrayRef(array.data))
      return {kDiffers, ""};
  Report report = makeRunReport(program, machine, *emulator, "");
  if (Error error = checkPrediction(program, path, toJson(report, machine),
                                    Compared::Everything)
                        .takeError())
    return Verdict::of(kBreaks, std::move(error));
  return {kAgrees, ""};
}

static Error runCase(size_t number, const Case &test,
                     llvm::ArrayRef<Machine> machines, json::Object &found) {
  found["model"] = test.model;
  Expected<Model> model = loadModel(test.model, {"", !noFuse, ""});
  if (!model) {
    found["refused"] = llvm::toString(model.takeError());
    return Error::success();
  }
  auto interpreter = reference::Interpreter::create(model->entry);
  if (!interpreter)
    return interpreter.takeError();
  std::vector<Port> ports =
      getInputPorts(model->entry, interpreter->getInputs());
  std::vector<NpyArray> outputs = makeOutputArrays(
      getOutputPorts(model->entry, interpreter->getOutputs()), 1, false);
  auto inputs = readInputs(test.inputs, ports, /*each=*/false);
  if (!inputs)
    return inputs.takeError();

  Expected<bool> same =
      runReference(*interpreter, test, *inputs, ports, outputs);
  if (!same) {
    found["reference"] = Verdict::of(kBreaks, same.takeError()).toJson();
    return Error::success();
  }
  found["reference"] = *same ? kAgrees : kDiffers;
  if (!*same && !outputFolder.empty())
    for (auto [index, output] : llvm::enumerate(outputs))
      if (Error error = writeNpy(outputFolder + "/" + std::to_string(number) +
                                     "-" + std::to_string(index) + ".npy",
                                 output))
        return error;
  for (auto [name, machine] : llvm::zip_equal(machineNames, machines))
    found[name] =
        runCompiled(*model, test.model, machine, *inputs, outputs).toJson();
  return Error::success();
}

static Error run() {
  Expected<std::vector<Case>> cases = readCases(listPath);
  if (!cases)
    return cases.takeError();
  std::vector<Machine> machines;
  for (const std::string &name : machineNames) {
    Expected<Machine> machine = loadMachine(name);
    if (!machine)
      return machine.takeError();
    machines.push_back(std::move(*machine));
  }
  for (auto [number, test] : llvm::enumerate(*cases)) {
    json::Object found;
    if (Error error = runCase(number, test, machines, found))
      return error;
    llvm::outs() << json::Value(std::move(found)) << '\n';
    llvm::outs().flush(); // What was found so far survives a crash.
  }
  return Error::success();
}

const Subcommand lacuna::conformanceSubcommand = {options, run};
