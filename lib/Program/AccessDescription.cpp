// The words in which the generated access descriptions are written.
#include "lacuna/Program/AccessDescription.h"

#include "lacuna/Program/ActivationBlocks.h"
#include "lacuna/Program/WeightUnits.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace lacuna;

StringRef lacuna::toString(MemoryKind memory) {
  static constexpr StringLiteral names[] = {"dram", "scratchpad",
                                            "accumulators"};
  return names[static_cast<unsigned>(memory)];
}

unsigned lacuna::onChipBits(ElementType type, bool packed) {
  unsigned bits = getInfo(type).storageBits;
  return packed ? bits : std::max(bits, 8u);
}

bool lacuna::rowsStartAtBytes(const Strides &strides, ElementType type) {
  if (onChipBits(type, /*packed=*/true) >= 8 || strides.empty())
    return true;
  return llvm::all_of(ArrayRef(strides).drop_back(),
                      [](int64_t stride) { return stride % 2 == 0; });
}

namespace {
/// Adds one access to a list, statement by statement.
class AccessBuilder {
public:
  AccessBuilder(AccessList &list, StringRef operand, AccessDirection direction)
      : access(list.emplace_back()) {
    access.operand = operand;
    access.direction = direction;
  }

  void in(DramAddress &dram) { access.dram = &dram; }
  void in(Ring &ring, MemoryKind memory) {
    access.memory = memory;
    access.ring = &ring;
  }
  void in(OnChipRing &place) {
    in(place.ring, place.memory == OnChipMemory::Scratchpad
                       ? MemoryKind::Scratchpad
                       : MemoryKind::Accumulators);
  }

  void typed(ElementType type, bool packed) {
    access.elementBits = access.strideUnitBits = onChipBits(type, packed);
  }
  void run(uint64_t bytes) { access.elementBits = bytes * 8; }
  void blocks(uint64_t bytes) {
    access.elementBits = access.strideUnitBits = bytes * 8;
    access.enabled &= bytes != 0;
  }
  void strides(StringRef field, Strides &strides) {
    access.stridesField = field;
    access.strides = &strides;
  }
  void partial() { access.partial = true; }
  void onlyIf(bool flag) { access.enabled &= flag; }

  CoordinateDescription &along(StringRef field, Interval &interval,
                               unsigned index = 0) {
    CoordinateDescription &coordinate = access.coordinates.emplace_back();
    coordinate.interval = &interval;
    coordinate.field = field;
    coordinate.index = index;
    return coordinate;
  }
  void alongAll(StringRef field, Dims &dims) {
    for (auto [index, interval] : llvm::enumerate(dims))
      along(field, interval, index);
  }
  void alongLast(StringRef field, Dims &dims) {
    if (!dims.empty())
      along(field, dims.back(), dims.size() - 1);
  }
  void anyBelow(uint64_t bound) {
    CoordinateDescription &coordinate = access.coordinates.emplace_back();
    coordinate.kind = CoordinateKind::AnyBelow;
    coordinate.bound = bound;
  }
  void quotient(StringRef field, Interval &interval, uint64_t divisor) {
    CoordinateDescription &coordinate = along(field, interval);
    coordinate.kind = CoordinateKind::Quotient;
    coordinate.divisor = divisor;
  }
  void window(StringRef outputField, Interval &output, StringRef kernelField,
              Interval &kernel, uint64_t stride, uint64_t dilation,
              uint64_t padding, uint64_t bound, uint64_t divisor,
              uint64_t phase) {
    CoordinateDescription &coordinate = along(outputField, output);
    coordinate.kind = CoordinateKind::Window;
    coordinate.kernel = &kernel;
    coordinate.kernelField = kernelField;
    coordinate.stride = stride;
    coordinate.dilation = dilation;
    coordinate.padding = padding;
    coordinate.bound = bound;
    coordinate.divisor = divisor;
    coordinate.phase = phase;
  }

private:
  AccessDescription &access;
};
} // namespace

#include "lacuna/Program/Accesses.cpp.inc"

AccessList lacuna::describeAccesses(Instruction &instruction) {
  AccessList list;
  std::visit([&](auto &inst) { describe(inst, list); }, instruction);
  return list;
}
