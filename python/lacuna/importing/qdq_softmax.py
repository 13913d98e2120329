"""Softmax of 8-bit tensors, in integers.

With d = element - greatest of the row, t(d) = 2^p exp(scale d) / result's scale from a table
(30 bits, exact for each of the 256 differences), e = t x result's scale rounded, and
S = sum of e, an element is (t + S / 2) / S, rounded down: the real quotient rounded halves
up, but for what rounding e adds to S: at most half a part in 2^p for each element of the row.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from lacuna.importing.qdq_operators import Node, Operand, Unsupported, operator, quantised
from lacuna.importing.quantised import Writer, tensor

_LOW_BITS = 15  # of a 30-bit number that two tables of i16 hold


@operator("Softmax")
def _softmax(writer: Writer, node: Node, operands: Sequence[Operand]) -> Any:
    value = writer.channels(quantised(operands[0]), False)
    kind = node.wanted
    if value.element != "i8" or (kind is not None and kind.bits != 8):
        raise Unsupported("of 16 bits (quantise its input and result to 8)")
    if kind is None:
        raise Unsupported("its result is not quantised")
    axis = node.integer("axis", -1) % len(value.shape)
    row = value.shape[axis]
    bits = math.floor(min(30 - math.log2(row), 29.9 + math.log2(kind.scale), 29))
    if bits < 12:
        raise Unsupported("of rows too long, or to steps too small, for 30 bits")
    wide, narrow = list(value.shape), list(value.shape)
    narrow[axis] = 1
    whole, one = tensor("i32", wide), tensor("i32", narrow)
    along = f"{{axis = {axis} : i32}}"

    def binary(name: str, a: tuple[str, str], b: tuple[str, str], result: str, *more: Any) -> Any:
        return writer.op(name, [a, b, *more], result), result

    def number(amount: int) -> tuple[str, str]:
        return writer.constant(np.full([1] * len(wide), amount), "i32")

    source = (value.name, value.type)
    greatest = writer.op("reduce_max", [source], tensor("i8", narrow), along)
    elements = (writer.rescale(source, whole, 1.0), whole)
    tops = (writer.rescale((greatest, tensor("i8", narrow)), one, 1.0), one)
    below = binary("sub", elements, tops, whole)
    # The table of i16 has an entry for each 128: none is interpolated.
    index = writer.rescale(below, tensor("i16", wide), 128.0)
    reals = np.exp(np.arange(-256, 1) * np.float64(value.scale))
    entries = np.zeros(513, np.int64)
    entries[:257] = np.rint(reals * 2.0**bits / kind.scale)
    parts = []
    for part in (entries >> _LOW_BITS, entries & ((1 << _LOW_BITS) - 1)):
        operands_ = [(index, tensor("i16", wide)), writer.constant(part, "i16")]
        parts.append((writer.op("table", operands_, whole), whole))
    # A table's result is its entry x 128.
    up = number(1 << (_LOW_BITS - 7))
    high = binary("mul", parts[0], up, whole, writer.constant([0], "i8"))
    low = (writer.rescale(parts[1], whole, 1 / 128), whole)
    tall = binary("add", high, low, whole)
    shares = (writer.rescale(tall, whole, kind.scale), whole)
    sums = (writer.op("reduce_sum", [shares], one, along), one)
    half = (writer.op("arithmetic_right_shift", [sums, number(1)], one, "{round = false}"), one)
    quotient = binary("intdiv", binary("add", tall, half, whole), sums, whole)
    name = writer.rescale(quotient, value.type, 1.0, (0, kind.zero))
    return replace(value, name=name, scale=kind.scale, zero=kind.zero, unsigned=kind.unsigned)
