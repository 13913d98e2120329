// Counting nonzeros group by group, a row of the kernel's depth at a time.
#include "WeightGroups.h"

#include "Operand.h"

#include "lacuna/Machine/Window.h"

#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace lacuna;

namespace {
/// Weights read at a time.
constexpr int64_t maxRow = 1024;

class GroupCheck {
public:
  template <typename Inst>
  GroupCheck(const Inst &inst, Memory &memory)
      : weights(memory.scratchpad(), inst.weights, inst.weightType,
                /*packed=*/true),
        zeroPoint(inst.weightZeroPoint),
        valueBits(isFloat(inst.weightType)
                      ? INT32_MAX >> (32 - getInfo(inst.weightType).bits)
                      : -1),
        nonzeros(inst.nonzeros), group(inst.group), channels(inst.channels),
        depth(inst.depth),
        taps{Span(0, 1), Span(inst.kernelRows), Span(inst.kernelColumns)},
        strides{inst.weightStrides.front(), 0, inst.weightStrides.end()[-3],
                inst.weightStrides.end()[-2], inst.weightStrides.back()} {
    if constexpr (std::is_same_v<Inst, Conv3D>) {
      taps[0] = Span(inst.kernelSlices);
      strides[1] = inst.weightStrides[1];
    }
  }

  Error run() {
    for (int64_t n = channels.begin; n != channels.end; ++n) {
      terms = count = 0;
      for (int64_t s = taps[0].begin; s != taps[0].end; ++s)
        for (int64_t r = taps[1].begin; r != taps[1].end; ++r)
          for (int64_t c = taps[2].begin; c != taps[2].end; ++c)
            for (int64_t d = depth.begin; d < depth.end; d += maxRow) {
              int64_t size = std::min(maxRow, depth.end - d);
              weights.read(positionOf({n, s, r, c, d}, strides), strides[4],
                           size, zeroPoint, row.data());
              if (!addRow(size))
                return tooMany(n);
            }
    }
    return Error::success();
  }

private:
  bool addRow(int64_t size) {
    for (int64_t i = 0; i != size; ++i) {
      count += (row[i] & valueBits) != 0;
      if (count > nonzeros)
        return false;
      if (++terms % group == 0)
        count = 0;
    }
    return true;
  }

  Error tooMany(int64_t channel) const {
    uint64_t first = terms / group * group;
    return createStringError(formatv(
        "more than {0} of the {1} weights of channel {2} from term {3} on "
        "differ from the zero point: 'nonzeros' and 'group' claim otherwise",
        nonzeros, group, channel, first));
  }

  Operand weights;
  int64_t zeroPoint;
  /// What tells a weight from zero: all but the sign of a float.
  int32_t valueBits;
  uint64_t nonzeros, group;
  Span channels, depth;
  std::array<Span, 3> taps;
  std::array<int64_t, 5> strides;
  std::array<int32_t, maxRow> row;
  /// Terms of the channel so far, and nonzeros of the group.
  uint64_t terms = 0, count = 0;
};

template <typename Inst> Error check(const Inst &inst, Memory &memory) {
  if (inst.group == 0)
    return Error::success();
  return GroupCheck(inst, memory).run();
}
} // namespace

Error lacuna::checkGroups(const Conv &inst, Memory &memory) {
  return check(inst, memory);
}
Error lacuna::checkGroups(const Conv3D &inst, Memory &memory) {
  return check(inst, memory);
}
