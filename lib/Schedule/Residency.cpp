//===- Residency.cpp - What it takes to stay on-chip ----------------------===//

#include "lacuna/Schedule/Residency.h"

#include "lacuna/Machine/Machine.h"
#include "lacuna/Schedule/Geometry.h"

#include "llvm/Support/MathExtras.h"

using namespace lacuna;
using namespace lacuna::schedule;

std::vector<Life> schedule::livesOf(const Network &network) {
  std::vector<Life> lives(network.graph.tensors.size());
  for (auto [index, problem] : llvm::enumerate(network.graph.layers))
    forEachTensorOperand(
        problem, [&, index = index](const Stage &, const Binding &binding) {
          Life &life = lives[binding.tensor];
          life.first = std::min<unsigned>(life.first, index);
          life.last = std::max<unsigned>(life.last, index);
        });
  return lives;
}

/// Whether the operand's instruction can work on the tensor where it lies,
/// dense, in the scratchpad.
static bool canStay(const Stage &stage, const Binding &binding) {
  Instruction instruction = stage.instruction;
  AccessList accesses = describeAccesses(instruction);
  const AccessDescription *access = findAccess(accesses, binding.field);
  if (!access || access->memory != MemoryKind::Scratchpad || !access->strides ||
      access->elementBits < 8 || access->isIndexed() ||
      binding.strides.size() != access->coordinates.size())
    return false;
  int64_t unit = access->strideUnitBits / 8;
  auto isWhole = [&](int64_t bytes) { return bytes % unit == 0; };
  return isWhole(binding.offset) && llvm::all_of(binding.strides, isWhole) &&
         llvm::all_of(binding.outerStrides, isWhole);
}

llvm::BitVector schedule::findResidentCandidates(const Network &network) {
  const Graph &graph = network.graph;
  llvm::BitVector candidates(graph.tensors.size());
  for (auto [index, tensor] : llvm::enumerate(graph.tensors))
    candidates[index] = tensor.role == TensorRole::Activation;
  for (const Problem &problem : graph.layers)
    forEachTensorOperand(
        problem, [&](const Stage &stage, const Binding &binding) {
          if (candidates[binding.tensor] && !canStay(stage, binding))
            candidates.reset(binding.tensor);
        });
  return candidates;
}

llvm::Expected<llvm::DenseMap<unsigned, uint64_t>>
schedule::residentsOf(const Network &network,
                      llvm::ArrayRef<Schedule> schedules) {
  const Graph &graph = network.graph;
  llvm::DenseMap<unsigned, uint64_t> residents;
  llvm::BitVector others(graph.tensors.size());
  auto fail = [&](unsigned index, const llvm::Twine &why) {
    return llvm::createStringError("'" + graph.tensors[index].name + "' " +
                                   why);
  };
  std::optional<unsigned> uneven;
  for (auto [problem, schedule] : llvm::zip_equal(graph.layers, schedules))
    forEachPlacement(problem, schedule,
                     [&](const Binding &binding, const Placement &placement) {
                       if (!placement.resident) {
                         others.set(binding.tensor);
                         return;
                       }
                       auto [entry, isNew] = residents.try_emplace(
                           binding.tensor, placement.ring);
                       if (entry->second != placement.ring && !uneven)
                         uneven = binding.tensor;
                     });
  if (uneven)
    return fail(*uneven, "stays in rings of two sizes");
  llvm::BitVector candidates = findResidentCandidates(network);
  for (auto [index, ring] : residents) {
    if (others[index])
      return fail(index, "stays on-chip for one layer and not for another: all "
                         "that make or read it must say 'resident'");
    if (!candidates[index])
      return fail(index, "can't stay on-chip: it is no tensor between layers "
                         "that all of them can work on there");
    if (ring > graph.tensors[index].bytes)
      return fail(index, "stays in a ring that is larger than it");
  }
  return residents;
}

const Cascade *Residency::find(unsigned index) const {
  for (const Cascade &cascade : cascades)
    if (cascade.first <= index && index <= cascade.last)
      return &cascade;
  return nullptr;
}

std::vector<GroupRange>
schedule::groupsOf(unsigned problems,
                   llvm::function_ref<bool(unsigned)> joins) {
  std::vector<GroupRange> groups;
  for (unsigned problem = 0; problem != problems; ++problem)
    if (problem != 0 && joins(problem))
      ++groups.back().end;
    else
      groups.push_back({problem, problem + 1});
  return groups;
}

std::vector<GroupRange> schedule::groupsOf(llvm::ArrayRef<Schedule> schedules) {
  return groupsOf(schedules.size(),
                  [&](unsigned problem) { return schedules[problem].joins; });
}

std::vector<Life> schedule::livesOf(const Network &network,
                                    llvm::ArrayRef<GroupRange> groups) {
  std::vector<Life> lives = livesOf(network);
  auto groupOf = [&](unsigned problem) {
    return llvm::partition_point(
        groups, [&](const GroupRange &group) { return group.end <= problem; });
  };
  for (Life &life : lives)
    if (life.first <= life.last)
      life = {groupOf(life.first)->first, groupOf(life.last)->end - 1};
  return lives;
}

Surroundings schedule::surroundingsOf(const Network &network,
                                      llvm::ArrayRef<Life> lives,
                                      const Machine &machine,
                                      const Residency &residency,
                                      unsigned index) {
  Surroundings surroundings;
  surroundings.residents = residency.residents;
  const Cascade *cascade = residency.find(index);
  for (unsigned tensor : residency.residents.set_bits())
    if (lives[tensor].contains(index) &&
        !(cascade && cascade->rings.count(tensor)))
      surroundings.residentBytes +=
          llvm::alignTo(network.graph.tensors[tensor].bytes, kBufferAlignment);
  if (!cascade)
    return surroundings;
  unsigned position = index - cascade->first;
  for (auto &[tensor, ring] : cascade->rings)
    surroundings.rings[tensor] = ring;
  surroundings.residentBytes +=
      cascade->ringBytes() + cascade->needBytes() - cascade->needs[position];
  surroundings.shared = cascade->loops[position];
  unsigned sharers = 0;
  for (unsigned at = cascade->first; at <= cascade->last; ++at)
    sharers += queueOf(network.graph.layers[at].stages.front().instruction) ==
               Engine::Matrix;
  uint64_t all = machine.accumulators.bytes;
  surroundings.accumulatorBytes =
      all - llvm::alignDown(all / std::max(sharers, 1u), kBufferAlignment);
  return surroundings;
}
