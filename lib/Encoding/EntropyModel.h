// The probabilities behind an entropy-coded tensor: the axis of values is cut
// into bins, each as wide as a power of two; a bin's number is entropy-coded
// and the offset in it stands in plain bits. Smooth tails thus take few
// entries of the table, and a spike (zero, above all) a bin of its own.
#ifndef LACUNA_LIB_ENCODING_ENTROPYMODEL_H
#define LACUNA_LIB_ENCODING_ENTROPYMODEL_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <vector>

namespace lacuna {

/// Bits of a coder's state: 2^stateBits states share out among the bins.
constexpr unsigned minStateBits = 5;
constexpr unsigned maxStateBits = 12;
/// Most that an encoder here chooses.
constexpr unsigned mostChosenStateBits = 10;

/// Places first to first + 2^offsetBits - 1.
struct Bin {
  uint32_t first;
  /// States: the bin's probability times 2^stateBits; never 0.
  uint16_t mass;
  uint8_t offsetBits;
};

/// Puts elements on an axis of 2^elementBits places.
struct ValueAxis {
  unsigned elementBits = 8;
  uint32_t zero = 0;
  /// By magnitude, +1 before -1, so that both share a bin; else by value.
  bool isFolded = false;

  uint32_t getMask() const { return (uint32_t(1) << elementBits) - 1; }

  uint32_t toPlace(uint32_t element) const {
    uint32_t difference = (element - zero) & getMask();
    uint32_t half = uint32_t(1) << (elementBits - 1);
    if (!isFolded)
      return difference ^ half;
    return difference < half ? difference * 2
                             : ((0 - difference) * 2 + 1) & getMask();
  }

  uint32_t toElement(uint32_t place) const {
    uint32_t half = uint32_t(1) << (elementBits - 1);
    if (!isFolded)
      return ((place ^ half) + zero) & getMask();
    // Place 1 would be -0: there stands the least element, which has no
    // counterpart.
    uint32_t magnitude = place == 1 ? half : place / 2;
    return (zero + (place % 2 ? 0 - magnitude : magnitude)) & getMask();
  }
};

struct EntropyModel {
  unsigned stateBits = minStateBits;
  ValueAxis axis;
  /// In the order of their places.
  std::vector<Bin> bins;
};

/// Chooses the model that makes table and streams smallest for a tensor with
/// counts[e] elements e, and appends the table that says so to `table`.
EntropyModel chooseModel(llvm::ArrayRef<uint64_t> counts, unsigned elementBits,
                         uint32_t zero, std::vector<uint8_t> &table);

/// Reads a table.
llvm::Expected<EntropyModel> readModel(llvm::ArrayRef<uint8_t> table,
                                       unsigned elementBits, uint32_t zero);

} // namespace lacuna

#endif // LACUNA_LIB_ENCODING_ENTROPYMODEL_H
