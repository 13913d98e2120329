// The report of a program before it runs.
#include "lacuna/Schedule/Predict.h"
#include "lacuna/Compiler/Compile.h"
#include "lacuna/Report/Report.h"

using namespace lacuna;

llvm::json::Object
lacuna::predictReport(const schedule::Network &network,
                      llvm::ArrayRef<schedule::Schedule> schedules,
                      llvm::ArrayRef<schedule::PlacedInstruction> instructions,
                      const Program &program, const Machine &machine) {
  std::vector<Counters> problems = schedule::predict(
      network, schedules, instructions, program.getText().address, machine);
  std::vector<unsigned> positions = programPositions(network);
  // A layer's are those of its problems; what belongs to none comes last.
  std::vector<Counters> layers(network.layers.size() + 1);
  for (auto [index, counters] : llvm::enumerate(problems)) {
    std::map<uint32_t, TensorTraffic> tensors;
    for (const auto &[tensor, traffic] : counters.tensors)
      tensors[positions[tensor]] += traffic;
    counters.tensors = std::move(tensors);
    unsigned layer = index < network.layerOf.size() ? network.layerOf[index]
                                                    : network.layers.size();
    layers[layer] += counters;
  }
  Report report;
  report.machineName = machine.name;
  report.instructions = instructions.size();
  report.textBytes = program.getText().size;
  report.tensors = getReportTensors(program);
  report.layers = getReportLayers(program, layers);
  return toJson(report, machine);
}
