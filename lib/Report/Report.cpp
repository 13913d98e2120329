// Counters as JSON.
#include "lacuna/Report/Report.h"

#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace lacuna;

namespace {
/// JSON has no unsigned numbers above 2^63; such counters saturate there.
int64_t number(uint64_t value) {
  return static_cast<int64_t>(std::min<uint64_t>(value, INT64_MAX));
}

/// A number, or where it is bound to lie: [least, most].
template <typename T> json::Value between(T least, T most) {
  if (least == most)
    return least;
  return json::Array{least, most};
}
/// `value`, of which zeros that are not known may take `fewer` or add `more`.
json::Value number(uint64_t value, uint64_t fewer, uint64_t more) {
  return between(number(value - fewer), number(SaturatingAdd(value, more)));
}

json::Object toJson(const Energy &energy, const Energy &least, bool elapsed) {
  json::Object object{
      {"dram", between(least.dram, energy.dram)},
      {"scratchpad", energy.scratchpad},
      {"accumulators", energy.accumulators},
      {"matrix", between(least.matrix, energy.matrix)},
      {"vector", energy.vector},
      {"decoder", energy.decoder},
      {"sequencer", energy.sequencer},
      {"total", between(least.getTotal(), energy.getTotal())},
  };
  if (elapsed)
    object["static"] = energy.leakage;
  return object;
}

/// Sizes of the tensors that a layer, or all of them, touch.
struct TensorSizes {
  uint64_t weightsRaw = 0;
  uint64_t weightsStored = 0;
  uint64_t weightsMoved = 0;
  /// What must move whatever the schedule: all but activations, once.
  uint64_t bound = 0;
};

TensorSizes getSizes(const Counters &counters, const lacuna::Report &report) {
  TensorSizes sizes;
  for (const auto &[index, traffic] : counters.tensors) {
    const ReportTensor &tensor = report.tensors[index];
    if (tensor.kind != TensorKind::Spill)
      sizes.bound += tensor.storedBytes;
    if (tensor.kind != TensorKind::Weights)
      continue;
    sizes.weightsRaw += tensor.rawBytes;
    sizes.weightsStored += tensor.storedBytes;
    sizes.weightsMoved += traffic.dramRead;
  }
  return sizes;
}

json::Array tensorsToJson(const Counters &counters,
                          const lacuna::Report &report) {
  json::Array tensors;
  for (const auto &[index, traffic] : counters.tensors) {
    const ReportTensor &tensor = report.tensors[index];
    tensors.push_back(json::Object{
        {"name", json::fixUTF8(tensor.name)},
        {"kind", getName(tensor.kind)},
        {"stored_bytes", number(tensor.storedBytes)},
        {"dram_read_bytes", number(traffic.dramRead, traffic.readSlack, 0)},
        {"dram_written_bytes",
         number(traffic.dramWritten, traffic.writtenSlack, 0)},
        {"scratchpad_read_bytes", number(traffic.padRead)},
        {"scratchpad_written_bytes", number(traffic.padWritten)},
    });
  }
  return tensors;
}

/// Counters of one layer, or of all; elapsed time belongs to all alone.
json::Object countersToJson(const Counters &counters,
                            const lacuna::Report &report,
                            const Machine &machine,
                            std::optional<uint64_t> cycles) {
  json::Object dramBy;
  for (unsigned i = 0; i != kDramUses; ++i)
    dramBy[getName(DramUse(i))] = number(counters.dramBy[i]);
  const DataSlack &slack = counters.slack;
  uint64_t bothSlack = counters.dramReadSlack + counters.dramWrittenSlack;
  dramBy[getName(DramUse::Activations)] =
      number(counters.getDramBytes(DramUse::Activations), bothSlack, 0);
  json::Object busy, conflicts;
  for (unsigned i = 1; i != kEngines; ++i) {
    busy[toString(Engine(i))] =
        number(counters.busyCycles[i], counters.busySlack[i], 0);
    conflicts[toString(Engine(i))] =
        number(counters.conflictCycles[i], 0, counters.conflictSlack[i]);
  }
  TensorSizes sizes = getSizes(counters, report);
  json::Object object{
      {"macs", number(counters.macs)},
      {"macs_skipped", number(counters.macsSkipped, 0, slack.macsSkipped)},
      {"macs_gated", number(counters.macsGated, 0, slack.macsGated)},
      {"macs_padding", number(counters.macsPadding)},
      {"vector_operations", number(counters.vectorOperations)},
      {"decoded_bytes", number(counters.decodedBytes)},
      {"activations_raw_bytes", number(counters.blockBytes)},
      {"activations_stored_bytes",
       number(counters.blockStored, counters.blockStoredSlack, 0)},
      {"dram_read_bytes", number(counters.dramRead, counters.dramReadSlack, 0)},
      {"dram_written_bytes",
       number(counters.dramWritten, counters.dramWrittenSlack, 0)},
      {"dram_bytes", number(counters.getDramBytes(), bothSlack, 0)},
      {"dram_bytes_by", std::move(dramBy)},
      {"dram_burst_bytes", number(counters.dramBurst, slack.dramBurst, 0)},
      {"scratchpad_read_bytes", number(counters.scratchpadRead)},
      {"scratchpad_written_bytes", number(counters.scratchpadWritten)},
      {"scratchpad_peak_bytes", number(counters.scratchpadPeak)},
      {"accumulator_read_bytes", number(counters.accumulatorRead)},
      {"accumulator_written_bytes", number(counters.accumulatorWritten)},
      {"instruction_bytes_issued", number(counters.instructionBytesIssued)},
      {"weights_raw_bytes", number(sizes.weightsRaw)},
      {"weights_stored_bytes", number(sizes.weightsStored)},
      {"weights_moved_bytes", number(sizes.weightsMoved)},
      {"bound_dram_bytes",
       number(SaturatingMultiply(sizes.bound, report.samples))},
      {"busy_cycles", std::move(busy)},
      {"dense_cycles", number(counters.denseCycles)},
      {"conflict_cycles", std::move(conflicts)},
      {"energy_pj",
       toJson(getEnergy(counters, machine, cycles.value_or(0)),
              getEnergy(counters, machine, cycles.value_or(0), /*least=*/true),
              cycles.has_value())},
      {"tensors", tensorsToJson(counters, report)},
  };
  if (cycles)
    object["cycles"] = number(*cycles);
  return object;
}
} // namespace

