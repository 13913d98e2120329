//===- CompressActivations.cpp - Activations without zeros ----------------===//

#include "lacuna/Schedule/CompressActivations.h"

#include "BlockTransfers.h"
#include "lacuna/Machine/Machine.h"
#include "lacuna/Program/ActivationBlocks.h"
#include "lacuna/Schedule/Steps.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace lacuna;
using namespace lacuna::schedule;

namespace {
/// What is known of a tensor's elements before a run.
struct Zeros {
  /// The element that stands for zero.
  std::optional<int64_t> zero;
  /// None lies below it: many are likely to equal it.
  bool isFloor = false;
};

/// The transfers of a tensor.
struct Transfers {
  /// What their blocks must divide; 0: nothing does.
  uint64_t grain = 0;
  unsigned stores = 0, loads = 0;
};
} // namespace

static void collect(const std::vector<Node> &nodes, const Graph &graph,
                    std::vector<Transfers> &transfers) {
  for (const Node &node : nodes) {
    if (node.isLoop()) {
      collect(node.body, graph, transfers);
      continue;
    }
    const Step &step = node.step;
    if (step.tensor == Binding::kIntermediate)
      continue;
    Transfers &to = transfers[step.tensor];
    uint64_t grain =
        getBlockGrain(step.instruction, graph.tensors[step.tensor]);
    bool isFirst = to.stores + to.loads == 0;
    to.grain = isFirst || (to.grain && grain) ? std::gcd(to.grain, grain) : 0;
    ++(queueOf(step.instruction) == Engine::Store ? to.stores : to.loads);
  }
}

/// What `inst`, which rescales, leaves.
template <typename Inst> static Zeros leftBy(const Inst &inst) {
  Zeros zeros;
  const ElementTypeInfo &type = getInfo(inst.dstType);
  if (type.isFloat) {
    // Limits are the bits of an fp32.
    zeros.zero = 0;
    zeros.isFloor = inst.clampMin == 0;
    return zeros;
  }
  zeros.zero = inst.dstZeroPoint;
  int64_t least = getMinimum(inst.dstType);
  if (inst.clampMin != kNoMin)
    least = std::max(least, inst.clampMin);
  zeros.isFloor = least == inst.dstZeroPoint;
  return zeros;
}

/// The zeros of what `layer` leaves; those of tensors before it are in `known`.
static Zeros leftBy(const Problem &layer, llvm::ArrayRef<Zeros> known) {
  const Instruction &last = layer.stages.back().instruction;
  if (const auto *rescale = std::get_if<Rescale>(&last))
    return rescale->useTable ? Zeros() : leftBy(*rescale);
  if (const auto *map = std::get_if<Map>(&last))
    return leftBy(*map);
  if (!std::holds_alternative<Store>(last) &&
      !std::holds_alternative<Pool>(last))
    return {};
  // What is moved or pooled stays what it was.
  for (const Stage &stage : layer.stages)
    for (const Binding &binding : stage.bindings)
      if (!binding.isIntermediate() && known[binding.tensor].zero)
        return known[binding.tensor];
  return {};
}

/// The tensor that `layer` writes, or Binding::kIntermediate.
static unsigned resultOf(const Problem &layer) {
  Stage last = layer.stages.back();
  for (const AccessDescription &access : describeAccesses(last.instruction))
    if (access.direction != AccessDirection::Read)
      for (const Binding &binding : last.bindings)
        if (binding.field == access.operand && !binding.isIntermediate())
          return binding.tensor;
  return Binding::kIntermediate;
}

/// The largest block of whole elements that divides `grain`, or 0.
static uint64_t chooseBlock(uint64_t grain, uint64_t elementBytes,
                            uint64_t most) {
  for (uint64_t bytes = std::min(grain, most); bytes != 0; --bytes)
    if (grain % bytes == 0 && bytes % elementBytes == 0)
      return bytes;
  return 0;
}

/// Whether a block with zeros in half of its places takes fewer bursts.
static bool savesBursts(uint64_t block, ElementType type, uint64_t burst) {
  uint64_t stored = leastBlockBytes(block, type) + block / 2;
  return llvm::alignTo(stored, burst) < llvm::alignTo(block, burst);
}

void schedule::storeDense(Network &network) {
  for (Tensor &tensor : network.graph.tensors)
    if (tensor.blocks) {
      tensor.bytes = tensor.blocks->getRawBytes();
      tensor.blocks.reset();
    }
}

std::vector<BlockRemark>
schedule::compressActivations(Network &network,
                              llvm::ArrayRef<Schedule> schedules,
                              const Machine &machine, ActivationBlocks mode) {
  Graph &graph = network.graph;
  storeDense(network);
  if (mode == ActivationBlocks::Off || machine.activations.blockBytes == 0)
    return {};
  std::vector<Transfers> transfers(graph.tensors.size());
  std::vector<Zeros> zeros(graph.tensors.size());
  std::vector<unsigned> makers(graph.tensors.size(), Binding::kIntermediate);
  for (auto [index, layer] : llvm::enumerate(graph.layers)) {
    auto steps = enumerateSteps(graph, layer, schedules[index]);
    if (!steps) {
      // Whoever makes instructions of it will say what is wrong.
      llvm::consumeError(steps.takeError());
      return {};
    }
    collect(steps->body, graph, transfers);
    unsigned result = resultOf(layer);
    if (result == Binding::kIntermediate)
      continue;
    // Of a tensor that several problems write, all must agree.
    Zeros left = leftBy(layer, zeros);
    bool isFirst = makers[result] == Binding::kIntermediate;
    if (isFirst)
      zeros[result] = left;
    else if (zeros[result].zero != left.zero)
      zeros[result] = {};
    else
      zeros[result].isFloor &= left.isFloor;
    makers[result] = index;
  }

  std::vector<BlockRemark> remarks;
  for (auto [index, tensor] : llvm::enumerate(graph.tensors)) {
    if (tensor.role != TensorRole::Activation || !transfers[index].stores ||
        !transfers[index].loads || makers[index] == Binding::kIntermediate)
      continue;
    auto leaveDense = [&, index = index](const llvm::Twine &why) {
      remarks.push_back(
          {makers[index], false,
           ("its result is stored with its zeros: " + why).str()});
    };
    if (mode == ActivationBlocks::Auto && !zeros[index].isFloor)
      continue;
    int64_t zero = zeros[index].zero.value_or(0);
    if (!isBlockElement(tensor.type, zero))
      continue;
    uint64_t bytes =
        chooseBlock(transfers[index].grain, onChipBits(tensor.type, false) / 8,
                    machine.activations.blockBytes);
    if (bytes == 0) {
      leaveDense("some transfer of it moves no whole blocks");
      continue;
    }
    if (mode == ActivationBlocks::Auto &&
        !savesBursts(bytes, tensor.type, machine.dram.burstBytes)) {
      leaveDense(
          llvm::formatv("its tiles agree on blocks of {0} bytes, too few "
                        "to save bursts of {1}",
                        bytes, machine.dram.burstBytes)
              .str());
      continue;
    }
    StoredBlocks blocks;
    blocks.blockBytes = bytes;
    blocks.slotBytes = llvm::alignTo(bytes, machine.dram.burstBytes);
    blocks.count = tensor.bytes / bytes;
    blocks.zero = zero;
    tensor.blocks = blocks;
    tensor.bytes = blocks.getBytes();
    remarks.push_back(
        {makers[index], true,
         llvm::formatv("its result is stored without zeros ({0}), "
                       "in {1} blocks of {2} bytes",
                       zero, blocks.count, bytes)
             .str()});
  }
  return remarks;
}
