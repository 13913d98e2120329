// Most transfers stay in one tensor; those that don't are taken run by run.
#include "Attribution.h"

#include "Operand.h"
#include "Rows.h"
#include "lacuna/Program/ActivationBlocks.h"

using namespace llvm;
using namespace lacuna;

static DramUse useOf(TensorKind kind) {
  switch (kind) {
  case TensorKind::Input:
    return DramUse::Input;
  case TensorKind::Output:
    return DramUse::Output;
  case TensorKind::Weights:
    return DramUse::Weights;
  case TensorKind::Parameters:
    return DramUse::Parameters;
  case TensorKind::Spill:
  case TensorKind::Resident:
    return DramUse::Activations;
  }
  llvm_unreachable("not a kind of tensor");
}

Attribution::Attribution(const Program &program) : program(program) {
  for (auto [index, tensor] : llvm::enumerate(program.tensors))
    if (tensor.kind != TensorKind::Resident)
      places.push_back({tensor.address, tensor.address + tensor.getBytes(),
                        static_cast<uint32_t>(index)});
  llvm::sort(places, [](const Place &a, const Place &b) {
    return std::tie(a.begin, a.tensor) < std::tie(b.begin, b.tensor);
  });
}

void Attribution::add(const Instruction &resolved,
                      ArrayRef<AccessPattern> patterns, const Cost &cost,
                      Counters &counters) {
  const auto *dram = llvm::find_if(patterns, [](const AccessPattern &pattern) {
    return pattern.memory == MemoryKind::Dram;
  });
  if (dram == patterns.end())
    return;
  bool written = queueOf(resolved) == Engine::Store;
  std::optional<ByteRange> hull = dram->hull();
  auto holds = [&](const Place &place) {
    return hull && place.begin <= hull->begin && hull->end <= place.end;
  };
  if (lastFound >= places.size() || !holds(places[lastFound]))
    lastFound = llvm::find_if(places, holds) - places.begin();
  MovedBytes moved(cost.dramRead + cost.dramWritten);
  if (cost.blockBytes)
    moved.onChip = cost.blockBytes;
  if (lastFound < places.size()) {
    addTo(places[lastFound], written, moved, counters);
    return;
  }
  // Blocks over several tensors belong to what lies at the first of them.
  if (movesBlocks(resolved)) {
    counters.addTransfer(useOfRegion(hull ? hull->begin : 0), written, moved);
    return;
  }
  // The streams of a decode lie in one stretch, if not in one tensor.
  if (const auto *decode = std::get_if<Decode>(&resolved)) {
    auto begin = static_cast<uint64_t>(decode->dram.address.constant);
    addRange(begin, begin + cost.dramRead, written, counters);
    return;
  }
  // Over several tensors, or none: run by run. Runs of rows that data choose
  // belong to the tensor of the first row.
  auto addRuns = [&](const auto &inst) {
    cantFail(forEachCoordinate(inst.dims, [&](const Coordinates &at) -> Error {
      auto begin = static_cast<uint64_t>(inst.dram.address.constant +
                                         positionOf(at, inst.dramStrides));
      addRange(begin, begin + inst.run, written, counters);
      return Error::success();
    }));
  };
  std::visit(
      [&](const auto &inst) {
        constexpr Engine engine = std::decay_t<decltype(inst)>::executedBy;
        using Inst = std::decay_t<decltype(inst)>;
        if constexpr ((engine == Engine::Load || engine == Engine::Store) &&
                      !kMovesBlocks<Inst> && !std::is_same_v<Inst, Fill> &&
                      !std::is_same_v<Inst, Decode>)
          addRuns(inst);
      },
      resolved);
}

void Attribution::addRange(uint64_t begin, uint64_t end, bool written,
                           Counters &counters) const {
  for (const Place &place : places) {
    if (begin >= end || place.begin >= end)
      break;
    if (place.end <= begin)
      continue;
    if (place.begin > begin) {
      counters.addTransfer(useOfRegion(begin), written, place.begin - begin);
      begin = place.begin;
    }
    uint64_t until = std::min(end, place.end);
    addTo(place, written, until - begin, counters);
    begin = until;
  }
  if (begin < end)
    counters.addTransfer(useOfRegion(begin), written, end - begin);
}

void Attribution::addTo(const Place &place, bool written, MovedBytes bytes,
                        Counters &counters) const {
  counters.addTransfer(useOf(program.tensors[place.tensor].kind), written,
                       bytes);
  counters.addTensor(place.tensor, written, bytes);
}

DramUse Attribution::useOfRegion(uint64_t address) const {
  const Region *region = program.findRegion(address, 1);
  switch (region ? region->kind : RegionKind::Spill) {
  case RegionKind::Text:
    return DramUse::Instructions;
  case RegionKind::Constants:
    return DramUse::Weights;
  case RegionKind::Input:
    return DramUse::Input;
  case RegionKind::Output:
    return DramUse::Output;
  case RegionKind::Spill:
    return DramUse::Activations;
  }
  llvm_unreachable("not a kind of region");
}
