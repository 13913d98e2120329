// lacuna-compiler check: the reference interpreter against the emulator, layer
// by layer.
#include "Divergence.h"
#include "Model.h"
#include "Ports.h"
#include "Subcommands.h"

#include "lacuna/Compiler/Compile.h"
#include "lacuna/Conversion/NNToSchedule/NNToSchedule.h"
#include "lacuna/Machine/Machine.h"
#include "lacuna/Program/Verifier.h"
#include "lacuna/Reference/TensorFile.h"
#include "lacuna/Report/RunReport.h"
#include "lacuna/Support/Diagnostics.h"

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
    auto compilation = compile(*network, machine);
    if (!compilation)
      return compilation.takeError();
    program = std::move(compilation->program);
  }
  VerifyOptions verify;
  verify.file = programPath.empty() ? modelPath : programPath;
  return verifyProgram(program, machine, verify).takeError();
}

/// One sample for each port: every byte random, but for types whose elements
/// have fewer values than their bytes.
static InputArrays makeRandomInputs(llvm::ArrayRef<Port> ports) {
  InputArrays inputs;
  std::mt19937_64 random(1);
  for (const Port &port : ports) {
    reference::Tensor tensor(port.shape, port.type);
    std::uniform_int_distribution<int64_t> value(getMinimum(port.type),
                                                 getMaximum(port.type));
    for (int64_t &element : tensor.values)
      element = value(random);
    inputs.arrays.push_back(npyFromTensor(tensor));
  }
  return inputs;
}

/// Runs one sample on both sides; what differs first, if anything does.
static Expected<std::optional<Divergence>>
checkSample(const Interpreter &interpreter, Emulator &emulator,
            const LayerTensors &layers, llvm::ArrayRef<Port> ports,
            const InputArrays &inputs, uint64_t sample) {
  auto arguments = getArguments(inputs, ports, sample);
  if (!arguments)
    return arguments.takeError();
  auto outputs = emulator.run(inputs.getSample(sample));
  if (!outputs)
    return outputs.takeError();
  std::optional<Divergence> first;
  auto results = interpreter.run(
      std::move(*arguments),
      [&](mlir::Operation *layer, const reference::Tensor &result) {
        if (!first)
          first = layers.compare(layer, result, emulator);
      });
  if (!results)
    return results.takeError();
  return first;
}

static Error run() {
  Expected<Model> model = loadModel(modelPath, {entryName, true});
  if (!model)
    return model.takeError();
  auto interpreter = Interpreter::create(model->entry);
  if (!interpreter)
    return interpreter.takeError();
  Program program;
  Machine machine;
  if (Error error = getProgram(*model, program, machine))
    return error;
  std::vector<Port> ports =
      getInputPorts(model->entry, interpreter->getInputs());
  auto layers = LayerTensors::create(
      model->entry, program, programPath.empty() ? modelPath : programPath);
  if (!layers)
    return layers.takeError();

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
  Expected<Emulator> emulator = Emulator::create(program, machine, {});
  if (!emulator)
    return emulator.takeError();
  for (uint64_t sample = 0; sample != inputs.samples; ++sample) {
    auto divergence =
        checkSample(*interpreter, *emulator, *layers, ports, inputs, sample);
    if (!divergence)
      return divergence.takeError();
    if (*divergence)
      return describe(**divergence, program, *emulator, sample);
  }
  if (inputs.samples == 0)
    return makeError("--each: the inputs hold no samples");

  Report report = makeRunReport(program, machine, *emulator, "");
  auto predicted = checkPrediction(
      program, programPath.empty() ? modelPath : programPath,
      toJson(report, machine),
      costHash(machine) == program.costHash ? Compared::Everything
                                            : Compared::Bytes);
  if (!predicted)
    return predicted.takeError();
  llvm::outs() << "equal on " << machine.name << ": " << layers->countCompared()
               << " layers, " << inputs.samples
               << (inputs.samples == 1 ? " sample" : " samples")
               << (inputPaths.empty() ? " (random)" : "")
               << (*predicted ? "; counted as predicted\n" : "\n");
  return Error::success();
}

const Subcommand lacuna::checkSubcommand = {options, run};
