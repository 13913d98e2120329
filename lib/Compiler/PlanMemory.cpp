// Places of tensors off-chip.
#include "lacuna/Compiler/Compile.h"
#include "lacuna/Machine/Machine.h"
#include "lacuna/Schedule/Residency.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/Support/MathExtras.h"

using namespace lacuna;
using schedule::Network;
using schedule::TensorRole;

/// Tensors start at bursts of their own, where they fill one.
constexpr uint64_t kTensorAlignment = 64;

namespace {
struct Placed {
  uint64_t begin, end;
  schedule::Life life;
};
} // namespace

/// Lays the spilled tensors out from `begin` on. Each has a place of its own,
/// so that traffic can be told apart by address; with `reuse`, the lowest place
/// that no tensor alive at the same time takes. Returns where they end.
///
/// A place that serves again is safe without waits: whatever a group of steps
/// loads has been consumed before its last STORE is done, and STORE works in
/// order; so a later group's STORE comes after every earlier group's LOAD.
static uint64_t placeSpills(Network &network, uint64_t begin, bool reuse) {
  std::vector<schedule::Life> lives = livesOf(network);
  std::vector<Placed> placed;
  uint64_t top = begin;
  for (auto [index, tensor] : llvm::enumerate(network.graph.tensors)) {
    if (tensor.role != TensorRole::Activation || tensor.scratchpad)
      continue;
    std::vector<Placed> conflicts;
    llvm::copy_if(placed, std::back_inserter(conflicts),
                  [&, index = index](const Placed &other) {
                    return !reuse || lives[index].meets(other.life);
                  });
    llvm::sort(conflicts, [](const Placed &a, const Placed &b) {
      return a.begin < b.begin;
    });
    uint64_t address = begin;
    for (const Placed &other : conflicts)
      if (address + tensor.bytes > other.begin)
        address = std::max(address, llvm::alignTo(other.end, kTensorAlignment));
      else
        break;
    tensor.address = address;
    placed.push_back({address, address + tensor.bytes, lives[index]});
    top = std::max(top, address + tensor.bytes);
  }
  return top;
}

llvm::Expected<std::vector<PlannedRegion>>
lacuna::planMemory(Network &network, const Machine &machine,
                   uint64_t textBytes) {
  std::vector<PlannedRegion> regions;
  uint64_t next = 0;
  auto close = [&](RegionKind kind, uint64_t begin, uint64_t end) {
    if (end != begin)
      regions.push_back({kind, begin, end - begin});
    next = llvm::alignTo(end, regionAlignment);
  };
  auto place = [&](RegionKind kind, llvm::ArrayRef<TensorRole> roles) {
    uint64_t begin = next, end = next;
    for (schedule::Tensor &tensor : network.graph.tensors) {
      if (!llvm::is_contained(roles, tensor.role))
        continue;
      // Small ones share a burst with their neighbours rather than straddle
      // two.
      uint64_t alignment = std::min<uint64_t>(kTensorAlignment,
                                              llvm::PowerOf2Ceil(tensor.bytes));
      tensor.address = llvm::alignTo(end, std::max<uint64_t>(alignment, 8));
      end = tensor.address + tensor.bytes;
    }
    close(kind, begin, end);
  };
  place(RegionKind::Constants, {TensorRole::Weights, TensorRole::Parameters});
  place(RegionKind::Input, {TensorRole::Input});
  place(RegionKind::Output, {TensorRole::Output});
  uint64_t spills = next, end = placeSpills(network, spills, /*reuse=*/false);
  if (end + textBytes > machine.dram.bytes)
    end = placeSpills(network, spills, /*reuse=*/true);
  close(RegionKind::Spill, spills, end);
  if (next + textBytes > machine.dram.bytes)
    return makeError("the model takes " + llvm::Twine(next + textBytes) +
                         " bytes of off-chip memory; machine '" + machine.name +
                         "' has " + llvm::Twine(machine.dram.bytes),
                     "choose a machine with a larger dram.bytes");
  return regions;
}
