//===- ConstantReplay.h - The scratchpad before a run -----------*- C++ -*-===//
//
// What some instructions cost depends on constants that have been brought
// on-chip: decoding finds its streams by the index in a header. This does what
// LOAD does with such constants, and nothing else. Private to the scheduler.
//
//===----------------------------------------------------------------------===//

#ifndef LACUNA_LIB_SCHEDULE_CONSTANTREPLAY_H
#define LACUNA_LIB_SCHEDULE_CONSTANTREPLAY_H

#include "lacuna/Machine/Cost.h"
#include "lacuna/Schedule/Problem.h"

namespace lacuna::schedule {

class ConstantReplay {
public:
  /// Both must outlive it.
  ConstantReplay(const Graph &graph, const Machine &machine)
      : graph(graph), machine(machine) {}

  /// Before the cost of `resolved`, which moves tensor `tensor` of the graph if
  /// it is a transfer, is asked for.
  void start(const Instruction &resolved, unsigned tensor);

  /// Null as long as no constants have come that costs depend on.
  const KnownBytes *getKnown() const {
    return scratchpad.empty() ? nullptr : &known;
  }

private:
  const Graph &graph;
  const Machine &machine;
  std::vector<uint8_t> scratchpad;
  KnownBytes known;
};

} // namespace lacuna::schedule

#endif // LACUNA_LIB_SCHEDULE_CONSTANTREPLAY_H
