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
};

} // namespace

/// What was chosen for a layer, for whoever reads about it.
static void remarkOn(Operation *op, const schedule::Problem &layer,
                     const schedule::Estimate &estimate) {
  remark::passed(op->getLoc(),
                 remark::RemarkOpts::name("Scheduled").category("nn-schedule"))
      << layer.name << ": " << llvm::Twine(estimate.dramBytes).str()
      << " bytes off-chip, " << llvm::Twine(estimate.scratchpadBytes).str()
      << " bytes of scratchpad";
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

  schedule::Network &network = scheduled->network;
  if (effort > unsigned(schedule::Effort::Cascades))
    return getOperation().emitError("effort is 0, 1 or 2, not ")
           << effort.getValue();
  auto choices = chooseSchedules(
      network, *found, *given, schedule::Effort(effort.getValue()),
      [&](size_t problem, llvm::Error error) {
        (void)emit(scheduled->operations[problem], std::move(error));
      });
  if (!choices)
    return failure();
  std::vector<schedule::Schedule> schedules;
  for (auto [problem, choice] : llvm::enumerate(*choices)) {
    schedules.push_back(choice.schedule);
    const schedule::Problem &layer = network.graph.layers[problem];
    Operation *op = scheduled->operations[problem];
    if ((*given)[problem]) {
      ++obeyed;
    } else {
      ++chosen;
      remarkOn(op, layer, choice.estimate);
    }
    for (const std::string &remark : layer.remarks)
      remark::missed(op->getLoc(),
                     remark::RemarkOpts::name("Zeros").category("nn-schedule"))
          << layer.name << ": " << remark;
  }
  if (llvm::Error error = keepResidents(network, schedules, *found))
    return emit(getOperation(), std::move(error));
  std::vector<schedule::BlockRemark> remarks;
  if (failed(scheduled->placeActivations(schedules, *found, compressActivations,
                                         &remarks)))
    return failure();
  for (const schedule::BlockRemark &one : remarks) {
    Location place = scheduled->operations[one.problem]->getLoc();
    auto options =
        remark::RemarkOpts::name("Activations").category("nn-schedule");
    StringRef name = scheduled->network.graph.layers[one.problem].name;
    if (one.compressed)
      remark::passed(place, options) << name << ": " << one.text;
    else
      remark::missed(place, options) << name << ": " << one.text;
  }
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
