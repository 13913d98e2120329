// Removing channels: one pass along the layers that hold them.
#include "PruneChannels.h"

#include "lacuna/Support/Diagnostics.h"

#include <cmath>

using namespace mlir;
using namespace lacuna;
using namespace lacuna::nn;

/// Whether weights and bias of `op` are constants of integers.
static bool isConstant(Operation *op) {
  std::optional<MatrixLayer> layer = MatrixLayer::get(op);
  return layer && layer->getWeights() && !layer->getWeights()->isFloat() &&
         layer->getBiasValues();
}

static bool isConvolution(Operation *op) {
  return isa<Conv2DOp, Conv3DOp, TransposeConv2DOp>(op) && isConstant(op);
}

static int64_t countChannels(Value value) {
  ArrayRef<int64_t> shape = cast<ShapedType>(value.getType()).getShape();
  return shape.empty() ? 1 : shape.back();
}

/// The operands of `op` whose channel c alone decides about channel c of its
/// result; none if it is no such layer.
static SmallVector<Value> getChannelwiseOperands(Operation *op) {
  if (auto depthwise = dyn_cast<DepthwiseConv2DOp>(op)) {
    auto weights = cast<ShapedType>(depthwise.getWeights().getType());
    if (weights.getShape().back() == 1 && isConstant(op))
      return {op->getOperand(0)};
    return {};
  }
  if (isa<PoolOp>(op))
    return {op->getOperand(0)};
  SmallVector<Value> operands;
  if (isa<ElementwiseOp>(op))
    for (Value operand : op->getOperands())
      // One that is the same for all channels stays.
      if (countChannels(operand) == countChannels(op->getResult(0)))
        operands.push_back(operand);
  return operands;
}

namespace {
/// Follows channels from value to value, up and down.
class ChannelWalk {
public:
  /// An empty text, or why the channels of `start` can't leave.
  std::string visit(Value start) {
    pending.insert(start);
    for (size_t i = 0; i != pending.size(); ++i) {
      Value value = pending[i];
      std::string reason = visitSource(value);
      for (OpOperand &use : value.getUses())
        if (reason.empty())
          reason = visitReader(use);
      if (!reason.empty())
        return reason;
    }
    return "";
  }

  ChannelGroup group;

private:
  std::string visitSource(Value value) {
    Operation *op = value.getDefiningOp();
    if (op && isConvolution(op)) {
      group.producers.insert(op);
      return "";
    }
    SmallVector<Value> operands;
    if (op)
      operands = getChannelwiseOperands(op);
    if (operands.empty())
      return "its channels are joined with those of what is no convolution "
             "with constant weights and bias";
    group.between.insert(op);
    pending.insert_range(operands);
    return "";
  }

  std::string visitReader(OpOperand &use) {
    Operation *reader = use.getOwner();
    if (use.getOperandNumber() == 0 && isConvolution(reader)) {
      group.consumers.insert(reader);
      return "";
    }
    if (!llvm::is_contained(getChannelwiseOperands(reader), use.get()))
      return "its result is read by more than convolutions, or leaves the "
             "model";
    pending.insert(reader->getResult(0));
    return "";
  }

  llvm::SetVector<Value> pending;
};
} // namespace

std::optional<ChannelGroup> nn::findChannelGroup(Operation *op,
                                                 std::string &reason) {
  if (!isConvolution(op)) {
    reason = "it is no convolution with constant weights and bias";
    return std::nullopt;
  }
  ChannelWalk walk;
  reason = walk.visit(op->getResult(0));
  if (!reason.empty())
    return std::nullopt;
  return std::move(walk.group);
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

void nn::removeChannels(const ChannelGroup &group, ArrayRef<uint8_t> kept,
                        Statistics *statistics) {
  auto find = [&](const MatrixLayer &layer) -> LayerStatistics * {
    if (!statistics)
      return nullptr;
    auto found = statistics->layers.find(toPrintable(layer.getName()));
    return found == statistics->layers.end() ? nullptr : &found->second;
  };
  for (Operation *op : group.producers) {
    MatrixLayer producer = *MatrixLayer::get(op);
    sliceBias(producer, kept);
    sliceWeights(producer, 0, kept);
    shrinkResult(op, kept);
  }
  for (Operation *op : group.between) {
    if (std::optional<MatrixLayer> depthwise = MatrixLayer::get(op)) {
      if (LayerStatistics *found = find(*depthwise))
        sliceStatistics(*found, kept, {});
      sliceBias(*depthwise, kept);
      sliceWeights(*depthwise, 2, kept);
    }
    shrinkResult(op, kept);
  }
  for (Operation *op : group.consumers) {
    MatrixLayer consumer = *MatrixLayer::get(op);
    if (LayerStatistics *found = find(consumer)) {
      takeMeans(consumer, kept, *found);
      sliceStatistics(*found, {}, kept);
    }
    size_t rank = consumer.getWeightsType().getShape().size();
    sliceWeights(consumer, rank - 1, kept);
  }
}
