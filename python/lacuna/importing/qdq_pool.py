"""Pools and means of quantised ONNX models: exact sums, whose scale holds the division."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from lacuna.importing.accumulate import Weights, accumulate
from lacuna.importing.qdq_operators import Node, Operand, Unsupported, operator, quantised
from lacuna.importing.quantised import Value, Writer, tensor
from lacuna.importing.requantise import centred
from lacuna.importing.window import Window, array


@operator("MaxPool")
def _max_pool(writer: Writer, node: Node, operands: Sequence[Operand]) -> Any:
    value = quantised(operands[0])
    window = Window(node, value, node.integers("kernel_shape", ()))
    if window.dilations != [1, 1] or len(node.proto.output) > 1:
        raise Unsupported("with dilations or indices")
    result = replace(value, shape=node.shape, channels_last=True)
    source = window.source(writer, value)
    attributes = window.attributes(array("kernel", window.kernel))
    return replace(result, name=writer.op("max_pool2d", [source], result.type, attributes))


@operator("AveragePool")
def _average_pool(writer: Writer, node: Node, operands: Sequence[Operand]) -> Any:
    """The sum over each window, by a depthwise convolution of ones; where windows that reach
    into padding count less, each sum x (least common multiple of counts / its count)."""
    value = quantised(operands[0])
    window = Window(node, value, node.integers("kernel_shape", ()))
    counts = _counts(node, value, window)
    common = math.lcm(*(int(count) for count in np.unique(counts)))
    channels, size = value.shape[1], math.prod(window.kernel)
    ones = Weights(np.ones((channels, 1, *window.kernel), np.int32), np.ones(1), 0, 8)
    n, _, h, w = node.shape
    name, unit, most = accumulate(
        writer, "depthwise_conv2d", window.source(writer, value), value, ones,
        np.zeros(channels, np.int64), lambda one: one.transpose(2, 3, 0, 1), window.pads,
        f"{array('dilation', window.dilations)}, {array('stride', window.strides)}",
        (n, h, w, channels),
    )  # fmt: skip
    sums = Value(name, "i32", node.shape, value.scale * unit / common, channels_last=True)
    factors = common // counts
    most = min(most, value.bound * size) * int(factors.max())
    if most >= 1 << 31:
        raise Unsupported("whose windows at the border are of too many sizes for 32 bits")
    if factors.max() > 1:
        if factors.min() == factors.max():
            sums = replace(sums, scale=sums.scale * int(factors.max()))
            most //= int(factors.max())
        else:
            weights = writer.constant(factors.reshape(1, h, w, 1), "i32")
            given = [(name, sums.type), weights, writer.constant([0], "i8")]
            sums = replace(sums, name=writer.op("mul", given, sums.type))
    return replace(sums, most_steps=most)


def _counts(node: Node, value: Value, window: Window) -> Any:
    """How many elements each window's sum is divided by, as [height, width]."""
    include = node.integer("count_include_pad", 0)
    ends = []
    for axis in range(2):
        extent, before = value.shape[2 + axis], window.before[axis]
        low, high = (-before, extent + window.behind[axis]) if include else (0, extent)
        starts = np.arange(node.shape[2 + axis]) * window.strides[axis] - before
        taps = starts[:, None] + np.arange(window.kernel[axis]) * window.dilations[axis]
        ends.append(((taps >= low) & (taps < high)).sum(axis=1))
    counts = np.multiply.outer(*ends)
    if counts.min() < 1:
        raise Unsupported("with a window that lies in the padding alone")
    return counts


@operator("GlobalAveragePool", "ReduceMean", "ReduceSum")
def _mean(writer: Writer, node: Node, operands: Sequence[Operand]) -> Any:
    """The sum over the axes; a mean's division is in its scale."""
    value = writer.channels(quantised(operands[0]), False)
    rank = len(value.shape)
    axes = list(range(2, rank))
    if node.kind != "GlobalAveragePool":
        given = operands[1].array.tolist() if len(operands) > 1 and operands[1] else None
        axes = sorted({axis % rank for axis in given or node.integers("axes", range(rank))})
    size = math.prod(value.shape[axis] for axis in axes)
    if value.bound * size >= 1 << 31:
        raise Unsupported("over too many elements for 32 bits")
    sums = centred(writer, value)
    extents = list(value.shape)
    name, type_ = sums.name, sums.type
    for axis in axes:
        source = (name, type_)
        extents[axis] = 1
        type_ = tensor("i32", extents)
        name = writer.op("reduce_sum", [source], type_, f"{{axis = {axis} : i32}}")
    if tuple(extents) != node.shape:
        name = writer.reshape((name, type_), node.shape, "i32")
    scale = value.scale if node.kind == "ReduceSum" else value.scale / size
    return Value(name, "i32", node.shape, scale, most_steps=value.bound * size)