std::vector<ReportTensor> lacuna::getReportTensors(const Program &program) {
  std::vector<ReportTensor> tensors;
  tensors.reserve(program.tensors.size());
  for (const TensorInfo &tensor : program.tensors)
    tensors.push_back({tensor.name, tensor.kind,
                       tensor.getDenseBytes().value_or(0), tensor.getBytes()});
  return tensors;
}

std::vector<ReportLayer> lacuna::getReportLayers(const Program &program,
                                                 ArrayRef<Counters> counters) {
  std::vector<ReportLayer> layers;
  for (auto [layer, counted] : llvm::zip(program.layers, counters))
    layers.push_back({layer.name, layer.location, counted});
  const Counters &rest = counters.back();
  if (rest.getDramBytes() || rest.instructionBytesIssued ||
      rest.scratchpadWritten)
    layers.push_back({"", "", rest});
  return layers;
}

json::Object lacuna::toJson(const Report &report, const Machine &machine) {
  Counters total;
  json::Array layers;
  for (const ReportLayer &layer : report.layers) {
    total += layer.counters;
    json::Object object =
        countersToJson(layer.counters, report, machine, std::nullopt);
    object["name"] = json::fixUTF8(layer.name);
    object["location"] = json::fixUTF8(layer.location);
    layers.push_back(std::move(object));
  }
  json::Object program{
      {"machine", json::fixUTF8(report.machineName)},
      {"instructions", number(report.instructions)},
      {"bytes", number(report.textBytes)},
  };
  if (!report.hash.empty())
    program["hash"] = report.hash;
  return json::Object{
      {"schema", 1},
      {"program", std::move(program)},
      {"samples", number(report.samples)},
      {"layers", std::move(layers)},
      {"total", countersToJson(total, report, machine, report.cycles)},
  };
}

Counters lacuna::repeat(const Counters &counters, uint64_t samples) {
  Counters result = counters;
  auto scale = [&](uint64_t &value) {
    value = SaturatingMultiply(value, samples);
  };
  for (uint64_t *value : {&result.macs,
                          &result.macsSkipped,
                          &result.macsGated,
                          &result.macsPadding,
                          &result.denseCycles,
                          &result.slack.cycles,
                          &result.slack.conflictCycles,
                          &result.slack.macsSkipped,
                          &result.slack.macsGated,
                          &result.slack.macsDone,
                          &result.vectorOperations,
                          &result.decodedBytes,
                          &result.blockBytes,
                          &result.blockStored,
                          &result.blockStoredSlack,
                          &result.dramReadSlack,
                          &result.dramWrittenSlack,
                          &result.slack.dramBytes,
                          &result.slack.dramBurst,
                          &result.dramRead,
                          &result.dramWritten,
                          &result.dramBurst,
                          &result.scratchpadRead,
                          &result.scratchpadWritten,
                          &result.accumulatorRead,
                          &result.accumulatorWritten,
                          &result.instructionBytesIssued})
    scale(*value);
  for (uint64_t &value : result.dramBy)
    scale(value);
  for (uint64_t &value : result.busyCycles)
    scale(value);
  for (auto *values :
       {&result.conflictCycles, &result.busySlack, &result.conflictSlack})
    for (uint64_t &value : *values)
      scale(value);
  for (auto &entry : result.doneByType) {
    scale(entry.second.most);
    scale(entry.second.slack);
  }
  for (auto &entry : result.tensors) {
    TensorTraffic &traffic = entry.second;
    for (uint64_t *value :
         {&traffic.dramRead, &traffic.dramWritten, &traffic.readSlack,
          &traffic.writtenSlack, &traffic.padRead, &traffic.padWritten})
      scale(*value);
  }
  return result;
}
