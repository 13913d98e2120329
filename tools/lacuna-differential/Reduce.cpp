// The search: the greatest steps first, each kept if the case still fails.
#include "Reduce.h"

#include "ReduceGraph.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"

using namespace lacuna;
using namespace lacuna::differential;

/// `message` without what differs from graph to graph: numbers, what is in
/// quotes, lists of extents.
static std::string skeletonOf(llvm::StringRef message) {
  std::string skeleton;
  bool quoted = false;
  for (char c : message) {
    if (c == '\'')
      quoted = !quoted;
    if (!quoted && llvm::isAlpha(c))
      skeleton += c;
  }
  return skeleton;
}

namespace {
class Reducer {
public:
  Reducer(CaseRunner &runner, Reduced &best, unsigned maxTrials)
      : runner(runner), best(best), maxTrials(maxTrials) {
    failure = best.result;
    // Refusals are told apart by their message: a step may make a graph that
    // is refused rightly.
    isRefusal = !(failure.stage == "outputs" || failure.stage == "fusion" ||
                  failure.stage == "upstream's outputs" ||
                  failure.stage == "prediction");
    // What comes after MLIR's own lowering doesn't need it.
    if (!failure.stage.starts_with("upstream"))
      best.options.upstream = false;
  }

  void run() {
    tryPlainSchedules();
    while (!keepFewOperations() && progress())
      ;
    while (progress())
      ;
    simplifyMachine();
  }

private:
  bool tryCase(Case candidate, const CaseOptions &options);
  bool tryCase(Case candidate) {
    return tryCase(std::move(candidate), best.options);
  }
  void tryPlainSchedules();
  bool keepFewOperations();
  bool dropResults();
  bool dropOperations();
  bool shrinkExtents();
  bool levelValues();
  bool progress() {
    bool any = dropResults();
    any |= dropOperations();
    any |= shrinkExtents();
    any |= levelValues();
    return any;
  }
  void simplifyMachine();
  Values valuesOfBest() {
    return runner.computeValues(*best.test.graph, best.test.inputs);
  }

  CaseRunner &runner;
  Reduced &best;
  unsigned maxTrials;
  CaseResult failure;
  bool isRefusal;
};
} // namespace

/// Runs `candidate`, and makes it the best one if it fails as it should.
bool Reducer::tryCase(Case candidate, const CaseOptions &options) {
  if (!candidate.graph || best.trials >= maxTrials)
    return false;
  if (mlir::failed(mlir::verify(*candidate.graph)))
    return false;
  ++best.trials;
  CaseResult result = runner.run(candidate, options);
  if (result.outcome != Outcome::Failed || result.stage != failure.stage ||
      (isRefusal && skeletonOf(result.message) != skeletonOf(failure.message)))
    return false;
  best.test = std::move(candidate);
  best.options = options;
  best.result = std::move(result);
  return true;
}

void Reducer::tryPlainSchedules() {
  CaseOptions plain = best.options;
  plain.seed = plainSeed;
  tryCase(best.test.clone(), plain);
}

/// The shortest run of operations that fails on its own.
bool Reducer::keepFewOperations() {
  Values values = valuesOfBest();
  size_t all = operationsOf(*best.test.graph).size();
  for (size_t count = 1; count < all; count += (count + 2) / 3)
    for (size_t first = 0; first + count <= all; ++first)
      if (tryCase(keepWindow(best.test, first, count, values)))
        return true;
  return false;
}

bool Reducer::dropResults() {
  bool any = false;
  size_t results =
      functionOf(*best.test.graph).getFunctionType().getNumResults();
  for (size_t i = results; i-- != 0;)
    any |= tryCase(dropResult(best.test, i));
  return any;
}

bool Reducer::dropOperations() {
  bool any = false;
  Values values = valuesOfBest();
  for (size_t i = operationsOf(*best.test.graph).size(); i-- != 0;) {
    // A step may have taken several with it.
    if (i >= operationsOf(*best.test.graph).size())
      continue;
    if (tryCase(replaceByArguments(best.test, i, values))) {
      any = true;
      values = valuesOfBest();
    }
  }
  return any;
}

bool Reducer::shrinkExtents() {
  bool any = false;
  for (int64_t extent : extentsOf(*best.test.graph)) {
    auto tryExtent = [&](std::optional<size_t> only) {
      for (int64_t to :
           {int64_t(1), int64_t(2), extent / 4, extent / 2, extent - 1})
        if (to >= 1 && to < extent &&
            tryCase(shrinkExtent(best.test, extent, to, only)))
          return true;
      return false;
    };
    if (tryExtent(std::nullopt)) {
      any = true;
      continue;
    }
    for (size_t i = 0; i < countSources(*best.test.graph); ++i)
      any |= tryExtent(i);
  }
  return any;
}

bool Reducer::levelValues() {
  bool any = false;
  for (size_t i = 0; i != best.test.inputs.size(); ++i)
    any |= tryCase(clearInput(best.test, i));
  for (size_t i = 0; i != countConstants(*best.test.graph); ++i)
    any |= tryCase(levelConstant(best.test, i));
  return any;
}

/// Towards the preset `edge`, or `float` where there are floats: all of it, or
/// one part after another.
void Reducer::simplifyMachine() {
  bool floats = best.test.machine.vectorSupports(ElementType::FP32);
  llvm::Expected<Machine> edge = loadMachine(floats ? "float" : "edge");
  if (!edge) {
    llvm::consumeError(edge.takeError());
    return;
  }
  Case whole = best.test.clone();
  whole.machine = *edge;
  if (tryCase(std::move(whole)))
    return;
  using Part = void (*)(Machine &, const Machine &);
  // The array and its types have energies of their own.
  const Part parts[] = {
      [](Machine &m, const Machine &e) { m.dram = e.dram; },
      [](Machine &m, const Machine &e) { m.sequencer = e.sequencer; },
      [](Machine &m, const Machine &e) { m.accumulators = e.accumulators; },
      [](Machine &m, const Machine &e) { m.scratchpad = e.scratchpad; },
      [](Machine &m, const Machine &e) { m.vector = e.vector; },
      [](Machine &m, const Machine &e) {
        m.matrix = e.matrix;
        m.energyPj = e.energyPj;
      }};
  for (Part part : parts) {
    Case simpler = best.test.clone();
    part(simpler.machine, *edge);
    // Only a machine that a file can describe.
    auto read = parseMachine(printMachine(simpler.machine), "machine.yaml");
    if (!read)
      llvm::consumeError(read.takeError());
    else
      tryCase(std::move(simpler));
  }
}

Reduced lacuna::differential::reduce(CaseRunner &runner, const Case &test,
                                     const CaseOptions &options,
                                     const CaseResult &result,
                                     unsigned maxTrials) {
  // Steps that make no legal graph say so.
  mlir::ScopedDiagnosticHandler quiet(&runner.getContext(),
                                      [](mlir::Diagnostic &) {});
  Reduced best{test.clone(), options, result, 0};
  Reducer(runner, best, maxTrials).run();
  return best;
}
