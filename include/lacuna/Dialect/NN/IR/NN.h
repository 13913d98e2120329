// The nn dialect: its attributes, interfaces and operations, and the few
// functions on layers that every user needs.

#ifndef LACUNA_DIALECT_NN_IR_NN_H
#define LACUNA_DIALECT_NN_IR_NN_H

#include "lacuna/Dialect/NN/IR/Phases.h"
#include "lacuna/Schedule/Schedule.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace lacuna::schedule {

/// Makes schedules unique as attributes.
llvm::hash_code hash_value(const Schedule &schedule);

} // namespace lacuna::schedule

namespace lacuna::nn {

/// Attribute of a layer: its schedules, a list of #nn.schedule.
constexpr llvm::StringLiteral kScheduleAttrName = "nn.schedule";
/// Attribute of a layer: the counters that its schedule was predicted to give.
constexpr llvm::StringLiteral kPredictedAttrName = "nn.predicted";
/// Of a function: hashes of the models it was before passes changed its
/// weights, oldest first, as hexadecimal strings.
constexpr llvm::StringLiteral kOriginAttrName = "nn.origin";

/// Of an argument or result of integers that stand for floats outside: value =
/// nn.scale * (element - nn.zero_point), and the floats' type.
constexpr llvm::StringLiteral kScaleAttrName = "nn.scale";
constexpr llvm::StringLiteral kZeroPointAttrName = "nn.zero_point";
constexpr llvm::StringLiteral kSourceAttrName = "nn.source";

/// The element type that a layer computes with for a tensor of `type`: of
/// quantised elements, that of the floats they stand for.
mlir::Type getComputeElement(mlir::Type type);

/// What every layer's verifier checks: static shapes of sane size, and stages
/// whose types and channels fit together and the result.
llvm::LogicalResult verifyLayer(mlir::Operation *op);

/// Name of a layer: that of its location, or "" where it has none. Conversion
/// into this dialect gives every layer a name.
llvm::StringRef getLayerName(mlir::Operation *op);

/// What users call an input (output) of `function`: its `tosa.tensor_name`,
/// else input0, input1, ... (output0, ...).
std::string getInputName(mlir::func::FuncOp function, unsigned number);
std::string getOutputName(mlir::func::FuncOp function, unsigned number);

} // namespace lacuna::nn

#include "lacuna/Dialect/NN/IR/NNDialect.h.inc"
#include "lacuna/Dialect/NN/IR/NNEnums.h.inc"

#include "lacuna/Dialect/NN/IR/NNAttrInterfaces.h.inc"

#define GET_ATTRDEF_CLASSES
#include "lacuna/Dialect/NN/IR/NNAttributes.h.inc"

#include "lacuna/Dialect/NN/IR/NNOpInterfaces.h.inc"

#define GET_OP_CLASSES
#include "lacuna/Dialect/NN/IR/NNOps.h.inc"

namespace lacuna::nn {

/// Rows and columns of a verified transposed convolution.
std::array<TransposedAxis, 2> transposedAxes(TransposeConv2DOp op);

} // namespace lacuna::nn

#endif // LACUNA_DIALECT_NN_IR_NN_H
