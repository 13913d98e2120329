"""The operators of quantised ONNX models that sum over windows and rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from lacuna.importing.qdq_operators import Constant, Node, Operand, Unsupported, operator, quantised
from lacuna.importing.quantised import Value, Writer, tensor


def _weights(value: Operand) -> tuple[Any, Any, int]:
    """Weights as i8, their scale (one, or one an output channel) and their zero point."""
    if not isinstance(value, Constant) or value.scale is None:
        raise Unsupported("its weights are no quantised constants")
    if value.array.dtype not in (np.dtype(np.int8), np.dtype(np.uint8)):
        raise Unsupported(f"weights of type {value.array.dtype}")
    shift = 128 if value.array.dtype == np.uint8 else 0
    zeros = {int(zero) - shift for zero in np.ravel(value.zero)}
    if len(zeros) != 1:
        raise Unsupported("weights with several zero points")
    scale = np.ravel(value.scale)
    return (value.array.astype(np.int16) - shift).astype(np.int8), scale, zeros.pop()


def _bias(value: Operand, channels: int, scale: Any) -> Any:
    """The bias in units of the sum's scale."""
    if value is None:
        return np.zeros(channels, np.int64)
    if not isinstance(value, Constant):
        raise Unsupported("its bias is not constant")
    steps = np.rint(value.real().reshape(-1) / scale)
    if steps.size not in (1, channels) or np.abs(steps).max(initial=0) >= 1 << 31:
        raise Unsupported("its bias does not fit in 32 bits")
    return np.broadcast_to(steps, channels)


