// Enumerations of the nn dialect and the stages of an epilogue.

#ifndef LACUNA_DIALECT_NN_IR_NNATTRIBUTES_TD
#define LACUNA_DIALECT_NN_IR_NNATTRIBUTES_TD

include "lacuna/Dialect/NN/IR/NNDialect.td"
include "lacuna/Dialect/NN/IR/NNInterfaces.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

class NN_Enum<string name, string summary, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::lacuna::nn";
  let genSpecializedAttr = 0;
}
class NN_EnumAttr<EnumAttrInfo enum, string mnemonic>
    : EnumAttr<NN_Dialect, enum, mnemonic> {
  let assemblyFormat = "$value";
}

def NN_Rounding : NN_Enum<"Rounding", "how a rescale rounds", [
  I32EnumAttrCase<"Single", 0, "single">,
  I32EnumAttrCase<"Double", 1, "double">,
  I32EnumAttrCase<"Inexact", 2, "inexact">
]>;

def NN_PoolKind : NN_Enum<"PoolKind", "what a pooling layer computes", [
  I32EnumAttrCase<"Avg", 0, "avg">,
  I32EnumAttrCase<"Max", 1, "max">
]>;
def NN_PoolKindAttr : NN_EnumAttr<NN_PoolKind, "pool_kind">;

def NN_ElementwiseKind : NN_Enum<"ElementwiseKind",
    "what an elementwise layer computes", [
  I32EnumAttrCase<"Identity", 0, "identity">,
  I32EnumAttrCase<"Add", 1, "add">,
  I32EnumAttrCase<"Sub", 2, "sub">,
  I32EnumAttrCase<"Mul", 3, "mul">,
  I32EnumAttrCase<"Max", 4, "max">,
  I32EnumAttrCase<"Min", 5, "min">,
  I32EnumAttrCase<"Abs", 6, "abs">,
  I32EnumAttrCase<"Negate", 7, "negate">,
  I32EnumAttrCase<"BitwiseNot", 8, "bitwise_not">,
  I32EnumAttrCase<"BitwiseAnd", 9, "bitwise_and">,
  I32EnumAttrCase<"BitwiseOr", 10, "bitwise_or">,
  I32EnumAttrCase<"BitwiseXor", 11, "bitwise_xor">,
  I32EnumAttrCase<"LogicalNot", 12, "logical_not">,
  I32EnumAttrCase<"LogicalAnd", 13, "logical_and">,
  I32EnumAttrCase<"LogicalOr", 14, "logical_or">,
  I32EnumAttrCase<"LogicalXor", 15, "logical_xor">,
  I32EnumAttrCase<"LogicalLeftShift", 16, "logical_left_shift">,
  I32EnumAttrCase<"LogicalRightShift", 17, "logical_right_shift">,
  I32EnumAttrCase<"ArithmeticRightShift", 18, "arithmetic_right_shift">,
  I32EnumAttrCase<"Clz", 19, "clz">,
  I32EnumAttrCase<"Equal", 20, "equal">,
  I32EnumAttrCase<"Greater", 21, "greater">,
  I32EnumAttrCase<"GreaterEqual", 22, "greater_equal">,
  I32EnumAttrCase<"Select", 23, "select">,
  I32EnumAttrCase<"IntDiv", 24, "intdiv">,
  I32EnumAttrCase<"Cast", 25, "cast">,
  I32EnumAttrCase<"Ceil", 26, "ceil">,
  I32EnumAttrCase<"Floor", 27, "floor">,
  I32EnumAttrCase<"Reciprocal", 28, "reciprocal">,
  I32EnumAttrCase<"Rsqrt", 29, "rsqrt">,
  I32EnumAttrCase<"Exp", 30, "exp">,
  I32EnumAttrCase<"Log", 31, "log">,
  I32EnumAttrCase<"Pow", 32, "pow">,
  I32EnumAttrCase<"Sigmoid", 33, "sigmoid">,
  I32EnumAttrCase<"Tanh", 34, "tanh">,
  I32EnumAttrCase<"Erf", 35, "erf">,
  I32EnumAttrCase<"Sin", 36, "sin">,
  I32EnumAttrCase<"Cos", 37, "cos">
]>;
def NN_ElementwiseKindAttr
    : NN_EnumAttr<NN_ElementwiseKind, "elementwise_kind">;

