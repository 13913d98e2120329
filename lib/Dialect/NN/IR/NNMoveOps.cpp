// Verifiers and folders of constants, views and data movement.

#include "Verify.h"
#include "lacuna/Dialect/NN/IR/NN.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;
using namespace lacuna::nn;

template <typename OpTy>
static LogicalResult verifySameElement(OpTy op, Value input) {
  if (elementOf(input) != elementOf(op.getOutput()))
    return op.emitOpError()
           << "moves elements of " << elementOf(input) << " into a result of "
           << elementOf(op.getOutput());
  return success();
}

template <typename OpTy> static LogicalResult verifySameRank(OpTy op) {
  size_t in = shapeOf(op.getInput()).size();
  size_t out = shapeOf(op.getOutput()).size();
  if (in != out)
    return op.emitOpError()
           << "input has rank " << in << " but the result has rank " << out;
  return verifySameElement(op, op.getInput());
}

//===----------------------------------------------------------------------===//
// Constant
//===----------------------------------------------------------------------===//

LogicalResult ConstantOp::verify() {
  if (getValue().getShapedType() != getType())
    return emitOpError() << "has a value of type " << getValue().getShapedType()
                         << " but gives " << getType();
  return verifyShape(*this, "result", getType());
}

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

//===----------------------------------------------------------------------===//
// Reshape
//===----------------------------------------------------------------------===//

LogicalResult ReshapeOp::verify() {
  if (checkedProduct(shapeOf(getInput())) !=
      checkedProduct(shapeOf(getOutput())))
    return emitOpError() << "cannot view " << getInput().getType() << " as "
                         << getOutput().getType();
  return verifySameElement(*this, getInput());
}

OpFoldResult ReshapeOp::fold(FoldAdaptor adaptor) {
  if (getInput().getType() == getType())
    return getInput();
  // A view of a view is a view of the first input.
  if (auto inner = getInput().getDefiningOp<ReshapeOp>()) {
    getInputMutable().assign(inner.getInput());
    return getResult();
  }
  if (auto resource =
          dyn_cast_if_present<DenseResourceElementsAttr>(adaptor.getInput()))
    return DenseResourceElementsAttr::get(getType(), resource.getRawHandle());
  auto value = dyn_cast_if_present<DenseElementsAttr>(adaptor.getInput());
  return value ? value.reshape(getType()) : OpFoldResult();
}

//===----------------------------------------------------------------------===//
// Pad, slice, concatenation
//===----------------------------------------------------------------------===//

LogicalResult PadOp::verify() {
  constexpr int64_t limit = std::numeric_limits<int32_t>::max();
  SmallVector<int64_t> shape(shapeOf(getInput()));
  if (failed(verifySameRank(*this)) ||
      failed(verifyArray(*this, "low", getLow(), shape.size(), 0, limit)) ||
      failed(verifyArray(*this, "high", getHigh(), shape.size(), 0, limit)))
    return failure();
  for (auto [dim, low, high] : llvm::zip_equal(shape, getLow(), getHigh()))
    dim += low + high;
  Type element = elementOf(getInput());
  unsigned width = element.getIntOrFloatBitWidth();
  bool isBits = width == 1 || isa<FloatType>(element);
  bool fits = isBits ? llvm::isUIntN(width, getValue())
                     : llvm::isIntN(width, getValue());
  if (!fits)
    return emitOpError() << "value " << int64_t(getValue()) << " does not fit "
                         << element;
  return verifyResultShape(*this, shape);
}

LogicalResult SliceOp::verify() {
  ArrayRef<int64_t> in = shapeOf(getInput()), out = shapeOf(getOutput());
  if (failed(verifySameRank(*this)) ||
      failed(verifyArray(*this, "start", getStart(), in.size(), 0,
                         std::numeric_limits<int32_t>::max())))
    return failure();
  for (auto [from, start, size] : llvm::zip_equal(in, getStart(), out))
    if (start + size > from)
      return emitOpError() << "takes elements " << start << " ... "
                           << start + size - 1 << " of an axis of length "
                           << from;
  return success();
}

LogicalResult ConcatOp::verify() {
  if (getInputs().empty())
    return emitOpError("needs at least one input");
  SmallVector<int64_t> shape(shapeOf(getInputs()[0]));
  int64_t joined = getAxis();
  if (failed(verifyAxis(*this, joined, shape.size())) ||
      failed(verifySameElement(*this, getInputs()[0])))
    return failure();
  for (Value input : getInputs().drop_front()) {
    ArrayRef<int64_t> other = shapeOf(input);
    if (failed(verifySameElement(*this, input)))
      return failure();
    if (other.size() != shape.size())
      return emitOpError() << "inputs have ranks " << shape.size() << " and "
                           << other.size() << "; one rank is needed";
    for (auto [axis, dim] : llvm::enumerate(other))
      if (int64_t(axis) != joined && dim != shape[axis])
        return emitOpError() << "inputs differ on axis " << axis << ": "
                             << shape[axis] << " and " << dim;
    // Fewer than 2^32 operands of lengths below 2^31: no overflow.
    shape[joined] += other[joined];
  }
  return verifyResultShape(*this, shape);
}

//===----------------------------------------------------------------------===//
// Transpose, reverse, tile
//===----------------------------------------------------------------------===//

