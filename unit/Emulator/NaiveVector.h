// What the tests of VECTOR share: random extents, places and strides, and loops
// over coordinates.
#ifndef LACUNA_UNIT_EMULATOR_NAIVEVECTOR_H
#define LACUNA_UNIT_EMULATOR_NAIVEVECTOR_H

#include "Naive.h"

#include "lacuna/Machine/Window.h"

namespace lacuna {
namespace naive {

inline unsigned bytesOf(ElementType type) {
  return std::max(1u, getInfo(type).storageBits / 8);
}

inline Dims randomDims(Random &random, unsigned most) {
  Dims dims;
  for (int64_t i = random.between(1, most); i-- > 0;)
    dims.push_back(random.interval(6));
  return dims;
}
inline llvm::SmallVector<int64_t> extentsOf(const Dims &dims) {
  llvm::SmallVector<int64_t> extents;
  for (const Interval &interval : dims)
    extents.push_back(interval.bound);
  return extents;
}
inline OnChipRing randomPlace(Random &random, ElementType type,
                              int accumulators) {
  bool pad = !random.chance(accumulators);
  return {pad ? OnChipMemory::Scratchpad : OnChipMemory::Accumulators,
          random.ring(pad ? padBytes : accumulatorBytes, bytesOf(type))};
}

template <typename Visit> void forEach(const Dims &dims, Visit &&visit) {
  llvm::SmallVector<int64_t> at;
  for (const Interval &interval : dims)
    at.push_back(Span(interval).begin);
  for (;;) {
    visit(at);
    size_t d = dims.size();
    while (d && ++at[d - 1] == Span(dims[d - 1]).end) {
      at[d - 1] = Span(dims[d - 1]).begin;
      --d;
    }
    if (!d)
      return;
  }
}
inline int64_t dot(llvm::ArrayRef<int64_t> at, const Strides &strides) {
  int64_t sum = 0;
  for (size_t i = 0; i != at.size(); ++i)
    sum += at[i] * strides[i];
  return sum;
}

/// Whether bytes that the instruction writes are also read by it: then the
/// order of elements would matter, which is nobody's promise.
inline bool overlaps(const Instruction &inst) {
  auto patterns = llvm::cantFail(getAccessPatterns(inst));
  for (const AccessPattern &a : patterns)
    for (const AccessPattern &b : patterns) {
      if (a.direction == AccessDirection::Read || &a == &b ||
          a.memory != b.memory)
        continue;
      auto x = a.hull(), y = b.hull();
      if (!x || !y || (x->begin < y->end && y->begin < x->end))
        return true;
    }
  return false;
}
/// Whether two elements of dst share bytes.
template <typename Inst> void makeDense(Inst &inst, llvm::ArrayRef<int64_t> e) {
  int64_t next = 1;
  inst.dstStrides.resize(e.size());
  for (size_t i = e.size(); i-- != 0; next *= e[i])
    inst.dstStrides[i] = next;
}
/// What `make` gives that doesn't.
template <typename Inst, typename Make>
Inst withoutOverlap(Random &random, Make &&make) {
  for (;;) {
    Inst inst = make();
    auto patterns = getAccessPatterns(inst);
    if (!patterns) {
      llvm::consumeError(patterns.takeError());
      continue;
    }
    if (!overlaps(inst))
      return inst;
  }
}

} // namespace naive
} // namespace lacuna

#endif // LACUNA_UNIT_EMULATOR_NAIVEVECTOR_H
