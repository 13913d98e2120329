//===- CompressActivations.h - Activations without zeros --------*- C++ -*-===//
//
// What layers leave for one another off-chip may be stored without its zeros,
// in blocks (docs/formats.md). Which tensors are, and in which blocks, follows
// from the schedules: every tile that is stored or loaded is a whole number of
// blocks.
//
//===----------------------------------------------------------------------===//

#ifndef LACUNA_SCHEDULE_COMPRESSACTIVATIONS_H
#define LACUNA_SCHEDULE_COMPRESSACTIVATIONS_H

#include "lacuna/Schedule/Network.h"
#include "lacuna/Schedule/Schedule.h"

namespace lacuna {
struct Machine;
} // namespace lacuna

namespace lacuna::schedule {

enum class ActivationBlocks {
  /// Tensors that end in a relu or its like, where blocks are large enough to
  /// save bursts.
  Auto,
  /// Every tensor whose tiles agree on blocks.
  On,
  Off
};

/// What was decided on the result of a problem.
struct BlockRemark {
  unsigned problem;
  bool compressed;
  std::string text;
};

/// Takes back what compressActivations has done.
void storeDense(Network &network);

/// Sets Tensor::blocks and Tensor::bytes of every activation, so that addresses
/// must be planned anew. `schedules` are those of the problems of `network`,
/// each of which fits. A machine without a compressor stores all of them dense.
std::vector<BlockRemark> compressActivations(Network &network,
                                             llvm::ArrayRef<Schedule> schedules,
                                             const Machine &machine,
                                             ActivationBlocks mode);

} // namespace lacuna::schedule

#endif // LACUNA_SCHEDULE_COMPRESSACTIVATIONS_H
