// Floats of every kind, as bits: what random networks compute with.
#ifndef LACUNA_TOOLS_DIFFERENTIAL_RANDOMFLOAT_H
#define LACUNA_TOOLS_DIFFERENTIAL_RANDOMFLOAT_H

#include "Random.h"

#include "lacuna/Support/ElementType.h"

#include "mlir/IR/BuiltinTypes.h"

namespace lacuna::differential {

/// The type of MLIR that has the elements of `element`, a float.
mlir::FloatType floatTypeOf(ElementType element, mlir::MLIRContext *context);

/// The same as LLVM has it.
const llvm::fltSemantics &semanticsOf(ElementType element);

/// The bits of a float: a number near 1 most often, now and then any
/// number at all, a tiny one, a zero of either sign or, `withSpecials`, an
/// infinity or a NaN.
int64_t randomFloat(const llvm::fltSemantics &semantics, Random &random,
                    bool withSpecials);

} // namespace lacuna::differential

#endif // LACUNA_TOOLS_DIFFERENTIAL_RANDOMFLOAT_H
