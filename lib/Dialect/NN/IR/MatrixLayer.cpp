// Layouts of weights, and their replacement.
#include "lacuna/Dialect/NN/IR/MatrixLayer.h"

#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace mlir;
using namespace lacuna::nn;

static ShapedType typeOf(Value value) {
  return cast<ShapedType>(value.getType());
}

std::optional<MatrixLayer> MatrixLayer::get(Operation *op) {
  MatrixLayer layer(op);
  auto dense = [&](Value weights) {
    ArrayRef<int64_t> shape = typeOf(weights).getShape();
    layer.rows = shape.front();
    layer.terms = typeOf(weights).getNumElements() / layer.rows;
    layer.blockStride = layer.terms;
    return true;
  };
  bool known =
      TypeSwitch<Operation *, bool>(op)
          .Case<Conv2DOp, Conv3DOp, TransposeConv2DOp>(
              [&](auto conv) { return dense(conv.getWeights()); })
          .Case([&](DepthwiseConv2DOp conv) {
            ArrayRef<int64_t> shape = typeOf(conv.getWeights()).getShape();
            layer.rows = layer.termStride = shape[2] * shape[3];
            layer.terms = shape[0] * shape[1];
            layer.groups = shape[2];
            layer.blockStride = 1;
            return true;
          })
          .Case([&](MatMulOp matmul) {
            ArrayRef<int64_t> shape = typeOf(matmul.getWeights()).getShape();
            layer.rows = shape[0] * shape[2];
            layer.terms = shape[1];
            layer.groups = shape[0];
            layer.block = layer.termStride = shape[2];
            layer.blockStride = shape[1] * shape[2];
            layer.rowStride = 1;
            return true;
          })
          .Default([](Operation *) { return false; });
  if (!known)
    return std::nullopt;
  return layer;
}

/// The value of integer attribute `name` of a matrix operation.
static int64_t numberOf(Operation *op, StringRef name) {
  auto number = op->getAttrOfType<IntegerAttr>(name);
  return number ? number.getInt() : 0;
}

int64_t MatrixLayer::getInputZp() const { return numberOf(op, "input_zp"); }
int64_t MatrixLayer::getWeightZp() const { return numberOf(op, "weight_zp"); }

bool MatrixLayer::takesBias() const { return !isa<MatMulOp>(op); }

static std::optional<ConstantData> constantOf(Value value) {
  auto constant = value ? value.getDefiningOp<ConstantOp>() : ConstantOp();
  return constant ? ConstantData::get(constant.getValue()) : std::nullopt;
}

static Value weightsOf(Operation *op) {
  return cast<LayerOpInterface>(op).getWeightsOperand()->get();
}

std::optional<ConstantData> MatrixLayer::getWeights() const {
  return constantOf(weightsOf(op));
}

ShapedType MatrixLayer::getWeightsType() const { return typeOf(weightsOf(op)); }

Value MatrixLayer::getBias() const {
  return op->getNumOperands() > 2 ? op->getOperand(2) : Value();
}

std::optional<std::vector<int64_t>> MatrixLayer::getBiasValues() const {
  std::vector<int64_t> values(rows);
  if (!getBias())
    return values;
  std::optional<ConstantData> bias = constantOf(getBias());
  if (!bias)
    return std::nullopt;
  for (int64_t row = 0; row != rows; ++row)
    values[row] = (*bias)[bias->size() == 1 ? 0 : row];
  return values;
}

double MatrixLayer::getScale(int64_t row) const {
  ArrayRef<Attribute> stages = cast<LayerOpInterface>(op).getEpilogueStages();
  auto rescale =
      stages.empty() ? RescaleAttr() : dyn_cast<RescaleAttr>(stages.front());
  if (!rescale)
    return 1;
  // Channels are those of the result's last axis.
  int64_t channels = rescale.getChannels();
  int64_t channel = row % channels;
  return std::ldexp(double(rescale.getMultiplier()[channel]),
                    -rescale.getShift()[channel]);
}

/// Constants of more bytes than this become resources, which nobody copies.
static constexpr size_t mostInlineBytes = size_t(1) << 16;

/// A constant of `type` before `op` that holds `elements`.
static Value makeConstant(Operation *op, RankedTensorType type,
                          ArrayRef<int64_t> elements) {
  unsigned bits = type.getElementTypeBitWidth(), width = (bits + 7) / 8;
  SmallVector<char, 0> bytes;
  bytes.reserve(elements.size() * width);
  for (int64_t element : elements) {
    uint64_t value = uint64_t(element) & llvm::maskTrailingOnes<uint64_t>(bits);
    for (unsigned byte = 0; byte != width; ++byte)
      bytes.push_back(char(value >> (8 * byte)));
  }
  ElementsAttr value;
  if (bytes.size() > mostInlineBytes)
    value = DenseResourceElementsAttr::get(
        type, "weights",
        HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, 8));
  else
    value = DenseElementsAttr::getFromRawBuffer(type, bytes);
  OpBuilder builder(op);
  return ConstantOp::create(builder, op->getLoc(), value);
}

/// Erases the constant behind `value` if nothing reads it any more.
static void dropIfUnused(Value value) {
  Operation *op = value ? value.getDefiningOp<ConstantOp>() : nullptr;
  if (op && op->use_empty())
    op->erase();
}

void MatrixLayer::setWeights(ArrayRef<int64_t> elements,
                             ArrayRef<int64_t> shape) {
  OpOperand &operand = *cast<LayerOpInterface>(op).getWeightsOperand();
  Value before = operand.get();
  auto type = cast<RankedTensorType>(before.getType());
  if (!shape.empty())
    type = RankedTensorType::get(shape, type.getElementType());
  operand.set(makeConstant(op, type, elements));
  dropIfUnused(before);
}

void MatrixLayer::setBias(ArrayRef<int64_t> values) {
  Value before = getBias();
  auto accumulator = cast<TypeAttr>(op->getAttr("acc_type")).getValue();
  unsigned unused = 64 - accumulator.getIntOrFloatBitWidth();
  std::vector<int64_t> wrapped;
  for (int64_t value : values)
    wrapped.push_back(int64_t(uint64_t(value) << unused) >> unused);
  Value bias = makeConstant(
      op, RankedTensorType::get({int64_t(values.size())}, accumulator),
      wrapped);
  if (before)
    op->setOperand(2, bias);
  else
    op->insertOperands(2, bias);
  dropIfUnused(before);
}

SmallVector<MatrixLayer> lacuna::nn::getMatrixLayers(func::FuncOp function) {
  SmallVector<MatrixLayer> layers;
  for (Operation &op : function.front())
    if (std::optional<MatrixLayer> layer = MatrixLayer::get(&op))
      layers.push_back(*layer);
  return layers;
}
