// A time line in Chrome's trace format (the JSON object format of "Trace Event
// Format", which Perfetto opens too): a track for each engine, a cycle shown as
// a microsecond.
#ifndef LACUNA_REPORT_TRACE_H
#define LACUNA_REPORT_TRACE_H

#include "lacuna/Emulator/Emulator.h"

#include "llvm/Support/raw_ostream.h"

namespace lacuna {

/// Writes `events` of a run of `program`, whose decoded text is `text`.
void writeTrace(const Program &program, const ProgramText &text,
                llvm::ArrayRef<TimelineEvent> events, llvm::raw_ostream &os);

} // namespace lacuna

#endif // LACUNA_REPORT_TRACE_H
