// nn-schedule: tiles by cost, or as a person wrote them.
#include "ScheduledNetwork.h"

#include "lacuna/Conversion/NNToISA/Passes.h"
#include "lacuna/Schedule/EncodeWeights.h"
#include "lacuna/Schedule/Predict.h"

#include "mlir/IR/Remarks.h"

namespace lacuna {
#define GEN_PASS_DEF_SCHEDULE
#include "lacuna/Conversion/NNToISA/Passes.h.inc"
} // namespace lacuna

using namespace mlir;
using namespace lacuna;

namespace {

class SchedulePass : public lacuna::impl::ScheduleBase<SchedulePass> {
public:
  using ScheduleBase::ScheduleBase;

  void runOnOperation() override {
    if (failed(run()))
      signalPassFailure();
  }

private:
  LogicalResult run();
  /// The schedule given for a problem if there is one, else the best.
  FailureOr<schedule::Schedule>
  scheduleOf(ScheduledNetwork &scheduled, size_t problem,
             const std::optional<schedule::Schedule> &given,
             const Machine &machine);
};

} // namespace

FailureOr<schedule::Schedule>
SchedulePass::scheduleOf(ScheduledNetwork &scheduled, size_t problem,
                         const std::optional<schedule::Schedule> &given,
                         const Machine &machine) {
  Operation *op = scheduled.operations[problem];
  const schedule::Graph &graph = scheduled.network.graph;
  if (given) {
    if (llvm::Error error = encodeWeights(scheduled.network, problem, *given))
      return emit(op, std::move(error));
    auto steps = makeGroup(scheduled.network, problem, *given, machine);
    if (!steps)
      return emit(op, steps.takeError());
    ++obeyed;
    return *given;
  }
  auto choice = chooseStoredSchedule(scheduled.network, problem, machine);
  if (!choice)
    return emit(op, choice.takeError());
  ++chosen;
  remark::passed(op->getLoc(),
                 remark::RemarkOpts::name("Scheduled").category("nn-schedule"))
      << graph.layers[problem].name << ": "
      << llvm::Twine(choice->estimate.dramBytes).str() << " bytes off-chip, "
      << llvm::Twine(choice->estimate.scratchpadBytes).str()
      << " bytes of scratchpad";
  return choice->schedule;
}

/// The counters of a layer that a reader of the IR wants.
static DictionaryAttr describe(Builder &builder, const Counters &counters) {
  SmallVector<NamedAttribute> entries;
  auto add = [&](StringRef name, uint64_t value) {
    entries.push_back(builder.getNamedAttr(
        name, builder.getI64IntegerAttr(static_cast<int64_t>(value))));
  };
  add("dram_read_bytes", counters.dramRead);
  add("dram_written_bytes", counters.dramWritten);
  add("instruction_bytes", counters.getDramBytes(DramUse::Instructions));
  add("macs", counters.macs);
  add("scratchpad_peak_bytes", counters.scratchpadPeak);
  return builder.getDictionaryAttr(entries);
}

LogicalResult SchedulePass::run() {
  FailureOr<Machine> found = getMachine(getOperation(), machine);
  if (failed(found))
    return failure();
  auto scheduled = ScheduledNetwork::create(getOperation(), *found);
  if (failed(scheduled))
    return failure();
  auto given = scheduled->getSchedules();
  if (failed(given))
    return failure();

  std::vector<schedule::Schedule> schedules;
  bool failedAny = false;
  for (size_t problem = 0; problem != given->size(); ++problem) {
    auto schedule = scheduleOf(*scheduled, problem, (*given)[problem], *found);
    failedAny |= failed(schedule);
    schedules.push_back(succeeded(schedule) ? *schedule : schedule::Schedule());
    const schedule::Problem &layer = scheduled->network.graph.layers[problem];
    for (const std::string &remark : layer.remarks)
      remark::missed(scheduled->operations[problem]->getLoc(),
                     remark::RemarkOpts::name("Zeros").category("nn-schedule"))
          << layer.name << ": " << remark;
  }
  if (failedAny)
    return failure();
  if (failed(scheduled->planMemory(*found)))
    return failure();
  auto instructions = makeFittingInstructions(scheduled->network, schedules,
                                              *found, scheduled->regions);
  if (!instructions)
    return emit(getOperation(), instructions.takeError());
  std::vector<Counters> predicted =
      schedule::predict(scheduled->network, schedules, *instructions,
                        getTextAddress(scheduled->regions), *found);

  Builder builder(&getContext());
  llvm::MapVector<Operation *, std::pair<SmallVector<Attribute>, Counters>>
      written;
  for (auto [problem, op] : llvm::enumerate(scheduled->operations)) {
    auto &[attributes, counters] = written[op];
    attributes.push_back(
        nn::ScheduleAttr::get(&getContext(), schedules[problem]));
    counters += predicted[problem];
  }
  for (auto &[op, what] : written) {
    op->setAttr(nn::kScheduleAttrName, builder.getArrayAttr(what.first));
    op->setAttr(nn::kPredictedAttrName, describe(builder, what.second));
  }
  return success();
}
