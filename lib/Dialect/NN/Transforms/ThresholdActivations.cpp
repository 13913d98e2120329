// nn-threshold-activations: results near their zero point become it.
#include "ActivationSamples.h"
#include "Errors.h"
#include "lacuna/Dialect/NN/IR/Location.h"
#include "lacuna/Dialect/NN/IR/MatrixLayer.h"
#include "lacuna/Dialect/NN/Transforms/Calibration.h"
#include "lacuna/Dialect/NN/Transforms/Passes.h"
#include "lacuna/Sparsity/Threshold.h"
#include "lacuna/Support/Diagnostics.h"

#include "mlir/IR/Remarks.h"
#include "llvm/Support/FormatVariadic.h"

namespace lacuna::nn {
#define GEN_PASS_DEF_THRESHOLDACTIVATIONS
#include "lacuna/Dialect/NN/Transforms/Passes.h.inc"
} // namespace lacuna::nn

using namespace mlir;
using namespace lacuna;
using namespace lacuna::nn;
using sparsity::ChosenThreshold;
using sparsity::Threshold;
using Kind = sparsity::Threshold::Kind;

namespace {
/// A layer whose result may get a threshold.
struct Candidate {
  LayerOpInterface layer;
  int64_t zeroPoint = 0;
  Threshold threshold;
  /// Whether a policy decides about it.
  bool isNamed = false;
};

class ThresholdActivationsPass
    : public nn::impl::ThresholdActivationsBase<ThresholdActivationsPass> {
public:
  using ThresholdActivationsBase::ThresholdActivationsBase;

  void runOnOperation() override {
    if (llvm::Error error = run()) {
      (void)emitLocated(getOperation(), std::move(error));
      signalPassFailure();
    }
    markAnalysesPreserved<CalibrationResult>();
  }

private:
  llvm::Error run();
  llvm::Expected<SmallVector<Candidate>> findCandidates();
  void setThreshold(const Candidate &candidate,
                    const sparsity::ActivationCounts *counts);
};
} // namespace

/// Adds the zero point of each matrix operation that multiplies `value` to
/// `zeroPoints`. False if the function returns it, too.
static bool collectZeroPoints(Value value,
                              SmallVectorImpl<int64_t> &zeroPoints) {
  for (OpOperand &use : value.getUses()) {
    Operation *reader = use.getOwner();
    if (reader->hasTrait<OpTrait::IsTerminator>())
      return false;
    if (auto view = dyn_cast<ReshapeOp>(reader)) {
      if (!collectZeroPoints(view.getResult(), zeroPoints))
        return false;
      continue;
    }
    std::optional<MatrixLayer> layer = MatrixLayer::get(reader);
    if (layer && use.getOperandNumber() == 0)
      zeroPoints.push_back(layer->getInputZp());
  }
  return true;
}

/// The zero point that a threshold on the result of `layer` is about. Else
/// none, and `reason` says why.
static std::optional<int64_t> findZeroPoint(LayerOpInterface layer,
                                            std::string &reason) {
  Value result = layer->getResult(0);
  SmallVector<int64_t> zeroPoints;
  if (!cast<ShapedType>(result.getType()).getElementType().isInteger(8))
    reason = "its result is not of i8";
  else if (!layer.hasEpilogue())
    reason = "it only moves data";
  else if (!collectZeroPoints(result, zeroPoints))
    reason = "its result leaves the model";
  else if (zeroPoints.empty())
    reason = "no matrix operation reads its result";
  else if (!llvm::all_equal(zeroPoints))
    reason = "its readers have different zero points";
  else if (zeroPoints.front() < -128 || zeroPoints.front() > 127)
    reason = "its readers' zero point is not of i8";
  else
    return zeroPoints.front();
  return std::nullopt;
}

llvm::Expected<SmallVector<Candidate>>
ThresholdActivationsPass::findCandidates() {
  Threshold general;
  if (snr != 0) {
    auto parsed = sparsity::parseThreshold(llvm::formatv("snr:{0}", snr).str());
    if (!parsed)
      return makeError("snr is in dB, above 0 and at most 200; 0 leaves alone "
                       "all but what a policy names");
    general = *parsed;
  }
  func::FuncOp function = getOperation();
  sparsity::ThresholdPolicy said;
  if (!policy.empty()) {
    SmallVector<StringRef> names;
    for (auto layer : function.getOps<LayerOpInterface>())
      if (StringRef name = getLayerName(layer); !name.empty())
        names.push_back(name);
    auto parsed = sparsity::readThresholds(policy, names);
    if (!parsed)
      return parsed.takeError();
    said = std::move(*parsed);
  }

  if (!(minGain >= 0 && minGain <= 1))
    return makeError("min-gain is a share from 0 to 1");
  SmallVector<Candidate> candidates;
  std::string lastReason = "the model has no layer";
  llvm::Error errors = llvm::Error::success();
  for (auto layer : function.getOps<LayerOpInterface>()) {
    StringRef name = getLayerName(layer);
    auto found = said.find(name);
    bool isNamed = !name.empty() && found != said.end();
    Threshold threshold = isNamed ? found->second.threshold : general;
    std::string reason;
    std::optional<int64_t> zeroPoint = findZeroPoint(layer, reason);
    if (zeroPoint) {
      if (threshold.kind != Kind::None)
        candidates.push_back({layer, *zeroPoint, threshold, isNamed});
      continue;
    }
    lastReason = (name + " is left alone: " + reason).str();
    if (isNamed && threshold.kind != Kind::None)
      errors = llvm::joinErrors(
          std::move(errors),
          makeError(found->second.location,
                    "layer '" + name + "' can't have a threshold: " + reason));
  }
  if (errors)
    return std::move(errors);
  if (candidates.empty() && general.kind != Kind::None && said.empty())
    return makeError(placeOf(function.getLoc()),
                     "there is no layer whose small activations could become "
                     "zero",
                     lastReason);
  return candidates;
}

