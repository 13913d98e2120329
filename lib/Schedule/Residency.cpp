//===- Residency.cpp - Which tensors stay on-chip -------------------------===//

#include "lacuna/Schedule/Residency.h"

#include "TileModel.h"
#include "lacuna/Machine/Machine.h"
#include "lacuna/Schedule/Geometry.h"

#include "llvm/Support/MathExtras.h"

#include <map>
#include <queue>

using namespace lacuna;
using namespace lacuna::schedule;

std::vector<Life> schedule::livesOf(const Network &network) {
  std::vector<Life> lives(network.graph.tensors.size());
  for (auto [index, problem] : llvm::enumerate(network.graph.layers))
    for (const Stage &stage : problem.stages)
      for (const Binding &binding : stage.bindings)
        if (!binding.isIntermediate()) {
          Life &life = lives[binding.tensor];
          life.first = std::min<unsigned>(life.first, index);
          life.last = std::max<unsigned>(life.last, index);
        }
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

/// Tensors between layers that all of their layers could work on on-chip.
static llvm::BitVector findCandidates(const Network &network) {
  const Graph &graph = network.graph;
  llvm::BitVector candidates(graph.tensors.size());
  for (auto [index, tensor] : llvm::enumerate(graph.tensors))
    candidates[index] = tensor.role == TensorRole::Activation;
  for (const Problem &problem : graph.layers)
    for (const Stage &stage : problem.stages)
      for (const Binding &binding : stage.bindings)
        if (!binding.isIntermediate() && candidates[binding.tensor] &&
            !canStay(stage, binding))
          candidates.reset(binding.tensor);
  return candidates;
}

llvm::Expected<llvm::BitVector>
schedule::residentsOf(const Network &network,
                      llvm::ArrayRef<Schedule> schedules) {
  const Graph &graph = network.graph;
  llvm::BitVector residents(graph.tensors.size()), others = residents;
  for (auto [problem, schedule] : llvm::zip_equal(graph.layers, schedules))
    for (auto [stage, placements] :
         llvm::zip(problem.stages, schedule.placements))
      for (auto [binding, placement] : llvm::zip(stage.bindings, placements))
        if (!binding.isIntermediate())
          (placement.resident ? residents : others).set(binding.tensor);
  llvm::BitVector candidates = findCandidates(network);
  for (unsigned index : residents.set_bits()) {
    const std::string &name = graph.tensors[index].name;
    if (others[index])
      return llvm::createStringError(
          "'" + name +
          "' stays on-chip for one layer and not for another: all "
          "that make or read it must say 'resident'");
    if (!candidates[index])
      return llvm::createStringError("'" + name +
                                     "' can't stay on-chip: it is no tensor "
                                     "between layers that all of them can work "
                                     "on there");
  }
  return residents;
}

static uint64_t takenBy(const Tensor &tensor) {
  return llvm::alignTo(tensor.bytes, kBufferAlignment);
}

Surroundings schedule::surroundingsOf(const Network &network,
                                      llvm::ArrayRef<Life> lives,
                                      const llvm::BitVector &residents,
                                      unsigned index) {
  Surroundings surroundings{residents, 0};
  for (unsigned tensor : residents.set_bits())
    if (lives[tensor].contains(index))
      surroundings.residentBytes += takenBy(network.graph.tensors[tensor]);
  return surroundings;
}

namespace {

/// Bytes first, then cycles.
struct Price {
  uint64_t bytes = 0, cycles = 0;

  Price operator+(const Price &o) const {
    return {bytes + o.bytes, cycles + o.cycles};
  }
  bool operator<(const Price &o) const {
    return std::tie(bytes, cycles) < std::tie(o.bytes, o.cycles);
  }
};

/// Tensors, in ascending order.
using TensorSet = std::vector<unsigned>;

/// A path through the problems, in order, that keeps or drops each tensor where
/// it is made; the cheapest is found best first (A*: what is left costs at
/// least its compulsory bytes).
class ResidencySearch {
public:
  ResidencySearch(const Network &network, const Machine &machine,
                  llvm::ArrayRef<std::vector<StoredCandidate>> candidates,
                  GivenSchedules given, Effort effort);

  llvm::BitVector run();

private:
  const Network &network;
  const Machine &machine;
  llvm::ArrayRef<std::vector<StoredCandidate>> stored;
  GivenSchedules given;
  std::vector<Life> lives;
  /// Of each problem: the tensors that it makes and that may stay; of those,
  /// which must, because a given schedule says so.
  std::vector<TensorSet> made;
  llvm::BitVector forced;
  /// Compulsory bytes of all problems from here on, at best.
  std::vector<uint64_t> rest;

  /// What was tried of a problem: which of its tensors stay, the room that all
  /// that stay take, and what came of it.
  struct Trial {
    TensorSet operands;
    uint64_t residentBytes;
    std::optional<Price> price;
  };
  std::vector<std::vector<Trial>> trials;
  uint64_t budget;

  /// A problem with what stays while it runs.
  struct State {
    unsigned problem = 0;
    TensorSet residents;
    unsigned before = ~0u;
    /// Of all up to the problem; its own is a bound until it `isPriced`.
    Price price;
    bool isPriced = false;
  };
  std::vector<State> states;

  uint64_t leastBytes(unsigned problem, const TensorSet &residents) const;
  std::optional<Price> priceOf(unsigned problem, const TensorSet &residents);
  void expand(unsigned state);
  /// Cheapest first; of equals the one that was thought of first.
  using Entry = std::tuple<uint64_t, uint64_t, unsigned>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<Entry>> open;
  void push(unsigned state);
};

} // namespace

/// A network of this many layers is searched without looking at the budget.
constexpr uint64_t kTrialsPerLayer = 12, kLeastTrials = 256;
/// A layer makes more tensors than this only if data are moved piece by piece.
constexpr size_t kMostMade = 3;

ResidencySearch::ResidencySearch(
    const Network &network, const Machine &machine,
    llvm::ArrayRef<std::vector<StoredCandidate>> stored, GivenSchedules given,
    Effort effort)
    : network(network), machine(machine), stored(stored), given(given),
      lives(livesOf(network)), made(network.graph.layers.size()),
      forced(network.graph.tensors.size()), rest(made.size() + 1),
      trials(made.size()),
      budget(kLeastTrials + kTrialsPerLayer * made.size()) {
  llvm::BitVector candidates = findCandidates(network);
  for (auto [problem, schedule] : llvm::zip(network.graph.layers, given)) {
    if (!schedule)
      continue;
    for (auto [stage, placements] :
         llvm::zip(problem.stages, schedule->placements))
      for (auto [binding, placement] : llvm::zip(stage.bindings, placements))
        if (!binding.isIntermediate()) {
          if (placement.resident)
            forced.set(binding.tensor);
          else
            candidates.reset(binding.tensor);
        }
  }
  forced &= candidates;
  if (effort == Effort::Layers)
    candidates &= forced;
  for (unsigned tensor : candidates.set_bits())
    if (lives[tensor].first < made.size() &&
        (forced[tensor] ||
         takenBy(network.graph.tensors[tensor]) < machine.scratchpad.bytes))
      made[lives[tensor].first].push_back(tensor);
  for (size_t problem = made.size(); problem-- != 0;) {
    TensorSet all;
    for (unsigned tensor : candidates.set_bits())
      if (lives[tensor].contains(problem))
        all.push_back(tensor);
    rest[problem] = rest[problem + 1] + leastBytes(problem, all);
  }
}

/// Each operand off-chip comes or goes once, at least.
uint64_t ResidencySearch::leastBytes(unsigned index,
                                     const TensorSet &residents) const {
  const Problem &problem = network.graph.layers[index];
  TileModel model(problem);
  uint64_t bytes = 0;
  for (OperandModel &operand : model.operands) {
    const Binding &binding =
        problem.stages[operand.stage].bindings[operand.binding];
    if (binding.isIntermediate() ||
        llvm::binary_search(residents, binding.tensor))
      continue;
    if (!stored[index].empty() && operand.stage == 0 &&
        operand.binding == stored[index].front().estimate.binding)
      bytes += stored[index].front().estimate.streamBytes;
    else if (llvm::all_of(binding.outerStrides,
                          [](int64_t stride) { return stride == 0; }))
      bytes += model.movedBytes(operand, {}, Placement());
  }
  return bytes;
}

std::optional<Price> ResidencySearch::priceOf(unsigned index,
                                              const TensorSet &residents) {
  const Problem &problem = network.graph.layers[index];
  Surroundings surroundings;
  surroundings.residents.resize(network.graph.tensors.size());
  TensorSet operands;
  for (unsigned tensor : residents) {
    surroundings.residents.set(tensor);
    surroundings.residentBytes += takenBy(network.graph.tensors[tensor]);
    if (llvm::any_of(problem.stages, [&](const Stage &stage) {
          return llvm::any_of(stage.bindings, [&](const Binding &binding) {
            return !binding.isIntermediate() && binding.tensor == tensor;
          });
        }))
      operands.push_back(tensor);
  }
  uint64_t taken = surroundings.residentBytes;
  uint64_t least = leastBytes(index, operands);
  for (const Trial &trial : trials[index]) {
    if (trial.operands != operands)
      continue;
    // Less room is never better, nor more than what is best anyway.
    bool fails = !trial.price && trial.residentBytes <= taken;
    bool isBest = trial.price && trial.price->bytes == least &&
                  trial.residentBytes >= taken;
    if (fails || isBest || trial.residentBytes == taken)
      return trial.price;
  }
  Trial trial{operands, taken, std::nullopt};
  if (index < given.size() && given[index]) {
    trial.price = Price{least, 0};
  } else if (taken <= machine.scratchpad.bytes) {
    const StoredEstimate *estimate =
        stored[index].empty() ? nullptr : &stored[index].front().estimate;
    auto choice = chooseSchedule(problem, machine, surroundings, estimate);
    if (choice)
      trial.price = Price{choice->estimate.dramBytes, choice->estimate.cycles};
    else
      llvm::consumeError(choice.takeError());
  }
  trials[index].push_back(trial);
  budget -= budget != 0;
  return trial.price;
}

void ResidencySearch::push(unsigned index) {
  const State &state = states[index];
  open.emplace(state.price.bytes + rest[state.problem + 1], state.price.cycles,
               index);
}

/// The states after `before`, with every choice about what the next problem
/// makes.
void ResidencySearch::expand(unsigned before) {
  State next;
  next.before = before;
  Price price;
  if (before != ~0u) {
    const State &state = states[before];
    next.problem = state.problem + 1;
    price = state.price;
    for (unsigned tensor : state.residents)
      if (lives[tensor].last >= next.problem)
        next.residents.push_back(tensor);
  }
  const TensorSet &choices = made[next.problem];
  bool isFree = budget != 0 && choices.size() <= kMostMade;
  TensorSet kept = next.residents;
  for (unsigned mask = 0; mask != (isFree ? 1u << choices.size() : 1); ++mask) {
    next.residents = kept;
    bool isAllowed = true;
    for (auto [bit, tensor] : llvm::enumerate(choices)) {
      bool stays = isFree ? mask >> bit & 1 : forced[tensor];
      isAllowed &= stays || !forced[tensor];
      if (stays)
        next.residents.push_back(tensor);
    }
    if (!isAllowed)
      continue;
    llvm::sort(next.residents);
    next.price = price + Price{leastBytes(next.problem, next.residents), 0};
    states.push_back(next);
    push(states.size() - 1);
  }
}

llvm::BitVector ResidencySearch::run() {
  llvm::BitVector residents(network.graph.tensors.size());
  if (llvm::all_of(made, [](const TensorSet &set) { return set.empty(); }))
    return residents;
  std::map<std::pair<unsigned, TensorSet>, bool> settled;
  expand(~0u);
  while (!open.empty()) {
    unsigned index = std::get<2>(open.top());
    open.pop();
    if (!states[index].isPriced) {
      State &state = states[index];
      std::optional<Price> own = priceOf(state.problem, state.residents);
      if (!own)
        continue;
      state.price =
          state.before == ~0u ? *own : states[state.before].price + *own;
      state.isPriced = true;
      push(index);
      continue;
    }
    unsigned problem = states[index].problem;
    TensorSet after;
    for (unsigned tensor : states[index].residents)
      if (lives[tensor].last > problem)
        after.push_back(tensor);
    if (problem + 1 == made.size()) {
      for (unsigned at = index; at != ~0u; at = states[at].before)
        for (unsigned tensor : states[at].residents)
          residents.set(tensor);
      return residents;
    }
    if (settled.try_emplace({problem, std::move(after)}, true).second)
      expand(index);
  }
  return residents;
}

llvm::BitVector schedule::chooseResidents(
    const Network &network, const Machine &machine,
    llvm::ArrayRef<std::vector<StoredCandidate>> candidates,
    GivenSchedules given, Effort effort) {
  return ResidencySearch(network, machine, candidates, given, effort).run();
}
