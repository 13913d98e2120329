"""The operators of quantised ONNX models that sum products: convolutions and matrices."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from lacuna.importing import accumulate
from lacuna.importing.qdq_elementwise import affine, by_channel
from lacuna.importing.qdq_operators import Constant, Node, Operand, Unsupported, operator, quantised
from lacuna.importing.quantised import Value, Writer, tensor
from lacuna.importing.window import Window, array

_ONES = [1, 1]


def _one_or_all(scale: Any) -> Any:
    return float(scale[0]) if scale.size == 1 else scale


@operator("Conv")
def _conv(writer: Writer, node: Node, operands: Sequence[Operand]) -> Any:
    """Dense, depthwise, or one dense convolution for each group."""
    value = quantised(operands[0])
    given = accumulate.weights(operands[1], 0)
    if given.array.ndim == 3 and len(value.shape) == 3:
        raise Unsupported("of rank 3 (one dimension)")
    if given.array.ndim != 4:
        raise Unsupported(f"of rank {given.array.ndim}")
    channels, depth, *kernel = given.array.shape
    groups = node.integer("group", 1)
    if groups < 1 or channels % groups or depth * groups != value.shape[1]:
        raise Unsupported(f"of {value.shape[1]} channels in {groups} groups of {depth}")
    window = Window(node, value, kernel)
    scale = value.scale * given.scale
    bias = accumulate.bias(operands[2] if len(operands) > 2 else None, channels, scale)
    source = window.source(writer, value)
    text = f"{array('dilation', window.dilations)}, {array('stride', window.strides)}"
    n, _, h, w = node.shape
    if groups > 1 and depth == 1:
        name, unit, most = accumulate.accumulate(
            writer, "depthwise_conv2d", source, value, given, bias,
            lambda one: one.reshape(groups, -1, *kernel).transpose(2, 3, 0, 1),
            window.pads, text, (n, h, w, channels),
        )  # fmt: skip
        sums = Value(name, "i32", node.shape, _one_or_all(scale * unit), channels_last=True)
        return replace(sums, most_steps=most)
    made, share = [], channels // groups
    for group in range(groups):
        start = group * share
        part = source
        if groups > 1:
            extents = [n, *window.kept, depth]
            part = writer.slice(source, [0, 0, 0, group * depth], extents)
        made.append(
            accumulate.accumulate(
                writer,
                "conv2d",
                part,
                value,
                given.channels(start, start + share),
                bias[start : start + share],
                accumulate.channels_last,
                window.pads,
                text,
                (n, h, w, share),
            )
        )
    names, units, most_steps = zip(*made, strict=True)
    scale = scale * (np.repeat(units, share) if len(set(units)) > 1 else units[0])
    sums = Value(
        names[0], "i32", node.shape, _one_or_all(scale), channels_last=True,
        most_steps=max(most_steps),
    )  # fmt: skip
    return sums if groups == 1 else replace(sums, parts=names)


@operator("Gemm", "MatMul", "com.microsoft.FusedGemm")
def _matmul(writer: Writer, node: Node, operands: Sequence[Operand]) -> Any:
    """Rows times constant weights, as a convolution of height and width 1: it has a bias."""
    if node.kind == "MatMul" and all(isinstance(one, Value) for one in operands):
        return _two_tensors(writer, node, *operands)
    value = quantised(operands[0])
    gemm = node.kind == "Gemm"
    if gemm and (
        node.integer("transA", 0) or node.real("alpha", 1) != 1 or node.real("beta", 1) != 1
    ):
        raise Unsupported("with transA, alpha or beta")
    weights = operands[1]
    if not isinstance(weights, Constant) or weights.array.ndim != 2:
        raise Unsupported("its weights are no constant matrix")
    given = accumulate.weights(weights, 0 if gemm and node.integer("transB", 0) else 1)
    channels, depth = given.array.shape
    scale = value.scale * given.scale
    bias = accumulate.bias(operands[2] if len(operands) > 2 else None, channels, scale)
    value = writer.channels(value, False)
    if value.shape[-1] != depth:
        raise Unsupported(f"of rows of {value.shape[-1]} by columns of {depth}")
    rows = math.prod(value.shape) // depth
    name = writer.reshape((value.name, value.type), [rows, 1, 1, depth], value.element)
    source = (name, tensor(value.element, [rows, 1, 1, depth]))
    column = replace(given, array=given.array.reshape(channels, depth, 1, 1))
    name, unit, most = accumulate.accumulate(
        writer, "conv2d", source, value, column, bias, accumulate.channels_last, [0] * 4,
        f"{array('dilation', _ONES)}, {array('stride', _ONES)}", (rows, 1, 1, channels),
    )  # fmt: skip
    name = writer.reshape((name, tensor("i32", (rows, 1, 1, channels))), node.shape, "i32")
    return Value(name, "i32", node.shape, _one_or_all(scale * unit), most_steps=most)


def _two_tensors(writer: Writer, node: Node, a: Operand, b: Operand) -> Value:
    """The product of two tensors, row by column."""
    a, b = (writer.channels(quantised(one), False) for one in (a, b))
    if len(a.shape) < 2 or a.shape[:-2] != b.shape[:-2]:
        raise Unsupported("of tensors whose leading extents differ")
    if a.element != "i8" or b.element != "i8":
        raise Unsupported("of two tensors of 16 bits (quantise them to 8)")
    batch = math.prod(a.shape[:-2])
    (rows, depth), columns = a.shape[-2:], b.shape[-1]
    sources = []
    for value, extents in ((a, [batch, rows, depth]), (b, [batch, depth, columns])):
        name = writer.reshape((value.name, value.type), extents, "i8")
        sources.append((name, tensor("i8", extents)))
    sources += [writer.constant([a.zero], "i8"), writer.constant([b.zero], "i8")]
    type_ = tensor("i32", [batch, rows, columns])
    name = writer.op("matmul", sources, type_)
    name = writer.reshape((name, type_), node.shape, "i32")
    most = min(a.bound * b.bound * depth, (1 << 31) - 1)
    return Value(name, "i32", node.shape, a.scale * b.scale, most_steps=most)


@operator("BatchNormalization")
def _batch_norm(writer: Writer, node: Node, operands: Sequence[Operand]) -> Any:
    """Of sums: an affine function of each channel."""
    value = operands[0]
    if not isinstance(value, Value) or value.element != "i32":
        raise Unsupported("of what is no sum of products")
    if not all(isinstance(one, Constant) for one in operands[1:5]):
        raise Unsupported("by constants that are none")
    factor, bias, mean, variance = (one.real() for one in operands[1:5])
    factor = factor / np.sqrt(variance + node.real("epsilon", 1e-5))
    rank = len(value.shape)
    shape = [-1, *[1] * (rank - 2)]
    factor, addend = (
        by_channel(value, one.reshape(shape), rank) for one in (factor, bias - mean * factor)
    )
    return affine(writer, value, factor, addend)
