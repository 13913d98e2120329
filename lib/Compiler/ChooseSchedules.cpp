// Schedules of a whole network: tensors that stay on-chip first, then each
// layer by itself in the room that they leave.
#include "lacuna/Compiler/Compile.h"

#include "LayerErrors.h"
#include "lacuna/Machine/Machine.h"

using namespace lacuna;
using schedule::Choice;
using schedule::Network;

namespace {

class NetworkChooser {
public:
  NetworkChooser(Network &network, const Machine &machine,
                 schedule::GivenSchedules given, schedule::Effort effort)
      : network(network), machine(machine), given(given), effort(effort),
        choices(network.graph.layers.size()), chosenFor(choices.size()) {}

  std::optional<std::vector<Choice>> run(ProblemErrors report);

private:
  Network &network;
  const Machine &machine;
  schedule::GivenSchedules given;
  schedule::Effort effort;
  std::vector<schedule::Life> lives;
  std::vector<std::vector<schedule::StoredCandidate>> stored;
  std::optional<schedule::ResidencyChooser> chooser;
  schedule::Residency residency;
  schedule::Excluded excluded;
  std::vector<Choice> choices;
  /// What each choice was made for.
  std::vector<std::optional<schedule::Surroundings>> chosenFor;

  bool isGiven(unsigned problem) const {
    return problem < given.size() && given[problem];
  }
  void chooseResidency();
  bool joins(unsigned problem) const;
  bool placeResidents(llvm::ArrayRef<uint64_t> needs = {});
  llvm::Error choose(unsigned problem);
  llvm::Error findRoom(unsigned problem) const;
  bool giveWay(std::optional<unsigned> problem);
  bool chooseAll(ProblemErrors report, bool &isGood);
  void keepOwn(llvm::BitVector &residents, unsigned problem) const;
  std::optional<unsigned>
  findLargest(std::optional<unsigned> problem = std::nullopt) const;
};

} // namespace

void NetworkChooser::chooseResidency() {
  if (!chooser)
    chooser.emplace(network, machine, stored, given, effort);
  residency = chooser->choose(excluded);
  lives = livesOf(network,
                  schedule::groupsOf(choices.size(), [&](unsigned problem) {
                    return joins(problem);
                  }));
}

/// Whether a problem is to go on with the group of the one before it.
bool NetworkChooser::joins(unsigned problem) const {
  if (isGiven(problem))
    return given[problem]->joins;
  const schedule::Cascade *cascade = residency.find(problem);
  return cascade && problem != cascade->first;
}

bool NetworkChooser::placeResidents(llvm::ArrayRef<uint64_t> needs) {
  llvm::DenseMap<unsigned, uint64_t> residents;
  for (unsigned tensor : residency.residents.set_bits())
    residents[tensor] = 0;
  for (const schedule::Cascade &cascade : residency.cascades)
    for (auto &[tensor, ring] : cascade.rings)
      residents[tensor] = ring;
  for (auto [problem, schedule] : llvm::zip(network.graph.layers, given))
    if (schedule)
      forEachPlacement(problem, *schedule,
                       [&](const schedule::Binding &binding,
                           const schedule::Placement &placement) {
                         if (placement.ring)
                           residents[binding.tensor] = placement.ring;
                       });
  return schedule::placeResidents(network, lives, residents, machine, needs);
}

/// Leaves those of `residents` that the problem makes or reads.
void NetworkChooser::keepOwn(llvm::BitVector &residents,
                             unsigned problem) const {
  llvm::BitVector own(residents.size());
  forEachTensorOperand(
      network.graph.layers[problem],
      [&](const schedule::Stage &, const schedule::Binding &binding) {
        own.set(binding.tensor);
      });
  residents &= own;
}

llvm::Error NetworkChooser::choose(unsigned problem) {
  if (isGiven(problem)) {
    choices[problem] = Choice{*given[problem], {}};
    return encodeWeights(network, problem, *given[problem]);
  }
  schedule::Surroundings surroundings =
      surroundingsOf(network, lives, machine, residency, problem);
  keepOwn(surroundings.residents, problem);
  if (chosenFor[problem] == surroundings)
    return llvm::Error::success();
  auto choice = chooseStoredSchedule(network, problem, machine, stored[problem],
                                     surroundings);
  if (!choice)
    return choice.takeError();
  chosenFor[problem] = std::move(surroundings);
  choices[problem] = std::move(*choice);
  choices[problem].schedule.joins = joins(problem);
  return llvm::Error::success();
}

