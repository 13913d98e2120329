// The engines work on rows: pieces of the last extent, short enough for a
// buffer, at each combination of the other coordinates. Extents that lie
// seamlessly in every operand are taken as one.
#ifndef LACUNA_LIB_EMULATOR_ROWS_H
#define LACUNA_LIB_EMULATOR_ROWS_H

#include "lacuna/Machine/Window.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

namespace lacuna {

/// A coordinate for each extent.
using Coordinates = llvm::SmallVector<int64_t, kMaxDims>;

/// Most elements of a row.
constexpr int64_t maxRow = 1024;

/// Calls `visit` for each combination of the coordinates of `dims` (resolved,
/// none empty), in row-major order; stops at the first error.
template <typename Visit>
llvm::Error forEachCoordinate(llvm::ArrayRef<Interval> dims, Visit &&visit) {
  Coordinates at;
  for (const Interval &interval : dims)
    at.push_back(interval.start.constant);
  for (;;) {
    if (llvm::Error error = visit(at))
      return error;
    size_t d = dims.size();
    for (; d != 0; --d) {
      Span span(dims[d - 1]);
      if (++at[d - 1] < span.end)
        break;
      at[d - 1] = span.begin;
    }
    if (d == 0)
      return llvm::Error::success();
  }
}

/// Loops over the elements of N operands, each with strides of its own.
template <size_t N> class LoopNest {
public:
  /// A number for each operand.
  using Numbers = std::array<int64_t, N>;

  /// Loops over `dims` (resolved, none empty). `mergeLast`: whether the last
  /// extent may become one with those before.
  LoopNest(llvm::ArrayRef<Interval> dims,
           const std::array<llvm::ArrayRef<int64_t>, N> &strides,
           bool mergeLast = true) {
    for (auto [d, interval] : llvm::enumerate(dims)) {
      Span span(interval);
      Numbers own;
      for (size_t o = 0; o != N; ++o) {
        own[o] = strides[o][d];
        start[o] = addMultiple(start[o], span.begin, own[o]);
      }
      bool isLast = d + 1 == dims.size();
      if (span.size() == 1 && !isLast)
        continue;
      if (!loops.empty() && (mergeLast || !isLast) &&
          isSeamless(loops.back(), own, span.size()))
        loops.back() = {loops.back().size * span.size(), own};
      else
        loops.push_back({span.size(), own});
    }
    if (loops.empty())
      loops.push_back({1, Numbers{}});
  }

  /// From one element of a row to the next.
  const Numbers &getRowStrides() const { return loops.back().strides; }

  /// Calls visit(positions, first, count) for rows that cover all elements, in
  /// row-major order: `count` elements (at most `most`) from `positions` on,
  /// of which the first is number `first` along the last extent. Stops at the
  /// first error.
  template <typename Visit>
  llvm::Error forEachRow(int64_t most, Visit &&visit) const {
    llvm::SmallVector<int64_t, kMaxDims> done(loops.size(), 0);
    const Loop &last = loops.back();
    Numbers at = start;
    for (;;) {
      Numbers positions = at;
      for (int64_t first = 0; first < last.size; first += most) {
        int64_t count = std::min(most, last.size - first);
        if (llvm::Error error = visit(positions, first, count))
          return error;
        move(positions, last, count);
      }
      size_t d = loops.size() - 1;
      for (; d != 0; --d) {
        const Loop &loop = loops[d - 1];
        move(at, loop, 1);
        if (++done[d - 1] < loop.size)
          break;
        move(at, loop, -loop.size);
        done[d - 1] = 0;
      }
      if (d == 0)
        return llvm::Error::success();
    }
  }

private:
  struct Loop {
    int64_t size;
    Numbers strides;
  };

  /// number + count * stride, modulo 2^64: strides that are not taken may be
  /// anything.
  static int64_t addMultiple(int64_t number, int64_t count, int64_t stride) {
    return static_cast<int64_t>(static_cast<uint64_t>(number) +
                                static_cast<uint64_t>(count) *
                                    static_cast<uint64_t>(stride));
  }
  static void move(Numbers &positions, const Loop &loop, int64_t count) {
    for (size_t o = 0; o != N; ++o)
      positions[o] = addMultiple(positions[o], count, loop.strides[o]);
  }
  /// Whether a step of `outer` is `size` steps of the extent inside it.
  static bool isSeamless(const Loop &outer, const Numbers &inner,
                         int64_t size) {
    for (size_t o = 0; o != N; ++o)
      if (outer.strides[o] != addMultiple(0, size, inner[o]))
        return false;
    return true;
  }

  Numbers start{};
  llvm::SmallVector<Loop, kMaxDims> loops;
};

} // namespace lacuna

#endif // LACUNA_LIB_EMULATOR_ROWS_H
