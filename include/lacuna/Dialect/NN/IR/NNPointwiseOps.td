// Layers of the vector engine that compute: elementwise and reductions.

#ifndef LACUNA_DIALECT_NN_IR_NNPOINTWISEOPS_TD
#define LACUNA_DIALECT_NN_IR_NNPOINTWISEOPS_TD

include "lacuna/Dialect/NN/IR/NNOpBase.td"

def NN_ElementwiseOp : NN_EpilogueLayer<"elementwise", "Elementwise",
                                     ["getPrologueStages"]> {
  let summary = "a function of the elements at one index of each input";
  let description = [{
    Inputs have one rank; an axis of length 1 is broadcast. `prologue` has a list
    of stages for each input, applied to its elements first (it is a list because
    two roundings in a row, as residual adds have, are no single rescale). After
    the prologue:

    | kind | inputs | element types |
    |-|-|-|
    | identity | a | T -> T |
    | add, sub | a, b | i32 -> i32, F -> F |
    | intdiv | a, b | i32 -> i32 |
    | max, min | a, b | T -> T; `ignore_nan` for floats: the other element |
    | mul | a, b | i8, i16 or i32 -> i32; `shift` (i32 alone) rounds half up; F -> F |
    | abs | a | i32 -> i32, F -> F |
    | clz | a | i32 -> i32 |
    | negate | a | T -> T, `input_zp`, `output_zp` for i8 |
    | bitwise_not, _and, _or, _xor | a (, b) | i8, i16, i32 |
    | logical_not, _and, _or, _xor | a (, b) | i1 |
    | logical_left_shift, logical_right_shift, arithmetic_right_shift | a, b | i8, i16, i32; `round` for the arithmetic one |
    | equal, greater, greater_equal | a, b | i32 or F -> i1 |
    | select | condition, a, b | i1, T, T -> T |
    | cast | a | i1, i8, i16, i32 and floats to each other, as TOSA CAST |
    | ceil, floor, reciprocal, rsqrt, exp, log, sigmoid, tanh, erf, sin, cos | a | F -> F |
    | pow | a, b | F -> F |

    T is any of the types that the kind has, F any type of floats.
    Look-up tables, rescales and clamps alone are `identity` with an epilogue.
  }];
  let arguments = (ins
    NN_ElementwiseKindAttr:$kind,
    Variadic<NN_Tensor>:$inputs,
    DefaultValuedAttr<I64Attr, "0">:$shift,
    UnitAttr:$round,
    NN_ZeroPoint:$input_zp,
    NN_ZeroPoint:$output_zp,
    UnitAttr:$ignore_nan,
    DefaultValuedAttr<NN_Prologue, "{}">:$prologue,
    NN_EpilogueArg:$epilogue);
  let results = (outs NN_Tensor:$output);
  let assemblyFormat = [{
    `` $kind $inputs (`shift` `=` $shift^)? (`round` $round^)?
    (`input_zp` `=` $input_zp^)? (`output_zp` `=` $output_zp^)?
    (`ignore_nan` $ignore_nan^)? (`prologue` $prologue^)? (`epilogue` $epilogue^)? attr-dict
    `:` functional-type(operands, results)
  }];
  let builders = [
    OpBuilder<(ins "::mlir::RankedTensorType":$type, "ElementwiseKind":$kind,
      "::mlir::ValueRange":$inputs,
      CArg<"::llvm::ArrayRef<::mlir::Attribute>", "{}">:$epilogue)>
  ];
  let extraClassDeclaration = [{
    /// Element type of input `index` after its prologue.
    ::mlir::Type getPrologueType(unsigned index);
  }];
}

def NN_ReduceOp : NN_EpilogueLayer<"reduce", "Reduce"> {
  let summary = "one element from all those along an axis";
  let description = [{
    The axis stays with length 1, except for `argmax`, which drops it and gives
    the first index of the largest element as i32. sum and product are of i32, or
    of floats giving f32 before the epilogue; max and min of i8, i16, i32 and
    floats; all and any of i1; argmax of i8, i16 and floats. `ignore_nan` makes
    max, min and argmax of floats pass over every NaN.
  }];
  let arguments = (ins
    NN_ReduceKindAttr:$kind,
    NN_Tensor:$input,
    I64Attr:$axis,
    UnitAttr:$ignore_nan,
    NN_EpilogueArg:$epilogue);
  let results = (outs NN_Tensor:$output);
  let assemblyFormat = [{
    `` $kind $input `axis` `=` $axis (`ignore_nan` $ignore_nan^)?
    (`epilogue` $epilogue^)? attr-dict
    `:` functional-type(operands, results)
  }];
}

#endif // LACUNA_DIALECT_NN_IR_NNPOINTWISEOPS_TD
