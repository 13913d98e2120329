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
    of signless integers; the signedness of a boundary is an argument or result
    attribute (`nn.unsigned`). Arithmetic follows TOSA 1.0.
  }];
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

// Element types; one place to widen when floating point arrives.
def NN_Element : AnyTypeOf<[I1, I<4>, I8, I16, I32, I<48>]>;
def NN_Tensor : RankedTensorOf<[NN_Element]>;

class NN_TensorOfRank<int rank> : Type<
    And<[NN_Tensor.predicate, HasAnyRankOfPred<[rank]>]>,
    "ranked tensor of rank " # rank # " with integer elements",
    "::mlir::RankedTensorType">;

#endif // LACUNA_DIALECT_NN_IR_NNDIALECT_TD
