// Samples through the interpreter, up to the layers whose results are counted.
#include "ActivationSamples.h"
#include "lacuna/Dialect/NN/IR/NN.h"
#include "lacuna/Reference/Ports.h"
#include "lacuna/Support/Diagnostics.h"

using namespace mlir;
using namespace lacuna;
using namespace lacuna::nn;

llvm::Expected<ActivationSamples>
ActivationSamples::create(func::FuncOp function,
                          llvm::ArrayRef<std::string> files) {
  ActivationSamples samples;
  samples.function = function;
  auto interpreter = reference::Interpreter::create(function);
  if (!interpreter)
    return interpreter.takeError();
  samples.ports = getInputPorts(function, interpreter->getInputs());
  auto matched = matchFiles(files, samples.ports, "inputs", false);
  if (!matched)
    return matched.takeError();
  auto inputs = readInputs(*matched, samples.ports, /*each=*/true);
  if (!inputs)
    return inputs.takeError();
  if (inputs->samples == 0)
    return makeError("thresholds by their error need at least one sample");
  samples.inputs = std::move(*inputs);
  return std::move(samples);
}

/// Multiply-accumulates that the runs may take together: minutes.
static constexpr double maxWork = double(uint64_t(1) << 37);

bool ActivationSamples::isTooMuchWork(
    llvm::ArrayRef<Operation *> layers) const {
  double upTo = 0, work = 0;
  func::FuncOp runs = function;
  for (auto layer : runs.getOps<LayerOpInterface>()) {
    upTo += double(layer.getMacs());
    if (llvm::is_contained(layers, layer.getOperation()))
      work += upTo * double(inputs.samples);
  }
  return work > maxWork;
}

llvm::Expected<std::vector<sparsity::ActivationCounts>>
ActivationSamples::count(llvm::ArrayRef<Operation *> layers) const {
  std::vector<sparsity::ActivationCounts> counts(layers.size());
  auto interpreter = reference::Interpreter::create(function);
  if (!interpreter)
    return interpreter.takeError();
  auto runSample = [&](uint64_t sample) -> llvm::Error {
    auto arguments = getArguments(inputs, ports, sample);
    if (!arguments)
      return arguments.takeError();
    size_t next = 0;
    auto countResult = [&](Operation *op, const reference::Tensor &result) {
      if (next == layers.size() || op != layers[next])
        return;
      for (int64_t value : result.values)
        ++counts[next][value + 128];
      ++next;
    };
    auto goOn = [&](Operation *, llvm::ArrayRef<const reference::Tensor *>) {
      return next != layers.size();
    };
    return interpreter->run(std::move(*arguments), countResult, goOn)
        .takeError();
  };
  if (llvm::Error error = forEachSample(inputs.samples, runSample))
    return std::move(error);
  return counts;
}
