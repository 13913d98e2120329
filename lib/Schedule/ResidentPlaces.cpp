//===- ResidentPlaces.cpp - Where resident tensors lie --------------------===//

#include "lacuna/Schedule/Residency.h"

#include "Gaps.h"
#include "lacuna/Machine/Machine.h"

#include "llvm/Support/MathExtras.h"

using namespace lacuna;
using namespace lacuna::schedule;

bool schedule::placeResidents(Network &network,
                              const llvm::BitVector &residents,
                              const Machine &machine) {
  uint64_t capacity =
      llvm::alignDown(machine.scratchpad.bytes, kBufferAlignment);
  std::vector<Life> lives = livesOf(network);
  for (Tensor &tensor : network.graph.tensors)
    tensor.scratchpad.reset();
  std::vector<unsigned> order(residents.set_bits_begin(),
                              residents.set_bits_end());
  llvm::sort(order, [&](unsigned a, unsigned b) {
    return std::pair(lives[a].first, a) < std::pair(lives[b].first, b);
  });
  // In the order in which they are made, from whichever end leaves the larger
  // piece for others: a chain of layers reads at one end and writes at the
  // other.
  for (unsigned index : order) {
    Tensor &tensor = network.graph.tensors[index];
    uint64_t bytes = llvm::alignTo(tensor.bytes, kBufferAlignment);
    std::vector<ByteRange> taken;
    for (unsigned other : order)
      if (const auto &at = network.graph.tensors[other].scratchpad;
          at && lives[index].meets(lives[other]))
        taken.push_back(
            {*at, *at + llvm::alignTo(network.graph.tensors[other].bytes,
                                      kBufferAlignment)});
    uint64_t best = 0;
    for (bool fromTop : {false, true}) {
      auto place = findGap(taken, bytes, capacity, fromTop);
      if (!place)
        return false;
      taken.push_back(*place);
      uint64_t largest = largestOf(gapsBetween(taken, capacity));
      taken.pop_back();
      if (!tensor.scratchpad || largest > best) {
        tensor.scratchpad = place->begin;
        best = largest;
      }
    }
  }
  return true;
}

std::vector<ByteRange> schedule::residentPlaces(const Network &network,
                                                llvm::ArrayRef<Life> lives,
                                                unsigned index) {
  std::vector<ByteRange> places;
  for (auto [tensor, life] : llvm::zip_equal(network.graph.tensors, lives))
    if (tensor.scratchpad && life.contains(index))
      places.push_back({*tensor.scratchpad, *tensor.scratchpad + tensor.bytes});
  return places;
}
