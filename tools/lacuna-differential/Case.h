// One differential case: a random network on a random machine, compiled, run,
// and held against the reference interpreter and the prediction.
#ifndef LACUNA_TOOLS_DIFFERENTIAL_CASE_H
#define LACUNA_TOOLS_DIFFERENTIAL_CASE_H

#include "RandomGraph.h"

#include "lacuna/Compiler/Compile.h"
#include "lacuna/Machine/Machine.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"

#include <string>

namespace lacuna::differential {

struct CaseOptions {
  uint64_t seed = 0;
  /// What is left of the network, for a smaller case.
  unsigned maxLayers = ~0u;
  int64_t maxExtent = INT64_MAX;
  /// Also damage the program: see checkDamage.
  bool damage = false;
};

enum class Outcome {
  /// Everything agrees.
  Same,
  /// The machine lacks the memory or the semaphores, and the compiler said so.
  DoesNotFit,
  Failed,
};

/// How many layers are cut how: what the cases cover.
struct Coverage {
  uint64_t layers = 0, whole = 0, outer = 0, output = 0, reduction = 0,
           rolling = 0, doubled = 0;
};

struct CaseResult {
  Outcome outcome = Outcome::Same;
  /// What differs, or what the compiler said.
  std::string message;
  /// Of the program, if there is one.
  uint64_t instructionsExecuted = 0, macs = 0;
  /// Semaphore operations whose loss the verifier noticed.
  uint64_t semaphoresRemoved = 0;
  Coverage coverage;
};

/// Runs cases one after another in one context.
class CaseRunner {
public:
  CaseRunner();

  /// The case of options.seed, on `machine`.
  CaseResult run(const CaseOptions &options, const Machine &machine);
  /// Its network, as TOSA text.
  std::string printGraph(const CaseOptions &options, const Machine &machine);

private:
  mlir::OwningOpRef<mlir::ModuleOp> makeGraph(const CaseOptions &options,
                                              const Machine &machine);
  llvm::Error check(const CaseOptions &options, Machine machine,
                    CaseResult &result);

  mlir::MLIRContext context;
  mlir::PassManager frontEnd, unfused;
};

/// Checks that `program`, which is in order, gives `outputs` and moves as many
/// bytes without its names and debug map; and that the verifier refuses it
/// without any one of its semaphore operations (a sample of them, by `seed`).
/// Returns how many were removed.
llvm::Expected<uint64_t>
checkDamage(const Program &program, const Machine &machine, uint64_t seed,
            llvm::ArrayRef<llvm::ArrayRef<uint8_t>> inputs,
            llvm::ArrayRef<std::vector<uint8_t>> outputs, uint64_t dramBytes);

} // namespace lacuna::differential

#endif // LACUNA_TOOLS_DIFFERENTIAL_CASE_H
