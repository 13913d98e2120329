//===- Matrix.td - MATRIX: scratchpad x scratchpad to accumulators --------===//

#ifndef ACCEL_ISA_MATRIX_TD
#define ACCEL_ISA_MATRIX_TD

include "Base.td"

def Accumulation : EnumKind<"Accumulation", ["set", "add", "first"]>;

/// Output coordinates, the window over the input, and the types.
class WindowFields {
  list<Field> scalarFields = [
    Field<Scratchpad, "weights", "the weights">,
    Field<Type, "src_type", "type of the input">,
    Field<Type, "weight_type", "type of the weights">,
    Field<Type, "dst_type", "type of the sums: i32 or i48, or fp32 of floats">
  ];
  list<Field> extentFields = [
    Optional<IntervalKind, "rows", "output rows", "Interval(1)">,
    Optional<IntervalKind, "columns", "output columns", "Interval(1)">,
    Field<IntervalKind, "channels", "output channels">,
    Optional<IntervalKind, "kernel_rows", "rows of the kernel", "Interval(1)">,
    Optional<IntervalKind, "kernel_columns", "columns of the kernel", "Interval(1)">
  ];
  list<Field> outputFields = !listconcat([
    Field<Accumulator, "dst", "the sums">,
    Field<Strides, "dst_strides", "elements: row, column, channel">,
    Field<Scratchpad, "src", "the input">,
    Field<Strides, "src_strides", "elements: row, column, depth">
  ], scalarFields, extentFields);
  list<Field> windowFields = [
    Optional<UInt, "stride_rows", "input rows a step", "1", 1>,
    Optional<UInt, "stride_columns", "input columns a step", "1", 1>,
    Optional<UInt, "dilation_rows", "input rows between taps", "1", 1>,
    Optional<UInt, "dilation_columns", "input columns between taps", "1", 1>,
    Optional<UInt, "padding_top", "rows of padding above the input", "0">,
    Optional<UInt, "padding_left", "columns of padding before the input", "0">,
    Optional<UInt, "src_rows", "rows that the input has", "1">,
    Optional<UInt, "src_columns", "columns that the input has", "1">
  ];
  list<Field> arithmeticFields = [
    Optional<SInt, "src_zero_point", "subtracted from every input element", "0", -32768, 32767>,
    Optional<SInt, "weight_zero_point", "subtracted from every weight", "0", -32768, 32767>,
    Optional<Accumulation, "accumulate",
      "set: start new sums; add: add to what is there; first: start where every reduction extent starts at 0, else add",
      "Accumulation::Set">
  ];
  list<Field> patternFields = [
    Optional<UInt, "nonzeros",
      "weights of a group that may differ from their zero point; 0: all", "0", 0, 64>,
    Optional<UInt, "group",
      "terms of an output channel in a row that are a group; 0: no groups", "0", 0, 64>
  ];
  Coordinate rowWindow = Window<"rows", "kernel_rows", "stride_rows",
      "dilation_rows", "padding_top", "src_rows">;
  Coordinate columnWindow = Window<"columns", "kernel_columns", "stride_columns",
      "dilation_columns", "padding_left", "src_columns">;
  Access sums = TypedAccess<Updates, "dst", "dst_strides", "dst_type",
      [Along<"rows">, Along<"columns">, Along<"channels">]>;
  Rule types = Rule<"matrix-types",
      "the array multiplies these types into this accumulator",
      [{ machine.supports(inst.srcType, inst.weightType, inst.dstType) }]>;
  Rule pattern = Rule<"matrix-sparsity",
      "the array has this pattern of nonzeros in a group of weights",
      [{ (inst.nonzeros == 0 && inst.group == 0) ||
         machine.supportsPattern(inst.nonzeros, inst.group) }]>;
  Rule zeroPoints = Rule<"matrix-zero-points",
      "floats have no zero points",
      [{ !isFloat(inst.srcType) || (inst.srcZeroPoint == 0 && inst.weightZeroPoint == 0) }]>;
  Rule packing = Rule<"packed-weights",
      "every stride of i4 weights but the last is even",
      [{ rowsStartAtBytes(inst.weightStrides, inst.weightType) }]>;
}

