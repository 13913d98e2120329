// nn-calibrate: samples through the interpreter, sums of what layers read.
#include "Errors.h"
#include "Patches.h"
#include "Ranges.h"
#include "lacuna/Dialect/NN/IR/Location.h"
#include "lacuna/Dialect/NN/Transforms/Calibration.h"
#include "lacuna/Dialect/NN/Transforms/Passes.h"
#include "lacuna/Reference/Ports.h"
#include "lacuna/Support/OutputFile.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringSet.h"

#include <limits>

namespace lacuna::nn {
#define GEN_PASS_DEF_CALIBRATE
#include "lacuna/Dialect/NN/Transforms/Passes.h.inc"
} // namespace lacuna::nn

using namespace mlir;
using namespace lacuna;
using namespace lacuna::nn;

namespace {
/// The sums of one layer, and how its inputs are read.
struct Collector {
  Patches patches;
  LayerStatistics sums;

  Collector(const MatrixLayer &layer, bool secondOrder);
  void add(const reference::Tensor &input);

private:
  void addVectors(int64_t group, llvm::ArrayRef<double> vectors);
};
} // namespace

Collector::Collector(const MatrixLayer &layer, bool secondOrder)
    : patches(layer) {
  sums.groups = layer.getGroups();
  sums.terms = layer.getTerms();
  sums.minimum = std::numeric_limits<double>::infinity();
  sums.maximum = -sums.minimum;
  sums.sum.resize(sums.groups * sums.terms);
  sums.squares.resize(sums.groups * sums.terms);
  if (secondOrder)
    sums.gram.resize(sums.groups * LayerStatistics::gramSize(sums.terms));
}

/// Doubles that are gathered at a time: they stay in the cache while each of
/// their products is added.
static constexpr int64_t chunkElements = 1 << 15;

void Collector::add(const reference::Tensor &input) {
  int64_t terms = patches.getTerms();
  int64_t step = std::max<int64_t>(1, chunkElements / terms);
  std::vector<double> vectors;
  for (int64_t group = 0; group != int64_t(sums.groups); ++group)
    for (int64_t first = 0; first < patches.getCount(); first += step) {
      int64_t number = std::min(step, patches.getCount() - first);
      vectors.resize(number * terms);
      patches.read(input, group, first, number, vectors.data());
      addVectors(group, vectors);
    }
  sums.count += patches.getCount();
}

void Collector::addVectors(int64_t group, llvm::ArrayRef<double> vectors) {
  size_t terms = sums.terms;
  double *sum = &sums.sum[group * terms];
  double *squares = &sums.squares[group * terms];
  for (size_t first = 0; first != vectors.size(); first += terms)
    for (size_t i = 0; i != terms; ++i) {
      double x = vectors[first + i];
      sum[i] += x;
      squares[i] += x * x;
      sums.minimum = std::min(sums.minimum, x);
      sums.maximum = std::max(sums.maximum, x);
    }
  if (!sums.hasGram())
    return;
  double *row = &sums.gram[group * LayerStatistics::gramSize(terms)];
  for (size_t i = 0; i != terms; ++i) {
    for (size_t first = 0; first != vectors.size(); first += terms) {
      const double *x = &vectors[first];
      if (x[i] != 0)
        for (size_t j = i; j != terms; ++j)
          row[j - i] += x[i] * x[j];
    }
    row += terms - i;
  }
}

namespace {
using Collectors = llvm::MapVector<Operation *, Collector>;
} // namespace