def NN_ReduceKind : NN_Enum<"ReduceKind", "what a reduction computes", [
  I32EnumAttrCase<"Sum", 0, "sum">,
  I32EnumAttrCase<"Max", 1, "max">,
  I32EnumAttrCase<"Min", 2, "min">,
  I32EnumAttrCase<"Product", 3, "product">,
  I32EnumAttrCase<"All", 4, "all">,
  I32EnumAttrCase<"Any", 5, "any">,
  I32EnumAttrCase<"ArgMax", 6, "argmax">
]>;
def NN_ReduceKindAttr : NN_EnumAttr<NN_ReduceKind, "reduce_kind">;

def NN_ResizeMode : NN_Enum<"ResizeMode", "how a resize samples", [
  I32EnumAttrCase<"Nearest", 0, "nearest">,
  I32EnumAttrCase<"Bilinear", 1, "bilinear">
]>;
def NN_ResizeModeAttr : NN_EnumAttr<NN_ResizeMode, "resize_mode">;

// The engine that does a layer's work; not an attribute of any op.
def NN_LayerKind : NN_Enum<"LayerKind", "family of a layer", [
  I32EnumAttrCase<"Matrix", 0, "matrix">,
  I32EnumAttrCase<"Pool", 1, "pool">,
  I32EnumAttrCase<"Elementwise", 2, "elementwise">,
  I32EnumAttrCase<"Reduce", 3, "reduce">,
  I32EnumAttrCase<"Move", 4, "move">,
  I32EnumAttrCase<"View", 5, "view">
]>;

class NN_Stage<string name, string stage>
    : AttrDef<NN_Dialect, name, [NN_StageAttrInterface]> {
  let mnemonic = stage;
  let genVerifyDecl = 1;
}

def NN_RescaleAttr : NN_Stage<"Rescale", "rescale"> {
  let summary = "multiply by multiplier / 2^shift, round, move the zero point";
  let description = [{
    TOSA 1.0 RESCALE on each element: `out = saturate(outputZp + round((in -
    inputZp) * multiplier / 2^shift))`. One multiplier and shift serve every
    element; several serve one channel (index of the last axis) each.
    `unsigned_input` and `unsigned_output` read and write i8 and i16 as unsigned.
    `scale16` takes 16-bit multipliers, as TOSA's `scale32 = false` does.

    ```mlir
    #nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [38],
                zp = 0 -> -128, rounding = double>
    ```
  }];
  let parameters = (ins
    "::mlir::Type":$inputType,
    "::mlir::Type":$outputType,
    ArrayRefParameter<"int32_t", "one for all, or one a channel">:$multiplier,
    ArrayRefParameter<"int8_t", "one for all, or one a channel">:$shift,
    "int64_t":$inputZp,
    "int64_t":$outputZp,
    EnumParameter<NN_Rounding>:$rounding,
    DefaultValuedParameter<"bool", "false">:$inputUnsigned,
    DefaultValuedParameter<"bool", "false">:$outputUnsigned,
    DefaultValuedParameter<"bool", "true">:$scale32);
  let hasCustomAssemblyFormat = 1;
  let extraClassDeclaration = [{
    bool isPerChannel() const { return getMultiplier().size() > 1; }
    /// Number of multipliers: one, or the length of the last axis.
    int64_t getChannels() const { return getMultiplier().size(); }
  }];
}

def NN_ClampAttr : NN_Stage<"Clamp", "clamp"> {
  let summary = "limit each element to min ... max, both included";
  let description = [{
    The element type is that of both limits, compared as signed. Limits of
    floats are no NaN; a NaN stays one, or becomes `min` where `ignore_nan`.

    ```mlir
    #nn.clamp<min = -128 : i8, max = 127 : i8>
    #nn.clamp<min = 0.0 : f32, max = 6.0 : f32, ignore_nan = true>
    ```
  }];
  let parameters = (ins "::mlir::TypedAttr":$min, "::mlir::TypedAttr":$max,
    DefaultValuedParameter<"bool", "false">:$ignore_nan);
  let builders = [
    AttrBuilder<(ins "::mlir::TypedAttr":$min, "::mlir::TypedAttr":$max), [{
      return $_get($_ctxt, min, max, /*ignore_nan=*/false);
    }]>
  ];
  let assemblyFormat = "`<` struct(params) `>`";
  let extraClassDeclaration = [{
    ::mlir::Type getInputType() const { return getMin().getType(); }
    ::mlir::Type getOutputType() const { return getMin().getType(); }
    int64_t getChannels() const { return 1; }
    bool isFloat() const {
      return ::llvm::isa<::mlir::FloatType>(getInputType());
    }
    /// The limits of an integer clamp.
    int64_t getMinInt() const;
    int64_t getMaxInt() const;
    /// The limits of a clamp of floats, as fp32, which holds them exactly.
    float getMinFloat() const;
    float getMaxFloat() const;
  }];
}

