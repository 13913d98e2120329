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
        lives(livesOf(network)), choices(network.graph.layers.size()) {}

  std::optional<std::vector<Choice>> run(ProblemErrors report);

private:
  Network &network;
  const Machine &machine;
  schedule::GivenSchedules given;
  schedule::Effort effort;
  std::vector<schedule::Life> lives;
  std::vector<std::vector<schedule::StoredCandidate>> stored;
  llvm::BitVector residents;
  std::vector<Choice> choices;

  bool isGiven(unsigned problem) const {
    return problem < given.size() && given[problem];
  }
  llvm::Error choose(unsigned problem);
  llvm::Error findRoom(unsigned problem) const;
  std::optional<unsigned>
  findLargest(std::optional<unsigned> problem = std::nullopt) const;
};

} // namespace

llvm::Error NetworkChooser::choose(unsigned problem) {
  if (isGiven(problem)) {
    choices[problem] = Choice{*given[problem], {}};
    return encodeWeights(network, problem, *given[problem]);
  }
  auto choice =
      chooseStoredSchedule(network, problem, machine, stored[problem],
                           surroundingsOf(network, lives, residents, problem));
  if (!choice)
    return choice.takeError();
  choices[problem] = std::move(*choice);
  return llvm::Error::success();
}

/// Whether a given schedule is legal, and buffers find room in the pieces that
/// residents leave.
llvm::Error NetworkChooser::findRoom(unsigned problem) const {
  if (residentPlaces(network, lives, problem).empty() && !isGiven(problem))
    return llvm::Error::success();
  return makeGroup(network, lives, problem, choices[problem].schedule, machine)
      .takeError();
}

/// The largest tensor that stays (while `problem` runs) and need not.
std::optional<unsigned>
NetworkChooser::findLargest(std::optional<unsigned> problem) const {
  std::optional<unsigned> largest;
  for (unsigned tensor : residents.set_bits()) {
    bool isFree = !problem || lives[tensor].contains(*problem);
    for (unsigned at = lives[tensor].first; at <= lives[tensor].last; ++at)
      isFree &= !isGiven(at);
    if (isFree && (!largest || network.graph.tensors[tensor].bytes >
                                   network.graph.tensors[*largest].bytes))
      largest = tensor;
  }
  return largest;
}

std::optional<std::vector<Choice>> NetworkChooser::run(ProblemErrors report) {
  for (unsigned problem = 0; problem != choices.size(); ++problem)
    stored.push_back(isGiven(problem)
                         ? std::vector<schedule::StoredCandidate>()
                         : listStoredCandidates(network, problem, machine));
  residents = chooseResidents(network, machine, stored, given, effort);

  llvm::BitVector open(choices.size(), true);
  while (open.any()) {
    while (!placeResidents(network, residents, machine)) {
      std::optional<unsigned> leaving = findLargest();
      if (!leaving)
        break;
      residents.reset(*leaving);
    }
    bool isGood = true;
    auto fail = [&](unsigned problem, llvm::Error error) {
      report(problem, std::move(error));
      isGood = false;
    };
    for (unsigned problem : open.set_bits())
      if (llvm::Error error = choose(problem))
        fail(problem, std::move(error));
    if (!isGood)
      return std::nullopt;
    open.reset();
    for (unsigned problem = 0; problem != choices.size(); ++problem) {
      llvm::Error error = findRoom(problem);
      if (!error)
        continue;
      std::optional<unsigned> leaving = findLargest(problem);
      if (!leaving) {
        fail(problem, std::move(error));
        continue;
      }
      llvm::consumeError(std::move(error));
      residents.reset(*leaving);
      open.set(lives[*leaving].first, lives[*leaving].last + 1);
      break;
    }
    if (!isGood)
      return std::nullopt;
  }
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
