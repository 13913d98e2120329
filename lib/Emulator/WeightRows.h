// The weights of a piece of an instruction of MATRIX: one row for each output
// channel or one for each tap, packed where they are not those of before.
#ifndef LACUNA_LIB_EMULATOR_WEIGHTROWS_H
#define LACUNA_LIB_EMULATOR_WEIGHTROWS_H

#include "Operand.h"

#include "lacuna/Emulator/PackedWeights.h"

namespace lacuna {

/// Elements of an operand: `counts` of them along each of `strides`, from
/// `position` on. Counts are positive.
struct ElementBox {
  int64_t position;
  llvm::ArrayRef<int64_t> counts;
  llvm::ArrayRef<int64_t> strides;
};

template <typename In> class WeightRows {
public:
  WeightRows(const Operand &weights, ElementType type, int64_t zeroPoint,
             PackedWeights<In> &kept)
      : weights(weights), type(type), zeroPoint(zeroPoint), kept(kept) {}

  /// `count` weights at `position`, `stride` apart, without their zero point.
  void read(int64_t position, int64_t stride, size_t count, In *out) const {
    weights.read(position, stride, count, zeroPoint, out);
  }

  /// What `pack` makes of the weights in `box`, which must depend on them and
  /// on `how` alone. Valid until the next call.
  template <typename Pack>
  const std::vector<In> &get(const ElementBox &box, llvm::ArrayRef<int64_t> how,
                             Pack &&pack) {
    llvm::ArrayRef<uint8_t> bytes = findBytes(box);
    if (!bytes.empty()) {
      llvm::SmallVector<int64_t, 16> key(how);
      key.append({int64_t(type), zeroPoint, box.position & 1});
      key.append(box.counts.begin(), box.counts.end());
      key.append(box.strides.begin(), box.strides.end());
      return kept.get(key, bytes, pack);
    }
    pack(own);
    return own;
  }

private:
  /// The bytes from the first to the last weight; none if they are spread out
  /// or wrap round the end of a ring.
  llvm::ArrayRef<uint8_t> findBytes(const ElementBox &box) const {
    int64_t elements = 1, reach = 1;
    for (auto [count, stride] : llvm::zip_equal(box.counts, box.strides)) {
      if (count == 1)
        continue;
      if (stride < 0 || stride > maxReach || count > maxReach)
        return {};
      elements *= count;
      reach += (count - 1) * stride;
      if (elements > maxReach || reach > maxReach)
        return {};
    }
    if (reach > 2 * elements)
      return {};
    return weights.getBytes(box.position, reach);
  }

  static constexpr int64_t maxReach = 1 << 24;
  Operand weights;
  ElementType type;
  int64_t zeroPoint;
  PackedWeights<In> &kept;
  std::vector<In> own;
};

} // namespace lacuna

#endif // LACUNA_LIB_EMULATOR_WEIGHTROWS_H
