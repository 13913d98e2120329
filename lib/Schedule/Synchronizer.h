// The parts of synchronization: semaphores to hand out, nodes to insert, and
// what is known of the order between engines.
#ifndef LACUNA_LIB_SCHEDULE_SYNCHRONIZER_H
#define LACUNA_LIB_SCHEDULE_SYNCHRONIZER_H

#include "lacuna/Schedule/Steps.h"

#include "llvm/ADT/DenseMap.h"

#include <array>
#include <map>
#include <optional>

namespace lacuna::schedule {

/// Semaphores have one producing and one consuming engine for the whole
/// program, so each is handed out to the same pair again.
class SemaphorePool {
public:
  /// A semaphore from `producer` to `consumer` that no group of the same
  /// parity uses yet; release() frees those of a parity.
  unsigned acquire(Engine producer, Engine consumer, unsigned parity) {
    auto &pool = pools[{producer, consumer, parity}];
    if (pool.used == pool.ids.size())
      pool.ids.push_back(next++);
    return pool.ids[pool.used++];
  }
  void release(unsigned parity) {
    for (auto &[key, pool] : pools)
      if (std::get<2>(key) == parity)
        pool.used = 0;
  }
  unsigned size() const { return next; }

private:
  struct Pool {
    std::vector<unsigned> ids;
    unsigned used = 0;
  };
  std::map<std::tuple<Engine, Engine, unsigned>, Pool> pools;
  unsigned next = 0;
};

/// A Signal or a Wait.
template <class Inst>
Node semaphoreNode(Engine engine, unsigned semaphore, uint64_t count) {
  Inst instruction;
  instruction.engine = engine;
  instruction.semaphore = semaphore;
  instruction.count = count;
  Node node;
  node.step.instruction = instruction;
  return node;
}

inline Node signal(Engine engine, unsigned semaphore, uint64_t count = 1) {
  return semaphoreNode<Signal>(engine, semaphore, count);
}

inline Node wait(Engine engine, unsigned semaphore, uint64_t count = 1) {
  return semaphoreNode<Wait>(engine, semaphore, count);
}

/// Which children of a body touch a buffer, and nodes to put around them.
struct Span {
  int first = -1, last = -1;
  void add(int child) {
    first = first < 0 ? child : first;
    last = child;
  }
  explicit operator bool() const { return first >= 0; }
};

/// Nodes to insert before and after each child of a body.
class Insertions {
public:
  explicit Insertions(size_t children) : before(children), after(children) {}
  void insertBefore(int child, Node node) {
    before[child].push_back(std::move(node));
  }
  void insertAfter(int child, Node node) {
    after[child].push_back(std::move(node));
  }
  void apply(std::vector<Node> &body) {
    std::vector<Node> merged;
    for (auto [index, child] : llvm::enumerate(body)) {
      llvm::append_range(merged, before[index]);
      merged.push_back(std::move(child));
      llvm::append_range(merged, after[index]);
    }
    body = std::move(merged);
  }

private:
  std::vector<std::vector<Node>> before, after;
};

/// Visits every step of `node`.
template <class F> void forEachStep(const Node &node, F visit) {
  if (!node.isLoop())
    return visit(node.step);
  for (const Node &child : node.body)
    forEachStep(child, visit);
}

/// Puts semaphores into groups of steps: between the tiles of a buffer inside
/// each group (Synchronize.cpp), and where one group follows on another
/// (Fences.cpp).
class Synchronizer {
public:
  explicit Synchronizer(std::vector<StepTree> &groups) : groups(groups) {}

  struct Needs {
    unsigned semaphores;
    /// What the greatest of them may come to.
    uint64_t units;
  };
  Needs run() {
    for (unsigned group = 0; group != groups.size(); ++group) {
      drainBefore(group, /*keep=*/1);
      pool.release(group % 2);
      synchronizeGroup(group);
      fenceGroup(group);
      for (const Buffer &buffer : groups[group].buffers)
        if (!buffer.consumers.empty())
          units = std::max<uint64_t>(units, kUses * buffer.slots);
    }
    drainBefore(groups.size(), /*keep=*/0);
    for (auto [group, nodes] : llvm::enumerate(prologues))
      groups[group].body.insert(groups[group].body.begin(), nodes.begin(),
                                nodes.end());
    for (auto [group, nodes] : llvm::enumerate(epilogues))
      llvm::append_range(groups[group].body, nodes);
    return {pool.size(), units};
  }

private:
  static constexpr unsigned kEngines = 5;
  /// A consumer may say that all tiles of a buffer are free for its next use
  /// before the producer has taken back the units of the last; and a producer
  /// may say that the next use is ready before the consumer has seen the last.
  static constexpr uint64_t kUses = 2;

  /// The semaphores between a buffer's producer and one of its consumers.
  struct Link {
    Engine consumer;
    unsigned ready = 0;
    /// Only where tiles of the buffer are used again.
    std::optional<unsigned> free;
  };
  struct Drain {
    unsigned group;
    Engine engine;
    unsigned semaphore;
    uint64_t count;
  };

  std::vector<StepTree> &groups;
  SemaphorePool pool;
  std::vector<Drain> drains;
  std::vector<std::vector<Node>> prologues{groups.size()},
      epilogues{groups.size()};
  /// fenced[y][x]: engine y is known to be after all that x does in groups
  /// below this number.
  using Known = std::array<std::array<unsigned, kEngines>, kEngines>;
  Known fenced{};
  /// What was known once each group had its fences.
  std::vector<Known> history;
  struct Fence {
    unsigned semaphore = 0;
    /// The groups that wait, in ascending order.
    std::vector<unsigned> waits;
  };
  std::map<std::pair<Engine, Engine>, Fence> fences;
  uint64_t units = 1;
  /// Who wrote each off-chip tensor last.
  llvm::DenseMap<unsigned, unsigned> storedIn;

  void synchronizeGroup(unsigned group);
  void synchronizeBody(StepTree &tree, std::vector<Node> &body, unsigned depth,
                       std::vector<std::vector<Link>> &links);
  void fenceGroup(unsigned group);
  void fence(unsigned group, Engine before, Engine after,
             Insertions &insertions, int child);
  void learn(Engine after, Engine before, unsigned groups, const Known &told);
  void learnFromTurns(const StepTree &tree, unsigned group);
  void drainBefore(unsigned group, unsigned keep);
};

} // namespace lacuna::schedule

#endif // LACUNA_LIB_SCHEDULE_SYNCHRONIZER_H
