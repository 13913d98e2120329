// Errors of libraries as diagnostics of MLIR.
#include "Errors.h"
#include "lacuna/Support/Diagnostics.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Location.h"

using namespace mlir;
using namespace lacuna;

static Location toLocation(const SourceLocation &place, Location otherwise) {
  if (place.file.empty())
    return otherwise;
  return FileLineColLoc::get(otherwise.getContext(), place.file, place.line,
                             place.column);
}

LogicalResult nn::emitLocated(Operation *op, llvm::Error error) {
  llvm::handleAllErrors(
      std::move(error),
      [&](const LocatedError &located) {
        const SourceLocation &place = located.getLocation();
        InFlightDiagnostic diagnostic =
            emitError(toLocation(place, op->getLoc()));
        if (place.byteOffset)
          diagnostic << "byte " << *place.byteOffset << ": ";
        diagnostic << located.getMessage();
        for (const Note &note : located.getNotes())
          diagnostic.attachNote(toLocation(note.location, op->getLoc()))
              << note.message;
      },
      [&](const llvm::ErrorInfoBase &other) {
        op->emitError(other.message());
      });
  return failure();
}
