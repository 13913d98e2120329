// Changes to a parsed model that keep it parsable: what they break is left to
// verifiers, passes and the compiler to find.
#ifndef LACUNA_FUZZ_MODELCHANGES_H
#define LACUNA_FUZZ_MODELCHANGES_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"

#include <random>

namespace lacuna::fuzz {

/// Changes one module, at places that a generator draws.
class ModelChanges {
public:
  ModelChanges(mlir::ModuleOp module, uint64_t seed)
      : module(module), random(seed) {}

  /// Makes one change: to an attribute, a type, an extent wherever it stands,
  /// an operand, or the list of operations. May find nothing to change.
  void change();
  /// Gives functions the types of their arguments and returned values.
  void retypeFunctions();

  size_t below(size_t limit) { return limit ? random() % limit : 0; }

private:
  void changeAttribute();
  void changeType();
  void changeExtentEverywhere();
  void changeOperand();
  void eraseOperation();
  void repeatOperation();
  void returnMore();

  mlir::Attribute changed(mlir::NamedAttribute attribute);
  mlir::Attribute changedArray(mlir::DenseI64ArrayAttr array);
  mlir::Attribute changedElements(mlir::DenseElementsAttr elements);
  mlir::RankedTensorType changed(mlir::RankedTensorType type);
  int64_t someNumber();
  int64_t someExtent();
  mlir::Operation *someOperation();
  mlir::Value someValue(mlir::Type type = {});
  /// Gives `value`, and the constant that it may be, another type.
  void setType(mlir::Value value, mlir::RankedTensorType type);

  mlir::ModuleOp module;
  std::mt19937_64 random;
};

} // namespace lacuna::fuzz

#endif // LACUNA_FUZZ_MODELCHANGES_H
