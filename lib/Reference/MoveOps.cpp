// Operations that move elements: rules M1 to M3 of docs/numerics.md.
#include "Operators.h"

using namespace lacuna;
using namespace lacuna::reference;

/// Position of `index` in a row-major tensor with `strides`.
static int64_t positionOf(llvm::ArrayRef<int64_t> index,
                          llvm::ArrayRef<int64_t> strides) {
  int64_t position = 0;
  for (auto [i, stride] : llvm::zip_equal(index, strides))
    position += i * stride;
  return position;
}

/// A result whose element at `index` is the input's at `source(index)`, which
/// changes the index in place.
template <typename Source>
static Tensor moveElements(nn::LayerOpInterface op, const Tensor &input,
                           Source source) {
  Tensor result = makeResult(op);
  Shape strides = rowMajorStrides(input.shape);
  Shape from;
  forEachIndex(result.shape, [&](llvm::ArrayRef<int64_t> index, int64_t at) {
    from.assign(index.begin(), index.end());
    source(from);
    result.values[at] = input.values[positionOf(from, strides)];
  });
  return result;
}

llvm::Expected<Tensor> reference::evaluate(nn::ReshapeOp op,
                                           Operands operands) {
  Tensor result = makeResult(op);
  result.values = operands[0]->values;
  return result;
}

llvm::Expected<Tensor> reference::evaluate(nn::PadOp op, Operands operands) {
  const Tensor &input = *operands[0];
  Tensor result = makeResult(op);
  std::fill(result.values.begin(), result.values.end(), op.getValue());
  Shape strides = rowMajorStrides(result.shape);
  int64_t start = positionOf(op.getLow(), strides);
  forEachIndex(input.shape, [&](llvm::ArrayRef<int64_t> index, int64_t at) {
    result.values[start + positionOf(index, strides)] = input.values[at];
  });
  return result;
}

llvm::Expected<Tensor> reference::evaluate(nn::SliceOp op, Operands operands) {
  return moveElements(op, *operands[0], [&](Shape &index) {
    for (auto [i, start] : llvm::zip_equal(index, op.getStart()))
      i += start;
  });
}

llvm::Expected<Tensor> reference::evaluate(nn::ConcatOp op, Operands operands) {
  Tensor result = makeResult(op);
  Shape strides = rowMajorStrides(result.shape);
  int64_t start = 0;
  for (const Tensor *input : operands) {
    forEachIndex(input->shape, [&](llvm::ArrayRef<int64_t> index, int64_t at) {
      result.values[start + positionOf(index, strides)] = input->values[at];
    });
    start += input->shape[op.getAxis()] * strides[op.getAxis()];
  }
  return result;
}

llvm::Expected<Tensor> reference::evaluate(nn::TransposeOp op,
                                           Operands operands) {
  Shape from(operands[0]->shape.size());
  return moveElements(op, *operands[0], [&](Shape &index) {
    for (auto [i, axis] : llvm::zip_equal(index, op.getPerms()))
      from[axis] = i;
    index = from;
  });
}

llvm::Expected<Tensor> reference::evaluate(nn::ReverseOp op,
                                           Operands operands) {
  int64_t axis = op.getAxis(), size = operands[0]->shape[axis];
  return moveElements(op, *operands[0], [&](Shape &index) {
    index[axis] = size - 1 - index[axis];
  });
}

llvm::Expected<Tensor> reference::evaluate(nn::TileOp op, Operands operands) {
  const Shape &period = operands[0]->shape;
  return moveElements(op, *operands[0], [&](Shape &index) {
    for (auto [i, size] : llvm::zip_equal(index, period))
      i %= size;
  });
}

/// M3: an error if `row`, which `indices` holds at [n, w], is no row.
static llvm::Error checkRow(mlir::Operation *op, int64_t row, int64_t rows,
                            int64_t n, int64_t w) {
  if (0 <= row && row < rows)
    return llvm::Error::success();
  return errorAt(op, "index " + llvm::Twine(row) + " at [" + llvm::Twine(n) +
                         ", " + llvm::Twine(w) + "] is outside 0 to " +
                         llvm::Twine(rows - 1));
}

llvm::Expected<Tensor> reference::evaluate(nn::GatherOp op, Operands operands) {
  const Tensor &values = *operands[0], &indices = *operands[1];
  Tensor result = makeResult(op);
  for (int64_t n = 0; n < result.shape[0]; ++n)
    for (int64_t w = 0; w < result.shape[1]; ++w) {
      int64_t row = indices.values[n * result.shape[1] + w];
      if (llvm::Error error = checkRow(op, row, values.shape[1], n, w))
        return std::move(error);
      for (int64_t c = 0; c < result.shape[2]; ++c)
        result.at(n, w, c) = values.at(n, row, c);
    }
  return result;
}

llvm::Expected<Tensor> reference::evaluate(nn::ScatterOp op,
                                           Operands operands) {
  const Tensor &values = *operands[0], &indices = *operands[1];
  const Tensor &input = *operands[2];
  Tensor result = makeResult(op);
  result.values = values.values;
  // In this order: of two that go to one row, the later one stays.
  for (int64_t n = 0; n < input.shape[0]; ++n)
    for (int64_t w = 0; w < input.shape[1]; ++w) {
      int64_t row = indices.values[n * input.shape[1] + w];
      if (llvm::Error error = checkRow(op, row, values.shape[1], n, w))
        return std::move(error);
      for (int64_t c = 0; c < input.shape[2]; ++c)
        result.at(n, row, c) = input.at(n, w, c);
    }
  return result;
}
