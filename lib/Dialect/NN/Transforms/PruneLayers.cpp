// Which layers are pruned, how, and what the criteria see of them.
#include "PruneLayers.h"
#include "FloatValues.h"
#include "PruneChannels.h"
#include "lacuna/Dialect/NN/IR/Location.h"

using namespace mlir;
using namespace lacuna;
using namespace lacuna::nn;
using sparsity::Criterion;
using Kind = sparsity::Structure::Kind;

/// Whether `value` is an input of the model, or one rearranged or rescaled.
static bool isModelInput(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return true;
  auto layer = dyn_cast<LayerOpInterface>(op);
  if (!layer)
    return false;
  LayerKind kind = layer.getLayerKind();
  bool isCopy = kind == LayerKind::Move || kind == LayerKind::View;
  if (auto elementwise = dyn_cast<ElementwiseOp>(op))
    isCopy = elementwise.getKind() == ElementwiseKind::Identity;
  return isCopy && op->getNumOperands() && isModelInput(op->getOperand(0));
}

/// Channels of a picture or a sound; what has more is a tensor of features.
static constexpr int64_t mostRawChannels = 4;

static bool readsRawInput(const MatrixLayer &layer) {
  Value input = layer.getOperation()->getOperand(0);
  return cast<ShapedType>(input.getType()).getShape().back() <=
             mostRawChannels &&
         isModelInput(input);
}

/// Why `layer` is left alone unless a policy names it, or "".
static std::string reasonToSkip(const MatrixLayer &layer,
                                const PruneDefaults &defaults) {
  int64_t weights = layer.getRows() * layer.getTerms();
  if (!defaults.depthwise && isa<DepthwiseConv2DOp>(layer.getOperation()))
    return "a depthwise convolution (depthwise=true prunes it)";
  if (!defaults.first && readsRawInput(layer))
    return "it reads the model's input (first=true prunes it)";
  if (weights < defaults.minWeights)
    return ("it has " + Twine(weights) + " weights (min-weights=N prunes it)")
        .str();
  return "";
}

/// Channels that are added leave together or not at all: leaves layers alone
/// where one that makes channels with them is. Errors, all of them: what a
/// policy asks of such a layer.
static llvm::Error keepGroupsWhole(MutableArrayRef<LayerPlan> plans,
                                   const sparsity::Policy &policy) {
  auto losesChannels = [](const LayerPlan &plan) {
    return plan.reason.empty() && plan.prune.structure.kind == Kind::Channel;
  };
  DenseMap<Operation *, std::string> blockers;
  for (const LayerPlan &plan : plans)
    if (!losesChannels(plan))
      blockers[plan.layer.getOperation()] = plan.layer.getName();
  llvm::Error errors = llvm::Error::success();
  for (LayerPlan &plan : plans) {
    std::string unused;
    std::optional<ChannelGroup> group;
    if (losesChannels(plan))
      group = findChannelGroup(plan.layer.getOperation(), unused);
    if (!group)
      continue;
    auto blocker = llvm::find_if(group->producers, [&](Operation *producer) {
      return blockers.contains(producer);
    });
    if (blocker == group->producers.end())
      continue;
    plan.reason = "its channels are joined with those of '" +
                  blockers[*blocker] + "', which keeps its own";
    auto named = policy.find(plan.layer.getName());
    if (named != policy.end())
      errors =
          llvm::joinErrors(std::move(errors),
                           makeError(named->second.location,
                                     "layer '" + plan.layer.getName() +
                                         "' can't be pruned: " + plan.reason));
  }
  return errors;
}

static bool isSingle(const MatrixLayer &layer) {
  return layer.getWeightsType().getElementType().isF32();
}