def NN_TableAttr : NN_Stage<"Table", "table"> {
  let summary = "look each element up in a table";
  let description = [{
    - i8 input: 256 entries of the output type, any integer type; entry
      `in + 128` is the result.
    - i16 input: 513 entries of i16, interpolated as TOSA 1.0 TABLE does; the
      output type is i32.

    ```mlir
    #nn.table<i16 -> i32, dense<7> : tensor<513xi16>>
    ```
  }];
  let parameters = (ins
    "::mlir::Type":$inputType,
    "::mlir::Type":$outputType,
    "::mlir::DenseElementsAttr":$values);
  let assemblyFormat = "`<` $inputType `->` $outputType `,` $values `>`";
  let extraClassDeclaration = [{
    int64_t getChannels() const { return 1; }
  }];
}

def NN_CastAttr : NN_Stage<"Cast", "cast"> {
  let summary = "round a float to another type of floats";
  let description = [{
    The one rounding of a sum that a layer keeps in f32, and every other change
    from floats to floats, as TOSA 1.0 CAST.

    ```mlir
    #nn.cast<f32 -> bf16>
    ```
  }];
  let parameters = (ins "::mlir::Type":$inputType, "::mlir::Type":$outputType);
  let assemblyFormat = "`<` $inputType `->` $outputType `>`";
  let extraClassDeclaration = [{
    int64_t getChannels() const { return 1; }
  }];
}

def NN_ScaleAttr : NN_Stage<"Scale", "scale"> {
  let summary = "multiply by an f32 factor";
  let description = [{
    One factor for all elements, or one a channel (index of the last axis); f32
    in and out, each product rounded once. Factors are finite.

    ```mlir
    #nn.scale<[0.5, 0.25]>
    ```
  }];
  let parameters = (ins "::mlir::DenseF32ArrayAttr":$factors);
  let assemblyFormat = "`<` $factors `>`";
  let extraClassDeclaration = [{
    bool isPerChannel() const { return getFactors().size() > 1; }
    /// Number of factors: one, or the length of the last axis.
    int64_t getChannels() const { return getFactors().size(); }
    ::mlir::Type getInputType() const {
      return ::mlir::Float32Type::get(getContext());
    }
    ::mlir::Type getOutputType() const { return getInputType(); }
  }];
}

def NN_ScheduleAttr : AttrDef<NN_Dialect, "Schedule"> {
  let mnemonic = "schedule";
  let summary = "how a layer is cut into tiles and what stays on-chip";
  let description = [{
    Written by `nn-schedule`, or by a person, as `nn.schedule` on a layer: a list
    with one of these for each problem that the layer becomes. The loops come
    outermost first; then, for each stage and each of its operands, the number of
    loops around its transfer, the tiles that fit, and the coordinate that rolls.
    docs/schedule.md says what they mean.

    ```mlir
    #nn.schedule<[output 0 by 4, reduction depth by 32]
                 [[level 1 slots 2 rolling 0, level 0 slots 1, level 1 slots 2],
                  [level 1 slots 1, level 0 slots 1, level 1 slots 2]]
                 weights entropy by 16>
    ```

    `weights` says how constant weights are stored off-chip, and how many output
    channels are a unit, which is decoded alone; without it they are dense.
  }];
  let parameters = (ins "::lacuna::schedule::Schedule":$value);
  let hasCustomAssemblyFormat = 1;
}

def NN_Epilogue : TypedArrayAttrBase<Attr<
    CPred<"::llvm::isa<::lacuna::nn::StageAttrInterface>($_self)">,
    "rescale, clamp, table, cast or scale">, "list of epilogue stages">;

def NN_Prologue : TypedArrayAttrBase<NN_Epilogue,
    "list of stages for each input">;

#endif // LACUNA_DIALECT_NN_IR_NNATTRIBUTES_TD
