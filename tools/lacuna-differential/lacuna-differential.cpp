// lacuna-differential: random networks on random machines. The emulator and
// MLIR's own lowering must give what the reference interpreter gives, and the
// emulator must count what was predicted.
#include "CaseFiles.h"
#include "RandomGraph.h"
#include "RandomMachine.h"
#include "Reduce.h"
#include "Tally.h"

#include "lacuna/Support/Diagnostics.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FormatVariadic.h"

#include <memory>

using namespace lacuna;
using namespace lacuna::differential;

namespace cl = llvm::cl;

static cl::opt<uint64_t> firstSeed("seed", cl::init(1),
                                   cl::desc("Seed of the first case"));
static cl::opt<uint64_t> count("count", cl::init(1), cl::desc("Cases to run"));
static cl::opt<std::string>
    machineName("machine", cl::value_desc("NAME or FILE"),
                cl::desc("Machine of all cases (default: a random one each)"));
static cl::opt<bool>
    withFloats("floats", cl::desc("Networks of floats, on machines that have "
                                  "them; MLIR's own lowering stays out"));
static cl::opt<uint64_t>
    damageEvery("damage-every", cl::init(8),
                cl::desc("Also strip and damage the program of each N-th case "
                         "(0: none)"));
static cl::opt<unsigned> maxFailures("max-failures", cl::init(1),
                                     cl::desc("Failures after which to stop"));
static cl::opt<double>
    fitShare("fit-share", cl::init(0.9),
             cl::desc("Least share of cases that must fit their machine"));
static cl::opt<bool>
    withUpstream("upstream", cl::init(true),
                 cl::desc("Also run the network as MLIR itself lowers it"));
static cl::opt<double> upstreamShare(
    "upstream-share", cl::init(0.75),
    cl::desc("Least share of cases that MLIR's own lowering must run"));
static cl::opt<bool>
    ignoreLimits("ignore-upstream-limits",
                 cl::desc("Run MLIR's own lowering, too, where it is known to "
                          "be unable or wrong"));
static cl::opt<bool>
    printLimits("print-upstream-limits",
                cl::desc("Print what MLIR's own lowering can't do, and stop"));
static cl::opt<std::string>
    modelPath(cl::Positional, cl::value_desc("MODEL.mlir"),
              cl::desc("[MODEL.mlir: run this case instead of random ones]"));
static cl::list<std::string>
    inputPaths("input", cl::value_desc("X.npy"),
               cl::desc("An input of MODEL.mlir, in order (default: drawn by "
                        "the seed)"));
static cl::opt<std::string>
    reduceTo("reduce-to", cl::value_desc("DIR"),
             cl::desc("Where a failing case is written after it has been made "
                      "small (default: failure-SEED)"));
static cl::opt<bool> noReduction("no-reduction",
                                 cl::desc("Leave a failing case as it is"));
static cl::opt<std::string>
    fault("inject-fault", cl::Hidden, cl::value_desc("OPERATION"),
          cl::desc("Falsify the emulator's output where the network has this "
                   "operation: a test of what follows"));
static cl::opt<bool> printCase("print", cl::desc("Print each case's network "
                                                 "and machine"));

static llvm::Expected<Machine> makeMachine(uint64_t seed) {
  if (!machineName.empty())
    return loadMachine(machineName);
  // Through the text, so that every machine is one that a file can describe.
  Machine machine = makeRandomMachine(seed, withFloats);
  return parseMachine(printMachine(machine), machine.name + ".yaml");
}

/// Most precise first: layers need one with more than 8 bits.
static constexpr ElementType floatTypes[] = {
    ElementType::FP32, ElementType::BF16, ElementType::FP16,
    ElementType::FP8E4M3, ElementType::FP8E5M2};

static llvm::Expected<Case> makeCase(CaseRunner &runner, uint64_t seed) {
  llvm::Expected<Machine> machine = makeMachine(seed);
  if (!machine)
    return machine.takeError();
  GraphOptions options;
  options.hasI16 = machine->findMacType(ElementType::I16, ElementType::I16);
  options.hasI4 = machine->findMacType(ElementType::I8, ElementType::I4);
  if (withFloats)
    for (ElementType type : floatTypes)
      if (machine->findMacType(type, type) && machine->vectorSupports(type))
        options.floats.push_back(type);
  Case test;
  test.graph = makeRandomGraph(&runner.getContext(), seed, options);
  test.machine = std::move(*machine);
  auto inputs = makeInputs(functionOf(*test.graph), seed);
  if (!inputs)
    return inputs.takeError();
  test.inputs = std::move(*inputs);
  return test;
}