class _Window:
    """Kernel, strides, dilations and padding of a node along height and width.

    ONNX rounds the number of steps down and TOSA wants it whole: what is left over is taken
    from the padding behind, and then from the input.
    """

    def __init__(self, node: Node, source: Value, kernel: Sequence[int]):
        if len(source.shape) != 4 or len(kernel) != 2:
            raise Unsupported(f"of rank {len(source.shape)}")
        if node.integer("ceil_mode", 0):
            raise Unsupported("with ceil_mode")
        self.kernel = list(kernel)
        self.strides = node.integers("strides", (1, 1))
        self.dilations = node.integers("dilations", (1, 1))
        before, behind = self._padding(node, source)
        self.kept = []
        self.pads: list[int] = []
        for axis in range(2):
            extent = source.shape[2 + axis]
            reach = self.dilations[axis] * (self.kernel[axis] - 1) + 1
            rest = (extent + before[axis] + behind[axis] - reach) % self.strides[axis]
            less = min(rest, behind[axis])
            self.pads += [before[axis], behind[axis] - less]
            self.kept.append(extent - (rest - less))

    def _padding(self, node: Node, source: Value) -> tuple[list[int], list[int]]:
        auto = node.text("auto_pad", "NOTSET")
        if auto in ("NOTSET", "VALID"):
            pads = node.integers("pads", (0, 0, 0, 0)) if auto == "NOTSET" else [0] * 4
            if min(pads) < 0:
                raise Unsupported("with negative padding")
            return pads[:2], pads[2:]
        small, large = [], []
        for axis in range(2):
            extent, stride = source.shape[2 + axis], self.strides[axis]
            reach = self.dilations[axis] * (self.kernel[axis] - 1) + 1
            total = max((-(-extent // stride) - 1) * stride + reach - extent, 0)
            small.append(total // 2)
            large.append(total - total // 2)
        return (small, large) if auto == "SAME_UPPER" else (large, small)

    def source(self, writer: Writer, value: Value) -> tuple[str, str]:
        """The input with channels last, without what no window reaches."""
        n, c, h, w = value.shape
        value = writer.channels(value, True)
        if self.kept == [h, w]:
            return value.name, value.type
        extents = [n, *self.kept, c]
        type_ = tensor("i8", extents)
        operands = [(value.name, value.type), writer.shape([0] * 4), writer.shape(extents)]
        return writer.op("slice", operands, type_), type_

    def attributes(self, *more: str) -> str:
        def array(name: str, numbers: Sequence[int]) -> str:
            return f"{name} = array<i64: {', '.join(map(str, numbers))}>"

        return ", ".join([*more, array("pad", self.pads), array("stride", self.strides)])

    def convolution(self) -> str:
        dilations = ", ".join(map(str, self.dilations))
        return f"{{{self.attributes('acc_type = i32', f'dilation = array<i64: {dilations}>')}}}"


@operator("Conv")
def _conv(writer: Writer, node: Node, operands: Sequence[Operand]) -> Any:
    value = quantised(operands[0])
    array, scales, zero = _weights(operands[1])
    if array.ndim != 4:
        raise Unsupported(f"of rank {array.ndim}")
    if scales.size > 1 and operands[1].axis % 4 != 0:
        raise Unsupported("its weights' scales are not by output channel")
    window = _Window(node, value, array.shape[2:])
    groups, channels = node.integer("group", 1), array.shape[0]
    scale = value.scale * scales
    bias = _bias(operands[2] if len(operands) > 2 else None, channels, scale)
    if groups == 1:
        name, array = "conv2d", array.transpose(0, 2, 3, 1)
    elif groups == value.shape[1] and array.shape[1] == 1:
        name = "depthwise_conv2d"
        array = array.reshape(groups, -1, *array.shape[2:]).transpose(2, 3, 0, 1)
    else:
        raise Unsupported(f"in {groups} groups of several channels")
    return _sum(writer, node, name, value, window, array, (scale, zero), bias)


def _sum(
    writer: Writer, node: Node, name: str, value: Value, window: _Window, array: Any,
    weights: tuple[Any, int], bias: Any,
) -> Value:  # fmt: skip
    """A convolution whose result waits to be rescaled."""
    scale, zero = weights
    operands = [
        window.source(writer, value),
        writer.constant(array, "i8"),
        writer.constant(bias, "i32"),
        writer.constant([value.zero], "i8"),
        writer.constant([zero], "i8"),
    ]
    scale = float(scale[0]) if scale.size == 1 else scale
    result = Value("", "i32", node.shape, scale, channels_last=True)
    return replace(result, name=writer.op(name, operands, result.type, window.convolution()))


@operator("Gemm", "MatMul")
def _matmul(writer: Writer, node: Node, operands: Sequence[Operand]) -> Any:
    """Rows times constant weights, as a convolution of height and width 1: it has a bias."""
    value = quantised(operands[0])
    array, scales, zero = _weights(operands[1])
    gemm = node.kind == "Gemm"
    if gemm and (
        node.integer("transA", 0) or node.real("alpha", 1) != 1 or node.real("beta", 1) != 1
    ):
        raise Unsupported("with transA, alpha or beta")
    if array.ndim != 2:
        raise Unsupported(f"weights of rank {array.ndim}")
    transposed = gemm and node.integer("transB", 0)
    if scales.size > 1 and operands[1].axis % 2 != (0 if transposed else 1):
        raise Unsupported("its weights' scales are not by output channel")
    array = array if transposed else array.T
    channels, depth = array.shape
    scale = value.scale * scales
    bias = _bias(operands[2] if len(operands) > 2 else None, channels, scale)
    value = writer.channels(value, False)
    rows = math.prod(value.shape) // depth
    source = writer.reshape((value.name, value.type), [rows, 1, 1, depth], "i8")
    given = [
        (source, tensor("i8", [rows, 1, 1, depth])),
        writer.constant(array.reshape(channels, 1, 1, depth), "i8"),
        writer.constant(bias, "i32"),
        writer.constant([value.zero], "i8"),
        writer.constant([zero], "i8"),
    ]
    ones, type_ = "array<i64: 1, 1>", tensor("i32", [rows, 1, 1, channels])
    attributes = (
        f"{{acc_type = i32, dilation = {ones}, pad = array<i64: 0, 0, 0, 0>, stride = {ones}}}"
    )
    sums = writer.op("conv2d", given, type_, attributes)
    name = writer.reshape((sums, type_), node.shape, "i32")
    return Value(name, "i32", node.shape, float(scale[0]) if scale.size == 1 else scale)


@operator("MaxPool")
def _max_pool(writer: Writer, node: Node, operands: Sequence[Operand]) -> Any:
    value = quantised(operands[0])
    window = _Window(node, value, node.integers("kernel_shape", ()))
    if window.dilations != [1, 1] or len(node.proto.output) > 1:
        raise Unsupported("with dilations or indices")
    result = replace(value, shape=node.shape, channels_last=True)
    kernel = f"kernel = array<i64: {', '.join(map(str, window.kernel))}>"
    source = window.source(writer, value)
    name = writer.op("max_pool2d", [source], result.type, f"{{{window.attributes(kernel)}}}")
    return replace(result, name=name)


@operator("AveragePool")
def _average_pool(writer: Writer, node: Node, operands: Sequence[Operand]) -> Any:
    """The sum over each window, by a depthwise convolution of ones; the mean is its scale."""
    value = quantised(operands[0])
    window = _Window(node, value, node.integers("kernel_shape", ()))
    if any(window.pads) and not node.integer("count_include_pad", 0):
        raise Unsupported("with padding that is not counted")
    channels, size = value.shape[1], math.prod(window.kernel)
    ones = np.ones((*window.kernel, channels, 1), np.int8)
    weights = (np.array([value.scale / size]), 0)
    return _sum(writer, node, "depthwise_conv2d", value, window, ones, weights, np.zeros(channels))


@operator("GlobalAveragePool", "ReduceMean")
def _mean(writer: Writer, node: Node, operands: Sequence[Operand]) -> Any:
    """The sum over the axes; the mean is its scale."""
    value = writer.channels(quantised(operands[0]), False)
    rank = len(value.shape)
    axes = list(range(2, rank))
    if node.kind == "ReduceMean":
        given = operands[1].array.tolist() if len(operands) > 1 and operands[1] else None
        axes = sorted(axis % rank for axis in given or node.integers("axes", range(rank)))
    extents = list(value.shape)
    type_ = tensor("i32", extents)
    name = writer.rescale((value.name, value.type), type_, 1.0, (value.zero, 0))
    for axis in axes:
        source = (name, type_)
        extents[axis] = 1
        type_ = tensor("i32", extents)
        name = writer.op("reduce_sum", [source], type_, f"{{axis = {axis} : i32}}")
    if tuple(extents) != node.shape:
        name = writer.reshape((name, type_), node.shape, "i32")
    size = math.prod(value.shape[axis] for axis in axes)
    return Value(name, "i32", node.shape, value.scale / size)
