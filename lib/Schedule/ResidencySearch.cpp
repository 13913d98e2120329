//===- ResidencySearch.cpp - Which tensors stay on-chip -------------------===//

#include "lacuna/Schedule/Residency.h"

#include "TileModel.h"
#include "lacuna/Machine/Machine.h"

#include "llvm/Support/MathExtras.h"

#include <queue>

using namespace lacuna;
using namespace lacuna::schedule;

namespace lacuna::schedule {

/// What is to be least: bytes first, then cycles.
struct Price {
  uint64_t bytes = 0, cycles = 0;

  Price operator+(const Price &o) const {
    return {bytes + o.bytes, cycles + o.cycles};
  }
};

/// Tensors, in ascending order.
using TensorSet = std::vector<unsigned>;

/// A path through the problems, in order, that keeps or drops each tensor where
/// it is made, and takes problems one by one or several as a cascade; the
/// cheapest is found best first (A*: what is left costs at least its compulsory
/// bytes).
class ResidencySearch {
public:
  ResidencySearch(const Network &network, const Machine &machine,
                  llvm::ArrayRef<std::vector<StoredCandidate>> candidates,
                  GivenSchedules given, Effort effort);

  Residency run(const Excluded &excluded);

private:
  const Network &network;
  const Machine &machine;
  llvm::ArrayRef<std::vector<StoredCandidate>> stored;
  GivenSchedules given;
  Effort effort;
  const Excluded *excluded = nullptr;
  CascadePlanner planner;
  std::vector<Life> lives;
  /// Of each problem: its tensors off-chip with the bytes that come or go at
  /// least.
  std::vector<std::vector<std::pair<unsigned, uint64_t>>> compulsory;
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

