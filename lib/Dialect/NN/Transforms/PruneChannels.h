// Whole output channels that leave a layer, and all that reads them.
#ifndef LACUNA_LIB_DIALECT_NN_TRANSFORMS_PRUNECHANNELS_H
#define LACUNA_LIB_DIALECT_NN_TRANSFORMS_PRUNECHANNELS_H

#include "lacuna/Calibration/Statistics.h"
#include "lacuna/Dialect/NN/IR/MatrixLayer.h"
#include "lacuna/Sparsity/Structure.h"

#include "llvm/ADT/SetVector.h"

namespace lacuna::nn {

/// Values whose channels leave together: those that additions and other
/// elementwise layers join, and what treats each channel by itself.
struct ChannelGroup {
  /// The convolutions that make the channels, in no order.
  llvm::SetVector<mlir::Operation *> producers;
  /// Layers between producers and consumers.
  llvm::SetVector<mlir::Operation *> between;
  /// The convolutions that read them; may be producers, too.
  llvm::SetVector<mlir::Operation *> consumers;
};

/// The group of the result of `op`. None where its channels can't leave;
/// `reason` says why.
std::optional<ChannelGroup> findChannelGroup(mlir::Operation *op,
                                             std::string &reason);

/// Takes away the channels of `group` whose `kept` is 0, and what belongs to
/// them in all its layers. What a channel gave a consumer on average goes into
/// its bias, if there are `statistics`, which become those of the smaller
/// layers.
void removeChannels(const ChannelGroup &group, llvm::ArrayRef<uint8_t> kept,
                    Statistics *statistics);

} // namespace lacuna::nn

#endif // LACUNA_LIB_DIALECT_NN_TRANSFORMS_PRUNECHANNELS_H
