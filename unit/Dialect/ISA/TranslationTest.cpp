// Instructions and ops of the isa dialect are each other's inverse.
#include "lacuna/Dialect/ISA/IR/ISA.h"

#include "../../Program/RandomInstruction.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace lacuna;

namespace {
struct ISATranslation : testing::Test {
  ISATranslation() : location(mlir::UnknownLoc::get(&context)) {
    context.loadDialect<isa::ISADialect>();
    module = mlir::ModuleOp::create(location);
  }

  std::vector<Instruction> backAndForth(llvm::ArrayRef<Instruction> list) {
    std::vector<isa::LocatedInstruction> located;
    for (const Instruction &instruction : list)
      located.push_back({instruction, location});
    mlir::OpBuilder builder(module->getBodyRegion());
    std::vector<Instruction> result;
    if (failed(isa::fromInstructions(builder, located)))
      return result;
    mlir::FailureOr<std::vector<isa::LocatedInstruction>> again =
        isa::toInstructions(*module->getBody());
    if (succeeded(again))
      for (const isa::LocatedInstruction &one : *again)
        result.push_back(one.instruction);
    return result;
  }

  mlir::MLIRContext context;
  mlir::Location location;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};
} // namespace

TEST_F(ISATranslation, RandomInstructionsSurvive) {
  RandomInstruction random(9);
  std::vector<Instruction> list;
  for (int i = 0; i != 2000; ++i) {
    Instruction instruction = random();
    if (!std::holds_alternative<Loop>(instruction) &&
        !std::holds_alternative<EndLoop>(instruction))
      list.push_back(instruction);
  }
  EXPECT_TRUE(backAndForth(list) == list);
}

TEST_F(ISATranslation, LoopsAreRegions) {
  Loop loop;
  loop.count = 3;
  std::vector<Instruction> list = {loop,      Fill(),    loop,  Fill(),
                                   EndLoop(), EndLoop(), Halt()};
  EXPECT_TRUE(backAndForth(list) == list);
  EXPECT_EQ(module->getBody()->getOperations().size(), 2u);
}

TEST_F(ISATranslation, LoopsMustBeClosedAndOpened) {
  std::string message;
  mlir::ScopedDiagnosticHandler handler(&context,
                                        [&](mlir::Diagnostic &diagnostic) {
                                          message = diagnostic.str();
                                          return mlir::success();
                                        });
  Loop loop;
  loop.count = 3;
  EXPECT_TRUE(backAndForth({EndLoop()}).empty());
  EXPECT_EQ(message, "end_loop without a loop");
  EXPECT_TRUE(backAndForth({loop}).empty());
  EXPECT_NE(message.find("not closed"), std::string::npos);
  EXPECT_TRUE(backAndForth(std::vector<Instruction>(7, loop)).empty());
  EXPECT_EQ(message, "loops nest to a depth of 6");
}
