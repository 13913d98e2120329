// The report of a run, and the prediction that it is held to.
#ifndef LACUNA_REPORT_RUNREPORT_H
#define LACUNA_REPORT_RUNREPORT_H

#include "lacuna/Emulator/Emulator.h"
#include "lacuna/Report/Report.h"

namespace lacuna {

/// What the first run of `emulator` counted; `hash` is that of the program's
/// file, or "".
Report makeRunReport(const Program &program, const Machine &machine,
                     const Emulator &emulator, llvm::StringRef hash);

/// The prediction that `program` carries, if any, held against what one run
/// counted. `name` is how errors call the program.
llvm::Expected<std::optional<llvm::json::Value>>
checkPrediction(const Program &program, llvm::StringRef name,
                const llvm::json::Object &counted, Compared compared);

} // namespace lacuna

#endif // LACUNA_REPORT_RUNREPORT_H
