// Ranges and structure of an instruction's fields, as visitors over kinds.
#include "lacuna/Program/Checks.h"

#include "lacuna/Program/AccessDescription.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace lacuna;

namespace {
/// Keeps the first complaint about a field.
class Complaints {
public:
  void complain(const FieldInfo &info, const Twine &what) {
    if (!first)
      first = FieldComplaint{info.name, what.str()};
  }
  std::optional<FieldComplaint> first;
};

class FieldChecker : public Complaints {
public:
  template <class T>
  void operator()(const FieldInfo &info, const T &value, const T &absent) {
    if (info.optionalIndex < 0 || !(value == absent))
      check(info, value);
  }

private:
  void check(const FieldInfo &, bool) {}
  void check(const FieldInfo &, ElementType) {}
  template <class T>
  std::enable_if_t<std::is_enum_v<T>> check(const FieldInfo &, T) {}

  void check(const FieldInfo &info, uint64_t value) {
    if (value < static_cast<uint64_t>(info.min) ||
        value > static_cast<uint64_t>(info.max))
      outOfRange(info, std::to_string(value));
  }
  void check(const FieldInfo &info, int64_t value) {
    if (value < info.min || value > info.max)
      outOfRange(info, std::to_string(value));
  }
  void outOfRange(const FieldInfo &info, const std::string &value) {
    complain(info, value + " is not within " + std::to_string(info.min) +
                       " to " + std::to_string(info.max));
  }

  void check(const FieldInfo &info, const Affine &value) {
    checkMagnitude(info, value.constant);
    for (int64_t coefficient : value.coefficients)
      checkMagnitude(info, coefficient);
  }
  void checkMagnitude(const FieldInfo &info, int64_t value) {
    if (value <= -kFieldLimit || value >= kFieldLimit)
      complain(info, std::to_string(value) + " is not below 2^47 in magnitude");
  }

  void check(const FieldInfo &info, const DramAddress &value) {
    check(info, value.address);
    if (value.address.constant < 0)
      complain(info, "the constant of an address is negative");
  }
  void check(const FieldInfo &info, const Ring &value) {
    if (value.base >= kFieldLimit || value.length >= kFieldLimit)
      complain(info, "base or length of a ring is not below 2^47");
    check(info, value.offset);
  }
  void check(const FieldInfo &info, const OnChipRing &value) {
    check(info, value.ring);
  }
  void check(const FieldInfo &info, const Interval &value) {
    if (value.size < 1 || value.size > kMaxExtent || value.bound < 1 ||
        value.bound > kMaxExtent)
      complain(info,
               "size and bound of an extent are 1 to " + Twine(kMaxExtent));
    check(info, value.start);
  }
  void check(const FieldInfo &info, const Dims &value) {
    if (value.empty() || value.size() > kMaxDims)
      complain(info, "there are 1 to " + Twine(kMaxDims) + " extents, not " +
                         Twine(value.size()));
    for (const Interval &interval : value)
      check(info, interval);
  }
  void check(const FieldInfo &info, const Strides &value) {
    for (int64_t stride : value)
      checkMagnitude(info, stride);
  }
};

/// Checks the affine values of each kind of field that has them.
class TermChecker : public Complaints {
public:
  explicit TermChecker(ArrayRef<uint64_t> counts) : counts(counts) {}

  template <class T>
  void operator()(const FieldInfo &info, const T &value, const T &) {
    check(info, value);
  }

private:
  template <class T> void check(const FieldInfo &, const T &) {}
  void check(const FieldInfo &info, const Affine &value) {
    __int128 least = value.constant, most = value.constant;
    for (unsigned level = 0; level != kMaxLoopDepth; ++level) {
      int64_t coefficient = value.coefficients[level];
      if (!coefficient)
        continue;
      if (level >= counts.size()) {
        complain(info,
                 "i" + Twine(level) + " is not the index of an open loop");
        return;
      }
      uint64_t last = counts[level] ? counts[level] - 1 : 0;
      (coefficient < 0 ? least : most) += __int128(coefficient) * last;
    }
    if (least <= -kFieldLimit || most >= kFieldLimit)
      complain(info, "passes 2^47 in magnitude within its loops");
  }
  void check(const FieldInfo &info, const DramAddress &value) {
    check(info, value.address);
  }
  void check(const FieldInfo &info, const Ring &value) {
    check(info, value.offset);
  }
  void check(const FieldInfo &info, const OnChipRing &value) {
    check(info, value.ring.offset);
  }
  void check(const FieldInfo &info, const Interval &value) {
    check(info, value.start);
  }
  void check(const FieldInfo &info, const Dims &value) {
    for (const Interval &interval : value)
      check(info, interval);
  }

  ArrayRef<uint64_t> counts;
};
} // namespace

template <class Checker>
static std::optional<FieldComplaint>
complaintOf(Checker checker, const Instruction &instruction) {
  std::visit(
      [&](const auto &inst) {
        std::decay_t<decltype(inst)>::visitFields(inst, checker);
      },
      instruction);
  return checker.first;
}

/// The accesses, to look at. Their pointers allow more than this file does.
static AccessList getAccesses(const Instruction &instruction) {
  return describeAccesses(const_cast<Instruction &>(instruction));
}

size_t lacuna::countStrides(const Instruction &instruction, StringRef field) {
  for (const AccessDescription &access : getAccesses(instruction))
    if (access.stridesField == field)
      return access.coordinates.size();
  return 0;
}

static bool isDefault(const AccessDescription &access) {
  return access.dram ? *access.dram == DramAddress()
                     : *access.ring == Ring() &&
                           access.memory != MemoryKind::Accumulators;
}

static std::optional<FieldComplaint>
complaintAboutOperands(const Instruction &instruction) {
  for (const AccessDescription &access : getAccesses(instruction)) {
    if (!access.enabled && !isDefault(access))
      return FieldComplaint{access.operand,
                            "given, but the instruction says that it has no "
                            "such operand"};
    if (!access.strides)
      continue;
    size_t wanted = access.enabled ? access.coordinates.size() : 0;
    if (access.strides->size() != wanted)
      return FieldComplaint{
          access.stridesField,
          formatv("there must be {0} strides, one for each coordinate, not {1}",
                  wanted, access.strides->size())
              .str()};
  }
  return std::nullopt;
}

std::optional<FieldComplaint>
lacuna::findComplaint(const Instruction &instruction) {
  if (auto complaint = complaintOf(FieldChecker(), instruction))
    return complaint;
  return complaintAboutOperands(instruction);
}

static Error toError(const std::optional<FieldComplaint> &complaint) {
  return complaint ? makeError(complaint->field + ": " + complaint->what)
                   : Error::success();
}

Error lacuna::checkFields(const Instruction &instruction) {
  return toError(findComplaint(instruction));
}

Error lacuna::checkLoopTerms(const Instruction &instruction,
                             ArrayRef<uint64_t> counts) {
  return toError(complaintOf(TermChecker(counts), instruction));
}
