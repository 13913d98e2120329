// Removing channels: one pass along the layers that hold them.
#include "PruneChannels.h"

#include "lacuna/Support/Diagnostics.h"

#include <cmath>

using namespace mlir;
using namespace lacuna;
using namespace lacuna::nn;

/// Whether weights and bias of `op` are constants.
static bool isConstant(Operation *op) {
  std::optional<MatrixLayer> layer = MatrixLayer::get(op);
  return layer && layer->getWeights() && layer->getBiasValues();
}

/// Whether channel c of the result of `op` comes from channel c of its first
/// operand alone.
static bool isChannelwise(Operation *op) {
  if (auto depthwise = dyn_cast<DepthwiseConv2DOp>(op)) {
    auto weights = cast<ShapedType>(depthwise.getWeights().getType());
    return weights.getShape().back() == 1 && isConstant(op);
  }
  if (auto elementwise = dyn_cast<ElementwiseOp>(op))
    return elementwise.getKind() == ElementwiseKind::Identity;
  return isa<PoolOp>(op);
}

std::optional<ChannelPath> nn::findChannelPath(Operation *op,
                                               std::string &reason) {
  ChannelPath path;
  path.producer = op;
  if (!isa<Conv2DOp, Conv3DOp, TransposeConv2DOp>(op) || !isConstant(op)) {
    reason = "it is no convolution with constant weights and bias";
    return std::nullopt;
  }
  for (Operation *last = op;;) {
    Value result = last->getResult(0);
    Operation *reader =
        result.hasOneUse() ? *result.getUsers().begin() : nullptr;
    bool isFirst =
        reader && reader->getNumOperands() && reader->getOperand(0) == result;
    if (isFirst && isa<Conv2DOp, Conv3DOp, TransposeConv2DOp>(reader) &&
        isConstant(reader)) {
      path.consumer = reader;
      return path;
    }
    if (!isFirst || !isChannelwise(reader)) {
      reason = "its result is read by more than convolutions, or leaves the "
               "model";
      return std::nullopt;
    }
    path.between.push_back(reader);
    last = reader;
  }
}

/// The kept ones of `values`, which are one a channel; or one for all.
template <typename Value>
static SmallVector<Value> keep(ArrayRef<Value> values, ArrayRef<uint8_t> kept) {
  SmallVector<Value> result;
  for (auto [index, value] : llvm::enumerate(values))
    if (values.size() == 1 || kept[index])
      result.push_back(value);
  return result;
}

/// The result of `op` and the stages behind it lose channels.
static void shrinkResult(Operation *op, ArrayRef<uint8_t> kept) {
  auto layer = cast<LayerOpInterface>(op);
  SmallVector<Attribute> stages(layer.getEpilogueStages());
  for (Attribute &stage : stages)
    if (auto rescale = dyn_cast<RescaleAttr>(stage))
      stage = RescaleAttr::get(
          op->getContext(), rescale.getInputType(), rescale.getOutputType(),
          keep(rescale.getMultiplier(), kept), keep(rescale.getShift(), kept),
          rescale.getInputZp(), rescale.getOutputZp(), rescale.getRounding(),
          rescale.getInputUnsigned(), rescale.getOutputUnsigned(),
          rescale.getScale32());
  if (layer.hasEpilogue())
    layer.setEpilogueStages(stages);
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  SmallVector<int64_t> shape(type.getShape());
  shape.back() = llvm::count(kept, 1);
  op->getResult(0).setType(RankedTensorType::get(shape, type.getElementType()));
}

/// The layer's weights with the elements along `axis` that are kept.
static void sliceWeights(MatrixLayer &layer, unsigned axis,
                         ArrayRef<uint8_t> kept) {
  ConstantData weights = *layer.getWeights();
  SmallVector<int64_t> shape(layer.getWeightsType().getShape());
  int64_t inner = 1;
  for (int64_t extent : ArrayRef(shape).drop_front(axis + 1))
    inner *= extent;
  std::vector<int64_t> elements;
  for (int64_t i = 0; i != weights.size(); ++i)
    if (kept[i / inner % shape[axis]])
      elements.push_back(weights[i]);
  shape[axis] = llvm::count(kept, 1);
  layer.setWeights(elements, shape);
}

