// Generates everything that follows from the description of the instruction
// set: C++ structs, memory footprints, rules, the `isa` dialect's ops and the
// manual.
#include "Model.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/TableGen/Main.h"

using namespace llvm;
using namespace lacuna::tblgen;

namespace {
enum class Output { Instructions, Engines, Accesses, Rules, Ops, Manual };
} // namespace

static cl::opt<Output> output(
    cl::desc("What to generate:"), cl::Required,
    cl::values(
        clEnumValN(Output::Instructions, "gen-instructions",
                   "structs and enumerations"),
        clEnumValN(Output::Engines, "gen-engines",
                   "the emulator's function for each instruction"),
        clEnumValN(Output::Accesses, "gen-accesses",
                   "what each instruction touches"),
        clEnumValN(Output::Rules, "gen-rules", "checks that rules are kept"),
        clEnumValN(Output::Ops, "gen-ops", "the isa dialect, for mlir-tblgen"),
        clEnumValN(Output::Manual, "gen-manual", "docs/manual.md")));

static bool generate(raw_ostream &os, const RecordKeeper &records) {
  Model model(records);
  switch (output.getValue()) {
  case Output::Instructions:
    emitInstructions(model, os);
    break;
  case Output::Engines:
    emitEngines(model, os);
    break;
  case Output::Accesses:
    emitAccesses(model, os);
    break;
  case Output::Rules:
    emitRules(model, os);
    break;
  case Output::Ops:
    emitOps(model, os);
    break;
  case Output::Manual:
    emitManual(model, os);
    break;
  }
  return false;
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::ParseCommandLineOptions(argc, argv);
  return TableGenMain(
      argv[0],
      std::function<bool(raw_ostream &, const RecordKeeper &)>(generate));
}