llvm::Expected<std::vector<LayerPlan>>
nn::planLayers(ArrayRef<MatrixLayer> layers, const PruneDefaults &defaults,
               const sparsity::Policy &policy) {
  std::vector<LayerPlan> plans;
  llvm::Error errors = llvm::Error::success();
  for (const MatrixLayer &layer : layers) {
    LayerPlan plan{layer, defaults.prune, "", false};
    auto found = policy.find(layer.getName());
    bool isNamed = found != policy.end();
    if (isNamed) {
      const sparsity::LayerPolicy &said = found->second;
      plan.prune.structure = said.structure.value_or(defaults.prune.structure);
      plan.prune.criterion = said.criterion.value_or(defaults.prune.criterion);
    }
    const sparsity::Structure &structure = plan.prune.structure;
    // What is left of a layer has no zeros that others could make up for.
    if (structure.kind == Kind::Channel &&
        plan.prune.criterion == Criterion::Hessian)
      plan.prune.criterion = Criterion::Wanda;
    bool isMeant = isNamed && structure.kind != Kind::None;
    std::string impossible;
    if (!layer.getWeights())
      impossible = "its weights are not constant";
    else if (layer.isFloat() && !isSingle(layer))
      impossible = "its weights are floats of other than 32 bits";
    else if (layer.isFloat() && structure.kind == Kind::Channel)
      impossible = "channels leave layers of integers alone";
    else if (!structure.fits(layer.getRows(), layer.getTerms()))
      impossible = (Twine(sparsity::toString(structure)) + " doesn't fit its " +
                    Twine(layer.getRows()) + " rows of " +
                    Twine(layer.getTerms()) + " terms")
                       .str();
    else if (structure.kind == Kind::Channel)
      (void)findChannelGroup(layer.getOperation(), impossible);
    if (isMeant && !impossible.empty())
      errors = llvm::joinErrors(
          std::move(errors), makeError(found->second.location,
                                       "layer '" + layer.getName() +
                                           "' can't be pruned: " + impossible));
    if (structure.kind == Kind::None)
      plan.reason = isNamed ? "the policy says so" : "the structure is none";
    else if (!impossible.empty())
      plan.reason = impossible;
    else if (!isNamed)
      plan.reason = reasonToSkip(layer, defaults);
    plan.mayBeFitted = !plan.reason.empty() && !isNamed && layer.getWeights() &&
                       (!layer.isFloat() || isSingle(layer)) &&
                       structure.kind != Kind::None;
    plans.push_back(std::move(plan));
  }
  errors = llvm::joinErrors(std::move(errors), keepGroupsWhole(plans, policy));
  if (errors)
    return std::move(errors);
  return plans;
}

/// The integers that weights of `layer` may become, less the zero point. The
/// least of a type is there only if the layer uses it.
static sparsity::Grid gridOf(const MatrixLayer &layer, int64_t leastUsed) {
  unsigned bits = layer.getWeightsType().getElementTypeBitWidth();
  int64_t limit = int64_t(1) << (bits - 1), zp = layer.getWeightZp();
  int64_t lowest = leastUsed == -limit ? -limit : 1 - limit;
  return {double(lowest - zp), double(limit - 1 - zp)};
}

/// What the statistics of `group` say, as means.
static sparsity::InputStatistics meansOf(const LayerStatistics &statistics,
                                         uint64_t group, bool withMoments) {
  sparsity::InputStatistics inputs;
  size_t terms = statistics.terms;
  auto count = double(statistics.count);
  inputs.count = count;
  for (size_t i = 0; i != terms; ++i) {
    inputs.mean.push_back(statistics.sum[group * terms + i] / count);
    inputs.meanSquare.push_back(statistics.squares[group * terms + i] / count);
  }
  if (!withMoments || !statistics.hasGram())
    return inputs;
  inputs.moments = sparsity::Matrix(terms, terms);
  const double *product = statistics.getGram(group).data();
  for (size_t i = 0; i != terms; ++i)
    for (size_t j = i; j != terms; ++j)
      inputs.moments.at(i, j) = inputs.moments.at(j, i) = *product++ / count;
  return inputs;
}

