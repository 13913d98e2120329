// What the definitions of nn operations share.

#ifndef LACUNA_DIALECT_NN_IR_NNOPBASE_TD
#define LACUNA_DIALECT_NN_IR_NNOPBASE_TD

include "lacuna/Dialect/NN/IR/NNAttributes.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class NN_Layer<string mnemonic, string kind, list<Trait> traits = []>
    : Op<NN_Dialect, mnemonic, [Pure,
        DeclareOpInterfaceMethods<NN_LayerOpInterface>] # traits> {
  string layerKind = kind;
  let hasVerifier = 1;
  let extraClassDefinition = [{
    ::lacuna::nn::LayerKind $cppClass::getLayerKind() {
      return ::lacuna::nn::LayerKind::}] # kind # [{;
    }
  }];
}

// A layer with an `epilogue` attribute.
class NN_EpilogueLayer<string mnemonic, string kind,
                       list<string> otherMethods = [], list<Trait> traits = []>
    : Op<NN_Dialect, mnemonic, [Pure,
        DeclareOpInterfaceMethods<NN_LayerOpInterface,
          ["getEpilogueStages", "hasEpilogue", "setEpilogueStages"]
          # otherMethods>] # traits> {
  let hasVerifier = 1;
  let extraClassDefinition = [{
    ::lacuna::nn::LayerKind $cppClass::getLayerKind() {
      return ::lacuna::nn::LayerKind::}] # kind # [{;
    }
    ::llvm::ArrayRef<::mlir::Attribute> $cppClass::getEpilogueStages() {
      return getEpilogue().getValue();
    }
    bool $cppClass::hasEpilogue() { return true; }
    void $cppClass::setEpilogueStages(
        ::llvm::ArrayRef<::mlir::Attribute> stages) {
      setEpilogueAttr(::mlir::ArrayAttr::get(getContext(), stages));
    }
  }];
}

def NN_EpilogueArg : DefaultValuedAttr<NN_Epilogue, "{}">;
def NN_ZeroPoint : DefaultValuedAttr<I64Attr, "0">;

#endif // LACUNA_DIALECT_NN_IR_NNOPBASE_TD