def Conv : Instruction<"conv", 0x20, MatrixEngine>, WindowFields {
  let summary = "convolution or matrix product by an implicit window";
  let semantics = "dst[r,c,n] (+)= sum over kr,kc,k of (src[r*stride_rows + kr*dilation_rows - padding_top, c*stride_columns + kc*dilation_columns - padding_left, k] - src_zero_point) * (weights[n,kr,kc,k] - weight_zero_point)";
  let notes = [{A tap outside the input adds nothing. A matrix product is the case
of one row, one tap, `columns` x `channels` outputs and `depth` terms. The array
works on rows x columns of outputs at a time: pixels on its rows, channels on its
columns. With `nonzeros` and `group`, each output channel's terms, in the order of
the sum and from the first of this instruction on, are cut into groups (the last
one may be short) of which no more than `nonzeros` weights differ from
weight_zero_point, and the instruction takes the time of those; a group with more
stops the program.

Floats add up in fp32, term after term by fused multiply-add, in the order kernel row,
kernel column, depth, from +0 or from the sum that is there. A term whose weight or input
is +0 or -0 adds nothing, whatever the other is.}];
  let fields = !listconcat(outputFields, [
    Optional<IntervalKind, "depth", "input channels", "Interval(1)">,
    Field<Strides, "weight_strides",
          "elements: output channel, kernel row, kernel column, depth">
  ], windowFields, arithmeticFields, patternFields);
  let accesses = [
    sums,
    TypedAccess<Reads, "src", "src_strides", "src_type",
      [rowWindow, columnWindow, Along<"depth">]>,
    PackedAccess<Reads, "weights", "weight_strides", "weight_type",
      [Along<"channels">, Along<"kernel_rows">, Along<"kernel_columns">,
       Along<"depth">]>
  ];
  let rules = [types, zeroPoints, packing, pattern];
  let cost = "conv";
}

def Depthwise : Instruction<"depthwise", 0x21, MatrixEngine>, WindowFields {
  let summary = "convolution in which each output channel reads one input channel";
  let semantics = "dst[r,c,n] (+)= sum over kr,kc of (src[r*stride_rows + kr*dilation_rows - padding_top, c*stride_columns + kc*dilation_columns - padding_left, n / multiplier] - src_zero_point) * (weights[n,kr,kc] - weight_zero_point)";
  let notes = [{Floats add up as in conv, in the order kernel row, kernel column.}];
  let fields = !listconcat(outputFields, [
    Field<Strides, "weight_strides",
          "elements: output channel, kernel row, kernel column">,
    Optional<UInt, "multiplier", "output channels an input channel", "1", 1>
  ], windowFields, arithmeticFields);
  let accesses = [
    sums,
    TypedAccess<Reads, "src", "src_strides", "src_type",
      [rowWindow, columnWindow, Quotient<"channels", "multiplier">]>,
    PackedAccess<Reads, "weights", "weight_strides", "weight_type",
      [Along<"channels">, Along<"kernel_rows">, Along<"kernel_columns">]>
  ];
  let rules = [types, zeroPoints, packing];
  let cost = "depthwise";
}

/// The window of conv in three dimensions: a stack of slices, each of which is
/// rows and columns.
def Conv3D : Instruction<"conv3d", 0x22, MatrixEngine>, WindowFields {
  let summary = "convolution by a window of three dimensions";
  let semantics = "dst[s,r,c,n] (+)= sum over ks,kr,kc,k of (src[s*stride_slices + ks*dilation_slices - padding_front, r*stride_rows + kr*dilation_rows - padding_top, c*stride_columns + kc*dilation_columns - padding_left, k] - src_zero_point) * (weights[n,ks,kr,kc,k] - weight_zero_point)";
  let notes = [{As conv, which is the case of one slice. The array takes the pixels
of all slices as one sequence. Floats add up as in conv, kernel slices outermost.}];
  Access sums3D = TypedAccess<Updates, "dst", "dst_strides", "dst_type",
      [Along<"slices">, Along<"rows">, Along<"columns">, Along<"channels">]>;
  let fields = !listconcat([
    Field<Accumulator, "dst", "the sums">,
    Field<Strides, "dst_strides", "elements: slice, row, column, channel">,
    Field<Scratchpad, "src", "the input">,
    Field<Strides, "src_strides", "elements: slice, row, column, depth">
  ], scalarFields, [
    Optional<IntervalKind, "slices", "output slices", "Interval(1)">
  ], extentFields, [
    Optional<IntervalKind, "kernel_slices", "slices of the kernel", "Interval(1)">,
    Optional<IntervalKind, "depth", "input channels", "Interval(1)">,
    Field<Strides, "weight_strides",
          "elements: output channel, kernel slice, kernel row, kernel column, depth">
  ], windowFields, [
    Optional<UInt, "stride_slices", "input slices a step", "1", 1>,
    Optional<UInt, "dilation_slices", "input slices between taps", "1", 1>,
    Optional<UInt, "padding_front", "slices of padding before the input", "0">,
    Optional<UInt, "src_slices", "slices that the input has", "1">
  ], arithmeticFields, patternFields);
  let accesses = [
    sums3D,
    TypedAccess<Reads, "src", "src_strides", "src_type",
      [Window<"slices", "kernel_slices", "stride_slices", "dilation_slices",
              "padding_front", "src_slices">,
       rowWindow, columnWindow, Along<"depth">]>,
    PackedAccess<Reads, "weights", "weight_strides", "weight_type",
      [Along<"channels">, Along<"kernel_slices">, Along<"kernel_rows">,
       Along<"kernel_columns">, Along<"depth">]>
  ];
  let rules = [types, zeroPoints, packing, pattern];
  let cost = "conv";
}

#endif // ACCEL_ISA_MATRIX_TD
