// The isa dialect: one op an instruction. The ops themselves are generated from
// accel-isa/*.td; here are the words they are made of.

#ifndef LACUNA_DIALECT_ISA_IR_ISABASE_TD
#define LACUNA_DIALECT_ISA_IR_ISABASE_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/OpBase.td"

def ISA_Dialect : Dialect {
  let name = "isa";
  let cppNamespace = "::lacuna::isa";
  let summary = "The accelerator's instructions.";
  let description = [{
    An op is exactly one instruction; `isa.loop` and the end of its region are
    two. Ops are written as in assembly, behind `isa.`:

    ```mlir
    isa.loop count=4 {
      isa.load dram=1024 + 16*i0, pad=pad[0 ring 64 at 16*i0], run=16
    }
    ```

    An absent optional attribute stands for the field's default. The text of a
    program is the ops of one block, in order.
  }];
  let useDefaultAttributePrinterParser = 1;
  let extraClassDeclaration = [{
    void registerAttributes();
  }];
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

/// Wraps a value of lacuna/Program, written as in assembly.
class ISA_Value<string cppName, string word, string held>
    : AttrDef<ISA_Dialect, cppName> {
  let mnemonic = word;
  let parameters = (ins "::lacuna::" # held:$value);
  let hasCustomAssemblyFormat = 1;
  let returnType = "::lacuna::" # held;
  let convertFromStorage = "$_self.getValue()";
  let extraClassDeclaration = "using Value = ::lacuna::" # held # ";";
  let extraClassDefinition = [{
    ::mlir::Attribute $cppClass::parse(::mlir::AsmParser &parser,
                                       ::mlir::Type) {
      return ::lacuna::isa::parseValue<$cppClass>(parser);
    }
    void $cppClass::print(::mlir::AsmPrinter &printer) const {
      ::lacuna::isa::printValue(printer, getValue());
    }
  }];
}

def ISA_Type : ISA_Value<"ElementType", "type", "ElementType"> {
  let summary = "type of an element";
}
def ISA_DramAddress : ISA_Value<"Address", "address", "DramAddress"> {
  let summary = "off-chip address, affine in the loop indices";
}
def ISA_Ring : ISA_Value<"Ring", "ring", "OnChipRing"> {
  let summary = "ring in an on-chip memory";
}
def ISA_Interval : ISA_Value<"Extent", "extent", "Interval"> {
  let summary = "clipped extent";
}
def ISA_Dims : ISA_Value<"Extents", "extents", "Dims"> {
  let summary = "clipped extents, outermost first";
}

class ISA_RingIn<string memory, string text> : ConfinedAttr<ISA_Ring,
    [AttrConstraint<CPred<"::llvm::cast<::lacuna::isa::RingAttr>($_self)"
                          ".getValue().memory == ::lacuna::OnChipMemory::"
                          # memory>, text>]>;
def ISA_Scratchpad : ISA_RingIn<"Scratchpad", "in the scratchpad">;
def ISA_Accumulator : ISA_RingIn<"Accumulators", "in the accumulators">;
defvar ISA_OnChip = ISA_Ring;
defvar ISA_Strides = DenseI64ArrayAttr;

class ISA_Integer<int least, int most>
    : ConfinedAttr<I64Attr, [IntMinValue<least>, IntMaxValue<most>]>;

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

class ISA_OpBase<string mnemonic, string inst, list<Trait> traits = []>
    : Op<ISA_Dialect, mnemonic, traits> {
  let hasVerifier = 1;
  let hasCustomAssemblyFormat = 1;
  let skipDefaultBuilders = 1;
  let builders = [OpBuilder<(ins "const ::lacuna::" # inst # " &":$inst)>];
  let extraClassDeclaration = [{
    using Inst = ::lacuna::}] # inst # [{;
    /// The instruction that this op is.
    Inst getInstruction();
  }];
  code definitions = [{
    void $cppClass::print(::mlir::OpAsmPrinter &printer) {
      ::lacuna::isa::printOp(printer, *this, getInstruction());
    }
    ::mlir::LogicalResult $cppClass::verify() {
      return ::lacuna::isa::verifyOp(*this, getInstruction());
    }
    $cppClass::Inst $cppClass::getInstruction() {
      return ::lacuna::isa::instructionOf<Inst>(*this);
    }
  }];
}

class ISA_Op<string mnemonic, string inst> : ISA_OpBase<mnemonic, inst> {
  let extraClassDefinition = definitions # [{
    ::mlir::ParseResult $cppClass::parse(::mlir::OpAsmParser &parser,
                                         ::mlir::OperationState &result) {
      return ::lacuna::isa::parseOp<Inst>(parser, result);
    }
    void $cppClass::build(::mlir::OpBuilder &builder,
                          ::mlir::OperationState &state, const Inst &inst) {
      ::lacuna::isa::addAttributes(state, inst);
    }
  }];
}

/// A loop: the instructions up to its end are a region.
class ISA_RegionOp<string mnemonic, string inst>
    : ISA_OpBase<mnemonic, inst, [SingleBlock, NoTerminator]> {
  let regions = (region SizedRegion<1>:$body);
  let extraClassDefinition = definitions # [{
    ::mlir::ParseResult $cppClass::parse(::mlir::OpAsmParser &parser,
                                         ::mlir::OperationState &result) {
      return ::lacuna::isa::parseRegionOp<Inst>(parser, result);
    }
    void $cppClass::build(::mlir::OpBuilder &builder,
                          ::mlir::OperationState &state, const Inst &inst) {
      ::lacuna::isa::addAttributes(state, inst);
      state.addRegion()->emplaceBlock();
    }
  }];
}

#endif // LACUNA_DIALECT_ISA_IR_ISABASE_TD
