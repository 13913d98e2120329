// The tile dialect's syntax and verifiers.
#include "lacuna/Dialect/Tile/IR/Tile.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace lacuna;
using namespace lacuna::tile;

//===----------------------------------------------------------------------===//
// Syntax
//===----------------------------------------------------------------------===//

static ParseResult parseWord(OpAsmParser &parser, StringAttr &word) {
  StringRef text;
  if (parser.parseKeyword(&text))
    return failure();
  word = parser.getBuilder().getStringAttr(text);
  return success();
}
static void printWord(OpAsmPrinter &printer, Operation *, StringAttr word) {
  printer << word.getValue();
}

/// `(` [%buffer `as` "field" `:` type (`,` ...)*] `)`
static ParseResult
parseUses(OpAsmParser &parser,
          SmallVectorImpl<OpAsmParser::UnresolvedOperand> &buffers,
          SmallVectorImpl<Type> &types, ArrayAttr &fields) {
  SmallVector<Attribute> names;
  auto parseUse = [&]() -> ParseResult {
    std::string name;
    if (parser.parseOperand(buffers.emplace_back()) ||
        parser.parseKeyword("as") || parser.parseString(&name) ||
        parser.parseColonType(types.emplace_back()))
      return failure();
    names.push_back(parser.getBuilder().getStringAttr(name));
    return success();
  };
  if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Paren, parseUse))
    return failure();
  fields = parser.getBuilder().getArrayAttr(names);
  return success();
}
static void printUses(OpAsmPrinter &printer, Operation *, OperandRange buffers,
                      TypeRange types, ArrayAttr fields) {
  printer << '(';
  llvm::interleaveComma(llvm::zip_equal(buffers, types, fields), printer,
                        [&](auto use) {
                          auto [buffer, type, field] = use;
                          printer << buffer << " as " << field << " : " << type;
                        });
  printer << ')';
}

//===----------------------------------------------------------------------===//
// Verifiers
//===----------------------------------------------------------------------===//

LogicalResult TensorOp::verify() {
  static constexpr llvm::StringLiteral roles[] = {
      "input", "output", "activation", "weights", "parameters"};
  if (!llvm::is_contained(roles, getRole()))
    return emitOpError() << "has the role '" << getRole()
                         << "'; roles are input, output, activation, weights "
                            "and parameters";
  if (!elementTypeFromName(getElement()))
    return emitOpError() << "has elements of the unknown type '" << getElement()
                         << "'";
  return success();
}

LogicalResult GroupOp::verify() {
  Operation *stranger = nullptr;
  walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (op == *this || ::mlir::isa<BufferOp>(op))
      return WalkResult::advance();
    if (::mlir::isa<StepOp>(op)) // Has a verifier of its own.
      return WalkResult::skip();
    if (op->getDialect() && ::mlir::isa<isa::ISADialect>(op->getDialect()))
      return WalkResult::advance();
    stranger = op;
    return WalkResult::interrupt();
  });
  if (stranger)
    return stranger->emitError("a group holds buffers, steps, loops, signals "
                               "and waits");
  return success();
}

/// Word and enumerator of an engine that can stand in a buffer's attributes.
static LogicalResult verifyEngine(BufferOp op, StringRef word) {
  std::optional<Engine> engine = enumFromWord<Engine>(word);
  if (engine && *engine != Engine::Sequencer)
    return success();
  return op.emitOpError() << "names '" << word
                          << "', which is no engine that works on buffers";
}

LogicalResult BufferOp::verify() {
  auto type = cast<MemRefType>(getBuffer().getType());
  auto memory = dyn_cast_if_present<StringAttr>(type.getMemorySpace());
  if (!memory || (memory != "scratchpad" && memory != "accumulators"))
    return emitOpError("lies in neither \"scratchpad\" nor \"accumulators\"");
  if (type.getRank() != 1 || !type.hasStaticShape() ||
      !type.getElementType().isInteger(8))
    return emitOpError("is no row of bytes");
  if (getSlots() == 0)
    return emitOpError("has no slots");
  for (Attribute consumer : getConsumers())
    if (failed(verifyEngine(*this, cast<StringAttr>(consumer).getValue())))
      return failure();
  return verifyEngine(*this, getProducer());
}

LogicalResult StepOp::verify() {
  if (getFields().size() != getBuffers().size())
    return emitOpError("does not say what each buffer stands for");
  for (Value buffer : getBuffers())
    if (!buffer.getDefiningOp<BufferOp>())
      return emitOpError("works on something that is no tile.buffer");
  Block &body = getBody().front();
  if (!llvm::hasSingleElement(body))
    return emitOpError("holds one instruction");
  auto instructions = isa::toInstructions(body);
  if (failed(instructions))
    return failure();
  if (instructions->size() != 1)
    return emitOpError("holds a loop; loops go around steps");
  AccessList accesses = describeAccesses(instructions->front().instruction);
  for (Attribute field : getFields())
    if (llvm::none_of(accesses, [&](const AccessDescription &access) {
          return access.ring &&
                 access.operand == cast<StringAttr>(field).getValue();
        }))
      return emitOpError() << "has a buffer for " << field
                           << ", which is no on-chip operand of its "
                              "instruction";
  if (!getTensor())
    return success();
  auto program = (*this)->getParentOfType<ProgramOp>();
  if (!program || !program.lookupSymbol<TensorOp>(*getTensor()))
    return emitOpError() << "names the tensor @" << *getTensor()
                         << ", which the program does not hold";
  return success();
}

//===----------------------------------------------------------------------===//
// Generated
//===----------------------------------------------------------------------===//

#include "lacuna/Dialect/Tile/IR/TileDialect.cpp.inc"

#define GET_OP_CLASSES
#include "lacuna/Dialect/Tile/IR/TileOps.cpp.inc"

void TileDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "lacuna/Dialect/Tile/IR/TileOps.cpp.inc"
      >();
}
