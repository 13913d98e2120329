// lacuna-compiler inspect: where a model has zeros.
#include "LayerZeros.h"
#include "Model.h"
#include "Subcommands.h"
#include "ZeroSavings.h"

#include "lacuna/Reference/Ports.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/Support/FormatVariadic.h"

using namespace lacuna;

namespace cl = llvm::cl;

static cl::SubCommand
    options("inspect", "Show zeros, their structure, and bytes by encoding");
static cl::opt<std::string> modelPath(cl::Positional, cl::Required,
                                      cl::desc("MODEL.mlir"), cl::sub(options));
static cl::list<std::string>
    inputPaths("input",
               cl::desc("Tensor of an input, in order or by name, to count "
                        "zeros of activations"),
               cl::value_desc("[NAME=]X.npy"), cl::sub(options));
static cl::opt<bool>
    each("each", cl::desc("The inputs' first axis counts samples: run each"),
         cl::sub(options));
static cl::opt<std::string>
    entryName("entry", cl::desc("Function to look at (default: main)"),
              cl::value_desc("NAME"), cl::sub(options));
static cl::opt<std::string> weightsPath(
    "weights",
    cl::desc("safetensors or .npz file with the data of the model's resources"),
    cl::value_desc("FILE"), cl::sub(options));
static cl::opt<std::string>
    reportPath("report",
               cl::desc("Report of a run: what the zeros won there, and what "
                        "stood in the way"),
               cl::value_desc("R.json"), cl::sub(options));
static cl::opt<bool> printJson("json", cl::desc("Print a JSON object"),
                               cl::sub(options));
static SparsityFlags sparsityFlags(options);

/// Runs the samples and counts what enters the layers at `positions`.
static llvm::Expected<uint64_t>
countActivations(const Model &model,
                 const llvm::DenseMap<mlir::Operation *, size_t> &positions,
                 std::vector<LayerZeros> &layers) {
  auto interpreter = reference::Interpreter::create(model.entry);
  if (!interpreter)
    return interpreter.takeError();
  std::vector<Port> ports =
      getInputPorts(model.entry, interpreter->getInputs());
  auto files = matchFiles(inputPaths, ports, "--input", false);
  if (!files)
    return files.takeError();
  auto inputs = readInputs(*files, ports, each);
  if (!inputs)
    return inputs.takeError();
  auto count = [&](mlir::Operation *op,
                   llvm::ArrayRef<const reference::Tensor *> operands) {
    auto found = positions.find(op);
    if (found != positions.end()) {
      LayerZeros &layer = layers[found->second];
      const std::vector<int64_t> &values = operands.front()->values;
      layer.activations += values.size();
      layer.zeroActivations +=
          llvm::count(values, nn::MatrixLayer::get(op)->getInputZp());
    }
    return true;
  };
  auto runSample = [&](uint64_t sample) -> llvm::Error {
    auto arguments = getArguments(*inputs, ports, sample);
    if (!arguments)
      return arguments.takeError();
    return interpreter->run(std::move(*arguments), {}, count).takeError();
  };
  if (llvm::Error error = forEachSample(inputs->samples, runSample))
    return std::move(error);
  return inputs->samples;
}

static llvm::Error run() {
  llvm::Expected<Model> model =
      loadModel(modelPath, {entryName, true, weightsPath, sparsityFlags.get()});
  if (!model)
    return model.takeError();
  std::vector<LayerZeros> layers;
  llvm::DenseMap<mlir::Operation *, size_t> positions;
  for (const nn::MatrixLayer &layer : nn::getMatrixLayers(model->entry)) {
    if (!layer.getWeights())
      continue;
    positions[layer.getOperation()] = layers.size();
    layers.push_back(inspectWeights(layer));
  }
  uint64_t samples = 0;
  if (!inputPaths.empty()) {
    auto counted = countActivations(*model, positions, layers);
    if (!counted)
      return counted.takeError();
    samples = *counted;
  }
  std::vector<std::optional<ZeroSavings>> savings(layers.size());
  if (!reportPath.empty()) {
    auto read = readSavings(reportPath, layers);
    if (!read)
      return read.takeError();
    savings = std::move(*read);
  }
  if (!printJson) {
    printTable(layers, samples, llvm::outs());
    if (!reportPath.empty())
      printSavings(layers, savings, llvm::outs());
    return llvm::Error::success();
  }
  llvm::json::Object object = toJson(layers, samples);
  for (auto [value, saved] :
       llvm::zip_equal(*object.getArray("layers"), savings))
    if (saved)
      (*value.getAsObject())["saved"] = toJson(*saved);
  llvm::outs() << llvm::formatv("{0:2}\n",
                                llvm::json::Value(std::move(object)));
  return llvm::Error::success();
}

const Subcommand lacuna::inspectSubcommand = {options, run};
