// The nn dialect: what it is, and its constraints on types.

#ifndef LACUNA_DIALECT_NN_IR_NNDIALECT_TD
#define LACUNA_DIALECT_NN_IR_NNDIALECT_TD

include "mlir/IR/OpBase.td"

def NN_Dialect : Dialect {
  let name = "nn";
  let cppNamespace = "::lacuna::nn";
  let summary = "Neural network layers as the accelerator sees them.";
  let description = [{
    An operation is one layer: a matrix operation, pooling, elementwise,
    reduction or data movement, with the element-wise stages that follow it (its
    *epilogue*) fused in. Tensors are ranked, static, at most 2^31 - 1 elements,
    of signless integers or of floats (f32, f16, bf16, f8E4M3FN, f8E5M2); the
    signedness of a boundary is an argument or result attribute (`nn.unsigned`).
    Arithmetic follows TOSA 1.0. A layer whose operands and result have quantised
    types (`!quant.uniform`) computes with the floats that they stand for and
    quantises its result; the bias stays float. An attribute of type I64Attr that stands for an
    element of floats holds its bits.
  }];
  let dependentDialects = ["::mlir::quant::QuantDialect"];
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
  let extraClassDeclaration = [{
    /// Unit attribute of a function argument or result whose i8 elements are
    /// bytes from 0 to 255 to the outside world.
    static constexpr ::llvm::StringLiteral unsignedAttrName = "nn.unsigned";

    void registerAttributes();
  }];
}

// Element types, the same that ElementType of lacuna/Support lists.
def NN_Float : AnyTypeOf<[F32, F16, BF16, F8E4M3FN, F8E5M2]>;
// Integers that stand for floats, between nn-quantize and nn-legalize-quant.
def NN_Quantized : Type<CPred<"::llvm::isa<::mlir::quant::QuantizedType>($_self)">,
    "quantised type">;
def NN_Element : AnyTypeOf<[I1, I<4>, I8, I16, I32, I<48>, NN_Float,
                            NN_Quantized]>;
def NN_Tensor : RankedTensorOf<[NN_Element]>;

class NN_TensorOfRank<int rank> : Type<
    And<[NN_Tensor.predicate, HasAnyRankOfPred<[rank]>]>,
    "ranked tensor of rank " # rank # " with elements of integers or floats",
    "::mlir::RankedTensorType">;

#endif // LACUNA_DIALECT_NN_IR_NNDIALECT_TD
