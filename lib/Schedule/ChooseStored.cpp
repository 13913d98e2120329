//===- ChooseStored.cpp - A schedule and an encoding ----------------------===//

#include "lacuna/Schedule/EncodeWeights.h"

#include "TileModel.h"
#include "WeightCuts.h"
#include "lacuna/Encoding/WeightEncoding.h"
#include "lacuna/Machine/Machine.h"
#include "lacuna/Program/WeightUnits.h"
#include "lacuna/Schedule/Emit.h"
#include "lacuna/Schedule/Steps.h"
#include "lacuna/Sparsity/Structure.h"

#include "llvm/Support/MathExtras.h"

using namespace lacuna;
using namespace lacuna::schedule;

/// What is set aside for a table on-chip before it is known.
constexpr uint64_t kTableEstimate = 256;

/// The tightest pattern N:M that the rows of `units` have.
static sparsity::Structure findPattern(const StreamFormat &format,
                                       const UnitList &units) {
  // No encoding has wider elements.
  if (format.elementBits > 16)
    return {};
  uint64_t mask = llvm::maskTrailingOnes<uint64_t>(format.elementBits);
  std::vector<uint8_t> isZero;
  for (llvm::ArrayRef<uint8_t> unit : units.units)
    for (uint64_t bit = 0; bit != unit.size() * 8; bit += format.elementBits) {
      uint64_t element = unit[bit / 8] >> bit % 8;
      if (format.elementBits == 16)
        element |= uint64_t(unit[bit / 8 + 1]) << 8;
      isZero.push_back((element & mask) == (uint64_t(format.zero) & mask));
    }
  return sparsity::findTightest(isZero, format.rowElements);
}

std::vector<StoredCandidate>
schedule::listStoredCandidates(Network &network, unsigned index,
                               const Machine &machine) {
  std::vector<StoredCandidate> candidates;
  const Problem &layer = network.graph.layers[index];
  std::optional<unsigned> found;
  if (machine.decoder.streams)
    found = findWeights(network, layer);
  if (!found)
    return candidates;
  unsigned binding = *found;
  llvm::cantFail(encodeWeights(network, index, Schedule()));
  unsigned number = layer.stages.front().bindings[binding].tensor;
  const Tensor &tensor = network.graph.tensors[number];
  auto cuts = WeightCuts::create(layer, binding, Schedule());
  if (!cuts) {
    llvm::consumeError(cuts.takeError());
    return candidates;
  }
  std::vector<uint8_t> raw = readRaw(network, number);
  unsigned unitRows = unitRowsOf(cuts->channels(), cuts->channels(), raw.size(),
                                 machine.decoder.streams);
  UnitList units = cuts->cut(raw, unitRows);
  auto consider = [&](WeightEncoding encoding, unsigned nonzeros,
                      unsigned group) {
    if (!decodeRate(encoding, machine))
      return;
    StoredCandidate candidate;
    candidate.weights = {encoding, unitRows, nonzeros, group};
    auto bytes = getStoredBytes(
        formatOf(candidate.weights, layer, tensor, *cuts), units.units);
    if (!bytes)
      return llvm::consumeError(bytes.takeError());
    candidate.bytes = *bytes;
    candidate.estimate = {binding, kTableEstimate, candidate.bytes};
    if (candidate.bytes < raw.size())
      candidates.push_back(candidate);
  };
  for (WeightEncoding encoding :
       {WeightEncoding::Bitmap, WeightEncoding::ZeroRun,
        WeightEncoding::Entropy, WeightEncoding::Palette})
    consider(encoding, 0, 0);
  sparsity::Structure pattern = findPattern(
      formatOf({WeightEncoding::Nm, 0, 0, 0}, layer, tensor, *cuts), units);
  if (pattern.kind == sparsity::Structure::Kind::NM)
    consider(WeightEncoding::Nm, pattern.kept, pattern.group);
  llvm::sort(
      candidates, [](const StoredCandidate &a, const StoredCandidate &b) {
        return std::tuple(a.bytes, a.weights.encoding, a.weights.nonzeros) <
               std::tuple(b.bytes, b.weights.encoding, b.weights.nonzeros);
      });
  return candidates;
}

/// Cycles in which the decoder gives all weights once.
static uint64_t decodeCycles(const StoredCandidate &candidate,
                             uint64_t elements, const Machine &machine) {
  return elements / (uint64_t(machine.decoder.streams) *
                     decodeRate(candidate.weights.encoding, machine));
}

/// Stores the weights as `choice` says, with units that suit its tiles. False
/// if they turn out no smaller than dense ones, or their header has no room.
static bool storeSo(Network &network, unsigned index, unsigned binding,
                    Choice &choice, const Machine &machine,
                    const Surroundings &surroundings) {
  const Problem &layer = network.graph.layers[index];
  unsigned number = layer.stages.front().bindings[binding].tensor;
  auto cuts = WeightCuts::create(layer, binding, choice.schedule);
  if (!cuts) {
    llvm::consumeError(cuts.takeError());
    return false;
  }
  uint64_t rows = cuts->tileChannels();
  choice.schedule.weights->unitRows = unitRowsOf(
      rows, cuts->channels(), rows * cuts->rowBytes(), machine.decoder.streams);
  if (llvm::Error error = encodeWeights(network, index, choice.schedule)) {
    llvm::consumeError(std::move(error));
    return false;
  }
  const Tensor &tensor = network.graph.tensors[number];
  if (tensor.bytes >= tensor.encoded->rawBytes)
    return false;
  auto steps = enumerateSteps(network.graph, layer, choice.schedule);
  if (!steps) {
    llvm::consumeError(steps.takeError());
    return false;
  }
  return bytesIn(*steps, MemoryKind::Scratchpad) + surroundings.residentBytes <=
         machine.scratchpad.bytes;
}

llvm::Expected<Choice>
schedule::chooseStoredSchedule(Network &network, unsigned index,
                               const Machine &machine,
                               llvm::ArrayRef<StoredCandidate> candidates,
                               const Surroundings &surroundings) {
  const Problem &layer = network.graph.layers[index];
  for (const StoredCandidate &candidate : candidates) {
    unsigned binding = candidate.estimate.binding;
    const Tensor &tensor =
        network.graph.tensors[layer.stages.front().bindings[binding].tensor];
    uint64_t raw = tensor.encoded ? tensor.encoded->rawBytes : tensor.bytes;
    uint64_t elements = raw * 8 / getInfo(tensor.type).storageBits;
    auto choice =
        chooseSchedule(layer, machine, surroundings, &candidate.estimate);
    if (!choice) {
      llvm::consumeError(choice.takeError());
      continue;
    }
    if (decodeCycles(candidate, elements, machine) > choice->estimate.cycles)
      continue;
    choice->schedule.weights = candidate.weights;
    if (storeSo(network, index, binding, *choice, machine, surroundings))
      return choice;
    break;
  }
  if (!candidates.empty())
    llvm::cantFail(encodeWeights(network, index, Schedule()));
  return chooseSchedule(layer, machine, surroundings);
}
