// From MLIR's locations to those of errors.
#ifndef LACUNA_DIALECT_NN_IR_LOCATION_H
#define LACUNA_DIALECT_NN_IR_LOCATION_H

#include "lacuna/Support/Diagnostics.h"

#include "mlir/IR/Location.h"

namespace lacuna::nn {

/// The first file, line and column in `location`; without one, nothing known.
inline SourceLocation placeOf(mlir::Location location) {
  auto place = location->findInstanceOf<mlir::FileLineColLoc>();
  if (!place)
    return {};
  return SourceLocation::atLine(place.getFilename().getValue(), place.getLine(),
                                place.getColumn());
}

} // namespace lacuna::nn

#endif // LACUNA_DIALECT_NN_IR_LOCATION_H
