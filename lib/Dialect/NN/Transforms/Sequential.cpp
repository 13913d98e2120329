// Two runs of each sample, up to one layer: with the function as it was, and as
// it is.
#include "Sequential.h"
#include "Patches.h"
#include "lacuna/Calibration/Statistics.h"
#include "lacuna/Dialect/NN/IR/Location.h"
#include "lacuna/Reference/Ports.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace lacuna;
using namespace lacuna::nn;
using sparsity::InputStatistics;
using sparsity::Matrix;

llvm::Expected<SequentialCalibration>
SequentialCalibration::create(func::FuncOp function,
                              llvm::ArrayRef<std::string> files) {
  SequentialCalibration calibration;
  calibration.current = function;
  calibration.original = function.clone();
  auto interpreter = reference::Interpreter::create(function);
  if (!interpreter)
    return interpreter.takeError();
  calibration.ports = getInputPorts(function, interpreter->getInputs());
  auto matched = matchFiles(files, calibration.ports, "inputs", false);
  if (!matched)
    return matched.takeError();
  auto inputs = readInputs(*matched, calibration.ports, /*each=*/true);
  if (!inputs)
    return inputs.takeError();
  if (inputs->samples == 0)
    return makeError("calibration needs at least one sample");
  calibration.inputs = std::move(*inputs);
  return std::move(calibration);
}

/// The first operand of `layer` when `interpreter` runs its function.
static llvm::Expected<reference::Tensor>
runUpTo(const reference::Interpreter &interpreter, Operation *layer,
        std::vector<reference::Tensor> arguments) {
  reference::Tensor input;
  auto stop = [&](Operation *op,
                  llvm::ArrayRef<const reference::Tensor *> operands) {
    if (op == layer)
      input = *operands.front();
    return op != layer;
  };
  if (llvm::Error error =
          interpreter.run(std::move(arguments), {}, stop).takeError())
    return std::move(error);
  return input;
}

/// Adds vectors of one group, as they are and as they were, to its sums.
static void addVectors(llvm::ArrayRef<double> now,
                       llvm::ArrayRef<double> before, InputStatistics &sums) {
  size_t terms = sums.mean.size();
  for (size_t first = 0; first != now.size(); first += terms)
    for (size_t i = 0; i != terms; ++i) {
      sums.mean[i] += now[first + i];
      sums.meanBefore[i] += before[first + i];
    }
  for (size_t i = 0; i != terms; ++i) {
    double *moments = &sums.moments.values[i * terms];
    double *cross = &sums.cross.values[i * terms];
    for (size_t first = 0; first != now.size(); first += terms) {
      double x = now[first + i];
      if (x == 0)
        continue;
      for (size_t j = i; j != terms; ++j)
        moments[j] += x * now[first + j];
      for (size_t j = 0; j != terms; ++j)
        cross[j] += x * before[first + j];
    }
  }
}

/// From sums over `count` vectors to means.
static void finish(InputStatistics &sums, double count) {
  size_t terms = sums.mean.size();
  sums.count = count;
  for (size_t i = 0; i != terms; ++i) {
    sums.mean[i] /= count;
    sums.meanBefore[i] /= count;
    for (size_t j = 0; j != terms; ++j) {
      sums.cross.at(i, j) /= count;
      if (j >= i)
        sums.moments.at(j, i) = sums.moments.at(i, j) /= count;
    }
    sums.meanSquare[i] = sums.moments.at(i, i);
  }
}

/// Doubles that are gathered at a time.
static constexpr int64_t chunkElements = 1 << 15;

llvm::Expected<std::vector<InputStatistics>>
SequentialCalibration::run(size_t index) const {
  func::FuncOp before = *original, now = current;
  MatrixLayer layerBefore = getMatrixLayers(before)[index];
  MatrixLayer layerNow = getMatrixLayers(now)[index];
  Patches patches(layerNow);
  int64_t terms = layerNow.getTerms(), groups = layerNow.getGroups();
  if (llvm::SaturatingMultiply<uint64_t>(uint64_t(terms) * uint64_t(terms),
                                         groups) > maxGramElements)
    return makeError(placeOf(layerNow.getOperation()->getLoc()),
                     "layer '" + layerNow.getName() +
                         "' has more than 2^27 products of inputs",
                     "prune it by magnitude or wanda");
  auto runBefore = reference::Interpreter::create(before);
  auto runNow = reference::Interpreter::create(now);
  if (!runBefore || !runNow)
    return llvm::joinErrors(runBefore.takeError(), runNow.takeError());

  InputStatistics empty;
  empty.mean.resize(terms);
  empty.meanSquare.resize(terms);
  empty.meanBefore.resize(terms);
  empty.moments = empty.cross = Matrix(terms, terms);
  std::vector<InputStatistics> sums(groups, empty);
  int64_t step = std::max<int64_t>(1, chunkElements / terms);
  std::vector<double> vectorsNow, vectorsBefore;
  auto add = [&](const reference::Tensor &inputNow,
                 const reference::Tensor &inputBefore) {
    for (int64_t group = 0; group != groups; ++group)
      for (int64_t first = 0; first < patches.getCount(); first += step) {
        int64_t number = std::min(step, patches.getCount() - first);
        vectorsNow.resize(number * terms);
        vectorsBefore.resize(number * terms);
        patches.read(inputNow, group, first, number, vectorsNow.data());
        patches.read(inputBefore, group, first, number, vectorsBefore.data());
        addVectors(vectorsNow, vectorsBefore, sums[group]);
      }
  };
  auto runSample = [&](uint64_t sample) -> llvm::Error {
    auto arguments = getArguments(inputs, ports, sample);
    if (!arguments)
      return arguments.takeError();
    auto inputBefore =
        runUpTo(*runBefore, layerBefore.getOperation(), *arguments);
    if (!inputBefore)
      return inputBefore.takeError();
    auto inputNow =
        runUpTo(*runNow, layerNow.getOperation(), std::move(*arguments));
    if (!inputNow)
      return inputNow.takeError();
    add(*inputNow, *inputBefore);
    return llvm::Error::success();
  };
  if (llvm::Error error = forEachSample(inputs.samples, runSample))
    return std::move(error);
  for (InputStatistics &group : sums)
    finish(group, double(patches.getCount()) * double(inputs.samples));
  return sums;
}