LogicalResult TransposeOp::verify() {
  ArrayRef<int64_t> in = shapeOf(getInput());
  int64_t rank = in.size();
  if (failed(verifySameRank(*this)) ||
      failed(verifyArray(*this, "perms", getPerms(), rank, 0, rank - 1)))
    return failure();
  SmallVector<bool> seen(rank);
  SmallVector<int64_t> shape;
  for (int64_t axis : getPerms()) {
    if (seen[axis])
      return emitOpError() << "perms names axis " << axis << " twice";
    seen[axis] = true;
    shape.push_back(in[axis]);
  }
  return verifyResultShape(*this, shape);
}

OpFoldResult TransposeOp::fold(FoldAdaptor) {
  for (auto [index, axis] : llvm::enumerate(getPerms()))
    if (int64_t(index) != axis)
      return {};
  return getInput();
}

LogicalResult ReverseOp::verify() {
  ArrayRef<int64_t> in = shapeOf(getInput());
  if (failed(verifySameElement(*this, getInput())) ||
      failed(verifyAxis(*this, getAxis(), in.size())))
    return failure();
  return verifyResultShape(*this, in);
}

LogicalResult TileOp::verify() {
  if (failed(verifySameRank(*this)))
    return failure();
  for (auto [axis, in, out] :
       llvm::enumerate(shapeOf(getInput()), shapeOf(getOutput())))
    if (out % in != 0)
      return emitOpError() << "result's axis " << axis << " of length " << out
                           << " is no multiple of the input's " << in;
  return success();
}

//===----------------------------------------------------------------------===//
// Gather, scatter, resize
//===----------------------------------------------------------------------===//

LogicalResult GatherOp::verify() {
  ArrayRef<int64_t> values = shapeOf(getValues());
  ArrayRef<int64_t> indices = shapeOf(getIndices());
  if (!elementOf(getIndices()).isInteger(32))
    return emitOpError("indices must be i32");
  if (values[0] != indices[0])
    return emitOpError() << "values have batch " << values[0]
                         << " but indices have " << indices[0];
  if (failed(verifySameElement(*this, getValues())))
    return failure();
  return verifyResultShape(*this, {values[0], indices[1], values[2]});
}

LogicalResult ScatterOp::verify() {
  ArrayRef<int64_t> values = shapeOf(getValues());
  ArrayRef<int64_t> indices = shapeOf(getIndices());
  ArrayRef<int64_t> input = shapeOf(getInput());
  if (!elementOf(getIndices()).isInteger(32))
    return emitOpError("indices must be i32");
  if (failed(verifySameElement(*this, getValues())) ||
      failed(verifySameElement(*this, getInput())))
    return failure();
  if (indices[0] != values[0] || input[0] != values[0] ||
      input[1] != indices[1] || input[2] != values[2] || indices[1] > values[1])
    return emitOpError("needs values [N, K, C], indices [N, W] with W at most "
                       "K, and input [N, W, C]");
  return verifyResultShape(*this, values);
}

/// Length of a resized axis as TOSA 1.0 has it; nothing where it is no integer.
static std::optional<int64_t> resizedLength(int64_t in, int64_t numerator,
                                            int64_t denominator, int64_t offset,
                                            int64_t border) {
  int64_t span = (in - 1) * numerator - offset + border;
  if (span < 0 || span % denominator != 0)
    return std::nullopt;
  return span / denominator + 1;
}

LogicalResult ResizeOp::verify() {
  // Limits of TOSA 1.0: numerators at most 2^11, denominators below 16 times
  // them, offset and border small against the scale; lengths below 16384.
  constexpr int64_t scaleLimit = 1 << 11;
  ArrayRef<int64_t> in = shapeOf(getInput()), out = shapeOf(getOutput());
  ArrayRef<int64_t> scale = getScale(), offset = getOffset();
  ArrayRef<int64_t> border = getBorder();
  if (failed(verifyArray(*this, "scale", scale, 4, 1, 16 * scaleLimit)) ||
      failed(verifyArray(*this, "offset", offset, 2, -scaleLimit,
                         16 * scaleLimit)) ||
      failed(verifyArray(*this, "border", border, 2, -16 * scaleLimit,
                         scaleLimit)))
    return failure();
  for (unsigned axis = 0; axis < 2; ++axis) {
    int64_t numerator = scale[2 * axis], denominator = scale[2 * axis + 1];
    if (numerator > scaleLimit || denominator >= 16 * numerator ||
        offset[axis] < -numerator || offset[axis] >= 16 * numerator ||
        border[axis] < -16 * numerator || border[axis] >= numerator)
      return emitOpError() << "scale " << numerator << " / " << denominator
                           << ", offset " << offset[axis] << ", border "
                           << border[axis] << " are outside TOSA's limits";
    std::optional<int64_t> length = resizedLength(
        in[axis + 1], numerator, denominator, offset[axis], border[axis]);
    if (!length || *length != out[axis + 1])
      return emitOpError() << "result " << (axis ? "width " : "height ")
                           << out[axis + 1] << " does not follow from the "
                           << "input's " << in[axis + 1]
                           << " with this scale, offset and border";
  }
  if (out[0] != in[0] || out[3] != in[3])
    return emitOpError("result needs the input's batch and channels");
  Type element = elementOf(getInput()), compute = getComputeType();
  bool isFloat = isa<FloatType>(element);
  bool fits = isFloat || element.isInteger(8) || element.isInteger(16);
  if (getMode() == ResizeMode::Nearest)
    fits &= compute == element;
  else if (isFloat)
    fits &= compute.isF32();
  else
    fits &= compute.isSignlessInteger(element.isInteger(8) ? 32 : 48);
  if (!fits)
    return emitOpError() << stringifyResizeMode(getMode()) << " resize of "
                         << element << " giving " << compute
                         << " is not defined";
  return success();
}
