// Interfaces through which schedulers, interpreters and reports see a layer
// without knowing which operation it is.

#ifndef LACUNA_DIALECT_NN_IR_NNINTERFACES_TD
#define LACUNA_DIALECT_NN_IR_NNINTERFACES_TD

include "mlir/IR/OpBase.td"

def NN_StageAttrInterface : AttrInterface<"StageAttrInterface"> {
  let cppNamespace = "::lacuna::nn";
  let description = [{A stage of an epilogue: a function of one element.}];
  let methods = [
    InterfaceMethod<"element type that the stage takes",
      "::mlir::Type", "getInputType">,
    InterfaceMethod<"element type that the stage gives",
      "::mlir::Type", "getOutputType">,
    InterfaceMethod<"1, or the length that the last axis must have",
      "int64_t", "getChannels">
  ];
}

def NN_LayerOpInterface : OpInterface<"LayerOpInterface"> {
  let cppNamespace = "::lacuna::nn";
  let description = [{
    A layer: it has one result, a family, an epilogue (perhaps empty), perhaps
    weights, and a count of multiply-accumulates.
  }];
  let methods = [
    InterfaceMethod<"family of the layer, by the engine that does it",
      "::lacuna::nn::LayerKind", "getLayerKind">,
    InterfaceMethod<"stages applied in order to each element of the result",
      "::llvm::ArrayRef<::mlir::Attribute>", "getEpilogueStages", (ins), [{}],
      [{ return {}; }]>,
    InterfaceMethod<"whether the layer can carry an epilogue",
      "bool", "hasEpilogue", (ins), [{}], [{ return false; }]>,
    InterfaceMethod<[{
      Replaces the epilogue. The caller makes the element type of the result
      agree. Only for layers that can carry one.
      }],
      "void", "setEpilogueStages",
      (ins "::llvm::ArrayRef<::mlir::Attribute>":$stages), [{}],
      [{ (void)stages; }]>,
    InterfaceMethod<[{
      Stages applied in order to each element of an operand as it is read;
      their multipliers serve all channels.
      }],
      "::llvm::ArrayRef<::mlir::Attribute>", "getPrologueStages",
      (ins "unsigned":$operand), [{}], [{ (void)operand; return {}; }]>,
    InterfaceMethod<"operand that holds the weights, or null",
      "::mlir::OpOperand *", "getWeightsOperand", (ins), [{}],
      [{ return nullptr; }]>,
    InterfaceMethod<[{
      Multiply-accumulates, taps on padding included; fits 63 bits in a verified
      op.
      }],
      "int64_t", "getMacs", (ins), [{}], [{ return 0; }]>
  ];
  let extraSharedClassDeclaration = [{
    /// Element type of the result before the epilogue.
    ::mlir::Type getComputeType() {
      auto stages = $_op.getEpilogueStages();
      if (stages.empty())
        return ::lacuna::nn::getComputeElement($_op->getResult(0).getType());
      return ::llvm::cast<::lacuna::nn::StageAttrInterface>(stages.front())
          .getInputType();
    }
  }];
  let verify = [{ return ::lacuna::nn::verifyLayer($_op); }];
}

#endif // LACUNA_DIALECT_NN_IR_NNINTERFACES_TD
