// The report of a run, and the prediction that it is held to.
#include "lacuna/Report/RunReport.h"

#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/GuardedText.h"

using namespace llvm;
using namespace lacuna;

Report lacuna::makeRunReport(const Program &program, const Machine &machine,
                             const Emulator &emulator, StringRef hash) {
  Report report;
  report.machineName = machine.name;
  report.hash = hash.str();
  report.instructions = emulator.getText().instructions.size();
  report.textBytes = program.getText().size;
  report.tensors = getReportTensors(program);
  const RunCounts &counts = emulator.getCounts();
  report.layers = getReportLayers(program, counts.layers);
  report.cycles = counts.cycles;
  return report;
}

Expected<std::optional<json::Value>>
lacuna::checkPrediction(const Program &program, StringRef name,
                        const json::Object &counted, Compared compared) {
  if (program.predicted.empty())
    return std::nullopt;
  Expected<json::Value> predicted =
      parseJson(program.predicted, (name + " (its prediction)").str());
  if (!predicted)
    return predicted.takeError();
  const json::Object *object = predicted->getAsObject();
  if (!object)
    return makeError(SourceLocation::inFile(name),
                     "the prediction is not a JSON object");
  if (Error error = comparePrediction(*object, counted, compared))
    return std::move(error);
  return std::optional<json::Value>(std::move(*predicted));
}
