// Tokens from MLIR's parser, and printing and verification of ops.
#include "Assembly.h"

using namespace mlir;
using namespace lacuna;
using namespace lacuna::isa;

bool MlirTokens::optional(char punctuation) {
  switch (punctuation) {
  case '[':
    return succeeded(parser.parseOptionalLSquare());
  case ']':
    return succeeded(parser.parseOptionalRSquare());
  case '(':
    return succeeded(parser.parseOptionalLParen());
  case ')':
    return succeeded(parser.parseOptionalRParen());
  case ',':
    return succeeded(parser.parseOptionalComma());
  case '=':
    return succeeded(parser.parseOptionalEqual());
  case ':':
    return succeeded(parser.parseOptionalColon());
  case '+':
    return succeeded(parser.parseOptionalPlus());
  case '-':
    return succeeded(parser.parseOptionalMinus());
  case '*':
    return succeeded(parser.parseOptionalStar());
  default:
    llvm_unreachable("not in the grammar");
  }
}

std::optional<std::optional<int64_t>> MlirTokens::optionalInteger() {
  APInt value;
  OptionalParseResult result = parser.parseOptionalInteger(value);
  if (!result.has_value())
    return std::nullopt;
  if (failed(*result) || value.getSignificantBits() > 64)
    return std::optional<int64_t>();
  return value.getSExtValue();
}

/// The attributes that fields are.
static SmallVector<StringRef> fieldNames(Opcode opcode) {
  SmallVector<StringRef> names;
  dispatch(opcode, [&](auto tag) {
    for (const auto &info : decltype(tag)::type::fields)
      names.push_back(attributeName(info));
  });
  return names;
}

ParseResult lacuna::isa::checkNoFieldTwice(OpAsmParser &parser,
                                           const NamedAttrList &attributes) {
  if (auto twice = attributes.findDuplicate())
    return parser.emitError(parser.getNameLoc())
           << "attribute '" << twice->getName().strref() << "' is given twice";
  return success();
}

void lacuna::isa::printOp(OpAsmPrinter &printer, Operation *op,
                          const Instruction &instruction) {
  SmallVector<StringRef> names = fieldNames(opcodeOf(instruction));
  if (!names.empty())
    printer << ' ';
  printFields(printer.getStream(), instruction);
  if (op->getNumRegions() == 0) {
    printer.printOptionalAttrDict(op->getAttrs(), names);
    return;
  }
  printer.printOptionalAttrDictWithKeyword(op->getAttrs(), names);
  printer << ' ';
  printer.printRegion(op->getRegion(0), /*printEntryBlockArgs=*/false,
                      /*printBlockTerminators=*/false);
}

LogicalResult lacuna::isa::verifyOp(Operation *op,
                                    const Instruction &instruction) {
  SmallVector<uint64_t> counts;
  for (Operation *parent = op->getParentOp(); parent;
       parent = parent->getParentOp())
    if (auto loop = dyn_cast<LoopOp>(parent))
      counts.insert(counts.begin(), loop.getInstruction().count);
  if (counts.size() + llvm::isa<LoopOp>(op) > kMaxLoopDepth)
    return op->emitOpError() << "loops nest to a depth of " << kMaxLoopDepth;
  if (op->getNumRegions() && op->getRegion(0).getNumArguments())
    return op->emitOpError("its region has no arguments");
  if (llvm::Error error = checkFields(instruction))
    return op->emitOpError(toString(std::move(error)));
  if (llvm::Error error = checkLoopTerms(instruction, counts))
    return op->emitOpError(toString(std::move(error)));
  return success();
}
