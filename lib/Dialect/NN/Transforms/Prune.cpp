// nn-prune: zeros into the weights of layers.
#include "Errors.h"
#include "FloatValues.h"
#include "PruneChannels.h"
#include "PruneLayers.h"
#include "Sequential.h"
#include "lacuna/Dialect/NN/IR/Location.h"
#include "lacuna/Dialect/NN/Transforms/Calibration.h"
#include "lacuna/Dialect/NN/Transforms/Passes.h"

#include "mlir/IR/Remarks.h"
#include "llvm/Support/FormatVariadic.h"

namespace lacuna::nn {
#define GEN_PASS_DEF_PRUNE
#include "lacuna/Dialect/NN/Transforms/Passes.h.inc"
} // namespace lacuna::nn

using namespace mlir;
using namespace lacuna;
using namespace lacuna::nn;
using sparsity::Criterion;
using Kind = sparsity::Structure::Kind;

namespace {
class PrunePass : public nn::impl::PruneBase<PrunePass> {
public:
  using PruneBase::PruneBase;

  void runOnOperation() override {
    if (llvm::Error error = run()) {
      (void)emitLocated(getOperation(), std::move(error));
      signalPassFailure();
    }
    markAnalysesPreserved<CalibrationResult>();
  }

private:
  llvm::Error run();
  llvm::Expected<PruneDefaults> readOptions() const;
  /// The statistics of the option, or those that nn-calibrate left, or null.
  llvm::Expected<Statistics *> findStatistics();
  /// Makes `samples`, if there are any and some layer is to use them.
  llvm::Error readSamples(llvm::ArrayRef<LayerPlan> plans);
  llvm::Error pruneLayer(LayerPlan &plan, size_t index);
  llvm::Error pruneChannels(LayerPlan &plan);

  std::shared_ptr<Statistics> read;
  Statistics *statistics = nullptr;
  std::shared_ptr<SequentialCalibration> samples;
  /// Layers that have lost channels with another one, and its name.
  DenseMap<Operation *, std::string> narrowed;
};
} // namespace

llvm::Expected<PruneDefaults> PrunePass::readOptions() const {
  PruneDefaults defaults;
  std::optional<Criterion> chosen = sparsity::criterionFromName(criterion);
  if (!chosen)
    return makeError("'" + criterion + "' is no criterion of pruning",
                     "there are magnitude, wanda and hessian");
  auto parsed = sparsity::parseStructure(structure);
  if (!parsed)
    return parsed.takeError();
  if (allocation != "uniform" && allocation != "global")
    return makeError("'" + allocation + "' is no allocation",
                     "there are uniform and global");
  defaults.isGlobal = allocation == "global";
  if (defaults.isGlobal && parsed->kind != Kind::Share)
    return makeError("allocation=global shares sparsity:S among layers, not " +
                     sparsity::toString(*parsed));
  if (!(damping > 0 && damping <= 1000))
    return makeError("damping is above 0 and at most 1000");
  defaults.prune.criterion = *chosen;
  defaults.prune.structure = *parsed;
  defaults.prune.damping = damping;
  defaults.depthwise = depthwise;
  defaults.first = first;
  defaults.minWeights = minWeights;
  return defaults;
}

llvm::Expected<Statistics *> PrunePass::findStatistics() {
  if (stats.empty()) {
    auto left = getCachedAnalysis<CalibrationResult>();
    if (left && left->get().statistics)
      return &*left->get().statistics;
    return nullptr;
  }
  llvm::Expected<Statistics> file = readStatistics(getOperation(), stats);
  if (!file)
    return file.takeError();
  read = std::make_shared<Statistics>(std::move(*file));
  return read.get();
}

/// Whether `plan` is by the second order.
static bool needsProducts(const LayerPlan &plan) {
  return plan.reason.empty() && plan.prune.criterion == Criterion::Hessian;
}

/// An error if `plan` needs more statistics than there are.
static llvm::Error checkStatistics(const LayerPlan &plan,
                                   const Statistics *statistics,
                                   bool hasSamples) {
  Criterion criterion = plan.prune.criterion;
  if (criterion == Criterion::Magnitude || !plan.reason.empty() ||
      (hasSamples && needsProducts(plan)))
    return llvm::Error::success();
  const LayerStatistics *layer =
      statistics ? statistics->find(plan.layer.getName()) : nullptr;
  if (!statistics ||
      (layer && !layer->hasGram() && criterion == Criterion::Hessian))
    return makeError(
        placeOf(plan.layer.getOperation()->getLoc()),
        "criterion=" + sparsity::getName(criterion) + " needs statistics of " +
            (statistics ? "products of inputs, which these lack" : "samples") +
            " to prune layer '" + plan.layer.getName() + "'",
        statistics ? "calibrate with second-order"
                   : "give samples (--calibrate X.npy, or nn-calibrate before "
                     "this pass) or their statistics (stats=FILE)");
  return llvm::Error::success();
}

