// lacuna-compiler check: the reference interpreter against the emulator, layer
// by layer.
#include "Divergence.h"
#include "EffortOption.h"
#include "Model.h"
#include "Subcommands.h"

#include "lacuna/Compiler/Compile.h"
#include "lacuna/Conversion/NNToSchedule/NNToSchedule.h"
#include "lacuna/Machine/Machine.h"
#include "lacuna/Program/Verifier.h"
#include "lacuna/Reference/Ports.h"
#include "lacuna/Reference/TensorFile.h"
#include "lacuna/Report/RunReport.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/Support/FormatVariadic.h"

#include <random>

using namespace lacuna;
using llvm::Error;
using llvm::Expected;
using reference::Interpreter;

namespace cl = llvm::cl;

static cl::SubCommand
    options("check", "Compare the reference interpreter with the emulator on a "
                     "model, layer by layer");
static cl::opt<std::string> modelPath(cl::Positional, cl::Required,
                                      cl::desc("MODEL.mlir"), cl::sub(options));
static cl::opt<std::string>
    machineName("machine", cl::desc("A preset, or the path of a machine file"),
                cl::value_desc("NAME"), cl::sub(options));
static cl::opt<std::string>
    programPath("program",
                cl::desc("Check this program instead of compiling the model"),
                cl::value_desc("MODEL.elf"), cl::sub(options));
static cl::list<std::string>
    inputPaths("input",
               cl::desc("Tensor of an input, in order or by name; without any, "
                        "a random one of fixed seed"),
               cl::value_desc("[NAME=]X.npy"), cl::sub(options));
static cl::opt<bool>
    each("each",
         cl::desc("The inputs' first axis counts samples: check each of them"),
         cl::sub(options));
static cl::opt<std::string>
    entryName("entry", cl::desc("Function to check (default: main)"),
              cl::value_desc("NAME"), cl::sub(options));
static cl::opt<bool>
    printJson("json", cl::desc("Print what was found as a JSON object"),
              cl::sub(options));
static cl::opt<std::string> weightsPath(
    "weights",
    cl::desc("safetensors or .npz file with the data of the model's resources"),
    cl::value_desc("FILE"), cl::sub(options));

static SparsityFlags sparsityFlags(options);
static EffortFlag effort(options);

/// The program to check, and the machine it is for.
static Error getProgram(Model &model, Program &program, Machine &machine) {
  if (programPath.empty() && machineName.empty())
    return makeError("name a machine (--machine) or a program (--program)");
  if (!programPath.empty()) {
    Expected<Program> read = readProgramFile(programPath);
    if (!read)
      return read.takeError();
    program = std::move(*read);
  }
  Expected<Machine> found =
      machineName.empty()
          ? parseMachine(program.machineText, programPath + " (its machine)")
          : loadMachine(machineName);
  if (!found)
    return found.takeError();
  machine = std::move(*found);
  if (programPath.empty()) {
    auto network = buildNetwork(model.entry, machine);
    if (!network)
      return network.takeError();
    auto compilation = compile(*network, machine, effort);
    if (!compilation)
      return atFile(compilation.takeError(), modelPath);
    program = std::move(compilation->program);
  }
  VerifyOptions verify;
  verify.file = programPath.empty() ? modelPath : programPath;
  return verifyProgram(program, machine, verify).takeError();
}

/// One sample for each port: every byte random, but for types whose elements
/// have fewer values than their bytes; floats between -2 and 2, of which every
/// eighth is 0.
static InputArrays makeRandomInputs(llvm::ArrayRef<Port> ports) {
  InputArrays inputs;
  std::mt19937_64 random(1);
  for (const Port &port : ports) {
    reference::Tensor tensor(port.shape, port.type);
    bool isInteger = !isFloat(port.type);
    std::uniform_int_distribution<int64_t> value(
        isInteger ? getMinimum(port.type) : 0,
        isInteger ? getMaximum(port.type) : 0);
    std::uniform_real_distribution<float> number(-2, 2);
    for (int64_t &element : tensor.values)
      if (isFloat(port.type))
        element = reference::elementOf(port.type,
                                       random() % 8 == 0 ? 0 : number(random));
      else
        element = value(random);
    inputs.add(NpyFile(npyFromTensor(tensor)), port);
  }
  return inputs;
}

/// Runs one sample on both sides; what differs first, if anything does.
static Expected<std::optional<Divergence>>
checkSample(const Interpreter &interpreter, Emulator &emulator,
            const LayerResults &layers, llvm::ArrayRef<Port> ports,
            const InputArrays &inputs, uint64_t sample) {
  auto arrays = inputs.readSample(sample);
  if (!arrays)
    return arrays.takeError();
  auto arguments = getArguments(*arrays, ports);
  if (!arguments)
    return arguments.takeError();
  auto outputs = emulator.run(viewBytes(*arrays));
  if (!outputs)
    return outputs.takeError();
  std::optional<Divergence> first;
  auto hold = [&](const LayerResult &result,
                  const reference::Tensor &expected) {
    if (!first)
      first = compare(result, layers.getBytes(result, emulator), expected,
                      emulator);
  };
  auto results =
      interpreter.run(std::move(*arguments),
                      [&](mlir::Operation *layer, const reference::Tensor &is) {
                        if (const LayerResult *result = layers.find(layer))
                          hold(*result, is);
                      });
  if (!results)
    return results.takeError();
  // Those that no layer computes, too: arguments and constants.
  for (auto [output, expected] : llvm::zip_equal(layers.getOutputs(), *results))
    hold(output, expected);
  if (first)
    first->sample = sample;
  return first;
}

