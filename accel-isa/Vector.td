//===- Vector.td - VECTOR: accumulators and scratchpad to scratchpad ------===//
//
// A small set of general instructions: one that rescales what the array summed,
// one for everything elementwise, one for windows, one for reductions.
//
//===----------------------------------------------------------------------===//

#ifndef ACCEL_ISA_VECTOR_TD
#define ACCEL_ISA_VECTOR_TD

include "Base.td"

def Rounding : EnumKind<"Rounding", ["single", "double", "inexact"]>;
/// What a parameter record holds for each channel, little-endian, packed.
def ParameterFormat : EnumKind<"ParameterFormat",
    ["none", "bias", "scale", "bias_scale"]>;
def MapOperation : EnumKind<"MapOperation", [
    "copy", "add", "subtract", "multiply", "maximum", "minimum", "absolute",
    "and", "or", "xor", "not", "shift_left", "shift_right",
    "shift_right_arithmetic", "count_leading_zeros", "equal", "greater",
    "greater_equal", "select", "divide", "table", "reciprocal",
    "reciprocal_sqrt", "exp", "log", "power", "sigmoid", "tanh", "erf", "sine",
    "cosine", "floor", "ceiling", "negate"]>;
def PoolOperation : EnumKind<"PoolOperation",
    ["average", "maximum", "nearest", "linear"]>;
def ReduceOperation : EnumKind<"ReduceOperation",
    ["sum", "maximum", "minimum", "product", "all", "any", "argmax"]>;

class ZeroPoint<string n, string doc>
    : Optional<SInt, n, doc, "0", -32768, 65535>;
class Multiplier<string n, string doc>
    : Optional<SInt, n, doc, "0", 0, 2147483647>;
class Shift<string n, string doc> : Optional<UInt, n, doc, "0", 0, 62>;
class IgnoreNan<string doc> : Optional<Flag, "ignore_nan", doc, "false">;
/// Floats have none of the fields of integer arithmetic; the expression says
/// where that is kept.
class FloatFields<string prefix, code expression>
    : Rule<prefix # "-float-fields",
           "floats have no zero points, integer multipliers, shifts, roundings "
           "or tables; their immediates and limits are the bits of an fp32, 0 to "
           "2^32 - 1; ignore_nan is theirs alone", expression>;
/// The last steps of most VECTOR instructions: scale, offset, clamp.
class OutputFields {
  list<Field> scaleFields = [
    Multiplier<"multiplier", "of the rescale; absent: values pass unscaled">,
    Shift<"shift", "of the rescale, to the right">,
    Optional<Rounding, "rounding", "of every rescale here", "Rounding::Single">,
    ZeroPoint<"dst_zero_point", "added after the rescale">
  ];
  list<Field> clampFields = [
    Optional<SInt, "clamp_min", "least value written, of a float the bits of an fp32; absent: the type's", "kNoMin", -140737488355328, 140737488355327>,
    Optional<SInt, "clamp_max", "greatest value written, of a float the bits of an fp32; absent: the type's", "kNoMax", -140737488355328, 140737488355327>
  ];
}

