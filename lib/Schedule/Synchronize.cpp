// Semaphores from dependences: inside a group, where tiles of buffers are
// handed from engine to engine.
#include "lacuna/Schedule/Synchronize.h"

#include "Synchronizer.h"
#include "lacuna/Machine/Machine.h"

#include "llvm/ADT/SmallSet.h"

using namespace lacuna;
using namespace lacuna::schedule;

static bool touches(const Step &step, unsigned buffer) {
  return llvm::any_of(step.buffers,
                      [&](auto &use) { return use.second == buffer; });
}

/// Whether `step` writes the ring `buffer`: who fills it may read it, too.
static bool writes(const Step &step, unsigned buffer) {
  Instruction instruction = step.instruction;
  AccessList accesses = describeAccesses(instruction);
  return llvm::any_of(accesses, [&](const AccessDescription &access) {
    return access.direction != AccessDirection::Read &&
           llvm::any_of(step.buffers, [&](auto &use) {
             return use.second == buffer && access.operand == use.first;
           });
  });
}

void Synchronizer::synchronizeGroup(unsigned group) {
  StepTree &tree = groups[group];
  std::vector<std::vector<Link>> links;
  unsigned parity = group % 2;
  // What LOAD brings once and for all comes in the order in which it is waited
  // for: one semaphore for each consumer counts all of it.
  struct Once {
    std::optional<unsigned> semaphore;
    uint64_t count = 0;
  };
  std::map<Engine, Once> once;
  for (const Buffer &buffer : tree.buffers) {
    auto &bufferLinks = links.emplace_back();
    llvm::SmallSet<Engine, 4> seen;
    for (Engine consumer : buffer.consumers) {
      if (consumer == buffer.producer || !seen.insert(consumer).second)
        continue;
      Link link;
      link.consumer = consumer;
      if (buffer.level == 0 && buffer.producer == Engine::Load) {
        Once &all = once[consumer];
        if (!all.semaphore)
          all.semaphore = pool.acquire(buffer.producer, consumer, parity);
        link.ready = *all.semaphore;
        units = std::max(units, kUses * ++all.count);
      } else {
        link.ready = pool.acquire(buffer.producer, consumer, parity);
      }
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
          const Buffer &touched = tree.buffers[index];
          if (engine == touched.producer) {
            if (!touched.isRing || writes(step, index))
              written.add(child);
          } else if (engine == link.consumer)
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