static size_t countZeros(const sparsity::Matrix &weights) {
  return llvm::count(weights.values, 0.0);
}

/// Multiply-accumulates that pruning layer by layer may take: minutes.
static constexpr double maxSequentialWork = double(uint64_t(1) << 37);

llvm::Error PrunePass::readSamples(llvm::ArrayRef<LayerPlan> plans) {
  auto changesShapes = [](const LayerPlan &plan) {
    return plan.prune.structure.kind == Kind::Channel && plan.reason.empty();
  };
  if (inputs.empty() || !sequential || !llvm::any_of(plans, needsProducts) ||
      llvm::any_of(plans, changesShapes))
    return llvm::Error::success();
  std::vector<std::string> files(inputs.begin(), inputs.end());
  auto created = SequentialCalibration::create(getOperation(), files);
  if (!created)
    return created.takeError();
  // Each such layer runs those before it twice.
  double upTo = 0, work = 0;
  for (const LayerPlan &plan : plans) {
    upTo += double(cast<LayerOpInterface>(plan.layer.getOperation()).getMacs());
    if (needsProducts(plan) || plan.mayBeFitted)
      work += 2 * upTo * double(created->countSamples());
  }
  if (work <= maxSequentialWork || !statistics) {
    samples = std::make_shared<SequentialCalibration>(std::move(*created));
    return llvm::Error::success();
  }
  remark::missed(getOperation().getLoc(),
                 remark::RemarkOpts::name("OneShot").category("nn-prune"))
      << "layers are not fitted to what those before them have become: that "
         "would take more than 2^37 multiply-accumulates";
  return llvm::Error::success();
}

/// Sums of scores of each row, as shares of all.
static llvm::Expected<std::vector<double>>
scoreRows(Operation *op, Criterion criterion, const Statistics *statistics) {
  MatrixLayer layer = *MatrixLayer::get(op);
  auto read = readLayer(layer, statistics, /*withMoments=*/false);
  if (!read)
    return read.takeError();
  sparsity::Matrix scores = scoreWeights(*read, criterion);
  std::vector<double> rows(layer.getRows());
  double all = 0;
  for (int64_t row = 0; row != layer.getRows(); ++row)
    for (int64_t term = 0; term != layer.getTerms(); ++term) {
      rows[row] += scores.at(row, term);
      all += scores.at(row, term);
    }
  if (all > 0)
    for (double &row : rows)
      row /= all;
  return rows;
}

llvm::Error PrunePass::pruneChannels(LayerPlan &plan) {
  Operation *op = plan.layer.getOperation();
  auto say = [&](const std::string &text) {
    ++layers;
    remark::passed(op->getLoc(),
                   remark::RemarkOpts::name("Pruned").category("nn-prune"))
        << text;
  };
  if (auto with = narrowed.find(op); with != narrowed.end()) {
    say((plan.layer.getName() + ": loses the channels of " + with->second +
         ", with which its own are joined")
            .str());
    return llvm::Error::success();
  }
  std::string reason;
  ChannelGroup group = *findChannelGroup(op, reason);
  sparsity::Matrix scores(plan.layer.getRows(), 1);
  for (Operation *producer : group.producers) {
    auto rows = scoreRows(producer, plan.prune.criterion, statistics);
    if (!rows)
      return rows.takeError();
    for (auto [row, score] : llvm::enumerate(*rows))
      scores.at(row, 0) += score;
  }
  sparsity::Mask kept = sparsity::selectKept(scores, plan.prune.structure,
                                             sparsity::Scope::Matrix);
  removeChannels(group, kept, statistics);
  for (Operation *producer : group.producers)
    narrowed[producer] = plan.layer.getName().str();
  say(llvm::formatv("{0}: {1} by {2}, {3} of {4} channels stay",
                    plan.layer.getName(),
                    sparsity::toString(plan.prune.structure),
                    sparsity::getName(plan.prune.criterion),
                    llvm::count(kept, 1), kept.size())
          .str());
  return llvm::Error::success();
}

/// Puts the weights and the change of the bias into the model.
static void write(MatrixLayer &layer, const sparsity::PrunedLayer &after) {
  bool isFloat = layer.isFloat();
  std::vector<int64_t> elements(after.weights.values.size());
  for (int64_t row = 0; row != layer.getRows(); ++row)
    for (int64_t term = 0; term != layer.getTerms(); ++term) {
      double weight = after.weights.at(row, term);
      elements[layer.getPosition(row, term)] =
          isFloat ? toSingle(weight) : int64_t(weight) + layer.getWeightZp();
    }
  layer.setWeights(elements);
  if (llvm::all_of(after.biasChange, [](double change) { return change == 0; }))
    return;
  std::vector<int64_t> bias = *layer.getBiasValues();
  auto single = Float32Type::get(layer.getOperation()->getContext());
  for (auto [value, change] : llvm::zip_equal(bias, after.biasChange))
    value = isFloat ? toSingle(toDouble(single, value) + change)
                    : int64_t(uint64_t(value) + uint64_t(int64_t(change)));
  layer.setBias(bias);
}

