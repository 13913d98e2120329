//===- WeightCuts.h - Weights cut into units --------------------*- C++ -*-===//
//
// How the tiles of a schedule cut a layer's constant weights: slices of the
// reduction, in the order of its loops, and in each of them units of output
// channels. Private to the scheduler.
//
//===----------------------------------------------------------------------===//

#ifndef LACUNA_LIB_SCHEDULE_WEIGHTCUTS_H
#define LACUNA_LIB_SCHEDULE_WEIGHTCUTS_H

#include "lacuna/Encoding/WeightEncoding.h"
#include "lacuna/Schedule/Network.h"
#include "lacuna/Schedule/Schedule.h"

namespace lacuna::schedule {

/// Units in order; those that are no stretch of the tensor have bytes of their
/// own.
struct UnitList {
  std::vector<llvm::ArrayRef<uint8_t>> units;
  std::vector<std::vector<uint8_t>> own;
};

class WeightCuts {
public:
  /// Of binding `binding` in the first stage of `layer`. Error: weights are not
  /// dense in the order of their coordinates.
  static llvm::Expected<WeightCuts>
  create(const Problem &layer, unsigned binding, const Schedule &schedule);

  /// Output channels, and those of one tile.
  uint64_t channels() const { return coordinates.front().extent; }
  uint64_t tileChannels() const { return coordinates.front().tile; }
  /// Bytes of a channel in a whole slice.
  uint64_t rowBytes() const;

  /// Whether all slices have as many terms.
  bool isEven() const;

  /// The units of `raw`, the dense tensor; valid as long as it is.
  UnitList cut(llvm::ArrayRef<uint8_t> raw, unsigned unitRows) const;

  /// What decides how the tensor is cut, but for the rows of a unit.
  std::vector<std::pair<uint64_t, int>> getKey() const;

private:
  /// In elements; of packed ones in bytes, along the last coordinate.
  struct Coordinate {
    uint64_t extent = 1;
    uint64_t tile = 1;
    /// The position of the loop that cuts it, or -1.
    int loop = -1;
    /// Bytes from one to the next.
    uint64_t stride = 1;
  };
  llvm::SmallVector<Coordinate, 5> coordinates;

  void addSlices(llvm::ArrayRef<uint8_t> raw, unsigned unitRows,
                 llvm::ArrayRef<unsigned> order,
                 llvm::SmallVectorImpl<uint64_t> &starts, UnitList &list) const;
  void addUnit(llvm::ArrayRef<uint8_t> raw, uint64_t row, uint64_t rows,
               llvm::ArrayRef<uint64_t> starts, UnitList &list) const;
};

/// The binding of a layer's first stage that holds constant weights of its own
/// which may be encoded.
std::optional<unsigned> findWeights(const Network &network,
                                    const Problem &layer);

/// The bytes of a constant where it is dense.
std::vector<uint8_t> readRaw(const Network &network, unsigned tensor);

StreamFormat formatOf(const StoredWeights &weights, const Problem &layer,
                      const Tensor &tensor, const WeightCuts &cuts);

} // namespace lacuna::schedule

#endif // LACUNA_LIB_SCHEDULE_WEIGHTCUTS_H
