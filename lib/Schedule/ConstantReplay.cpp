//===- ConstantReplay.cpp - The scratchpad before a run -------------------===//

#include "ConstantReplay.h"

#include "lacuna/Machine/Machine.h"

using namespace lacuna;
using namespace lacuna::schedule;

void ConstantReplay::start(const Instruction &resolved, unsigned tensor) {
  const auto *load = std::get_if<Load>(&resolved);
  if (!load || tensor >= graph.tensors.size())
    return;
  const Tensor &from = graph.tensors[tensor];
  // Of encoded weights, LOAD brings the header; the rest is decoded.
  if (!from.encoded)
    return;
  scratchpad.resize(machine.scratchpad.bytes);
  known.scratchpad = scratchpad;
  llvm::copy(from.encoded->header, scratchpad.begin() + load->pad.base);
}