llvm::Error PrunePass::pruneLayer(LayerPlan &plan, size_t index) {
  // Channels may have left the layers before it.
  plan.layer = *MatrixLayer::get(plan.layer.getOperation());
  if (plan.prune.structure.kind == Kind::Channel)
    return pruneChannels(plan);
  MatrixLayer &layer = plan.layer;
  bool isSequential = samples && plan.prune.criterion == Criterion::Hessian;
  auto before = readLayer(layer, isSequential ? nullptr : statistics,
                          /*withMoments=*/true);
  if (!before)
    return before.takeError();
  if (isSequential) {
    auto found = samples->run(index);
    if (!found)
      return found.takeError();
    before->inputs = std::move(*found);
  }
  sparsity::PrunedLayer after = sparsity::prune(*before, plan.prune);

  write(layer, after);

  size_t zerosBefore = countZeros(before->weights);
  size_t zerosAfter = countZeros(after.weights);
  bool isPruned = plan.reason.empty();
  layers += isPruned;
  zeros += zerosAfter - std::min(zerosBefore, zerosAfter);
  std::string what =
      isPruned ? (sparsity::toString(plan.prune.structure) + " by " +
                  sparsity::getName(plan.prune.criterion))
                     .str()
               : "fitted to the layers before it, not pruned: " + plan.reason;
  std::string text =
      llvm::formatv("{0}: {1}, zeros {2} -> {3} of {4}", layer.getName(), what,
                    zerosBefore, zerosAfter, after.weights.values.size());
  if (after.signalToNoise)
    text += llvm::formatv(", signal to noise {0:f1} dB", *after.signalToNoise);
  if (!before->inputs.empty() && !before->hasBias)
    text += ", its bias can't take the shift of the mean";
  remark::passed(layer.getOperation()->getLoc(),
                 remark::RemarkOpts::name("Pruned").category("nn-prune"))
      << text;
  return llvm::Error::success();
}

llvm::Error PrunePass::run() {
  auto defaults = readOptions();
  if (!defaults)
    return defaults.takeError();
  SmallVector<MatrixLayer> matrixLayers = getMatrixLayers(getOperation());
  sparsity::Policy said;
  if (!policy.empty()) {
    SmallVector<StringRef> names;
    for (const MatrixLayer &layer : matrixLayers)
      if (!layer.getName().empty())
        names.push_back(layer.getName());
    auto parsed = sparsity::readPolicy(policy, names);
    if (!parsed)
      return parsed.takeError();
    said = std::move(*parsed);
  }
  auto found = findStatistics();
  if (!found)
    return found.takeError();
  statistics = *found;

  auto plans = planLayers(matrixLayers, *defaults, said);
  if (!plans)
    return plans.takeError();
  if (llvm::Error error = readSamples(*plans))
    return error;
  llvm::Error errors = llvm::Error::success();
  for (const LayerPlan &plan : *plans)
    errors =
        llvm::joinErrors(std::move(errors),
                         checkStatistics(plan, statistics, samples != nullptr));
  if (errors)
    return errors;
  if (defaults->isGlobal)
    if (llvm::Error error = shareGlobally(*plans, said, statistics))
      return error;

  recordOrigin(getOperation());
  narrowed.clear();
  bool any = false;
  for (size_t index = 0; index != plans->size(); ++index) {
    LayerPlan &plan = (*plans)[index];
    if (!plan.reason.empty()) {
      if (samples && any && plan.mayBeFitted) {
        plan.prune.structure = sparsity::Structure();
        plan.prune.criterion = Criterion::Hessian;
        if (llvm::Error error = pruneLayer(plan, index))
          return error;
        continue;
      }
      remark::missed(plan.layer.getOperation()->getLoc(),
                     remark::RemarkOpts::name("Kept").category("nn-prune"))
          << (plan.layer.getName() + ": left alone: " + plan.reason).str();
      continue;
    }
    any = true;
    if (llvm::Error error = pruneLayer(plan, index))
      return error;
  }
  if (!any && defaults->prune.structure.kind != Kind::None && said.empty())
    return makeError(placeOf(getOperation().getLoc()),
                     "there is no layer to prune with structure " +
                         sparsity::toString(defaults->prune.structure),
                     plans->empty()
                         ? "the model has no matrix operation"
                         : plans->front().layer.getName() +
                               " is left alone: " + plans->front().reason);
  return llvm::Error::success();
}
