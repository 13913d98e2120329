// Extents of an operation without coordinates of its own: those of length 1 go,
// and neighbours that every operand traverses as one become one.
#ifndef LACUNA_LIB_CONVERSION_NNTOSCHEDULE_EXTENTS_H
#define LACUNA_LIB_CONVERSION_NNTOSCHEDULE_EXTENTS_H

#include "Lowering.h"

namespace lacuna::lowering {

/// Extents and, for each operand, its bytes from one coordinate to the next (0
/// where it repeats).
struct Extents {
  Shape dims;
  llvm::SmallVector<Shape, 4> strides;
};

/// The fewest extents that say the same as `extents`, at least one. The last
/// `keep` of them stay as they are. Those beyond what an instruction holds are
/// split off from the front into `outer`, with their strides.
struct NormalExtents {
  llvm::SmallVector<uint64_t, 2> outer;
  llvm::SmallVector<llvm::SmallVector<int64_t, 2>, 4> outerStrides;
  Shape dims;
  llvm::SmallVector<Shape, 4> strides;

  /// `binding` with the strides of operand `index`.
  Binding bind(Binding binding, unsigned index, llvm::StringRef field) const;
};

NormalExtents normalise(const Extents &extents, size_t keep = 0);

} // namespace lacuna::lowering

#endif // LACUNA_LIB_CONVERSION_NNTOSCHEDULE_EXTENTS_H
