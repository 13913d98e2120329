// Errors of layers at their places in the source.
#ifndef LACUNA_LIB_COMPILER_LAYERERRORS_H
#define LACUNA_LIB_COMPILER_LAYERERRORS_H

#include "lacuna/Schedule/Problem.h"
#include "lacuna/Support/Diagnostics.h"

namespace lacuna {

/// What went wrong with a layer, at its place in the source.
inline llvm::Error atLayer(const schedule::Problem &problem,
                           llvm::Error error) {
  return makeError(SourceLocation::inFile(problem.location),
                   llvm::toString(std::move(error)));
}

} // namespace lacuna

#endif // LACUNA_LIB_COMPILER_LAYERERRORS_H
