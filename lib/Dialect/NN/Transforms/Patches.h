// What the rows of a matrix operation read, as vectors of terms: the im2col
// rows of a convolution, one after the other.
#ifndef LACUNA_LIB_DIALECT_NN_TRANSFORMS_PATCHES_H
#define LACUNA_LIB_DIALECT_NN_TRANSFORMS_PATCHES_H

#include "lacuna/Dialect/NN/IR/MatrixLayer.h"
#include "lacuna/Reference/Tensor.h"

#include <array>

namespace lacuna::nn {

class Patches {
public:
  explicit Patches(const MatrixLayer &layer);

  /// Vectors that one run of the function gives each group.
  int64_t getCount() const { return count; }
  int64_t getTerms() const { return terms; }

  /// Writes vectors first to first + number - 1 of `group`, term by term, to
  /// `vectors`: elements of `input` (floats, or less the zero point), 0 where a
  /// term meets none.
  void read(const reference::Tensor &input, int64_t group, int64_t first,
            int64_t number, double *vectors) const;

private:
  /// One axis of a window.
  struct Axis {
    int64_t input = 1, output = 1, kernel = 1, stride = 1, before = 0,
            dilation = 1;
    bool transposed = false;

    /// The input coordinate that tap `k` of result `o` meets, or -1.
    int64_t source(int64_t o, int64_t k) const;
  };

  void setWindow(mlir::Operation *op);
  double valueOf(int64_t element) const;

  /// Slice, row and column.
  std::array<Axis, 3> axes;
  int64_t count = 0, terms = 0;
  /// Channels of the input, and those of one group.
  int64_t channels = 1, groupChannels = 1;
  int64_t zeroPoint = 0;
  /// The type of the input's elements, if they are floats.
  mlir::FloatType floats;
  bool isMatMul = false;
};

} // namespace lacuna::nn

#endif // LACUNA_LIB_DIALECT_NN_TRANSFORMS_PATCHES_H
