// One differential case: a network on a machine, compiled, run, and held
// against the reference interpreter, MLIR's own lowering and the prediction.
#ifndef LACUNA_TOOLS_DIFFERENTIAL_CASE_H
#define LACUNA_TOOLS_DIFFERENTIAL_CASE_H

#include "CaseTensors.h"
#include "CompileCase.h"
#include "Upstream.h"

#include "mlir/IR/OwningOpRef.h"

#include <string>

namespace lacuna::differential {

struct CaseOptions {
  /// What compileCase and checkDamage draw.
  uint64_t seed = 0;
  /// Also damage the program: see checkDamage.
  bool damage = false;
  /// Also run MLIR's own lowering; and that, too, where the table says that it
  /// can't.
  bool upstream = true, ignoreLimits = false;
  /// An operation ("tosa.conv2d") in whose presence the emulator's first output
  /// is falsified: what shows that a difference is found and made small.
  std::string fault;
};

/// What runs, in TOSA, on what, with one tensor for each argument.
struct Case {
  mlir::OwningOpRef<mlir::ModuleOp> graph;
  Machine machine;
  std::vector<Tensor> inputs;

  Case clone() const { return {graph.get().clone(), machine, inputs}; }
};

enum class Outcome {
  /// Everything agrees.
  Same,
  /// The machine lacks the memory or the semaphores, and the compiler said so.
  DoesNotFit,
  Failed,
};

struct CaseResult {
  Outcome outcome = Outcome::Same;
  /// How far the case came: "front end", "reference", "fusion", "upstream",
  /// "upstream's outputs", "compiler", "verifier", "emulator", "outputs",
  /// "prediction", "damage".
  llvm::StringLiteral stage = "front end";
  /// What differs, or what the compiler said.
  std::string message;
  /// Why MLIR's own lowering did not run, or gave something else rightly; ""
  /// where it ran and gave the same.
  std::string upstreamLimit;
  /// Of the program, if there is one.
  uint64_t instructionsExecuted = 0, macs = 0;
  /// Semaphore operations whose loss the verifier noticed.
  uint64_t semaphoresRemoved = 0;
  Coverage coverage;
};

/// Runs cases one after another.
class CaseRunner {
public:
  CaseRunner();

  /// Where the graphs of cases live.
  mlir::MLIRContext &getContext() { return context; }

  CaseResult run(const Case &test, const CaseOptions &options);

  /// What each value of the function of `graph` is in a run with `inputs`; few
  /// or none where the front end refuses to give them out.
  llvm::DenseMap<mlir::Value, Tensor>
  computeValues(mlir::ModuleOp graph, const std::vector<Tensor> &inputs);

private:
  llvm::Error check(const Case &test, const CaseOptions &options,
                    CaseResult &result);
  llvm::Error checkFusion(mlir::ModuleOp graph,
                          const std::vector<Tensor> &inputs,
                          llvm::ArrayRef<Tensor> expected);
  llvm::Error checkUpstream(const Case &test, const CaseOptions &options,
                            llvm::ArrayRef<Tensor> expected,
                            CaseResult &result);
  llvm::Error checkProgram(mlir::func::FuncOp function, const Case &test,
                           const CaseOptions &options,
                           llvm::ArrayRef<Tensor> expected, CaseResult &result);

  mlir::MLIRContext context;
  mlir::PassManager frontEnd, unfused;
  Upstream upstream;
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
