// How attributes and ops of the isa dialect are parsed, printed, verified and
// turned into instructions: once for all, over the kinds of field.
#ifndef LACUNA_LIB_DIALECT_ISA_IR_ASSEMBLY_H
#define LACUNA_LIB_DIALECT_ISA_IR_ASSEMBLY_H

#include "lacuna/Dialect/ISA/IR/ISA.h"
#include "lacuna/Program/AssemblyGrammar.h"
#include "lacuna/Program/AssemblyPrinter.h"

namespace lacuna::isa {

/// MLIR's parser as a source of tokens for AssemblyGrammar.
class MlirTokens {
public:
  explicit MlirTokens(mlir::AsmParser &parser) : parser(parser) {}

  llvm::SMLoc here() { return parser.getCurrentLocation(); }
  bool fail(llvm::SMLoc location, const llvm::Twine &what) {
    parser.emitError(location, what);
    return false;
  }
  bool optional(char punctuation);
  std::optional<llvm::StringRef> optionalWord() {
    llvm::StringRef word;
    if (failed(parser.parseOptionalKeyword(&word)))
      return std::nullopt;
    return word;
  }
  std::optional<std::optional<int64_t>> optionalInteger();

private:
  mlir::AsmParser &parser;
};

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

template <class Attr> mlir::Attribute parseValue(mlir::AsmParser &parser) {
  typename Attr::Value value{};
  MlirTokens tokens(parser);
  if (parser.parseLess() || !AssemblyGrammar<MlirTokens>(tokens).parse(value) ||
      parser.parseGreater())
    return {};
  return Attr::get(parser.getContext(), value);
}

template <class Value>
void printValue(mlir::AsmPrinter &printer, const Value &value) {
  printer << '<';
  if constexpr (std::is_same_v<Value, ElementType>)
    printer << getName(value);
  else if constexpr (std::is_enum_v<Value>)
    printer << wordOf(value);
  else
    printOperand(printer.getStream(), value);
  printer << '>';
}

/// The attribute class that holds a `Value`.
template <class Value, class... Attrs> struct AttrIn;
template <class Value, class First, class... Rest>
struct AttrIn<Value, First, Rest...>
    : std::conditional_t<std::is_same_v<typename First::Value, Value>,
                         Tag<First>, AttrIn<Value, Rest...>> {};
template <class Value>
using AttrFor = typename AttrIn<Value,
#define GET_ATTRDEF_LIST
#include "lacuna/Dialect/ISA/IR/ISAAttributes.cpp.inc"
                                >::type;

template <class Value>
mlir::Attribute toAttribute(mlir::MLIRContext *context, const FieldInfo &info,
                            const Value &value) {
  if constexpr (std::is_same_v<Value, bool>)
    return mlir::UnitAttr::get(context);
  else if constexpr (std::is_integral_v<Value>)
    return mlir::IntegerAttr::get(mlir::IntegerType::get(context, 64),
                                  static_cast<int64_t>(value));
  else if constexpr (std::is_same_v<Value, Strides>)
    return mlir::DenseI64ArrayAttr::get(context, value);
  else if constexpr (std::is_same_v<Value, Ring>)
    return RingAttr::get(context, {info.kind == FieldKind::Scratchpad
                                       ? OnChipMemory::Scratchpad
                                       : OnChipMemory::Accumulators,
                                   value});
  else
    return AttrFor<Value>::get(context, value);
}

/// An attribute of another kind leaves `value` as it is; the verifier
/// complains about it.
template <class Value>
void fromAttribute(mlir::Attribute attribute, Value &value) {
  if constexpr (std::is_same_v<Value, bool>) {
    value = true;
  } else if constexpr (std::is_integral_v<Value>) {
    if (auto integer = llvm::dyn_cast<mlir::IntegerAttr>(attribute))
      value = integer.getValue().getSExtValue();
  } else if constexpr (std::is_same_v<Value, Strides>) {
    if (auto array = llvm::dyn_cast<mlir::DenseI64ArrayAttr>(attribute))
      value.assign(array.asArrayRef().begin(), array.asArrayRef().end());
  } else if constexpr (std::is_same_v<Value, Ring>) {
    if (auto ring = llvm::dyn_cast<RingAttr>(attribute))
      value = ring.getValue().ring;
  } else {
    if (auto attr = llvm::dyn_cast<AttrFor<Value>>(attribute))
      value = attr.getValue();
  }
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

/// The attribute of a field: its own name, but for one that would hide
/// Op::getOperation.
inline llvm::StringRef attributeName(const FieldInfo &info) {
  llvm::StringRef name = info.name;
  return name == "operation" ? "op" : name;
}

/// Adds `inst`'s fields that don't have their default to `state`.
template <class Inst>
void addAttributes(mlir::OperationState &state, const Inst &inst) {
  mlir::MLIRContext *context = state.getContext();
  Inst::visitFields(
      inst, [&](const FieldInfo &info, const auto &value, const auto &absent) {
        if (info.optionalIndex < 0 || !(value == absent))
          state.addAttribute(attributeName(info),
                             toAttribute(context, info, value));
      });
}

template <class Inst> Inst instructionOf(mlir::Operation *op) {
  Inst inst;
  Inst::visitFields(
      inst, [&](const FieldInfo &info, auto &value, const auto &) {
        if (mlir::Attribute attribute = op->getAttr(attributeName(info)))
          fromAttribute(attribute, value);
      });
  return inst;
}

template <class Inst>
bool parseFields(mlir::OpAsmParser &parser, mlir::OperationState &result) {
  Inst inst;
  MlirTokens tokens(parser);
  if (!AssemblyGrammar<MlirTokens>(tokens).parseFields(inst,
                                                       parser.getNameLoc()))
    return false;
  addAttributes(result, inst);
  return true;
}

/// Refuses attributes behind the fields that are fields.
mlir::ParseResult checkNoFieldTwice(mlir::OpAsmParser &parser,
                                    const mlir::NamedAttrList &attributes);

template <class Inst>
mlir::ParseResult parseOp(mlir::OpAsmParser &parser,
                          mlir::OperationState &result) {
  if (!parseFields<Inst>(parser, result) ||
      parser.parseOptionalAttrDict(result.attributes))
    return mlir::failure();
  return checkNoFieldTwice(parser, result.attributes);
}

template <class Inst>
mlir::ParseResult parseRegionOp(mlir::OpAsmParser &parser,
                                mlir::OperationState &result) {
  if (!parseFields<Inst>(parser, result) ||
      parser.parseOptionalAttrDictWithKeyword(result.attributes) ||
      checkNoFieldTwice(parser, result.attributes))
    return mlir::failure();
  mlir::Region *body = result.addRegion();
  if (parser.parseRegion(*body))
    return mlir::failure();
  if (body->empty())
    body->emplaceBlock();
  return mlir::success();
}

void printOp(mlir::OpAsmPrinter &printer, mlir::Operation *op,
             const Instruction &instruction);

mlir::LogicalResult verifyOp(mlir::Operation *op,
                             const Instruction &instruction);

} // namespace lacuna::isa

#endif // LACUNA_LIB_DIALECT_ISA_IR_ASSEMBLY_H
