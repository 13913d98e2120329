// Ops to lists of instructions, and back.
#include "Assembly.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace lacuna;
using namespace lacuna::isa;

static std::optional<Instruction> getInstruction(Operation *op) {
  return llvm::TypeSwitch<Operation *, std::optional<Instruction>>(op)
      .Case<
#define GET_OP_LIST
#include "lacuna/Dialect/ISA/IR/ISAOps.cpp.inc"
          >([](auto isaOp) { return Instruction(isaOp.getInstruction()); })
      .Default(std::nullopt);
}

static LogicalResult append(Block &block,
                            std::vector<LocatedInstruction> &instructions) {
  for (Operation &op : block) {
    std::optional<Instruction> instruction = getInstruction(&op);
    if (!instruction)
      return op.emitError("is no instruction; a program holds ops of the isa "
                          "dialect alone");
    instructions.push_back({*instruction, op.getLoc()});
    if (auto loop = dyn_cast<LoopOp>(op)) {
      if (failed(append(loop.getBody().front(), instructions)))
        return failure();
      instructions.push_back({EndLoop(), op.getLoc()});
    }
  }
  return success();
}

Instruction lacuna::isa::toInstruction(Operation *op) {
  return *getInstruction(op);
}

FailureOr<std::vector<LocatedInstruction>>
lacuna::isa::toInstructions(Block &block) {
  std::vector<LocatedInstruction> instructions;
  if (failed(append(block, instructions)))
    return failure();
  return instructions;
}

Operation *lacuna::isa::createOp(OpBuilder &builder, Location location,
                                 const Instruction &instruction) {
  OperationState state(location, (ISADialect::getDialectNamespace() + "." +
                                  mnemonicOf(instruction))
                                     .str());
  std::visit([&](const auto &inst) { addAttributes(state, inst); },
             instruction);
  if (std::holds_alternative<Loop>(instruction))
    state.addRegion()->emplaceBlock();
  return builder.create(state);
}

LogicalResult
lacuna::isa::fromInstructions(OpBuilder &builder,
                              llvm::ArrayRef<LocatedInstruction> instructions) {
  OpBuilder::InsertionGuard guard(builder);
  SmallVector<Operation *> loops;
  for (const auto &[instruction, location] : instructions) {
    if (std::holds_alternative<EndLoop>(instruction)) {
      if (loops.empty())
        return emitError(location, "end_loop without a loop");
      builder.setInsertionPointAfter(loops.pop_back_val());
      continue;
    }
    Operation *op = createOp(builder, location, instruction);
    if (!std::holds_alternative<Loop>(instruction))
      continue;
    if (loops.size() == kMaxLoopDepth)
      return emitError(location)
             << "loops nest to a depth of " << kMaxLoopDepth;
    loops.push_back(op);
    builder.setInsertionPointToEnd(&op->getRegion(0).front());
  }
  if (!loops.empty())
    return loops.back()->emitError("this loop is not closed");
  return success();
}
