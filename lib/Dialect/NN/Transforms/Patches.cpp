// Windows unrolled into vectors.
#include "Patches.h"
#include "FloatValues.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace lacuna::nn;

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<ShapedType>(value.getType()).getShape();
}

int64_t Patches::Axis::source(int64_t o, int64_t k) const {
  int64_t position = 0;
  if (transposed) {
    int64_t steps = o - before - k;
    if (steps < 0 || steps % stride != 0)
      return -1;
    position = steps / stride;
  } else {
    position = o * stride - before + k * dilation;
  }
  return position >= 0 && position < input ? position : -1;
}

void Patches::setWindow(Operation *op) {
  ArrayRef<int64_t> in = shapeOf(op->getOperand(0));
  ArrayRef<int64_t> out = shapeOf(op->getResult(0));
  ArrayRef<int64_t> weights = shapeOf(op->getOperand(1));
  channels = in.back();
  size_t spatial = in.size() - 2;
  // In a depthwise convolution the kernel's axes come first.
  bool isDepthwise = isa<DepthwiseConv2DOp>(op);
  groupChannels = isDepthwise ? 1 : channels;
  auto fill = [&](ArrayRef<int64_t> stride, ArrayRef<int64_t> before,
                  ArrayRef<int64_t> dilation) {
    for (size_t i = 0; i != spatial; ++i) {
      Axis &axis = axes[3 - spatial + i];
      axis.input = in[1 + i];
      axis.output = out[1 + i];
      axis.kernel = weights[i + (isDepthwise ? 0 : 1)];
      axis.stride = stride[i];
      axis.before = before[2 * i];
      axis.dilation = dilation[i];
    }
  };
  TypeSwitch<Operation *>(op)
      .Case<Conv2DOp, DepthwiseConv2DOp, Conv3DOp>([&](auto conv) {
        fill(conv.getStride(), conv.getPadding(), conv.getDilation());
      })
      .Case([&](TransposeConv2DOp conv) {
        fill(conv.getStride(), conv.getOutPadding(), {1, 1});
        for (Axis &axis : axes)
          axis.transposed = true;
      });
  count = out[0];
  for (const Axis &axis : axes)
    count *= axis.output;
}

static Type tensorElementOf(Value value) {
  return cast<ShapedType>(value.getType()).getElementType();
}

double Patches::valueOf(int64_t element) const {
  return floats ? toDouble(floats, element) : double(element - zeroPoint);
}

Patches::Patches(const MatrixLayer &layer)
    : terms(layer.getTerms()), zeroPoint(layer.getInputZp()) {
  Operation *op = layer.getOperation();
  floats = dyn_cast<FloatType>(tensorElementOf(op->getOperand(0)));
  isMatMul = isa<MatMulOp>(op);
  if (isMatMul)
    count = shapeOf(op->getOperand(0))[1];
  else
    setWindow(op);
}

void Patches::read(const reference::Tensor &input, int64_t group, int64_t first,
                   int64_t number, double *vectors) const {
  if (isMatMul) {
    const int64_t *rows = &input.values[(group * count + first) * terms];
    for (int64_t i = 0; i != number * terms; ++i)
      vectors[i] = valueOf(rows[i]);
    return;
  }
  const auto &[depth, height, width] = axes;
  for (int64_t vector = first; vector != first + number; ++vector) {
    int64_t rest = vector;
    int64_t ox = rest % width.output;
    rest /= width.output;
    int64_t oy = rest % height.output;
    rest /= height.output;
    int64_t oz = rest % depth.output, batch = rest / depth.output;
    for (int64_t kz = 0; kz != depth.kernel; ++kz)
      for (int64_t ky = 0; ky != height.kernel; ++ky)
        for (int64_t kx = 0; kx != width.kernel; ++kx) {
          int64_t z = depth.source(oz, kz), y = height.source(oy, ky),
                  x = width.source(ox, kx);
          bool isInside = z >= 0 && y >= 0 && x >= 0;
          const int64_t *pixel =
              isInside
                  ? &input.values[(((batch * depth.input + z) * height.input +
                                    y) *
                                       width.input +
                                   x) *
                                      channels +
                                  group * groupChannels]
                  : nullptr;
          for (int64_t c = 0; c != groupChannels; ++c)
            *vectors++ = pixel ? valueOf(pixel[c]) : 0;
        }
  }
}
