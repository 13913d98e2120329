// A tensor as the reference interpreter sees it: every element, whatever its
// type, as one int64_t. That wastes memory and keeps each operator to one
// short function.
#ifndef LACUNA_REFERENCE_TENSOR_H
#define LACUNA_REFERENCE_TENSOR_H

#include "lacuna/Support/ElementType.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mlir {
class Type;
class ElementsAttr;
} // namespace mlir

namespace lacuna::reference {

using Shape = llvm::SmallVector<int64_t, 6>;

/// Elements lie in row-major order. A signed integer is sign-extended, an
/// unsigned one zero-extended, `i1` is 0 or 1; a float is its bits,
/// zero-extended.
struct Tensor {
  Shape shape;
  ElementType type = ElementType::I8;
  std::vector<int64_t> values;

  Tensor() = default;
  /// A tensor of zeros; no dimension is negative.
  Tensor(llvm::ArrayRef<int64_t> shape, ElementType type);

  int64_t rank() const { return int64_t(shape.size()); }
  unsigned bits() const { return getInfo(type).bits; }

  /// Element of a tensor of rank 3 or 4; the indices must be inside it.
  int64_t &at(int64_t i, int64_t j, int64_t k) {
    return values[(i * shape[1] + j) * shape[2] + k];
  }
  int64_t at(int64_t i, int64_t j, int64_t k) const {
    return const_cast<Tensor *>(this)->at(i, j, k);
  }
  int64_t &at(int64_t i, int64_t j, int64_t k, int64_t l) {
    return values[((i * shape[1] + j) * shape[2] + k) * shape[3] + l];
  }
  int64_t at(int64_t i, int64_t j, int64_t k, int64_t l) const {
    return const_cast<Tensor *>(this)->at(i, j, k, l);
  }
};

/// Distance between neighbours along each axis of a row-major tensor.
Shape rowMajorStrides(llvm::ArrayRef<int64_t> shape);

/// Calls `function(index, position)` for each index of `shape` in row-major
/// order; position counts from 0.
template <typename Function>
void forEachIndex(llvm::ArrayRef<int64_t> shape, Function function) {
  for (int64_t size : shape)
    if (size == 0)
      return;
  Shape index(shape.size(), 0);
  for (int64_t position = 0;; ++position) {
    function(llvm::ArrayRef<int64_t>(index), position);
    int64_t axis = int64_t(shape.size()) - 1;
    for (; axis >= 0 && ++index[axis] == shape[axis]; --axis)
      index[axis] = 0;
    if (axis < 0)
      return;
  }
}

/// The value of an element of a tensor of `type`: an integer of at most 53 bits
/// or a float, exactly.
double valueOf(ElementType type, int64_t element);

/// The element nearest to `value`, which an integer type must be able to hold.
int64_t elementOf(ElementType type, float value);

/// An element as text: the shortest that reads back as the same number.
std::string toString(ElementType type, int64_t element);

/// The element type that stands for `type`, or none.
std::optional<ElementType> elementTypeOf(mlir::Type type);

/// The elements of a constant, or none where they are not stored as integers
/// or floats that elementTypeOf knows.
std::optional<Tensor> tensorOf(mlir::ElementsAttr elements);

} // namespace lacuna::reference

#endif // LACUNA_REFERENCE_TENSOR_H
