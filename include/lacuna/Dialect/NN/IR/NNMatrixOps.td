// Layers of the matrix engine, and pooling, which shares their windows.

#ifndef LACUNA_DIALECT_NN_IR_NNMATRIXOPS_TD
#define LACUNA_DIALECT_NN_IR_NNMATRIXOPS_TD

include "lacuna/Dialect/NN/IR/NNOpBase.td"

class NN_MatrixLayer<string mnemonic>
    : NN_EpilogueLayer<mnemonic, "Matrix", ["getWeightsOperand", "getMacs"]>;

class NN_Convolution<string mnemonic, int rank = 4, string noDilation = "{1, 1}">
    : NN_MatrixLayer<mnemonic> {
  let arguments = (ins
    NN_TensorOfRank<rank>:$input,
    NN_TensorOfRank<rank>:$weights,
    Optional<NN_TensorOfRank<1>>:$bias,
    DenseI64ArrayAttr:$stride,
    DenseI64ArrayAttr:$padding,
    DefaultValuedAttr<DenseI64ArrayAttr, noDilation>:$dilation,
    NN_ZeroPoint:$input_zp,
    NN_ZeroPoint:$weight_zp,
    TypeAttr:$acc_type,
    NN_EpilogueArg:$epilogue);
  let results = (outs NN_TensorOfRank<rank>:$output);
  let assemblyFormat = [{
    $input `,` $weights (`bias` $bias^)? `stride` `=` $stride
    `padding` `=` $padding (`dilation` `=` $dilation^)?
    (`input_zp` `=` $input_zp^)? (`weight_zp` `=` $weight_zp^)?
    `acc` `=` $acc_type (`epilogue` $epilogue^)? attr-dict
    `:` functional-type(operands, results)
  }];
}

def NN_Conv2DOp : NN_Convolution<"conv2d"> {
  let summary = "two-dimensional convolution";
  let description = [{
    `input` is [N, H, W, IC], `weights` [OC, KH, KW, IC], `bias` [OC] or [1] of
    the accumulator type, `padding` [top, bottom, left, right]. An element of
    padding has the value `input_zp`, so it adds nothing.

    `acc[n, y, x, o] = bias[o] + sum over ky, kx, i of (input[n, y * stride_y +
    ky * dilation_y - top, ..., i] - input_zp) * (weights[o, ky, kx, i] -
    weight_zp)`; the epilogue follows. The result has
    `floor((H + top + bottom - (KH - 1) * dilation_y - 1) / stride_y) + 1` rows;
    columns likewise. Trailing rows that no window reaches are not read (TOSA
    forbids them; a slice that cuts them off fuses into this form).

    Floats of any two types accumulate in f32, and so does every other matrix
    layer: `acc = f32`, the bias is f32, and a narrower result begins its
    epilogue, but for a scale, with the cast that rounds it.
  }];
}

def NN_DepthwiseConv2DOp : NN_Convolution<"depthwise_conv2d"> {
  let summary = "convolution of each channel by itself";
  let description = [{
    As `nn.conv2d`, but `weights` is [KH, KW, C, M] and channel `c * M + m` of
    the result [N, OH, OW, C * M] sees channel `c` of the input alone.
  }];
}

def NN_Conv3DOp : NN_Convolution<"conv3d", 5, "{1, 1, 1}"> {
  let summary = "three-dimensional convolution";
  let description = [{
    As `nn.conv2d` with one axis more, outside rows and columns: `input` is [N,
    D, H, W, IC], `weights` [OC, KD, KH, KW, IC], `stride` and `dilation` are
    [depth, height, width], `padding` [front, back, top, bottom, left, right].
  }];
}

