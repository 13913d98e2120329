// lacuna-compiler reference: runs a model on the reference interpreter.
#include "Model.h"
#include "Subcommands.h"

#include "lacuna/Dialect/NN/IR/NN.h"
#include "lacuna/Reference/Interpreter.h"
#include "lacuna/Reference/Ports.h"
#include "lacuna/Reference/TensorFile.h"
#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/OutputFile.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace lacuna;
using reference::BoundaryType;
using reference::Interpreter;
using reference::Tensor;

namespace cl = llvm::cl;

static cl::SubCommand
    options("reference",
            "Run a model on the reference interpreter, which defines what "
            "a compiled program computes");
static cl::opt<std::string> modelPath(cl::Positional, cl::Required,
                                      cl::desc("MODEL.mlir"), cl::sub(options));
static cl::list<std::string>
    inputPaths("input", cl::desc("Tensor of an input, in order or by name"),
               cl::value_desc("[NAME=]X.npy"), cl::sub(options));
static cl::list<std::string> outputPaths("output",
                                         cl::desc("Where to write an output"),
                                         cl::value_desc("[NAME=]Y.npy"),
                                         cl::sub(options));
static cl::opt<bool>
    each("each",
         cl::desc("The inputs' first axis counts samples: run once for each"),
         cl::sub(options));
static cl::opt<std::string>
    entryName("entry", cl::desc("Function to run (default: main)"),
              cl::value_desc("NAME"), cl::sub(options));
static cl::opt<std::string> weightsPath(
    "weights",
    cl::desc("safetensors or .npz file with the data of the model's resources"),
    cl::value_desc("FILE"), cl::sub(options));
static cl::opt<bool> noFuse("no-fuse", cl::desc("Run the layers unfused"),
                            cl::sub(options));
static cl::opt<bool> printResults("print",
                                  cl::desc("Print the outputs as text"),
                                  cl::sub(options));
static cl::opt<std::string> dumpDirectory(
    "dump-layers",
    cl::desc("Write every layer's result to DIR, as NUMBER-NAME.npy"),
    cl::value_desc("DIR"), cl::sub(options));

/// Writes layers' results into a directory, numbered in the order of their
/// computation.
namespace {
class LayerDump {
public:
  explicit LayerDump(llvm::StringRef directory) : directory(directory) {}

  void write(mlir::Operation *layer, const Tensor &result) {
    std::string name = nn::getLayerName(layer).str();
    if (name.empty())
      name = layer->getName().getStringRef().str();
    for (char &c : name)
      if (!llvm::isAlnum(c) && c != '.' && c != '_' && c != '-')
        c = '_';
    llvm::SmallString<128> path = directory;
    llvm::sys::path::append(
        path, llvm::formatv("{0,0+4}-{1}.npy", count++,
                            llvm::StringRef(name).take_front(80)));
    errors = llvm::joinErrors(std::move(errors),
                              writeNpy(path, npyFromTensor(result)));
  }

  llvm::Error errors = llvm::Error::success();

private:
  llvm::StringRef directory;
  unsigned count = 0;
};
} // namespace

/// Prints nested lists: "[[1, 2], [3, 4]]".
static void printElements(ElementType type, llvm::ArrayRef<int64_t> values,
                          llvm::ArrayRef<int64_t> shape) {
  if (shape.empty()) {
    llvm::outs() << reference::toString(type, values.front());
    return;
  }
  size_t step = values.size() / std::max<int64_t>(shape.front(), 1);
  llvm::outs() << '[';
  for (int64_t i = 0; i < shape.front(); ++i) {
    llvm::outs() << (i ? ", " : "");
    printElements(type, values.slice(i * step, step), shape.drop_front());
  }
  llvm::outs() << ']';
}

static void print(const Port &port, const Tensor &tensor) {
  llvm::outs() << port.name << ": " << getName(tensor.type) << ' ';
  printElements(tensor.type, tensor.values, tensor.shape);
  llvm::outs() << '\n';
}

static llvm::Error run() {
  if (each && !dumpDirectory.empty())
    return makeError("--dump-layers writes the layers of one run: it does not "
                     "go with --each");
  llvm::Expected<Model> model =
      loadModel(modelPath, {entryName, !noFuse, weightsPath});
  if (!model)
    return model.takeError();
  auto interpreter = Interpreter::create(model->entry);
  if (!interpreter)
    return interpreter.takeError();

  std::vector<Port> inputPorts =
      getInputPorts(model->entry, interpreter->getInputs());
  std::vector<Port> outputPorts =
      getOutputPorts(model->entry, interpreter->getOutputs());
  auto inputFiles = matchFiles(inputPaths, inputPorts, "--input", false);
  if (!inputFiles)
    return inputFiles.takeError();
  auto outputFiles = matchFiles(outputPaths, outputPorts, "--output", true);
  if (!outputFiles)
    return outputFiles.takeError();

  std::vector<std::string> readFiles = *inputFiles;
  readFiles.push_back(modelPath);
  auto files = openOutputs(*outputFiles, readFiles);
  if (!files)
    return files.takeError();
  if (!dumpDirectory.empty())
    if (std::error_code code = llvm::sys::fs::create_directories(dumpDirectory))
      return makeError(SourceLocation::inFile(dumpDirectory),
                       "can't be created: " + code.message());

  auto inputs = readInputs(*inputFiles, inputPorts, each);
  if (!inputs)
    return inputs.takeError();
  SampleWriter results(outputPorts, inputs->samples, each, *files);

  LayerDump dump(dumpDirectory);
  auto hook = [&](mlir::Operation *layer, const Tensor &result) {
    dump.write(layer, result);
  };
  auto runSample = [&](uint64_t sample) -> llvm::Error {
    auto arguments = getArguments(*inputs, inputPorts, sample);
    if (!arguments)
      return arguments.takeError();
    auto outputs = interpreter->run(
        std::move(*arguments),
        dumpDirectory.empty() ? Interpreter::LayerHook() : hook);
    if (!outputs)
      return outputs.takeError();
    if (dump.errors)
      return std::move(dump.errors);
    std::vector<std::vector<uint8_t>> elements;
    for (auto [i, output] : llvm::enumerate(*outputs)) {
      elements.push_back(npyFromTensor(output).data);
      if (printResults)
        print(outputPorts[i], output);
    }
    results.add(sample, std::move(elements));
    return llvm::Error::success();
  };
  if (llvm::Error error = forEachSample(inputs->samples, runSample))
    return error;

  return commitOutputs(*files);
}

const Subcommand lacuna::referenceSubcommand = {options, run};
