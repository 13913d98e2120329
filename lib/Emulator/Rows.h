// The engines work on rows: pieces of the last extent, short enough for a
// buffer, at each combination of the other coordinates.
#ifndef LACUNA_LIB_EMULATOR_ROWS_H
#define LACUNA_LIB_EMULATOR_ROWS_H

#include "lacuna/Machine/Window.h"

#include "llvm/ADT/STLFunctionalExtras.h"
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

/// Calls visit(coordinates, count) for rows that cover `dims`: `count` elements
/// along the last extent, the first of them at `coordinates`.
template <typename Visit>
llvm::Error forEachRow(llvm::ArrayRef<Interval> dims, Visit &&visit) {
  Span last(dims.back());
  return forEachCoordinate(
      dims.drop_back(), [&](Coordinates &outer) -> llvm::Error {
        Coordinates at(outer);
        at.push_back(0);
        for (int64_t begin = last.begin; begin < last.end; begin += maxRow) {
          at.back() = begin;
          if (llvm::Error error = visit(at, std::min(maxRow, last.end - begin)))
            return error;
        }
        return llvm::Error::success();
      });
}

} // namespace lacuna

#endif // LACUNA_LIB_EMULATOR_ROWS_H
