// Semaphores between groups: whoever uses memory that an earlier group used
// waits until that is through with it, unless something else says so already.
#include "Synchronizer.h"

#include "llvm/ADT/MapVector.h"

using namespace lacuna;
using namespace lacuna::schedule;

/// Fences live as long as the program: a parity of their own.
static constexpr unsigned kFenceParity = 2;

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