/// Whether a given schedule is legal, and buffers find room in the pieces that
/// residents leave.
llvm::Error NetworkChooser::findRoom(unsigned problem) const {
  if (residentPlaces(network, lives, problem).empty() && !isGiven(problem) &&
      !residency.find(problem))
    return llvm::Error::success();
  std::vector<schedule::Schedule> schedules;
  unsigned at = problem;
  do
    schedules.push_back(choices[at++].schedule);
  while (at != choices.size() && joins(at));
  return makeGroup(network, lives, problem, schedules, machine).takeError();
}

/// The largest tensor that stays whole (while `problem` runs) and need not.
std::optional<unsigned>
NetworkChooser::findLargest(std::optional<unsigned> problem) const {
  std::optional<unsigned> largest;
  for (unsigned tensor : residency.residents.set_bits()) {
    bool isFree = !problem || lives[tensor].contains(*problem);
    for (unsigned at = lives[tensor].first; at <= lives[tensor].last; ++at)
      isFree &= !isGiven(at);
    for (const schedule::Cascade &cascade : residency.cascades)
      isFree &= !cascade.rings.count(tensor);
    if (isFree && (!largest || network.graph.tensors[tensor].bytes >
                                   network.graph.tensors[*largest].bytes))
      largest = tensor;
  }
  return largest;
}

/// Makes room for a problem that has none: its cascade is not to be, or the
/// largest tensor that stays meanwhile is not to stay. False if there is
/// nothing.
bool NetworkChooser::giveWay(std::optional<unsigned> problem) {
  const schedule::Cascade *cascade =
      problem ? residency.find(*problem) : nullptr;
  std::optional<unsigned> leaving;
  if (!cascade)
    leaving = findLargest(problem);
  if (!problem && !leaving && !residency.cascades.empty())
    cascade = &residency.cascades.back();
  if (cascade)
    excluded.cascades.insert({cascade->first, cascade->last});
  if (leaving)
    excluded.tensors.insert(*leaving);
  return cascade || leaving;
}

/// Schedules of all problems under the residency chosen last. False if
/// something has to give way first, or is wrong for good (`isGood`).
bool NetworkChooser::chooseAll(ProblemErrors report, bool &isGood) {
  // Where not even those fit that a person wants to stay, they have no place,
  // which the first layer that works on one will say.
  if (!placeResidents() && giveWay(std::nullopt))
    return false;
  auto fail = [&](unsigned problem, llvm::Error error) {
    report(problem, std::move(error));
    isGood = false;
  };
  for (unsigned problem = 0; problem != choices.size(); ++problem)
    if (llvm::Error error = choose(problem)) {
      if (residency.find(problem)) {
        llvm::consumeError(std::move(error));
        giveWay(problem);
        return false;
      }
      fail(problem, std::move(error));
    }
  if (!isGood)
    return false;
  std::vector<schedule::Schedule> schedules;
  for (const Choice &choice : choices)
    schedules.push_back(choice.schedule);
  if (residency.residents.any())
    placeResidents(needsOf(network, schedules));
  for (unsigned problem = 0; problem != choices.size(); ++problem) {
    if (problem != 0 && joins(problem))
      continue;
    llvm::Error error = findRoom(problem);
    if (!error)
      continue;
    if (giveWay(problem)) {
      llvm::consumeError(std::move(error));
      return false;
    }
    fail(problem, std::move(error));
  }
  return isGood;
}

std::optional<std::vector<Choice>> NetworkChooser::run(ProblemErrors report) {
  for (unsigned problem = 0; problem != choices.size(); ++problem)
    stored.push_back(isGiven(problem)
                         ? std::vector<schedule::StoredCandidate>()
                         : listStoredCandidates(network, problem, machine));
  chooseResidency();
  bool isGood = true;
  while (!chooseAll(report, isGood) && isGood)
    chooseResidency();
  if (!isGood)
    return std::nullopt;
  return std::move(choices);
}

std::optional<std::vector<Choice>>
lacuna::chooseSchedules(Network &network, const Machine &machine,
                        schedule::GivenSchedules given, schedule::Effort effort,
                        ProblemErrors report) {
  return NetworkChooser(network, machine, given, effort).run(report);
}

llvm::Expected<std::vector<Choice>>
lacuna::chooseSchedules(Network &network, const Machine &machine,
                        schedule::Effort effort) {
  llvm::Error errors = llvm::Error::success();
  auto choices = chooseSchedules(
      network, machine, {}, effort, [&](size_t problem, llvm::Error error) {
        errors = llvm::joinErrors(
            std::move(errors),
            atLayer(network.graph.layers[problem], std::move(error)));
      });
  if (errors)
    return std::move(errors);
  return std::move(*choices);
}
