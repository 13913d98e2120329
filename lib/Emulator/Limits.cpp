// Visitors over the fields of a resolved instruction, and its footprints.
#include "Limits.h"

#include "lacuna/Machine/Window.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace lacuna;

namespace {
constexpr int64_t maxCoordinate = int64_t(1) << 30;

struct WorkCounter {
  uint64_t work = 1;

  template <class T> void operator()(const FieldInfo &, const T &, const T &) {}
  void operator()(const FieldInfo &info, const uint64_t &value,
                  const uint64_t &) {
    if (info.name == "run")
      take(value);
  }
  void operator()(const FieldInfo &, const Interval &value, const Interval &) {
    take(value.size);
  }
  void operator()(const FieldInfo &, const Dims &value, const Dims &) {
    for (const Interval &interval : value)
      take(interval.size);
  }
  void take(uint64_t size) { work = SaturatingMultiply(work, size); }
};

struct ExtentChecker {
  std::string complaint;

  template <class T> void operator()(const FieldInfo &, const T &, const T &) {}
  void operator()(const FieldInfo &info, const Interval &value,
                  const Interval &) {
    if (Span(value).end > maxCoordinate)
      complaint = formatv("{0}: coordinate {1} is beyond 2^30", info.name,
                          Span(value).end - 1);
  }
  void operator()(const FieldInfo &info, const Dims &value, const Dims &) {
    for (const Interval &interval : value)
      (*this)(info, interval, interval);
  }
};
} // namespace

template <class Visitor>
static Visitor visit(const Instruction &instruction, Visitor visitor) {
  std::visit(
      [&](const auto &inst) {
        std::decay_t<decltype(inst)>::visitFields(inst, visitor);
      },
      instruction);
  return visitor;
}

uint64_t lacuna::getWork(const Instruction &resolved) {
  return visit(resolved, WorkCounter()).work;
}

Error lacuna::checkExtents(const Instruction &resolved) {
  std::string complaint = visit(resolved, ExtentChecker()).complaint;
  return complaint.empty() ? Error::success() : createStringError(complaint);
}

Expected<uint64_t> lacuna::checkOnChip(ArrayRef<AccessPattern> patterns,
                                       const Memory &memory) {
  uint64_t peak = 0;
  for (const AccessPattern &pattern : patterns) {
    if (pattern.memory == MemoryKind::Dram)
      continue;
    bool pad = pattern.memory == MemoryKind::Scratchpad;
    if (Error error = checkPattern(
            pattern, memory.sizeOf(pad ? OnChipMemory::Scratchpad
                                       : OnChipMemory::Accumulators)))
      return std::move(error);
    if (pad)
      peak = std::max(peak, pattern.hull()->end);
  }
  return peak;
}
