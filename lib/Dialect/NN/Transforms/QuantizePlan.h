// What nn-quantize decides before it changes anything: which layers go over to
// integers, and the scale and zero point of each value between them.
#ifndef LACUNA_LIB_DIALECT_NN_TRANSFORMS_QUANTIZEPLAN_H
#define LACUNA_LIB_DIALECT_NN_TRANSFORMS_QUANTIZEPLAN_H

#include "Quantized.h"
#include "lacuna/Calibration/Statistics.h"
#include "lacuna/Quantization/Policy.h"

#include "llvm/ADT/EquivalenceClasses.h"

namespace lacuna::nn {

/// What holds for a layer.
struct QuantizeChoice {
  bool isFloat = false;
  quantization::RangeOptions range;
  quantization::WeightOptions weights;
};

/// Where a value stands.
enum class QuantDomain {
  /// It has integers: a layer of form Own or Same gives it.
  Integer,
  /// A function gives it: it will be in a table.
  Function,
  /// A float that stays one: an argument, or the result of a layer that stays.
  Float,
};

class QuantizePlan {
public:
  /// Errors, all of them: a layer that can't go over and may not stay, or asks
  /// for what it can't have; a value of which the statistics know nothing, or
  /// whose range has no scale.
  static llvm::Expected<QuantizePlan>
  create(mlir::func::FuncOp function, const Statistics &statistics,
         const QuantizeChoice &defaults, const quantization::Policy &policy);

  const QuantizeChoice &getChoice(mlir::Operation *op) const;
  QuantForm getForm(mlir::Operation *op) const;
  QuantDomain getDomain(mlir::Value value) const;

  /// The integers for `value`, which a layer of form Own or Same gives or
  /// reads, or a function.
  const quantization::AffineScale &getAffine(mlir::Value value) const;

private:
  explicit QuantizePlan(mlir::func::FuncOp function)
      : function(function), forms(function) {}

  llvm::Error choose(const QuantizeChoice &defaults,
                     const quantization::Policy &policy);
  llvm::Error checkLayer(mlir::Operation *op) const;
  void joinValues();
  llvm::Error chooseAffines(const Statistics &statistics);
  /// The range of `value` by its own statistics. Error: there are none.
  llvm::Expected<quantization::Range>
  rangeOf(mlir::Value value, const Statistics &statistics) const;
  const QuantizeChoice &choiceOfValue(mlir::Value value) const;
  /// Whether a layer of form Own or Same, or a function, reads or gives
  /// `value`.
  bool needsAffine(mlir::Value value) const;

  mlir::func::FuncOp function;
  QuantForms forms;
  QuantizeChoice defaults;
  llvm::DenseMap<mlir::Operation *, QuantizeChoice> choices;
  /// Values that have one scale and zero point together.
  llvm::EquivalenceClasses<void *> classes;
  llvm::DenseMap<void *, quantization::AffineScale> affines;
};

} // namespace lacuna::nn

#endif // LACUNA_LIB_DIALECT_NN_TRANSFORMS_QUANTIZEPLAN_H
