// Whole output channels that leave a layer, and all that reads them.
#ifndef LACUNA_LIB_DIALECT_NN_TRANSFORMS_PRUNECHANNELS_H
#define LACUNA_LIB_DIALECT_NN_TRANSFORMS_PRUNECHANNELS_H

#include "lacuna/Calibration/Statistics.h"
#include "lacuna/Dialect/NN/IR/MatrixLayer.h"
#include "lacuna/Sparsity/Structure.h"

namespace lacuna::nn {

/// A layer, what treats each channel of its result by itself, and the
/// convolution that reads it in the end.
struct ChannelPath {
  mlir::Operation *producer = nullptr;
  llvm::SmallVector<mlir::Operation *> between;
  mlir::Operation *consumer = nullptr;
};

/// The path from `op`. Error text instead, where channels of its result can't
/// leave: why.
std::optional<ChannelPath> findChannelPath(mlir::Operation *op,
                                           std::string &reason);

/// Takes away the output channels of the producer of `path` whose `kept` is 0,
/// and what belongs to them along the path. What a channel gave the consumer on
/// average goes into its bias, if there are `statistics`, which become those of
/// the smaller layers.
void removeChannels(const ChannelPath &path, llvm::ArrayRef<uint8_t> kept,
                    Statistics *statistics);

} // namespace lacuna::nn

#endif // LACUNA_LIB_DIALECT_NN_TRANSFORMS_PRUNECHANNELS_H
