// lacuna-compiler compile: from a model to a program.
#include "EffortOption.h"
#include "Model.h"
#include "Subcommands.h"

#include "lacuna/Compiler/Compile.h"
#include "lacuna/Conversion/NNToISA/Passes.h"
#include "lacuna/Conversion/NNToSchedule/NNToSchedule.h"
#include "lacuna/Machine/Machine.h"
#include "lacuna/Program/Assembler.h"
#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/OutputFile.h"

#include "mlir/Pass/PassManager.h"

using namespace lacuna;

namespace cl = llvm::cl;

static cl::SubCommand options("compile", "Compile a model to a program");
static cl::opt<std::string> modelPath(cl::Positional, cl::Required,
                                      cl::desc("MODEL.mlir"), cl::sub(options));
static cl::opt<std::string>
    machineName("machine", cl::Required,
                cl::desc("A preset, or the path of a machine file"),
                cl::value_desc("NAME"), cl::sub(options));
static cl::opt<std::string> outputPath("o", cl::Required,
                                       cl::desc("What to write"),
                                       cl::value_desc("MODEL.elf"),
                                       cl::sub(options));
static cl::opt<std::string>
    predictPath("predict", cl::desc("Write what the program will move and do"),
                cl::value_desc("P.json"), cl::sub(options));
static cl::opt<std::string>
    entryName("entry", cl::desc("Function to compile (default: main)"),
              cl::value_desc("NAME"), cl::sub(options));
static cl::opt<std::string> weightsPath(
    "weights",
    cl::desc("safetensors or .npz file with the data of the model's resources"),
    cl::value_desc("FILE"), cl::sub(options));

static cl::opt<std::string> emitWeightsPath(
    "emit-weights",
    cl::desc("Write the weights and biases of all layers, for --weights"),
    cl::value_desc("W.safetensors"), cl::sub(options));
static SparsityFlags sparsityFlags(options);
static EffortFlag effort(options);

static cl::opt<schedule::ActivationBlocks> compressActivations(
    "compress-activations",
    cl::desc("Which activations are stored without zeros, on a machine that "
             "can (default: auto)"),
    cl::init(schedule::ActivationBlocks::Auto),
    cl::values(clEnumValN(schedule::ActivationBlocks::Auto, "auto",
                          "what ends in a relu, where it saves bursts"),
               clEnumValN(schedule::ActivationBlocks::On, "on",
                          "all whose tiles agree on blocks"),
               clEnumValN(schedule::ActivationBlocks::Off, "off", "none")),
    cl::sub(options));

namespace {
enum class Form { NN, Tile, ISA, Asm, Elf };
} // namespace
static cl::opt<Form> form(
    "emit", cl::desc("How far to go"), cl::init(Form::Elf),
    cl::values(clEnumValN(Form::NN, "nn", "fused layers, as MLIR"),
               clEnumValN(Form::Tile, "tile", "tiles and steps, as MLIR"),
               clEnumValN(Form::ISA, "isa", "instructions, as MLIR"),
               clEnumValN(Form::Asm, "asm", "the program as assembly text"),
               clEnumValN(Form::Elf, "elf", "the program")),
    cl::sub(options));

/// Takes the fused layers of `model` down to the level of `form`.
static llvm::Error lower(Model &model) {
  mlir::PassManager manager(model.module->getContext());
  LoweringOptions lowering;
  lowering.machine = machineName;
  lowering.effort = unsigned(effort.getValue());
  lowering.compressActivations = compressActivations;
  if (form == Form::Tile)
    buildNNToTilePipeline(manager, lowering);
  else
    buildNNToISAPipeline(manager, lowering);
  if (mlir::failed(manager.run(*model.module)))
    return makeError(SourceLocation::inFile(modelPath),
                     "the model can't be lowered");
  return llvm::Error::success();
}

static llvm::Error run() {
  llvm::Expected<Machine> machine = loadMachine(machineName);
  if (!machine)
    return machine.takeError();
  std::vector<std::string> inputs = {modelPath, machineName, weightsPath};
  llvm::append_range(inputs, sparsityFlags.getInputs());
  auto opened = openOutputs({outputPath, predictPath, emitWeightsPath}, inputs);
  if (!opened)
    return opened.takeError();
  std::vector<std::optional<OutputFile>> files = std::move(*opened);
  llvm::raw_ostream &os = files.front()->os();
  llvm::Expected<Model> model =
      loadModel(modelPath, {entryName, true, weightsPath, sparsityFlags.get()});
  if (!model)
    return model.takeError();
  if (std::optional<OutputFile> &file = files[2])
    if (llvm::Error error = writeLayerWeights(
            model->entry, model->weights ? &*model->weights : nullptr,
            model->attached, file->os()))
      return error;
  auto printModule = [&] {
    model->module->print(os);
    os << '\n';
    return commitOutputs(files);
  };
  if (form == Form::NN) {
    if (!predictPath.empty())
      return makeError("--predict: --emit nn stops before anything is known "
                       "about the program",
                       "leave one of them out");
    return printModule();
  }

  llvm::Expected<schedule::Network> network =
      buildNetwork(model->entry, *machine);
  if (!network)
    return network.takeError();
  llvm::Expected<Compilation> compilation =
      compile(*network, *machine, effort, compressActivations);
  if (!compilation)
    return atFile(compilation.takeError(), modelPath);
  if (sparsityFlags.get().remarks)
    for (const schedule::BlockRemark &one : compilation->remarks) {
      const schedule::Problem &layer = network->graph.layers[one.problem];
      llvm::errs() << toPrintable(layer.location.empty() ? modelPath.getValue()
                                                         : layer.location)
                   << ": remark: " << toPrintable(layer.name) << ": "
                   << one.text << '\n';
    }
  if (std::optional<OutputFile> &file = files[1])
    file->os() << compilation->program.predicted << '\n';
  // What compiles can be lowered pass by pass, too.
  if (form == Form::Tile || form == Form::ISA) {
    if (llvm::Error error = lower(*model))
      return error;
    return printModule();
  }
  if (form == Form::Asm)
    disassemble(compilation->program, os, {});
  else if (llvm::Error error = writeProgram(compilation->program, os))
    return error;
  return commitOutputs(files);
}

const Subcommand lacuna::compileSubcommand = {options, run};
