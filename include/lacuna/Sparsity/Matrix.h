// A dense matrix of doubles: how the mathematics of pruning sees weights,
// scores and sums of products, whatever their types in the model.
#ifndef LACUNA_SPARSITY_MATRIX_H
#define LACUNA_SPARSITY_MATRIX_H

#include "llvm/ADT/ArrayRef.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lacuna::sparsity {

/// Rows lie one behind the other.
struct Matrix {
  size_t rows = 0, columns = 0;
  std::vector<double> values;

  Matrix() = default;
  /// A matrix of zeros.
  Matrix(size_t rows, size_t columns)
      : rows(rows), columns(columns), values(rows * columns) {}

  double &at(size_t row, size_t column) {
    return values[row * columns + column];
  }
  double at(size_t row, size_t column) const {
    return values[row * columns + column];
  }
  llvm::MutableArrayRef<double> row(size_t index) {
    return llvm::MutableArrayRef<double>(values).slice(index * columns,
                                                       columns);
  }
  llvm::ArrayRef<double> row(size_t index) const {
    return llvm::ArrayRef<double>(values).slice(index * columns, columns);
  }
};

/// Which elements of a matrix stay (1) and which become zero (0), laid out as
/// its values are.
using Mask = std::vector<uint8_t>;

} // namespace lacuna::sparsity

#endif // LACUNA_SPARSITY_MATRIX_H
