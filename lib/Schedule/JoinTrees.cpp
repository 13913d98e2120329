//===- JoinTrees.cpp - The steps of a cascade -----------------------------===//

#include "lacuna/Schedule/Cascade.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"

using namespace lacuna;
using namespace lacuna::schedule;

static void renumber(std::vector<Node> &nodes,
                     llvm::ArrayRef<unsigned> numbers) {
  for (Node &node : nodes) {
    for (auto &[field, buffer] : node.step.buffers)
      buffer = numbers[buffer];
    renumber(node.body, numbers);
  }
}

/// Adds the buffers of `tree` to `joined`: a ring that two trees use is one,
/// filled by the engine that makes the tensor (in the first of them) and read
/// by the others, a turn each iteration.
static std::vector<unsigned>
joinBuffers(const StepTree &tree, StepTree &joined,
            llvm::DenseMap<unsigned, unsigned> &rings) {
  std::vector<unsigned> numbers;
  for (const Buffer &buffer : tree.buffers) {
    numbers.push_back(joined.buffers.size());
    if (buffer.resident && buffer.isRing) {
      auto [entry, isNew] =
          rings.try_emplace(buffer.tensor, joined.buffers.size());
      if (!isNew) {
        numbers.back() = entry->second;
        joined.buffers[entry->second].consumers.push_back(buffer.producer);
        continue;
      }
      joined.buffers.push_back(buffer);
      joined.buffers.back().level = 1;
      continue;
    }
    joined.buffers.push_back(buffer);
  }
  return numbers;
}

StepTree schedule::joinTrees(std::vector<StepTree> trees) {
  if (trees.size() == 1)
    return std::move(trees.front());
  StepTree joined;
  llvm::DenseMap<unsigned, unsigned> rings;
  Node loop;
  std::vector<Node> after;
  for (StepTree &tree : trees) {
    std::vector<unsigned> numbers = joinBuffers(tree, joined, rings);
    renumber(tree.body, numbers);
    bool isBefore = true;
    for (Node &node : tree.body) {
      if (node.isLoop()) {
        loop.count = node.count;
        llvm::append_range(loop.body, std::move(node.body));
        isBefore = false;
        continue;
      }
      (isBefore ? joined.body : after).push_back(std::move(node));
    }
  }
  joined.body.push_back(std::move(loop));
  llvm::append_range(joined.body, std::move(after));
  return joined;
}