def NN_TransposeConv2DOp : NN_MatrixLayer<"transpose_conv2d"> {
  let summary = "transposed two-dimensional convolution";
  let description = [{
    `input` is [N, H, W, IC], `weights` [OC, KH, KW, IC], `bias` [OC] or [1] of
    the accumulator type, `out_padding` [top, bottom, left, right]: rows and
    columns added to the result, or cut off it where negative, each above -KH or
    -KW.

    Input element (y, x) adds `(input - input_zp) * (weights - weight_zp)` to the
    results (y * stride_y + top + ky, x * stride_x + left + kx) for all taps ky,
    kx that fall inside; the bias and the epilogue follow. The result has
    `(H - 1) * stride_y + top + bottom + KH` rows; columns likewise.

    Multiply-accumulates are those of the phases that the layer falls into (see
    `phasesOf`): taps that meet no input element are not among them.
  }];
  let arguments = (ins
    NN_TensorOfRank<4>:$input,
    NN_TensorOfRank<4>:$weights,
    Optional<NN_TensorOfRank<1>>:$bias,
    DenseI64ArrayAttr:$stride,
    DenseI64ArrayAttr:$out_padding,
    NN_ZeroPoint:$input_zp,
    NN_ZeroPoint:$weight_zp,
    TypeAttr:$acc_type,
    NN_EpilogueArg:$epilogue);
  let results = (outs NN_TensorOfRank<4>:$output);
  let assemblyFormat = [{
    $input `,` $weights (`bias` $bias^)? `stride` `=` $stride
    `out_padding` `=` $out_padding (`input_zp` `=` $input_zp^)?
    (`weight_zp` `=` $weight_zp^)? `acc` `=` $acc_type
    (`epilogue` $epilogue^)? attr-dict
    `:` functional-type(operands, results)
  }];
}

def NN_MatMulOp : NN_MatrixLayer<"matmul"> {
  let summary = "batched matrix product";
  let description = [{
    `input` [N, H, C] times `weights` [N, C, W] gives [N, H, W]; each operand's
    zero point is subtracted first.
  }];
  let arguments = (ins
    NN_TensorOfRank<3>:$input,
    NN_TensorOfRank<3>:$weights,
    NN_ZeroPoint:$input_zp,
    NN_ZeroPoint:$weight_zp,
    TypeAttr:$acc_type,
    NN_EpilogueArg:$epilogue);
  let results = (outs NN_TensorOfRank<3>:$output);
  let assemblyFormat = [{
    $input `,` $weights (`input_zp` `=` $input_zp^)?
    (`weight_zp` `=` $weight_zp^)? `acc` `=` $acc_type
    (`epilogue` $epilogue^)? attr-dict `:` functional-type(operands, results)
  }];
}

def NN_PoolOp : NN_EpilogueLayer<"pool", "Pool"> {
  let summary = "average or maximum over a window";
  let description = [{
    `input` is [N, H, W, C]. Elements of padding take no part: an average divides
    by the number of elements inside the input, as TOSA 1.0 does. `input_zp` and
    `output_zp` belong to `avg`, whose sum is of `acc_type`: i32 for integers,
    f32 for floats, of which the average is f32 too, before the epilogue.
    `ignore_nan` belongs to `max` of floats: the greatest of the elements that
    are no NaN.
  }];
  let arguments = (ins
    NN_PoolKindAttr:$kind,
    NN_TensorOfRank<4>:$input,
    DenseI64ArrayAttr:$kernel,
    DenseI64ArrayAttr:$stride,
    DenseI64ArrayAttr:$padding,
    NN_ZeroPoint:$input_zp,
    NN_ZeroPoint:$output_zp,
    OptionalAttr<TypeAttr>:$acc_type,
    UnitAttr:$ignore_nan,
    NN_EpilogueArg:$epilogue);
  let results = (outs NN_TensorOfRank<4>:$output);
  let assemblyFormat = [{
    `` $kind $input `kernel` `=` $kernel `stride` `=` $stride
    `padding` `=` $padding (`input_zp` `=` $input_zp^)?
    (`output_zp` `=` $output_zp^)? (`acc` `=` $acc_type^)?
    (`ignore_nan` $ignore_nan^)? (`epilogue` $epilogue^)? attr-dict
    `:` functional-type(operands, results)
  }];
}

#endif // LACUNA_DIALECT_NN_IR_NNMATRIXOPS_TD