llvm::Expected<std::vector<sparsity::InputStatistics>>
nn::readInputStatistics(const MatrixLayer &layer, const Statistics *statistics,
                        bool withMoments) {
  const LayerStatistics *found = statistics->find(layer.getName());
  if (!found || found->groups != uint64_t(layer.getGroups()) ||
      found->terms != uint64_t(layer.getTerms()))
    return makeError(placeOf(layer.getOperation()->getLoc()),
                     "the statistics have no layer '" + layer.getName() +
                         "' of " + Twine(layer.getGroups()) + " groups and " +
                         Twine(layer.getTerms()) + " terms",
                     found ? "channels have left since they were made: "
                             "calibrate again"
                           : "");
  std::vector<sparsity::InputStatistics> inputs;
  for (uint64_t group = 0; group != found->groups; ++group)
    inputs.push_back(meansOf(*found, group, withMoments));
  return inputs;
}

llvm::Expected<sparsity::Layer> nn::readLayer(const MatrixLayer &layer,
                                              const Statistics *statistics,
                                              bool withMoments) {
  sparsity::Layer result;
  ConstantData weights = *layer.getWeights();
  auto type = dyn_cast<FloatType>(layer.getWeightsType().getElementType());
  result.weights = sparsity::Matrix(layer.getRows(), layer.getTerms());
  int64_t least = 0;
  for (int64_t row = 0; row != layer.getRows(); ++row) {
    result.rowScales.push_back(layer.getScale(row));
    for (int64_t term = 0; term != layer.getTerms(); ++term) {
      int64_t weight = weights[layer.getPosition(row, term)];
      if (type) {
        result.weights.at(row, term) = toDouble(type, weight);
        continue;
      }
      least = std::min(least, weight);
      result.weights.at(row, term) = double(weight - layer.getWeightZp());
    }
  }
  if (type)
    result.grid.isReal = true;
  else
    result.grid = gridOf(layer, least);
  result.hasBias = layer.takesBias() && layer.getBiasValues();
  if (!statistics)
    return result;
  auto inputs = readInputStatistics(layer, statistics, withMoments);
  if (!inputs)
    return inputs.takeError();
  result.inputs = std::move(*inputs);
  return result;
}

/// Zeros that a layer has at most when layers share.
static constexpr double mostShared = 0.95;

llvm::Error nn::shareGlobally(MutableArrayRef<LayerPlan> plans,
                              const sparsity::Policy &policy,
                              const Statistics *statistics) {
  /// Relative scores of all weights that may go, and whose they are.
  std::vector<std::pair<double, uint32_t>> scores;
  size_t all = 0;
  double share = 0;
  for (auto [index, plan] : llvm::enumerate(plans)) {
    if (!plan.reason.empty() || plan.prune.structure.kind != Kind::Share ||
        policy.count(plan.layer.getName()))
      continue;
    auto layer = readLayer(plan.layer, statistics, false);
    if (!layer)
      return layer.takeError();
    std::vector<double> own =
        scoreWeights(*layer,
                     statistics ? plan.prune.criterion : Criterion::Magnitude)
            .values;
    llvm::sort(own);
    double total = 0;
    for (double score : own)
      total += score;
    all += own.size();
    share = plan.prune.structure.share;
    own.resize(size_t(mostShared * double(own.size())));
    for (double score : own)
      scores.push_back({total > 0 ? score / total : 0, uint32_t(index)});
    plan.prune.structure.share = 0;
  }
  llvm::sort(scores);
  size_t wanted = std::min(scores.size(), size_t(share * double(all) + 0.5));
  std::vector<size_t> taken(plans.size());
  for (const auto &[score, index] : ArrayRef(scores).take_front(wanted))
    ++taken[index];
  for (auto [plan, count] : llvm::zip_equal(plans, taken))
    if (count)
      plan.prune.structure.share =
          double(count) / double(plan.layer.getRows() * plan.layer.getTerms());
  return llvm::Error::success();
}