namespace {
/// What a check found out.
struct Findings {
  std::string machine;
  uint64_t samples = 0;
  size_t layers = 0, compared = 0;
  std::optional<Divergence> divergence;
  /// Whether the program says what it should count, and what is wrong with it.
  bool isPredicted = false;
  std::string misprediction;
};
} // namespace

static std::string count(uint64_t number, llvm::StringRef thing) {
  return (llvm::Twine(number) + " " + thing + (number == 1 ? "" : "s")).str();
}

static void print(const Findings &findings, llvm::raw_ostream &os) {
  os << "equal on " << findings.machine << ": ";
  if (findings.compared != findings.layers)
    os << findings.compared << " of ";
  os << count(findings.layers, "layer") << ", "
     << count(findings.samples, "sample")
     << (inputPaths.empty() ? " (random)" : "")
     << (findings.isPredicted ? "; counted as predicted\n" : "\n");
}

static llvm::json::Object toJson(const Findings &findings,
                                 const ProgramText &text) {
  llvm::json::Object object{{"schema", 1},
                            {"machine", findings.machine},
                            {"samples", findings.samples},
                            {"layers", findings.layers},
                            {"layers_compared", findings.compared},
                            {"equal", !findings.divergence},
                            {"divergence", nullptr},
                            {"counted_as_predicted", nullptr}};
  if (findings.divergence)
    object["divergence"] = toJson(*findings.divergence, text);
  else if (findings.isPredicted)
    object["counted_as_predicted"] = findings.misprediction.empty();
  if (!findings.misprediction.empty())
    object["misprediction"] = findings.misprediction;
  return object;
}

/// Fills `findings`; true errors are those of inputs and limits.
static Error checkSamples(const Interpreter &interpreter, Emulator &emulator,
                          const LayerResults &layers,
                          llvm::ArrayRef<Port> ports, const InputArrays &inputs,
                          Findings &findings) {
  return forEachSample(inputs.samples, [&](uint64_t sample) -> Error {
    if (findings.divergence)
      return Error::success();
    auto divergence =
        checkSample(interpreter, emulator, layers, ports, inputs, sample);
    if (!divergence)
      return divergence.takeError();
    findings.divergence = std::move(*divergence);
    return Error::success();
  });
}

static Error run() {
  Expected<Model> model =
      loadModel(modelPath, {entryName, true, weightsPath, sparsityFlags.get()});
  if (!model)
    return model.takeError();
  auto interpreter = Interpreter::create(model->entry);
  if (!interpreter)
    return interpreter.takeError();
  Program program;
  Machine machine;
  if (Error error = getProgram(*model, program, machine))
    return error;
  llvm::StringRef programName = programPath.empty() ? modelPath : programPath;
  std::vector<Port> ports =
      getInputPorts(model->entry, interpreter->getInputs());
  InputArrays inputs;
  if (inputPaths.empty()) {
    inputs = makeRandomInputs(ports);
  } else {
    auto files = matchFiles(inputPaths, ports, "--input", false);
    if (!files)
      return files.takeError();
    auto read = readInputs(*files, ports, each);
    if (!read)
      return read.takeError();
    inputs = std::move(*read);
  }
  if (inputs.samples == 0)
    return makeError("--each: the inputs hold no samples");

  Expected<ProgramText> text = ProgramText::create(program, machine);
  if (!text)
    return text.takeError();
  auto layers = LayerResults::create(model->entry, program, *text, programName);
  if (!layers)
    return layers.takeError();
  auto observe = [&](const Occurrence &executed, Memory &memory) {
    layers->observe(executed, memory);
  };
  EmulatorOptions emulation;
  if (layers->needsObserver())
    emulation.onExecuted = observe;
  Expected<Emulator> emulator = Emulator::create(program, machine, emulation);
  if (!emulator)
    return emulator.takeError();
  Findings findings;
  findings.machine = machine.name;
  findings.samples = inputs.samples;
  findings.layers = layers->countLayers();
  findings.compared = layers->countFound();
  if (Error error = checkSamples(*interpreter, *emulator, *layers, ports,
                                 inputs, findings))
    return error;

  Error failure = Error::success();
  if (findings.divergence) {
    failure = describe(*findings.divergence, *text);
  } else {
    Report report = makeRunReport(program, machine, *emulator, "");
    Compared compared = costHash(machine) == program.costHash
                            ? Compared::Everything
                            : Compared::Bytes;
    findings.isPredicted = !program.predicted.empty();
    failure =
        checkPrediction(program, programName, toJson(report, machine), compared)
            .takeError();
    if (failure)
      findings.misprediction = llvm::toStringWithoutConsuming(failure);
  }
  if (printJson)
    llvm::outs() << llvm::formatv("{0:2}\n",
                                  llvm::json::Value(toJson(findings, *text)));
  else if (!failure)
    print(findings, llvm::outs());
  return failure;
}

const Subcommand lacuna::checkSubcommand = {options, run};
