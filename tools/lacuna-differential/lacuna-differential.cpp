// lacuna-differential: random networks on random machines. The emulator must
// give what the reference interpreter gives and count what was predicted.
#include "Case.h"
#include "RandomMachine.h"

#include "lacuna/Support/Diagnostics.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Process.h"

#include <ctime>
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
static cl::opt<unsigned> layers("layers", cl::init(~0u),
                                cl::desc("Most layers of a network"));
static cl::opt<int64_t> extent("extent", cl::init(INT64_MAX),
                               cl::desc("Greatest extent that is drawn"));
static cl::opt<uint64_t>
    damageEvery("damage-every", cl::init(8),
                cl::desc("Also strip and damage the program of each N-th case "
                         "(0: none)"));
static cl::opt<unsigned> maxFailures("max-failures", cl::init(1),
                                     cl::desc("Failures after which to stop"));
static cl::opt<double>
    fitShare("fit-share", cl::init(0.9),
             cl::desc("Least share of cases that must fit their machine"));
static cl::opt<bool> printCase("print", cl::desc("Print each case's network "
                                                 "and machine"));

namespace {
/// What all cases came to.
struct Tally {
  uint64_t same = 0, tooSmall = 0, failed = 0;
  uint64_t instructions = 0, macs = 0, removed = 0;
  Coverage coverage;

  void add(const CaseResult &result) {
    same += result.outcome == Outcome::Same;
    tooSmall += result.outcome == Outcome::DoesNotFit;
    failed += result.outcome == Outcome::Failed;
    instructions += result.instructionsExecuted;
    macs += result.macs;
    removed += result.semaphoresRemoved;
    using Field = uint64_t Coverage::*;
    for (Field field : {&Coverage::layers, &Coverage::whole, &Coverage::outer,
                        &Coverage::output, &Coverage::reduction,
                        &Coverage::rolling, &Coverage::doubled})
      coverage.*field += result.coverage.*field;
  }
  uint64_t cases() const { return same + tooSmall + failed; }
};
} // namespace

static llvm::Expected<Machine> makeMachine(uint64_t seed) {
  if (!machineName.empty())
    return loadMachine(machineName);
  // Through the text, so that every machine is one that a file can describe.
  Machine machine = makeRandomMachine(seed);
  return parseMachine(printMachine(machine), machine.name + ".yaml");
}

static std::string commandOf(const CaseOptions &options) {
  std::string command =
      llvm::formatv("lacuna-differential --seed={0}", options.seed).str();
  if (!machineName.empty())
    command += " --machine=" + machineName;
  if (options.maxLayers != ~0u)
    command += llvm::formatv(" --layers={0}", options.maxLayers).str();
  if (options.maxExtent != INT64_MAX)
    command += llvm::formatv(" --extent={0}", options.maxExtent).str();
  if (options.damage)
    command += " --damage-every=1";
  return command;
}

/// Fewer layers, then smaller extents, as long as the case still fails.
static CaseOptions reduce(CaseRunner &runner, CaseOptions options,
                          const Machine &machine) {
  auto fails = [&](const CaseOptions &smaller) {
    return runner.run(smaller, machine).outcome == Outcome::Failed;
  };
  for (unsigned most = 1; most != 8; ++most) {
    CaseOptions smaller = options;
    smaller.maxLayers = most;
    if (fails(smaller)) {
      options = smaller;
      break;
    }
  }
  for (int64_t most : {1, 2, 3, 4, 6, 8, 12, 16, 24, 32}) {
    CaseOptions smaller = options;
    smaller.maxExtent = most;
    if (fails(smaller))
      return smaller;
  }
  return options;
}

static void reportFailure(CaseRunner &runner, const CaseOptions &options,
                          const Machine &machine, const CaseResult &result) {
  llvm::raw_ostream &os = llvm::outs();
  os << "FAILED: seed " << options.seed << ": " << result.message << '\n';
  CaseOptions reduced = reduce(runner, options, machine);
  os << "reduced: " << runner.run(reduced, machine).message << '\n'
     << "network:\n"
     << runner.printGraph(reduced, machine) << "machine:\n"
     << printMachine(machine) << "show it again: " << commandOf(options)
     << "\nreduced:       " << commandOf(reduced) << '\n';
  os.flush();
}

static llvm::Error runAll() {
  Tally tally;
  std::unique_ptr<CaseRunner> runner;
  for (uint64_t i = 0; i != count && tally.failed < maxFailures; ++i) {
    // A context keeps every constant that it has seen.
    if (i % 500 == 0)
      runner = std::make_unique<CaseRunner>();
    CaseOptions options;
    options.seed = firstSeed + i;
    options.maxLayers = layers;
    options.maxExtent = extent;
    options.damage = damageEvery != 0 && options.seed % damageEvery == 0;
    llvm::Expected<Machine> machine = makeMachine(options.seed);
    if (!machine)
      return machine.takeError();
    if (printCase)
      llvm::outs() << runner->printGraph(options, *machine)
                   << printMachine(*machine);
    CaseResult result = runner->run(options, *machine);
    tally.add(result);
    if (result.outcome == Outcome::DoesNotFit && count == 1)
      llvm::outs() << result.message << '\n';
    if (result.outcome == Outcome::Failed)
      reportFailure(*runner, options, *machine, result);
  }
  const Coverage &c = tally.coverage;
  llvm::outs() << llvm::formatv(
      "{0} layers: {1} whole, {2} cut along outer loops, {3} along the result, "
      "{4} along a reduction; {5} with rolling windows, {6} with double "
      "buffers\n",
      c.layers, c.whole, c.outer, c.output, c.reduction, c.rolling, c.doubled);
  llvm::outs() << llvm::formatv(
      "{0} instructions, {1} MACs, {2} semaphore operations removed and "
      "noticed, {3:F1} s of CPU\n",
      tally.instructions, tally.macs, tally.removed,
      double(std::clock()) / CLOCKS_PER_SEC);
  llvm::outs() << llvm::formatv(
      "{0} cases: {1} agree, {2} do not fit, {3} differ\n", tally.cases(),
      tally.same, tally.tooSmall, tally.failed);
  if (tally.failed != 0)
    return makeError("the emulator and the reference differ, or the counters "
                     "and their prediction");
  if (tally.cases() > 100 &&
      double(tally.same) < fitShare * double(tally.cases()))
    return makeError("too few cases fit their machines to say much");
  return llvm::Error::success();
}

int main(int argc, char **argv) {
  cl::ParseCommandLineOptions(
      argc, argv,
      "random networks on random machines: the emulator against the reference "
      "interpreter, counters against their prediction\n");
  return reportError(runAll()) ? 1 : 0;
}