/// What makes the case of `files` fail again.
static std::string commandOf(llvm::StringRef files,
                             const CaseOptions &options) {
  std::string command =
      llvm::formatv("lacuna-differential {0} --seed={1}", files, options.seed)
          .str();
  command += options.damage ? " --damage-every=1" : " --damage-every=0";
  if (!options.upstream)
    command += " --upstream=false";
  if (options.ignoreLimits)
    command += " --ignore-upstream-limits";
  if (!options.fault.empty())
    command += " --inject-fault=" + options.fault;
  return command;
}

static llvm::Error reportFailure(CaseRunner &runner, const Case &test,
                                 const CaseOptions &options,
                                 const CaseResult &result) {
  llvm::raw_ostream &os = llvm::outs();
  os << "FAILED: seed " << options.seed << ", " << result.stage << ": "
     << result.message << '\n';
  if (noReduction)
    return llvm::Error::success();
  Reduced small = reduce(runner, test, options, result);
  std::string folder = reduceTo.empty()
                           ? "failure-" + std::to_string(options.seed)
                           : reduceTo.getValue();
  llvm::Expected<std::string> files = writeCase(small.test, folder);
  if (!files)
    return files.takeError();
  os << "reduced by " << small.trials << " trials, " << small.result.stage
     << ": " << small.result.message << "\nnetwork:\n";
  mlir::OpPrintingFlags flags;
  small.test.graph->print(os, flags.elideLargeElementsAttrs(32));
  os << "show it again: " << commandOf(*files, small.options) << '\n';
  // `lacuna check` compiles with its own schedules, and compares outputs.
  if (small.options.seed == plainSeed && fault.empty() &&
      (small.result.stage == "outputs" || small.result.stage == "prediction"))
    os << "and by layer:  lacuna check " << *files << '\n';
  os.flush();
  return llvm::Error::success();
}

static llvm::Error runCase(CaseRunner &runner, const Case &test, uint64_t seed,
                           Tally &tally) {
  CaseOptions options;
  options.seed = seed;
  options.damage = damageEvery != 0 && seed % damageEvery == 0;
  options.upstream = withUpstream;
  options.ignoreLimits = ignoreLimits;
  options.fault = fault;
  if (printCase) {
    test.graph.get()->print(llvm::outs());
    llvm::outs() << printMachine(test.machine);
  }
  CaseResult result = runner.run(test, options);
  tally.add(result, options.upstream);
  if (result.outcome == Outcome::DoesNotFit && count == 1)
    llvm::outs() << result.message << '\n';
  if (result.outcome == Outcome::Failed)
    return reportFailure(runner, test, options, result);
  return llvm::Error::success();
}

static llvm::Error runRandomCases(Tally &tally) {
  std::unique_ptr<CaseRunner> runner;
  for (uint64_t i = 0; i != count && tally.failures() < maxFailures; ++i) {
    // A context keeps every constant that it has seen.
    if (i % 500 == 0)
      runner = std::make_unique<CaseRunner>();
    llvm::Expected<Case> test = makeCase(*runner, firstSeed + i);
    if (!test)
      return test.takeError();
    if (llvm::Error error = runCase(*runner, *test, firstSeed + i, tally))
      return error;
  }
  return llvm::Error::success();
}

static llvm::Error runFile(Tally &tally) {
  CaseRunner runner;
  if (machineName.empty())
    return makeError("name a machine (--machine) for " + modelPath);
  llvm::Expected<Case> test = readCase(runner.getContext(), modelPath,
                                       machineName, inputPaths, firstSeed);
  if (!test)
    return test.takeError();
  return runCase(runner, *test, firstSeed, tally);
}

static llvm::Error runAll() {
  if (printLimits) {
    printUpstreamLimits(llvm::outs());
    return llvm::Error::success();
  }
  Tally tally;
  if (llvm::Error error =
          modelPath.empty() ? runRandomCases(tally) : runFile(tally))
    return error;
  tally.print(llvm::outs());
  if (tally.failures() != 0)
    return makeError("two sides differ, or the counters and their prediction");
  // A few cases may be odd ones.
  auto isTooSmall = [&](double share, const cl::opt<double> &least) {
    return share < least &&
           (tally.cases() > 100 || least.getNumOccurrences() != 0);
  };
  if (isTooSmall(tally.fitShare(), fitShare))
    return makeError("too few cases fit their machines to say much");
  if (withUpstream && !withFloats &&
      isTooSmall(tally.upstreamShare(), upstreamShare))
    return makeError("too few cases were run by MLIR's own lowering");
  return llvm::Error::success();
}

int main(int argc, char **argv) {
  cl::ParseCommandLineOptions(
      argc, argv,
      "random networks on random machines: the emulator and MLIR's own "
      "lowering against the reference interpreter, counters against their "
      "prediction\n");
  return reportError(runAll()) ? 1 : 0;
}
