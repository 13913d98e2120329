//===- ConstantWeights.cpp - Weights that are known before a run ----------===//

#include "ConstantWeights.h"

using namespace lacuna;
using namespace lacuna::schedule;

KnownBytes ConstantWeights::find(Instruction &resolved, unsigned layer,
                                 const LoopIndices &indices) {
  if (layer >= network.graph.layers.size())
    return {};
  const Problem &problem = network.graph.layers[layer];
  const auto &bindings = problem.stages.front().bindings;
  auto binding = llvm::find_if(
      bindings, [](const Binding &one) { return one.field == "weights"; });
  if (binding == bindings.end() || binding->isIntermediate() ||
      !network.details[binding->tensor].write)
    return {};
  if (tensor != binding->tensor) {
    tensor = binding->tensor;
    const Tensor &constant = network.graph.tensors[tensor];
    bytes.resize(constant.encoded ? constant.encoded->rawBytes
                                  : constant.bytes);
    network.details[tensor].write(bytes);
  }
  int64_t first = binding->offset;
  for (auto [level, loop] : llvm::enumerate(schedules[layer].loops))
    if (loop.kind == TileLoop::Outer &&
        loop.index < binding->outerStrides.size())
      first += indices[level] * binding->outerStrides[loop.index];

  std::visit(
      [&](auto &inst) {
        using Inst = std::decay_t<decltype(inst)>;
        if constexpr (Inst::executedBy == Engine::Matrix) {
          // From bytes to elements; of packed ones, a row's are side by side.
          bool packed = inst.weightType == ElementType::I4;
          int64_t size = std::max(1u, getInfo(inst.weightType).storageBits / 8);
          auto toElements = [&](int64_t stride) {
            return packed ? 2 * stride : stride / size;
          };
          inst.weights = Ring();
          inst.weights.offset = toElements(first);
          inst.weightStrides.clear();
          for (int64_t stride : binding->strides)
            inst.weightStrides.push_back(toElements(stride));
          if (packed)
            inst.weightStrides.back() = 1;
        }
      },
      resolved);
  KnownBytes known;
  known.weights = bytes;
  return known;
}
