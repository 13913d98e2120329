//===- Synchronize.cpp - Semaphores from dependences ----------------------===//

#include "lacuna/Schedule/Synchronize.h"

#include "lacuna/Machine/Machine.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallSet.h"

#include <array>
#include <map>

using namespace lacuna;
using namespace lacuna::schedule;

namespace {

constexpr unsigned kEngines = 5;

/// A consumer may say that all tiles of a buffer are free for its next use
/// before the producer has taken back the units of the last; and a producer may
/// say that the next use is ready before the consumer has seen the last.
constexpr uint64_t kUses = 2;

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

/// Fences live as long as the program: a parity of their own.
constexpr unsigned kFenceParity = 2;

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

Node signal(Engine engine, unsigned semaphore, uint64_t count = 1) {
  return semaphoreNode<Signal>(engine, semaphore, count);
}

Node wait(Engine engine, unsigned semaphore, uint64_t count = 1) {
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

} // namespace

/// Visits every step of `node`.
template <class F> static void forEachStep(const Node &node, F visit) {
  if (!node.isLoop())
    return visit(node.step);
  for (const Node &child : node.body)
    forEachStep(child, visit);
}

static bool touches(const Step &step, unsigned buffer) {
  return llvm::any_of(step.buffers,
                      [&](auto &use) { return use.second == buffer; });
}

void Synchronizer::synchronizeGroup(unsigned group) {
  StepTree &tree = groups[group];
  std::vector<std::vector<Link>> links;
  unsigned parity = group % 2;
  for (const Buffer &buffer : tree.buffers) {
    auto &bufferLinks = links.emplace_back();
    llvm::SmallSet<Engine, 4> seen;
    for (Engine consumer : buffer.consumers) {
      if (consumer == buffer.producer || !seen.insert(consumer).second)
        continue;
      Link link;
      link.consumer = consumer;
      link.ready = pool.acquire(buffer.producer, consumer, parity);
      if (buffer.level != 0) {
        link.free = pool.acquire(consumer, buffer.producer, parity);
        if (buffer.scope == 0) {
          prologues[group].push_back(
              signal(consumer, *link.free, buffer.slots));
          drains.push_back({group, buffer.producer, *link.free, buffer.slots});
        }
      }
      bufferLinks.push_back(link);
    }
  }
  synchronizeBody(tree, tree.body, 0, links);
}

void Synchronizer::synchronizeBody(StepTree &tree, std::vector<Node> &body,
                                   unsigned depth,
                                   std::vector<std::vector<Link>> &links) {
  Insertions insertions(body.size());
  for (auto [index, buffer] : llvm::enumerate(tree.buffers)) {
    bool turns = buffer.level == depth;
    bool restarts = buffer.scope != 0 && buffer.scope == depth;
    if (!turns && !restarts)
      continue;
    // A rolling buffer's halo is brought in outside its loop: there it belongs
    // to the scope, not to a turn.
    for (const Link &link : links[index]) {
      Span written, read;
      for (size_t child = 0; child != body.size(); ++child)
        forEachStep(body[child], [&, index = index](const Step &step) {
          if (!touches(step, index))
            return;
          Engine engine = queueOf(step.instruction);
          if (engine == tree.buffers[index].producer)
            written.add(child);
          else if (engine == link.consumer)
            read.add(child);
        });
      if (!written || !read)
        continue;
      if (turns) {
        insertions.insertAfter(written.last,
                               signal(buffer.producer, link.ready));
        insertions.insertBefore(read.first, wait(link.consumer, link.ready));
        if (link.free) {
          insertions.insertBefore(written.first,
                                  wait(buffer.producer, *link.free));
          insertions.insertAfter(read.last, signal(link.consumer, *link.free));
        }
      } else {
        insertions.insertBefore(
            written.first, signal(link.consumer, *link.free, buffer.slots));
        insertions.insertAfter(read.last,
                               wait(buffer.producer, *link.free, buffer.slots));
      }
    }
  }
  for (Node &node : body)
    if (node.isLoop())
      synchronizeBody(tree, node.body, depth + 1, links);
  insertions.apply(body);
}

static bool overlap(const Buffer &a, const Buffer &b) {
  return a.memory == b.memory && a.address < b.address + b.bytes &&
         b.address < a.address + a.bytes;
}

void Synchronizer::fenceGroup(unsigned group) {
  StepTree &tree = groups[group];
  Insertions insertions(tree.body.size());
  for (auto [child, node] : llvm::enumerate(tree.body))
    forEachStep(node, [&, child = child](const Step &step) {
      Engine engine = queueOf(step.instruction);
      // A tensor must have been stored before it is loaded.
      if (engine == Engine::Load && step.tensor != Binding::kIntermediate) {
        auto stored = storedIn.find(step.tensor);
        if (stored != storedIn.end())
          fence(stored->second, Engine::Store, Engine::Load, insertions, child);
      }
      // Whoever first writes a buffer waits for all that used its place.
      for (auto &[field, index] : step.buffers) {
        const Buffer &buffer = tree.buffers[index];
        if (buffer.producer != engine)
          continue;
        for (unsigned earlier = group; earlier-- != 0;)
          for (const Buffer &other : groups[earlier].buffers) {
            if (!overlap(buffer, other))
              continue;
            fence(earlier, other.producer, engine, insertions, child);
            for (Engine consumer : other.consumers)
              fence(earlier, consumer, engine, insertions, child);
          }
      }
    });
  for (const Node &node : tree.body)
    forEachStep(node, [&](const Step &step) {
      if (queueOf(step.instruction) == Engine::Store &&
          step.tensor != Binding::kIntermediate)
        storedIn[step.tensor] = group;
    });
  insertions.apply(tree.body);
  learnFromTurns(tree, group);
  history.push_back(fenced);
}

/// `after` has waited for a signal that `before` gave when it was through with
/// its first `groups` groups and knew what `told` says.
void Synchronizer::learn(Engine after, Engine before, unsigned groups,
                         const Known &told) {
  Known::value_type &known = fenced[unsigned(after)];
  known[unsigned(before)] = std::max(known[unsigned(before)], groups);
  for (unsigned engine = 0; engine != kEngines; ++engine)
    known[engine] = std::max(known[engine], told[unsigned(before)][engine]);
}

/// Whoever waits inside a group for what another says inside the same group
/// knows that the other is through with the groups before.
void Synchronizer::learnFromTurns(const StepTree &tree, unsigned group) {
  if (group == 0)
    return;
  llvm::DenseMap<uint64_t, Engine> signalling;
  auto noteSignal = [&](const Step &step) {
    if (auto *signal = std::get_if<Signal>(&step.instruction))
      signalling[signal->semaphore] = signal->engine;
  };
  llvm::for_each(prologues[group],
                 [&](const Node &node) { forEachStep(node, noteSignal); });
  llvm::for_each(tree.body,
                 [&](const Node &node) { forEachStep(node, noteSignal); });
  for (const Node &node : tree.body)
    forEachStep(node, [&](const Step &step) {
      auto *wait = std::get_if<Wait>(&step.instruction);
      if (!wait)
        return;
      auto signaller = signalling.find(wait->semaphore);
      if (signaller != signalling.end())
        learn(wait->engine, signaller->second, group, history.back());
    });
}

void Synchronizer::fence(unsigned group, Engine before, Engine after,
                         Insertions &insertions, int child) {
  if (before == after || fenced[unsigned(after)][unsigned(before)] > group)
    return;
  learn(after, before, group + 1, history[group]);
  auto [entry, isNew] = fences.try_emplace({before, after});
  Fence &fence = entry->second;
  if (isNew)
    fence.semaphore = pool.acquire(before, after, kFenceParity);
  epilogues[group].push_back(signal(before, fence.semaphore));
  insertions.insertBefore(child, wait(after, fence.semaphore));
  // When the signal comes, `after` may not have reached the waits of groups
  // that `before` doesn't know to be over.
  unsigned over = history[group][unsigned(before)][unsigned(after)];
  fence.waits.push_back(history.size());
  units = std::max<uint64_t>(
      units, llvm::count_if(fence.waits,
                            [&](unsigned waiting) { return waiting >= over; }));
}

/// Takes back the units that say "free" once nothing more is produced, so that
/// their semaphores can serve again: late, for the producer must not stand and
/// wait for the end of a group while it could fetch for the next.
void Synchronizer::drainBefore(unsigned group, unsigned keep) {
  std::vector<Drain> later;
  for (const Drain &drain : drains) {
    if (drain.group + keep >= group) {
      later.push_back(drain);
      continue;
    }
    Node node = wait(drain.engine, drain.semaphore, drain.count);
    if (group < groups.size())
      prologues[group].push_back(std::move(node));
    else
      epilogues.back().push_back(std::move(node));
  }
  drains = std::move(later);
}

llvm::Error schedule::synchronize(std::vector<StepTree> &groups,
                                  const Machine &machine) {
  if (groups.empty())
    return llvm::Error::success();
  auto [needed, units] = Synchronizer(groups).run();
  if (units > machine.sequencer.semaphoreMax)
    return llvm::createStringError(
        "the program needs semaphores that count to " + llvm::Twine(units) +
        " and those of the machine count to " +
        llvm::Twine(machine.sequencer.semaphoreMax) +
        "; let them count further (sequencer.semaphore_max)");
  if (needed <= machine.sequencer.semaphores)
    return llvm::Error::success();
  return llvm::createStringError("the program needs " + llvm::Twine(needed) +
                                 " semaphores and the machine has " +
                                 llvm::Twine(machine.sequencer.semaphores) +
                                 "; give it more (sequencer.semaphores)");
}
