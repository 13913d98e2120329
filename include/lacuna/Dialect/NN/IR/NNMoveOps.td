// Constants, views, and layers that move elements without computing.

#ifndef LACUNA_DIALECT_NN_IR_NNMOVEOPS_TD
#define LACUNA_DIALECT_NN_IR_NNMOVEOPS_TD

include "lacuna/Dialect/NN/IR/NNOpBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"

def NN_ConstantOp : Op<NN_Dialect, "constant",
    [Pure, ConstantLike, AllTypesMatch<["value", "output"]>]> {
  let summary = "weights, bias or any other constant tensor";
  let arguments = (ins ElementsAttr:$value);
  let results = (outs NN_Tensor:$output);
  let assemblyFormat = "attr-dict $value";
  let hasVerifier = 1;
  let hasFolder = 1;
  let builders = [OpBuilder<(ins "::mlir::ElementsAttr":$value), [{
    build($_builder, $_state, value.getShapedType(), value);
  }]>];
}

def NN_ReshapeOp : NN_Layer<"reshape", "View"> {
  let summary = "the same elements in the same order under another shape";
  let description = [{A view: no byte moves.}];
  let arguments = (ins NN_Tensor:$input);
  let results = (outs NN_Tensor:$output);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

def NN_PadOp : NN_Layer<"pad", "Move"> {
  let summary = "a border of one value";
  let description = [{Of floats, `value` is the bits of the element.}];
  let arguments = (ins NN_Tensor:$input, DenseI64ArrayAttr:$low,
    DenseI64ArrayAttr:$high, I64Attr:$value);
  let results = (outs NN_Tensor:$output);
  let assemblyFormat = [{
    $input `low` `=` $low `high` `=` $high `value` `=` $value attr-dict
    `:` functional-type(operands, results)
  }];
}

def NN_SliceOp : NN_Layer<"slice", "Move"> {
  let summary = "a box of the input, of the result's shape, from `start` on";
  let arguments = (ins NN_Tensor:$input, DenseI64ArrayAttr:$start);
  let results = (outs NN_Tensor:$output);
  let assemblyFormat = [{
    $input `start` `=` $start attr-dict `:` functional-type(operands, results)
  }];
}

def NN_ConcatOp : NN_Layer<"concat", "Move"> {
  let summary = "inputs one after another along `axis`";
  let arguments = (ins Variadic<NN_Tensor>:$inputs, I64Attr:$axis);
  let results = (outs NN_Tensor:$output);
  let assemblyFormat = [{
    $inputs `axis` `=` $axis attr-dict `:` functional-type(operands, results)
  }];
}

def NN_TransposeOp : NN_Layer<"transpose", "Move"> {
  let summary = "axes reordered: axis i of the result is axis perms[i]";
  let arguments = (ins NN_Tensor:$input, DenseI64ArrayAttr:$perms);
  let results = (outs NN_Tensor:$output);
  let assemblyFormat = [{
    $input `perms` `=` $perms attr-dict `:` functional-type(operands, results)
  }];
  let hasFolder = 1;
}

def NN_ReverseOp : NN_Layer<"reverse", "Move"> {
  let summary = "elements along `axis` in the opposite order";
  let arguments = (ins NN_Tensor:$input, I64Attr:$axis);
  let results = (outs NN_Tensor:$output);
  let assemblyFormat = [{
    $input `axis` `=` $axis attr-dict `:` functional-type(operands, results)
  }];
}

def NN_TileOp : NN_Layer<"tile", "Move"> {
  let summary = "the input repeated, as often along each axis as fills the result";
  let arguments = (ins NN_Tensor:$input);
  let results = (outs NN_Tensor:$output);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

def NN_GatherOp : NN_Layer<"gather", "Move"> {
  let summary = "output[n, w, c] = values[n, indices[n, w], c]";
  let description = [{
    `values` [N, K, C], `indices` [N, W] of i32, result [N, W, C]. An index
    outside 0 ... K - 1 is an error when the program runs.
  }];
  let arguments = (ins NN_TensorOfRank<3>:$values, NN_TensorOfRank<2>:$indices);
  let results = (outs NN_TensorOfRank<3>:$output);
  let assemblyFormat = [{
    $values `at` $indices attr-dict `:` functional-type(operands, results)
  }];
}

def NN_ScatterOp : NN_Layer<"scatter", "Move"> {
  let summary = "values, with output[n, indices[n, w], c] = input[n, w, c]";
  let description = [{
    `values` [N, K, C], `indices` [N, W] of i32, `input` [N, W, C], result
    [N, K, C]. An index outside 0 ... K - 1 is an error when the program runs;
    of indices that are equal for one n, the one of the greatest w counts.
  }];
  let arguments = (ins NN_TensorOfRank<3>:$values, NN_TensorOfRank<2>:$indices,
    NN_TensorOfRank<3>:$input);
  let results = (outs NN_TensorOfRank<3>:$output);
  let assemblyFormat = [{
    $input `into` $values `at` $indices attr-dict
    `:` functional-type(operands, results)
  }];
}

def NN_ResizeOp : NN_EpilogueLayer<"resize", "Move"> {
  let summary = "an image sampled at another scale";
  let description = [{
    `input` [N, H, W, C]; `scale` [y numerator, y denominator, x numerator, x
    denominator], `offset` and `border` [y, x], as TOSA 1.0 RESIZE. nearest
    keeps the element type; bilinear of i8 gives i32, of i16 gives i48, of
    floats f32, all before the epilogue.
  }];
  let arguments = (ins
    NN_ResizeModeAttr:$mode,
    NN_TensorOfRank<4>:$input,
    DenseI64ArrayAttr:$scale,
    DenseI64ArrayAttr:$offset,
    DenseI64ArrayAttr:$border,
    NN_EpilogueArg:$epilogue);
  let results = (outs NN_TensorOfRank<4>:$output);
  let assemblyFormat = [{
    `` $mode $input `scale` `=` $scale `offset` `=` $offset `border` `=` $border
    (`epilogue` $epilogue^)? attr-dict `:` functional-type(operands, results)
  }];
}

#endif // LACUNA_DIALECT_NN_IR_NNMOVEOPS_TD