/// The bias of the kept rows.
static void sliceBias(MatrixLayer &layer, ArrayRef<uint8_t> kept) {
  if (!layer.getBias())
    return;
  std::vector<int64_t> all = *layer.getBiasValues(), rest;
  for (auto [row, value] : llvm::enumerate(all))
    if (kept[row])
      rest.push_back(value);
  layer.setBias(rest);
}

/// The statistics without the groups, or the terms (by input channel, the
/// fastest), that are not kept.
static void sliceStatistics(LayerStatistics &statistics,
                            ArrayRef<uint8_t> keptGroups,
                            ArrayRef<uint8_t> keptChannels) {
  LayerStatistics rest = statistics;
  rest.sum.clear();
  rest.squares.clear();
  rest.gram.clear();
  auto staysTerm = [&](uint64_t term) {
    return keptChannels.empty() || keptChannels[term % keptChannels.size()];
  };
  rest.groups = rest.terms = 0;
  for (uint64_t term = 0; term != statistics.terms; ++term)
    rest.terms += staysTerm(term);
  for (uint64_t group = 0; group != statistics.groups; ++group) {
    if (!keptGroups.empty() && !keptGroups[group])
      continue;
    ++rest.groups;
    const double *product =
        statistics.hasGram() ? statistics.getGram(group).data() : nullptr;
    for (uint64_t i = 0; i != statistics.terms; ++i) {
      if (staysTerm(i)) {
        rest.sum.push_back(statistics.sum[group * statistics.terms + i]);
        rest.squares.push_back(
            statistics.squares[group * statistics.terms + i]);
      }
      for (uint64_t j = i; product && j != statistics.terms; ++j, ++product)
        if (staysTerm(i) && staysTerm(j))
          rest.gram.push_back(*product);
    }
  }
  statistics = std::move(rest);
}

/// Adds to the consumer's bias what the channels that go gave it on average.
static void takeMeans(MatrixLayer &consumer, ArrayRef<uint8_t> kept,
                      const LayerStatistics &statistics) {
  ConstantData weights = *consumer.getWeights();
  std::vector<int64_t> bias = *consumer.getBiasValues();
  bool changed = false;
  for (int64_t row = 0; row != consumer.getRows(); ++row) {
    double sum = 0;
    for (int64_t term = 0; term != consumer.getTerms(); ++term)
      if (!kept[term % kept.size()])
        sum += double(weights[consumer.getPosition(row, term)] -
                      consumer.getWeightZp()) *
               statistics.sum[term] / double(statistics.count);
    if (!(std::fabs(sum) < 0x1p62))
      sum = 0;
    auto change = int64_t(std::round(sum));
    bias[row] = int64_t(uint64_t(bias[row]) + uint64_t(change));
    changed |= change != 0;
  }
  if (changed)
    consumer.setBias(bias);
}

void nn::removeChannels(const ChannelPath &path, ArrayRef<uint8_t> kept,
                        Statistics *statistics) {
  auto find = [&](const MatrixLayer &layer) -> LayerStatistics * {
    if (!statistics)
      return nullptr;
    auto found = statistics->layers.find(toPrintable(layer.getName()));
    return found == statistics->layers.end() ? nullptr : &found->second;
  };
  MatrixLayer producer = *MatrixLayer::get(path.producer);
  sliceBias(producer, kept);
  sliceWeights(producer, 0, kept);
  shrinkResult(path.producer, kept);
  for (Operation *op : path.between) {
    if (std::optional<MatrixLayer> depthwise = MatrixLayer::get(op)) {
      if (LayerStatistics *found = find(*depthwise))
        sliceStatistics(*found, kept, {});
      sliceBias(*depthwise, kept);
      sliceWeights(*depthwise, 2, kept);
    }
    shrinkResult(op, kept);
  }
  MatrixLayer consumer = *MatrixLayer::get(path.consumer);
  if (LayerStatistics *found = find(consumer)) {
    takeMeans(consumer, kept, *found);
    sliceStatistics(*found, {}, kept);
  }
  auto shape = consumer.getWeightsType().getShape();
  sliceWeights(consumer, shape.size() - 1, kept);
}
