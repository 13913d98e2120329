// Checks shared by the verifiers of nn operations.

#include "Verify.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace lacuna::nn {

std::optional<int64_t> checkedProduct(ArrayRef<int64_t> factors) {
  int64_t product = 1;
  for (int64_t factor : factors)
    if (llvm::MulOverflow(product, factor, product))
      return std::nullopt;
  return product;
}

LogicalResult verifyShape(Operation *op, StringRef what, Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return op->emitOpError()
           << what << " must be a ranked tensor, not " << type;
  if (!tensor.hasStaticShape())
    return op->emitOpError() << what << " has the dynamic type " << type
                             << "; every dimension must be known";
  for (int64_t dim : tensor.getShape())
    if (dim < 1)
      return op->emitOpError()
             << what << " of type " << type << " has a dimension below 1";
  std::optional<int64_t> elements = checkedProduct(tensor.getShape());
  if (!elements || *elements > std::numeric_limits<int32_t>::max())
    return op->emitOpError()
           << what << " of type " << type << " has more than 2^31 - 1 elements";
  return success();
}

LogicalResult verifyArray(Operation *op, StringRef what,
                          ArrayRef<int64_t> values, size_t length, int64_t min,
                          int64_t max) {
  if (values.size() != length)
    return op->emitOpError() << what << " has " << values.size()
                             << " entries where " << length << " are needed";
  for (int64_t value : values)
    if (value < min || value > max)
      return op->emitOpError() << what << " has the entry " << value
                               << ", outside " << min << " ... " << max;
  return success();
}

LogicalResult verifyWindow(Operation *op, const WindowAxis &axis) {
  if (axis.kernel > maxWindow)
    return op->emitOpError() << "kernel " << axis.name << " " << axis.kernel
                             << " is above " << maxWindow;
  // All terms are below 2^31 and their products below 2^27: no overflow.
  int64_t reach = (axis.kernel - 1) * axis.dilation + 1;
  int64_t padded = axis.input + axis.before + axis.after;
  if (padded < reach)
    return op->emitOpError()
           << "kernel reaches over " << reach << " elements of " << axis.name
           << " but the padded input has " << padded;
  int64_t expected = (padded - reach) / axis.stride + 1;
  if (expected != axis.output)
    return op->emitOpError() << "result " << axis.name << " must be "
                             << expected << ", not " << axis.output;
  return success();
}

LogicalResult verifyZeroPoint(Operation *op, StringRef what, int64_t value,
                              Type element) {
  if (element.isInteger(8) ? value >= -128 && value <= 127 : value == 0)
    return success();
  if (element.isInteger(8))
    return op->emitOpError()
           << what << " " << value << " is outside -128 ... 127";
  return op->emitOpError() << what << " must be 0 for elements of type "
                           << element << ", not " << value;
}

LogicalResult verifyAxis(Operation *op, int64_t axis, int64_t rank) {
  if (axis < 0 || axis >= rank)
    return op->emitOpError()
           << "axis " << axis << " is out of range for rank " << rank;
  return success();
}

LogicalResult verifyResultShape(Operation *op, ArrayRef<int64_t> expected) {
  ArrayRef<int64_t> actual = shapeOf(op->getResult(0));
  if (actual == expected)
    return success();
  InFlightDiagnostic diag = op->emitOpError() << "result has shape [";
  llvm::interleaveComma(actual, diag);
  diag << "] where [";
  llvm::interleaveComma(expected, diag);
  return diag << "] is needed";
}

} // namespace lacuna::nn