def Rescale : Instruction<"rescale", 0x30, VectorEngine>, OutputFields {
  let summary = "sums to activations: bias, rescale, zero point, clamp, table";
  let semantics = "dst[c] = table[clamp(scale(src[c] - src_zero_point + bias[n], multiplier[n], shift[n]) + dst_zero_point)], n the last coordinate of c";
  let notes = [{Every step but the copy is optional. A parameter record holds, in this
order, what parameter_format names: bias (4 bytes, or 6 where src is i48),
multiplier (4 bytes), shift (1 byte). src plus bias wraps to 32 bits, or 48 where src
is i48. The result saturates to dst_type before the
clamp. The table has 256 bytes and is indexed by the clamped value, from -128 (or 0
where dst_type is unsigned). With scale16 the multiplier has 16 bits and the shift
applies as TOSA's apply_scale_16 says.

Where src is a float, a record holds bias and scale, an fp32 each, and the result is
(src + bias) * scale in fp32, converted to dst_type (integers too, as map's copy does),
then clamped. Without a bias, +0 is added.}];
  let fields = !listconcat([
    Field<Dims, "dims", "extents; the last one counts channels">,
    Field<Scratchpad, "dst", "the result">,
    Field<Strides, "dst_strides", "elements, one an extent">,
    Field<OnChip, "src", "the sums, or any elements">,
    Field<Strides, "src_strides", "elements, one an extent">,
    Field<Type, "src_type", "type of src">,
    Field<Type, "dst_type", "type of dst">,
    Optional<ParameterFormat, "parameter_format", "what a record holds",
             "ParameterFormat::None">,
    Optional<Scratchpad, "parameters", "records, one a channel">,
    ZeroPoint<"src_zero_point", "subtracted first">,
    Optional<Flag, "scale16", "the multiplier has 16 bits", "false">
  ], scaleFields, clampFields, [
    Optional<Scratchpad, "table", "256 bytes, looked up last">,
    Optional<Flag, "use_table", "look up in table", "false">,
    IgnoreNan<"a NaN becomes clamp_min, else it stays">
  ]);
  let accesses = [
    TypedAccess<Writes, "dst", "dst_strides", "dst_type", [AlongAll<"dims">]>,
    TypedAccess<Reads, "src", "src_strides", "src_type", [AlongAll<"dims">]>,
    BlockAccess<Reads, "parameters", [AlongLast<"dims">],
      [{ parameterBytes(inst.parameterFormat, inst.srcType) }]>,
    BlockAccess<Reads, "table", [], [{ inst.useTable ? 256 : 0 }]>
  ];
  let rules = [
    Rule<"rescale-types", "VECTOR converts between these types",
         [{ machine.vectorSupports(inst.srcType) && machine.vectorSupports(inst.dstType) }]>,
    Rule<"rescale-table", "a table gives 8-bit results",
         [{ !inst.useTable || getInfo(inst.dstType).bits == 8 }]>,
    Rule<"rescale-floats", "a float comes of a float alone",
         [{ isFloat(inst.srcType) || !isFloat(inst.dstType) }]>,
    FloatFields<"rescale", [{ keepsFloatFields(inst) }]>
  ];
  let cost = "vector";
}

def Map : Instruction<"map", 0x31, VectorEngine>, OutputFields {
  let summary = "one operation on every element of one to three operands";
  let semantics = "dst[c] = clamp(scale(op(scale(a[c] - a_zero_point), scale(b[c] - b_zero_point), c[c])) + dst_zero_point)";
  let notes = [{A stride of 0 repeats an operand along that extent (broadcast); a
negative one reverses. Where `b` is absent, its value is `immediate`. The operands'
scales serve residual adds whose inputs have scales of their own. `multiply` shifts
its 64-bit product right by product_shift, rounding half up, before the last scale.
`select` takes b where a is not 0, else c. `table` looks a up in table: 256
entries of dst_type for an a of up to 8 bits; 513 of i16 with linear interpolation,
giving i32, for a wider one, which saturates to 16 bits. The first entry is that of a's
least value.

A scaled operand saturates to i32. Sums, differences, products and quotients wrap to
32 bits, or 48 where an operand has as many; a shift wraps to the type of a, and its
amount is taken modulo that type's width. The final result saturates to dst_type.

Floats are computed with in fp32, whatever their types, and the result converted to
dst_type, clamped (in fp32 again), and converted. `copy` converts between any two types;
between floats of one type, without limits, it moves bits, as `select` does, whose a is
an integer. Comparisons of floats give integers. `divide`, `table`, the shifts and the
logical operations are for integers, the operations from `reciprocal` on for floats.}];
  let fields = !listconcat([
    Field<MapOperation, "operation", "what to do">,
    Field<Dims, "dims", "extents, outermost first">,
    Field<OnChip, "dst", "the result">,
    Field<Strides, "dst_strides", "elements, one an extent">,
    Field<Type, "dst_type", "type of dst">,
    Field<OnChip, "a", "first operand">,
    Field<Strides, "a_strides", "elements, one an extent">,
    Field<Type, "a_type", "type of a">,
    Optional<Flag, "use_b", "b comes from memory", "false">,
    Optional<OnChip, "b", "second operand">,
    Optional<Strides, "b_strides", "elements, one an extent">,
    Optional<Type, "b_type", "type of b", "ElementType::I8">,
    Optional<Flag, "use_c", "c comes from memory", "false">,
    Optional<OnChip, "c", "third operand">,
    Optional<Strides, "c_strides", "elements, one an extent">,
    Optional<Type, "c_type", "type of c", "ElementType::I8">,
    Optional<SInt, "immediate", "b, where it is absent; where a is a float, the bits of an fp32", "0", -140737488355328, 140737488355327>,
    ZeroPoint<"a_zero_point", "subtracted from a">,
    Multiplier<"a_multiplier", "of a's scale; absent: unscaled">,
    Shift<"a_shift", "of a's scale">,
    ZeroPoint<"b_zero_point", "subtracted from b">,
    Multiplier<"b_multiplier", "of b's scale; absent: unscaled">,
    Shift<"b_shift", "of b's scale">,
    Shift<"product_shift", "of multiply; also: 1 to round a shift_right_arithmetic">
  ], scaleFields, clampFields, [
    Optional<Scratchpad, "table", "entries, where operation is table">,
    IgnoreNan<"maximum, minimum and limits take the other operand of a NaN, else they give it">
  ]);
  let accesses = [
    TypedAccess<Writes, "dst", "dst_strides", "dst_type", [AlongAll<"dims">]>,
    TypedAccess<Reads, "a", "a_strides", "a_type", [AlongAll<"dims">]>,
    OptionalAccess<Reads, "b", "b_strides", "b_type", [AlongAll<"dims">], "use_b">,
    OptionalAccess<Reads, "c", "c_strides", "c_type", [AlongAll<"dims">], "use_c">,
    BlockAccess<Reads, "table", [], [{ tableBytes(inst.operation, inst.aType, inst.dstType) }]>
  ];
  let rules = [
    Rule<"map-types", "VECTOR works on these types",
         [{ machine.vectorSupports(inst.aType) && machine.vectorSupports(inst.dstType) && (!inst.useB || machine.vectorSupports(inst.bType)) && (!inst.useC || machine.vectorSupports(inst.cType)) }]>,
    Rule<"map-select", "select needs three operands",
         [{ inst.operation != MapOperation::Select || (inst.useB && inst.useC) }]>,
    Rule<"map-floats", "the operation takes these types together",
         [{ combinesTypes(inst) }]>,
    FloatFields<"map", [{ keepsFloatFields(inst) }]>
  ];
  let cost = "vector";
}

/// Sums of weighted elements are wider than what a pool reads.
class PoolResult : Access<Writes, "dst", "dst_strides",
    [Along<"rows">, Along<"columns">, Along<"channels">]> {
  let elementBytes = [{ poolResultBytes(inst.operation, inst.type) }];
}

def Pool : Instruction<"pool", 0x32, VectorEngine>, OutputFields {
  let summary = "average, maximum or interpolation over a window";
  let semantics = "dst[r,c,n] = op over kr,kc of src[(r*stride_rows + phase_rows)/divisor_rows + kr - padding_top, (c*stride_columns + phase_columns)/divisor_columns + kc - padding_left, n]";
  let notes = [{Quotients are rounded down. Taps outside the input are left out, of the
average's count too. The average is the sum of (src - src_zero_point), divided by the
count of taps inside as TOSA's reciprocal_scale says, plus dst_zero_point, saturated to
the type.

`nearest` and `linear` have two taps a dimension. With f the remainder of the quotient,
the first weighs divisor - f and the second f. nearest takes the second if 2*f is at least
the divisor, else the first; linear is the sum of the four elements times both their
weights, unscaled: i32 where type has 8 bits, else i48, wrapped. In place of a tap outside
comes its neighbour inside.

Floats are added in fp32, row by row; the average is the sum divided by the count,
converted to the type. linear weighs by fractions, f / divisor, and gives the type.}];
  let fields = !listconcat([
    Field<PoolOperation, "operation", "what to do">,
    Field<Scratchpad, "dst", "the result">,
    Field<Strides, "dst_strides", "elements: row, column, channel">,
    Field<Scratchpad, "src", "the input">,
    Field<Strides, "src_strides", "elements: row, column, channel">,
    Field<Type, "type", "type of src, and of dst unless operation is linear">,
    Optional<IntervalKind, "rows", "output rows", "Interval(1)">,
    Optional<IntervalKind, "columns", "output columns", "Interval(1)">,
    Field<IntervalKind, "channels", "channels">,
    Optional<IntervalKind, "kernel_rows", "rows of the window", "Interval(1)">,
    Optional<IntervalKind, "kernel_columns", "columns of the window", "Interval(1)">,
    Optional<UInt, "stride_rows", "input rows a step, times divisor_rows", "1", 1>,
    Optional<UInt, "stride_columns", "input columns a step, times divisor_columns", "1", 1>,
    Optional<UInt, "padding_top", "rows of padding above the input", "0">,
    Optional<UInt, "padding_left", "columns of padding before the input", "0">,
    Optional<UInt, "src_rows", "rows that the input has", "1">,
    Optional<UInt, "src_columns", "columns that the input has", "1">,
    ZeroPoint<"src_zero_point", "subtracted from every element (average)">,
    ZeroPoint<"dst_zero_point", "added to the average">
  ], clampFields, [
    Optional<UInt, "divisor_rows", "parts of an input row in which stride_rows counts", "1", 1, 65535>,
    Optional<UInt, "divisor_columns", "parts of an input column in which stride_columns counts", "1", 1, 65535>,
    Optional<UInt, "phase_rows", "such parts before the first output row", "0", 0, 65534>,
    Optional<UInt, "phase_columns", "such parts before the first output column", "0", 0, 65534>,
    IgnoreNan<"a maximum is that of the elements that are numbers, and limits take no NaN">
  ]);
  let accesses = [
    PoolResult<>,
    TypedAccess<Reads, "src", "src_strides", "type",
      [Window<"rows", "kernel_rows", "stride_rows", "", "padding_top", "src_rows", "divisor_rows", "phase_rows">,
       Window<"columns", "kernel_columns", "stride_columns", "", "padding_left", "src_columns", "divisor_columns", "phase_columns">,
       Along<"channels">]>
  ];
  let rules = [
    Rule<"pool-types", "VECTOR pools this type",
         [{ machine.vectorSupports(inst.type) && machine.vectorSupports(poolResultType(inst.operation, inst.type)) }]>,
    Rule<"pool-phase", "a phase is less than its divisor",
         [{ inst.phaseRows < inst.divisorRows && inst.phaseColumns < inst.divisorColumns }]>,
    Rule<"pool-taps", "interpolation is between two taps a dimension, of floats or at most 16 bits",
         [{ !interpolates(inst.operation) || (inst.kernelRows == Interval(2) && inst.kernelColumns == Interval(2) && (getInfo(inst.type).bits <= 16 || isFloat(inst.type))) }]>,
    FloatFields<"pool", [{ keepsFloatFields(inst) }]>
  ];
  let cost = "pool";
}

def Reduce : Instruction<"reduce", 0x33, VectorEngine> {
  let summary = "sum, maximum or the like along one extent";
  let semantics = "dst[outer] = op over i of src[outer, i]";
  let notes = [{argmax writes the first index of the greatest element. Floats are
combined in fp32 in the order of i, and the result converted to dst_type.}];
  let fields = [
    Field<ReduceOperation, "operation", "what to do">,
    Field<Dims, "dims", "extents of dst, outermost first">,
    Field<Scratchpad, "dst", "the result">,
    Field<Strides, "dst_strides", "elements, one an outer extent">,
    Field<Type, "dst_type", "type of dst">,
    Field<OnChip, "src", "the operand">,
    Field<Strides, "src_strides", "elements: outer extents, then the reduced one">,
    Field<Type, "src_type", "type of src">,
    Field<IntervalKind, "reduced", "extent along which to reduce">,
    IgnoreNan<"maximum, minimum and argmax are those of the elements that are numbers">
  ];
  let accesses = [
    TypedAccess<Writes, "dst", "dst_strides", "dst_type", [AlongAll<"dims">]>,
    TypedAccess<Reads, "src", "src_strides", "src_type",
      [AlongAll<"dims">, Along<"reduced">]>
  ];
  let rules = [
    Rule<"reduce-types", "VECTOR works on these types",
         [{ machine.vectorSupports(inst.srcType) && machine.vectorSupports(inst.dstType) }]>,
    Rule<"reduce-floats", "the operation takes these types together",
         [{ combinesTypes(inst) }]>,
    FloatFields<"reduce", [{ keepsFloatFields(inst) }]>
  ];
  let cost = "reduce";
}

#endif // ACCEL_ISA_VECTOR_TD
