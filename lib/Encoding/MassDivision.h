// How the tree in an entropy-coded tensor's table divides a node's mass between
// its halves; docs/formats.md, "The table", defines it.
#ifndef LACUNA_LIB_ENCODING_MASSDIVISION_H
#define LACUNA_LIB_ENCODING_MASSDIVISION_H

#include "llvm/Support/MathExtras.h"

#include <algorithm>

namespace lacuna {

/// How a mass is divided. The share of the lower half is given in as many bits
/// as pay: about half those of the number of elements that it is known from.
struct MassDivision {
  MassDivision(unsigned mass, unsigned precision) : mass(mass) {
    bits = std::max(1u, (llvm::Log2_32(mass) + precision) / 2);
    if ((1u << bits) >= mass - 1) {
      isExact = true;
      bits = llvm::Log2_32_Ceil(mass - 1);
    }
  }

  /// The mass of the lower half for the code that the table has, which is less
  /// than mass - 1 if exact.
  unsigned getLower(unsigned code) const {
    if (isExact)
      return code + 1;
    return std::max(1u, (mass * (2 * code + 1)) >> (bits + 1));
  }

  /// The code for a lower half that has this share of the elements; neither
  /// half is empty.
  unsigned getCode(double share) const {
    if (isExact)
      return std::clamp((unsigned(share * mass * 2) + 1) / 2, 1u, mass - 1) - 1;
    return std::min(unsigned(share * (1u << bits)), (1u << bits) - 1);
  }

  unsigned mass;
  unsigned bits;
  bool isExact = false;
};

} // namespace lacuna

#endif // LACUNA_LIB_ENCODING_MASSDIVISION_H