static llvm::Expected<Collectors> makeCollectors(func::FuncOp function,
                                                 bool secondOrder) {
  Collectors collectors;
  llvm::StringSet<> names;
  uint64_t products = 0;
  for (const MatrixLayer &layer : getMatrixLayers(function)) {
    Operation *op = layer.getOperation();
    auto fail = [&](const llvm::Twine &message, const llvm::Twine &hint) {
      return makeError(placeOf(op->getLoc()), message, hint);
    };
    StringRef name = layer.getName();
    if (name.empty() || !names.insert(toPrintable(name)).second)
      return fail(name.empty() ? "the layer has no name that statistics could "
                                 "stand under"
                               : "two layers are called '" + name + "'",
                  "give it a location of its own: loc(\"NAME\")");
    if (secondOrder) {
      // Extents are below 2^31, so one triangle is below 2^62.
      products += llvm::SaturatingMultiply<uint64_t>(
          layer.getGroups(), LayerStatistics::gramSize(layer.getTerms()));
      if (products > maxGramElements)
        return fail("the products of inputs up to layer '" + name +
                        "' are more than 2^27",
                    "calibrate without second-order, for the criteria "
                    "magnitude and wanda");
    }
    collectors.insert({op, Collector(layer, secondOrder)});
  }
  return collectors;
}

llvm::Expected<Statistics> nn::calibrate(func::FuncOp function,
                                         const CalibrationOptions &options) {
  auto interpreter = reference::Interpreter::create(function);
  if (!interpreter)
    return interpreter.takeError();
  auto collectors = makeCollectors(function, options.secondOrder);
  if (!collectors)
    return collectors.takeError();
  std::vector<Port> ports = getInputPorts(function, interpreter->getInputs());
  auto files = matchFiles(options.inputs, ports, "inputs", false);
  if (!files)
    return files.takeError();
  auto inputs = readInputs(*files, ports, /*each=*/true);
  if (!inputs)
    return inputs.takeError();
  if (inputs->samples == 0)
    return makeError("calibration needs at least one sample");

  RangeCollector ranges(function);
  auto observeResult = [&](Operation *op, const reference::Tensor &result) {
    ranges.addResult(op, result);
  };
  auto observe = [&](Operation *op,
                     llvm::ArrayRef<const reference::Tensor *> operands) {
    auto found = collectors->find(op);
    if (found != collectors->end())
      found->second.add(*operands.front());
    return true;
  };
  auto runSample = [&](uint64_t sample) -> llvm::Error {
    auto arguments = getArguments(*inputs, ports, sample);
    if (!arguments)
      return arguments.takeError();
    ranges.addArguments(*arguments);
    if (llvm::Error error = ranges.check(sample))
      return error;
    if (llvm::Error error =
            interpreter->run(std::move(*arguments), observeResult, observe)
                .takeError())
      return error;
    return ranges.check(sample);
  };
  if (llvm::Error error = forEachSample(inputs->samples, runSample))
    return std::move(error);

  Statistics statistics;
  statistics.model = hashModel(function);
  statistics.samples = inputs->samples;
  ranges.finish(statistics);
  for (auto &[op, collector] : *collectors)
    statistics.layers[toPrintable(getLayerName(op))] =
        std::move(collector.sums);
  return statistics;
}

namespace {
struct CalibratePass : nn::impl::CalibrateBase<CalibratePass> {
  using CalibrateBase::CalibrateBase;

  LogicalResult run() {
    func::FuncOp function = getOperation();
    std::vector<std::optional<OutputFile>> file;
    CalibrationOptions options;
    options.inputs.assign(inputs.begin(), inputs.end());
    options.secondOrder = secondOrder;
    auto opened = openOutputs({stats}, options.inputs);
    if (!opened)
      return emitLocated(function, opened.takeError());
    file = std::move(*opened);
    auto statistics = calibrate(function, options);
    if (!statistics)
      return emitLocated(function, statistics.takeError());
    samples += statistics->samples;
    if (file.front()) {
      statistics->write(file.front()->os());
      if (llvm::Error error = commitOutputs(file))
        return emitLocated(function, std::move(error));
    }
    getAnalysis<CalibrationResult>().statistics = std::move(*statistics);
    markAllAnalysesPreserved();
    return success();
  }

  void runOnOperation() override {
    if (failed(run()))
      signalPassFailure();
  }
};
} // namespace
