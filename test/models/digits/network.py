"""The digits network: one table that training, quantisation and text all read.

Tensors are NHWC. Weights have TOSA's shapes: `conv2d` OHWI, that is
[out, kernel row, kernel column, in]; `depthwise_conv2d` HWCM with multiplier 1,
that is [kernel row, kernel column, channel, 1].
"""

from dataclasses import dataclass

IMAGE = "image"  # name of the network's input
IMAGE_SHAPE = (8, 8, 1)  # rows, columns, channels


@dataclass(frozen=True)
class Layer:
    """One layer. `pad` is top, bottom, left, right; `stride` holds for both axes."""

    name: str
    op: str  # conv2d, depthwise_conv2d, add or avg_pool2d
    inputs: tuple  # names of layers, or IMAGE
    shape: tuple  # of the output, without the batch: rows, columns, channels
    weights: tuple = ()  # shape of the weights; empty where there are none
    pad: tuple = (0, 0, 0, 0)
    stride: int = 1
    kernel: tuple = ()  # of the pooling window: rows, columns
    relu: bool = False


NETWORK = (
    Layer("conv1", "conv2d", (IMAGE,), (8, 8, 8), (8, 3, 3, 1), (1, 1, 1, 1), relu=True),
    Layer("dw", "depthwise_conv2d", ("conv1",), (8, 8, 8), (3, 3, 8, 1), (1, 1, 1, 1), relu=True),
    Layer("conv2", "conv2d", ("dw",), (4, 4, 16), (16, 3, 3, 8), (0, 1, 0, 1), stride=2, relu=True),
    Layer("res_conv", "conv2d", ("conv2",), (4, 4, 16), (16, 3, 3, 16), (1, 1, 1, 1)),
    Layer("add", "add", ("conv2", "res_conv"), (4, 4, 16), relu=True),
    Layer("pool", "avg_pool2d", ("add",), (1, 1, 16), stride=4, kernel=(4, 4)),
    Layer("fc", "conv2d", ("pool",), (1, 1, 10), (10, 1, 1, 16)),
)


def taps(layer):
    """Yield (row, column, rows, columns) of each kernel tap, the last two being
    the slices of the padded input that meet this tap over all output positions."""
    rows, columns = layer.weights[1:3] if layer.op == "conv2d" else layer.weights[:2]
    height, width, _ = layer.shape
    s = layer.stride
    for ky in range(rows):
        for kx in range(columns):
            yield ky, kx, slice(ky, ky + s * height, s), slice(kx, kx + s * width, s)