  /// A problem, or several in stripes of `rows`, with what stays meanwhile.
  struct State {
    unsigned first = 0, last = 0;
    uint64_t rows = 0;
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
  void addProblem(State next, Price price);
  void addCascades(const State &next, Price price);
  void addCascade(State next, Price price);
  uint64_t takenBy(const TensorSet &residents) const;
  void findCompulsory();
  /// Cheapest first; of equals the one that was thought of first.
  using Entry = std::tuple<uint64_t, uint64_t, unsigned>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<Entry>> open;
  void push(unsigned state);
};

} // namespace lacuna::schedule

/// Schedules of layers that are looked for, before new tensors leave.
constexpr uint64_t kTrialsPerLayer = 12, kLeastTrials = 256;
/// Semaphores, and buffers that coexist, bound the length of a cascade.
constexpr unsigned kLongestCascade = 10;
/// What a layer of a cascade costs beyond its data: loops and clipped extents
/// in its instructions.
constexpr uint64_t kCascadeBytes = 64;
/// A layer makes more tensors than this only if data are moved piece by piece.
constexpr size_t kMostMade = 3;

ResidencySearch::ResidencySearch(
    const Network &network, const Machine &machine,
    llvm::ArrayRef<std::vector<StoredCandidate>> stored, GivenSchedules given,
    Effort effort)
    : network(network), machine(machine), stored(stored), given(given),
      effort(effort), planner(network, machine), lives(livesOf(network)),
      made(network.graph.layers.size()), forced(network.graph.tensors.size()),
      rest(made.size() + 1), trials(made.size()),
      budget(kLeastTrials + kTrialsPerLayer * made.size()) {
  llvm::BitVector candidates = findResidentCandidates(network);
  for (auto [problem, schedule] : llvm::zip(network.graph.layers, given))
    if (schedule)
      forEachPlacement(problem, *schedule,
                       [&](const Binding &binding, const Placement &placement) {
                         if (placement.resident && !placement.ring)
                           forced.set(binding.tensor);
                         else
                           candidates.reset(binding.tensor);
                       });
  forced &= candidates;
  if (effort == Effort::Layers)
    candidates &= forced;
  for (unsigned tensor : candidates.set_bits())
    if (lives[tensor].first < made.size() &&
        (forced[tensor] || takenBy({tensor}) < machine.scratchpad.bytes))
      made[lives[tensor].first].push_back(tensor);
  findCompulsory();
  for (size_t problem = made.size(); problem-- != 0;) {
    TensorSet all;
    for (unsigned tensor : candidates.set_bits())
      if (lives[tensor].contains(problem))
        all.push_back(tensor);
    rest[problem] = rest[problem + 1] + leastBytes(problem, all);
  }
}

/// Each operand off-chip comes or goes once, at least.
void ResidencySearch::findCompulsory() {
  for (auto [index, problem] : llvm::enumerate(network.graph.layers)) {
    TileModel model(problem);
    auto &bytes = compulsory.emplace_back();
    for (const OperandModel &operand : model.operands) {
      const Binding &binding =
          problem.stages[operand.stage].bindings[operand.binding];
      if (binding.isIntermediate())
        continue;
      uint64_t least = 0;
      if (!stored[index].empty() && operand.stage == 0 &&
          operand.binding == stored[index].front().estimate.binding)
        least = stored[index].front().estimate.streamBytes;
      else if (llvm::all_of(binding.outerStrides,
                            [](int64_t stride) { return stride == 0; }))
        least = model.movedBytes(operand, {}, Placement());
      bytes.emplace_back(binding.tensor, least);
    }
  }
}

uint64_t ResidencySearch::leastBytes(unsigned index,
                                     const TensorSet &residents) const {
  uint64_t bytes = 0;
  for (auto &[tensor, least] : compulsory[index])
    if (!llvm::binary_search(residents, tensor))
      bytes += least;
  return bytes;
}

uint64_t ResidencySearch::takenBy(const TensorSet &residents) const {
  uint64_t bytes = 0;
  for (unsigned tensor : residents)
    bytes +=
        llvm::alignTo(network.graph.tensors[tensor].bytes, kBufferAlignment);
  return bytes;
}

std::optional<Price> ResidencySearch::priceOf(unsigned index,
                                              const TensorSet &residents) {
  const Problem &problem = network.graph.layers[index];
  Surroundings surroundings;
  surroundings.residents.resize(network.graph.tensors.size());
  forEachTensorOperand(problem, [&](const Stage &, const Binding &binding) {
    if (llvm::binary_search(residents, binding.tensor))
      surroundings.residents.set(binding.tensor);
  });
  TensorSet operands(surroundings.residents.set_bits_begin(),
                     surroundings.residents.set_bits_end());
  uint64_t taken = surroundings.residentBytes = takenBy(residents);
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
  open.emplace(state.price.bytes + rest[state.last + 1], state.price.cycles,
               index);
}

/// The states after `before`.
void ResidencySearch::expand(unsigned before) {
  State next;
  next.before = before;
  Price price;
  if (before != ~0u) {
    const State &state = states[before];
    next.first = next.last = state.last + 1;
    price = state.price;
    for (unsigned tensor : state.residents)
      if (lives[tensor].last >= next.first)
        next.residents.push_back(tensor);
  }
  addProblem(next, price);
  if (effort >= Effort::Cascades)
    addCascades(next, price);
}

/// One problem, with every choice about what it makes.
void ResidencySearch::addProblem(State next, Price price) {
  const TensorSet &choices = made[next.first];
  bool isFree = budget != 0 && choices.size() <= kMostMade;
  TensorSet kept = next.residents;
  for (unsigned mask = 0; mask != (isFree ? 1u << choices.size() : 1); ++mask) {
    next.residents = kept;
    bool isAllowed = true;
    for (auto [bit, tensor] : llvm::enumerate(choices)) {
      bool stays = isFree ? mask >> bit & 1 : forced[tensor];
      isAllowed &= stays ? !excluded->tensors.count(tensor) : !forced[tensor];
      if (stays)
        next.residents.push_back(tensor);
    }
    if (!isAllowed)
      continue;
    llvm::sort(next.residents);
    next.price = price + Price{leastBytes(next.first, next.residents), 0};
    states.push_back(next);
    push(states.size() - 1);
  }
}

/// Cascades that begin with a problem, of every length.
void ResidencySearch::addCascades(const State &next, Price price) {
  State several = next;
  for (unsigned length = 2; length <= kLongestCascade; ++length) {
    several.last = next.first + length - 1;
    if (several.last >= made.size() ||
        (several.last < given.size() && given[several.last]) ||
        (next.first < given.size() && given[next.first]))
      return;
    if (excluded->cascades.count({next.first, several.last}))
      continue;
    several.residents = next.residents;
    addCascade(several, price);
    for (unsigned tensor : made[several.last])
      if (lives[tensor].last > several.last &&
          !excluded->tensors.count(tensor)) {
        several.residents = next.residents;
        several.residents.push_back(tensor);
        llvm::sort(several.residents);
        addCascade(several, price);
      }
  }
}

void ResidencySearch::addCascade(State next, Price price) {
  uint64_t taken = takenBy(next.residents);
  for (uint64_t rows : {64, 16, 8, 4, 2, 1}) {
    std::optional<Cascade> cascade = planner.plan(next.first, next.last, rows);
    if (!cascade || taken + cascade->ringBytes() + cascade->needBytes() >
                        machine.scratchpad.bytes)
      continue;
    TensorSet inside = next.residents;
    for (auto &[tensor, ring] : cascade->rings)
      inside.push_back(tensor);
    llvm::sort(inside);
    next.rows = rows;
    next.price = price + Price{kCascadeBytes * cascade->count(), 0};
    for (unsigned problem = next.first; problem <= next.last; ++problem)
      next.price.bytes += leastBytes(problem, inside);
    next.isPriced = true;
    states.push_back(next);
    return push(states.size() - 1);
  }
}

Residency ResidencySearch::run(const Excluded &without) {
  excluded = &without;
  states.clear();
  open = {};
  Residency residency;
  residency.residents.resize(network.graph.tensors.size());
  if (effort < Effort::Cascades &&
      llvm::all_of(made, [](const TensorSet &set) { return set.empty(); }))
    return residency;
  std::set<std::pair<unsigned, TensorSet>> settled;
  if (!made.empty())
    expand(~0u);
  while (!open.empty()) {
    unsigned index = std::get<2>(open.top());
    open.pop();
    if (!states[index].isPriced) {
      State &state = states[index];
      std::optional<Price> own = priceOf(state.first, state.residents);
      if (!own)
        continue;
      state.price =
          state.before == ~0u ? *own : states[state.before].price + *own;
      state.isPriced = true;
      push(index);
      continue;
    }
    unsigned last = states[index].last;
    TensorSet after;
    for (unsigned tensor : states[index].residents)
      if (lives[tensor].last > last)
        after.push_back(tensor);
    if (last + 1 == made.size()) {
      for (unsigned at = index; at != ~0u; at = states[at].before) {
        const State &state = states[at];
        for (unsigned tensor : state.residents)
          residency.residents.set(tensor);
        if (state.rows == 0)
          continue;
        residency.cascades.push_back(
            *planner.plan(state.first, state.last, state.rows));
        for (auto &[tensor, ring] : residency.cascades.back().rings)
          residency.residents.set(tensor);
      }
      std::reverse(residency.cascades.begin(), residency.cascades.end());
      return residency;
    }
    if (settled.emplace(last, std::move(after)).second)
      expand(index);
  }
  return residency;
}

ResidencyChooser::ResidencyChooser(
    const Network &network, const Machine &machine,
    llvm::ArrayRef<std::vector<StoredCandidate>> candidates,
    GivenSchedules given, Effort effort)
    : search(std::make_unique<ResidencySearch>(network, machine, candidates,
                                               given, effort)) {}
ResidencyChooser::~ResidencyChooser() = default;

Residency ResidencyChooser::choose(const Excluded &excluded) {
  return search->run(excluded);
}
