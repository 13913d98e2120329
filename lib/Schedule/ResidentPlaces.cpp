//===- ResidentPlaces.cpp - Where resident tensors lie --------------------===//

#include "lacuna/Schedule/Residency.h"

#include "Gaps.h"
#include "lacuna/Machine/Machine.h"

#include "llvm/Support/MathExtras.h"

using namespace lacuna;
using namespace lacuna::schedule;

namespace {

/// One arrangement of the tensors that stay.
class Arrangement {
public:
  Arrangement(const Network &network, llvm::ArrayRef<Life> lives,
              uint64_t capacity)
      : network(network), lives(lives), capacity(capacity) {}

  /// Places tensors one after the other: lowest first, or from whichever end
  /// leaves the larger piece in one. False if one does not fit.
  bool place(llvm::ArrayRef<unsigned> order, bool fromBothEnds);
  /// Bytes that problems of these needs lack in the largest piece that is left.
  uint64_t lacking(llvm::ArrayRef<uint64_t> needs) const;

  const std::vector<std::pair<unsigned, ByteRange>> &getPlaces() const {
    return places;
  }

private:
  const Network &network;
  llvm::ArrayRef<Life> lives;
  uint64_t capacity;
  std::vector<std::pair<unsigned, ByteRange>> places;
};

} // namespace

bool Arrangement::place(llvm::ArrayRef<unsigned> order, bool fromBothEnds) {
  for (unsigned index : order) {
    uint64_t bytes = llvm::alignTo(network.graph.tensors[index].residentBytes(),
                                   kBufferAlignment);
    std::vector<ByteRange> taken;
    for (auto &[other, range] : places)
      if (lives[index].meets(lives[other]))
        taken.push_back(range);
    std::optional<ByteRange> best;
    uint64_t left = 0;
    for (bool fromTop : {false, true}) {
      if (fromTop && !fromBothEnds)
        break;
      auto place = findGap(taken, bytes, capacity, fromTop);
      if (!place)
        return false;
      taken.push_back(*place);
      uint64_t largest = largestOf(gapsBetween(taken, capacity));
      taken.pop_back();
      if (!best || largest > left) {
        best = place;
        left = largest;
      }
    }
    places.emplace_back(index, *best);
  }
  return true;
}

uint64_t Arrangement::lacking(llvm::ArrayRef<uint64_t> needs) const {
  uint64_t lacking = 0;
  for (auto [problem, need] : llvm::enumerate(needs)) {
    std::vector<ByteRange> taken;
    for (auto &[tensor, range] : places)
      if (lives[tensor].contains(problem))
        taken.push_back(range);
    uint64_t largest = largestOf(gapsBetween(taken, capacity));
    lacking += need - std::min(need, largest);
  }
  return lacking;
}

bool schedule::placeResidents(
    Network &network, llvm::ArrayRef<Life> lives,
    const llvm::DenseMap<unsigned, uint64_t> &residents, const Machine &machine,
    llvm::ArrayRef<uint64_t> needs) {
  for (Tensor &tensor : network.graph.tensors) {
    tensor.scratchpad.reset();
    tensor.ring = 0;
  }
  std::vector<unsigned> byTime;
  for (auto [tensor, ring] : residents) {
    network.graph.tensors[tensor].ring = ring;
    byTime.push_back(tensor);
  }
  llvm::sort(byTime, [&](unsigned a, unsigned b) {
    return std::pair(lives[a].first, a) < std::pair(lives[b].first, b);
  });
  std::vector<unsigned> bySize = byTime;
  llvm::sort(bySize, [&](unsigned a, unsigned b) {
    uint64_t sizeA = network.graph.tensors[a].residentBytes();
    uint64_t sizeB = network.graph.tensors[b].residentBytes();
    return sizeA != sizeB ? sizeA > sizeB : a < b;
  });
  std::vector<unsigned> byLife = byTime;
  auto length = [&](unsigned tensor) {
    return lives[tensor].last - lives[tensor].first;
  };
  llvm::sort(byLife, [&](unsigned a, unsigned b) {
    uint64_t sizeA = network.graph.tensors[a].residentBytes();
    uint64_t sizeB = network.graph.tensors[b].residentBytes();
    return std::tuple(length(b), sizeB, a) < std::tuple(length(a), sizeA, b);
  });

  // In a chain of layers, which reads at one end and writes at the other, the
  // order of time is best; others are for what lives longer.
  uint64_t capacity =
      llvm::alignDown(machine.scratchpad.bytes, kBufferAlignment);
  std::optional<Arrangement> best;
  uint64_t least = UINT64_MAX;
  for (auto &[order, fromBothEnds] :
       {std::pair(&byTime, true), std::pair(&bySize, true),
        std::pair(&bySize, false), std::pair(&byLife, false),
        std::pair(&byLife, true)}) {
    Arrangement arrangement(network, lives, capacity);
    if (!arrangement.place(*order, fromBothEnds))
      continue;
    uint64_t lacking = arrangement.lacking(needs);
    if (lacking >= least)
      continue;
    best.emplace(std::move(arrangement));
    least = lacking;
    if (least == 0)
      break;
  }
  if (!best)
    return false;
  for (auto &[tensor, range] : best->getPlaces())
    network.graph.tensors[tensor].scratchpad = range.begin;
  return true;
}

std::vector<uint64_t> schedule::needsOf(const Network &network,
                                        llvm::ArrayRef<Schedule> schedules) {
  std::vector<uint64_t> needs(schedules.size());
  for (const GroupRange &group : groupsOf(schedules))
    for (unsigned problem = group.first; problem != group.end; ++problem) {
      auto steps = enumerateSteps(network.graph, network.graph.layers[problem],
                                  schedules[problem]);
      if (steps)
        needs[group.first] += bytesIn(*steps, MemoryKind::Scratchpad);
      else
        llvm::consumeError(steps.takeError());
    }
  return needs;
}

std::vector<ByteRange> schedule::residentPlaces(const Network &network,
                                                llvm::ArrayRef<Life> lives,
                                                unsigned index) {
  std::vector<ByteRange> places;
  for (auto [tensor, life] : llvm::zip_equal(network.graph.tensors, lives))
    if (tensor.scratchpad && life.contains(index))
      places.push_back(
          {*tensor.scratchpad, *tensor.scratchpad + tensor.residentBytes()});
  return places;
}