/// The table that makes values within `threshold` of `zeroPoint` equal to it,
/// behind `before`, a table of i8 or null.
static TableAttr makeTable(MLIRContext *context, int64_t zeroPoint,
                           int64_t threshold, TableAttr before) {
  Type i8 = IntegerType::get(context, 8);
  SmallVector<int8_t> values;
  if (before)
    llvm::append_range(values, before.getValues().getValues<int8_t>());
  else
    for (int value = -128; value != 128; ++value)
      values.push_back(int8_t(value));
  for (int8_t &value : values)
    if (std::abs(value - zeroPoint) <= threshold)
      value = int8_t(zeroPoint);
  auto type = RankedTensorType::get({256}, i8);
  return TableAttr::get(context, before ? before.getInputType() : i8, i8,
                        DenseElementsAttr::get(type, ArrayRef(values)));
}

/// The table of i8 that ends the epilogue of `layer`, or null.
static TableAttr findTable(LayerOpInterface layer) {
  ArrayRef<Attribute> stages = layer.getEpilogueStages();
  auto table =
      stages.empty() ? TableAttr() : dyn_cast<TableAttr>(stages.back());
  return table && table.getInputType().isInteger(8) ? table : TableAttr();
}

/// What became of a layer, for people.
static std::string describe(LayerOpInterface layer, int64_t zeroPoint,
                            const ChosenThreshold &chosen,
                            StringRef otherwise) {
  StringRef name = getLayerName(layer);
  std::string text =
      name.empty() ? layer->getName().getStringRef().str() : name.str();
  if (otherwise.empty())
    text += llvm::formatv(": values within {0} of {1} become it", chosen.value,
                          zeroPoint);
  else
    text += (": " + otherwise).str();
  auto share = [&](uint64_t zeros) {
    return 100 * double(zeros) / double(chosen.all);
  };
  if (chosen.all)
    text += llvm::formatv(", zeros {0:f1} % -> {1:f1} %",
                          share(chosen.zerosBefore), share(chosen.zerosAfter));
  if (chosen.signalToNoise)
    text += llvm::formatv(", signal to noise {0:f1} dB", *chosen.signalToNoise);
  return text;
}

void ThresholdActivationsPass::setThreshold(
    const Candidate &candidate, const sparsity::ActivationCounts *counts) {
  LayerOpInterface layer = candidate.layer;
  ChosenThreshold chosen;
  if (counts)
    chosen = chooseThreshold(*counts, candidate.zeroPoint, candidate.threshold);
  else
    chosen.value = candidate.threshold.value;
  TableAttr before = findTable(layer);
  uint64_t gained = chosen.zerosAfter - chosen.zerosBefore;
  std::string otherwise;
  if (chosen.value == 0)
    otherwise = "no threshold";
  else if (!before && !candidate.isNamed &&
           double(gained) < minGain * double(chosen.all))
    otherwise = "zeros not worth a table (min-gain)";
  auto category = remark::RemarkOpts::name("Threshold")
                      .category("nn-threshold-activations");
  std::string text = describe(layer, candidate.zeroPoint, chosen, otherwise);
  if (!otherwise.empty()) {
    remark::missed(layer->getLoc(), category) << text;
    return;
  }
  SmallVector<Attribute> stages(layer.getEpilogueStages());
  if (before)
    stages.pop_back();
  stages.push_back(
      makeTable(&getContext(), candidate.zeroPoint, chosen.value, before));
  layer.setEpilogueStages(stages);
  ++layers;
  zeros += gained;
  remark::passed(layer->getLoc(), category) << text;
}

llvm::Error ThresholdActivationsPass::run() {
  func::FuncOp function = getOperation();
  auto candidates = findCandidates();
  if (!candidates)
    return candidates.takeError();
  recordOrigin(function);
  if (inputs.empty()) {
    for (const Candidate &candidate : *candidates)
      if (candidate.threshold.kind == Kind::Noise)
        return makeError(
            placeOf(candidate.layer->getLoc()),
            "a threshold by its error needs samples",
            "give samples (--calibrate X.npy, or inputs=X.npy), or thresholds "
            "as numbers in a policy");
    for (const Candidate &candidate : *candidates)
      setThreshold(candidate, nullptr);
    return llvm::Error::success();
  }

  std::vector<std::string> files(inputs.begin(), inputs.end());
  auto samples = ActivationSamples::create(function, files);
  if (!samples)
    return samples.takeError();
  SmallVector<Operation *> all;
  for (const Candidate &candidate : *candidates)
    all.push_back(candidate.layer);
  if (samples->isTooMuchWork(all)) {
    remark::missed(function.getLoc(),
                   remark::RemarkOpts::name("OneShot").category(
                       "nn-threshold-activations"))
        << "thresholds are chosen without what those before them change: to "
           "run up to each layer would take more than 2^37 "
           "multiply-accumulates";
    auto counts = samples->count(all);
    if (!counts)
      return counts.takeError();
    for (auto [candidate, own] : llvm::zip_equal(*candidates, *counts))
      setThreshold(candidate, &own);
    return llvm::Error::success();
  }
  for (auto [candidate, op] : llvm::zip_equal(*candidates, all)) {
    auto counts = samples->count({op});
    if (!counts)
      return counts.takeError();
    setThreshold(candidate, &counts->front());
  }
  return llvm::Error::success();
}
