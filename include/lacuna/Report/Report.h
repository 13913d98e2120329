// R.json and P.json: counters of a program, by layer and in all, as JSON. What
// ran and what was predicted are written by the same functions, so that they
// can be compared counter by counter. docs/report.md defines every field.
#ifndef LACUNA_REPORT_REPORT_H
#define LACUNA_REPORT_REPORT_H

#include "lacuna/Machine/Counters.h"
#include "lacuna/Program/Program.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <optional>
#include <string>
#include <vector>

namespace lacuna {

/// Energy in pJ, by what takes it.
struct Energy {
  double dram = 0;
  double scratchpad = 0;
  double accumulators = 0;
  double matrix = 0;
  double vector = 0;
  double decoder = 0;
  double sequencer = 0;
  /// Of the power that flows whatever happens; only where time is known.
  double leakage = 0;

  double getTotal() const {
    return dram + scratchpad + accumulators + matrix + vector + decoder +
           sequencer + leakage;
  }
};

/// The energy of what `counters` say, on `machine`; `cycles` of elapsed time.
/// Where zeros that are not known decide it, the most that it may be, or the
/// least.
Energy getEnergy(const Counters &counters, const Machine &machine,
                 uint64_t cycles = 0, bool least = false);

/// A tensor that Counters::tensors may name by its position.
struct ReportTensor {
  std::string name;
  TensorKind kind = TensorKind::Weights;
  /// Bytes as shape and type give them, and as they are stored off-chip.
  uint64_t rawBytes = 0;
  uint64_t storedBytes = 0;
};

struct ReportLayer {
  std::string name;
  std::string location;
  Counters counters;
};

/// What a report is made of.
struct Report {
  std::string machineName;
  /// Of the program file; empty if there is none.
  std::string hash;
  /// Instructions in the text, and its bytes.
  uint64_t instructions = 0;
  uint64_t textBytes = 0;
  /// Samples that the counters are the sum of.
  uint64_t samples = 1;
  std::vector<ReportTensor> tensors;
  /// Layers of the program; then, under the name "", what belongs to none.
  std::vector<ReportLayer> layers;
  /// Elapsed time; none if it was not worked out.
  std::optional<uint64_t> cycles;
};

/// The tensors of `program`, in order.
std::vector<ReportTensor> getReportTensors(const Program &program);
/// The layers of `program` with their counters: those of each of its layers,
/// then those that belong to none (left out if there is nothing).
std::vector<ReportLayer> getReportLayers(const Program &program,
                                         llvm::ArrayRef<Counters> counters);

/// The report as a JSON object: "schema", "program", "samples", "layers",
/// "total".
llvm::json::Object toJson(const Report &report, const Machine &machine);

/// Which counters a prediction is held to.
enum class Compared {
  /// All of them.
  Everything,
  /// Those that don't depend on the costs of the machine: not time, energy and
  /// bursts.
  Bytes,
};

/// Checks that every counter in `predicted` (a report of one sample as JSON) is
/// the same in `counted`, or lies between the two numbers that it gives. A
/// program without its layers is compared in total. The error lists the
/// differences, at most 20.
llvm::Error comparePrediction(const llvm::json::Object &predicted,
                              const llvm::json::Object &counted,
                              Compared compared);

/// The counters of `samples` runs like the one that gave `counters`.
Counters repeat(const Counters &counters, uint64_t samples);

} // namespace lacuna

#endif // LACUNA_REPORT_REPORT_H
