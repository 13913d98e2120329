//===- BlockTransfers.cpp - Transfers of whole blocks ---------------------===//

#include "BlockTransfers.h"

#include "lacuna/Program/Checks.h"
#include "lacuna/Schedule/Geometry.h"

#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace lacuna;
using namespace lacuna::schedule;

namespace {
/// What LOAD and STORE have in common, the stretch taken apart from the rest: a
/// run, longer by all extents that leave no gap on either side.
struct Copy {
  Affine dram;
  Ring pad;
  /// Bytes of the stretch where no extent cuts it, else of one step of `part`.
  uint64_t run;
  /// The extent that cuts the stretch into runs, of which it takes some.
  std::optional<Interval> part;
  Dims dims;
  Strides dramStrides, padStrides;
};
} // namespace

static bool isWhole(const Interval &interval) {
  return interval.start == Affine(0) && interval.size >= interval.bound;
}

template <typename Inst> static Copy takeApart(const Inst &inst) {
  Copy copy{inst.dram.address, inst.pad,         inst.run,       std::nullopt,
            inst.dims,         inst.dramStrides, inst.padStrides};
  auto drop = [&](size_t dim) {
    copy.dims.erase(copy.dims.begin() + dim);
    copy.dramStrides.erase(copy.dramStrides.begin() + dim);
    copy.padStrides.erase(copy.padStrides.begin() + dim);
  };
  // One coordinate is no extent.
  for (size_t dim = copy.dims.size(); dim-- != 0;) {
    const Interval &at = copy.dims[dim];
    if (!at.start.isConstant() || at.size != 1 || at.start.constant < 0 ||
        at.start.constant >= int64_t(at.bound))
      continue;
    copy.dram.constant += at.start.constant * copy.dramStrides[dim];
    copy.pad.offset.constant += at.start.constant * copy.padStrides[dim];
    drop(dim);
  }
  while (!copy.dims.empty() && copy.dramStrides.back() == int64_t(copy.run) &&
         copy.padStrides.back() == int64_t(copy.run)) {
    Interval inner = copy.dims.back();
    drop(copy.dims.size() - 1);
    if (!isWhole(inner)) {
      copy.part = inner;
      break;
    }
    copy.run *= inner.bound;
  }
  return copy;
}

static Copy takeApart(const Instruction &transfer) {
  if (const auto *load = std::get_if<Load>(&transfer))
    return takeApart(*load);
  return takeApart(std::get<Store>(transfer));
}

static uint64_t withTerms(uint64_t divisor, const Affine &value) {
  divisor = std::gcd(divisor, uint64_t(std::abs(value.constant)));
  for (int64_t coefficient : value.coefficients)
    divisor = std::gcd(divisor, uint64_t(std::abs(coefficient)));
  return divisor;
}

/// Where the ring of `copy` could cut a stretch: 0 if each lies in a slot of
/// its own, else what a block that is never cut must divide.
static uint64_t getRingGrain(const Copy &copy) {
  if (copy.pad.length == 0)
    return 0;
  Affine first = copy.pad.offset;
  uint64_t reach = copy.run;
  if (copy.part) {
    first = add(first, scale(copy.part->start, int64_t(copy.run)));
    reach *= copy.part->size;
  }
  for (auto [interval, stride] : llvm::zip_equal(copy.dims, copy.padStrides)) {
    first = add(first, scale(interval.start, stride));
    reach += (interval.size - 1) * uint64_t(std::abs(stride));
  }
  if (reach <= withTerms(copy.pad.length, first))
    return 0;
  uint64_t grain = std::gcd(copy.pad.length, copy.run);
  for (int64_t stride : copy.padStrides)
    grain = std::gcd(grain, uint64_t(std::abs(stride)));
  return withTerms(grain, copy.pad.offset);
}

uint64_t schedule::getBlockGrain(const Instruction &transfer,
                                 const Tensor &tensor) {
  if (!std::holds_alternative<Load>(transfer) &&
      !std::holds_alternative<Store>(transfer))
    return 0;
  Copy copy = takeApart(transfer);
  if (copy.dims.size() == kMaxDims)
    return 0;
  Affine inside = copy.dram;
  inside.constant -= int64_t(tensor.address);
  uint64_t grain = withTerms(tensor.bytes, inside);
  if (copy.part) {
    const Interval &part = *copy.part;
    uint64_t steps = std::gcd(withTerms(part.size, part.start), part.bound);
    grain = std::gcd(grain, steps * copy.run);
  } else {
    grain = std::gcd(grain, copy.run);
  }
  for (int64_t stride : copy.dramStrides)
    grain = std::gcd(grain, uint64_t(std::abs(stride)));
  return std::gcd(grain, getRingGrain(copy));
}

static Affine divide(Affine value, int64_t by) {
  value.constant /= by;
  for (int64_t &coefficient : value.coefficients)
    coefficient /= by;
  return value;
}

template <typename Inst>
static Instruction makeTransfer(const Copy &copy, const Tensor &tensor) {
  const StoredBlocks &blocks = *tensor.blocks;
  auto bytes = int64_t(blocks.blockBytes), slot = int64_t(blocks.slotBytes);
  Affine number = copy.dram;
  number.constant -= int64_t(tensor.address);
  number = divide(number, bytes);

  Inst inst;
  inst.dram.address = add(scale(number, slot), Affine(int64_t(tensor.address)));
  inst.table.address =
      add(scale(number, int64_t(kBlockEntryBytes)),
          Affine(int64_t(tensor.address + blocks.getTableOffset())));
  inst.pad = copy.pad;
  inst.run = blocks.blockBytes;
  inst.type = tensor.type;
  inst.zero = blocks.zero;
  inst.dims = copy.dims;
  inst.padStrides = copy.padStrides;
  for (int64_t stride : copy.dramStrides) {
    inst.dramStrides.push_back(stride / bytes * slot);
    inst.tableStrides.push_back(stride / bytes);
  }
  Interval stretch(copy.run / blocks.blockBytes);
  if (copy.part) {
    auto inBlocks = [&](uint64_t steps) {
      return steps * copy.run / blocks.blockBytes;
    };
    stretch.start = divide(scale(copy.part->start, int64_t(copy.run)), bytes);
    stretch.size = inBlocks(copy.part->size);
    stretch.bound = inBlocks(copy.part->bound);
  }
  if (!isWhole(stretch) || stretch.bound != 1) {
    inst.dims.push_back(stretch);
    inst.dramStrides.push_back(slot);
    inst.tableStrides.push_back(1);
    inst.padStrides.push_back(bytes);
  }
  return inst;
}

Instruction schedule::toBlockTransfer(const Instruction &transfer,
                                      const Tensor &tensor) {
  Copy copy = takeApart(transfer);
  return std::holds_alternative<Load>(transfer)
             ? makeTransfer<Expand>(copy, tensor)
             : makeTransfer<Compress>(copy, tensor);
}
