"""Sums of products of quantised tensors and constant weights, as i32.

TOSA's convolutions take weights of 4 and 8 bits, and sum products of i16 in 48 bits. Here
weights of 16 bits become two of 8; an i16 tensor's zero point, which TOSA doesn't have,
goes into the bias; and sums beyond 31 bits lose the bits below 2^-30 of the greatest that
the weights allow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lacuna.importing.qdq_operators import Constant, Operand, Unsupported
from lacuna.importing.quantised import Value, Writer, tensor
from lacuna.importing.rewrite import tensor_shape


@dataclass(frozen=True)
class Weights:
    """Weights: real value = scale x (array - zero). `array` holds integers of `bits`, signed,
    output channels first; `scale` is one, or one an output channel."""

    array: Any
    scale: Any
    zero: int
    bits: int

    @property
    def centred(self) -> Any:
        return self.array - self.zero

    def channels(self, start: int, stop: int) -> Weights:
        """Those of some output channels."""
        scale = self.scale if self.scale.size == 1 else self.scale[start:stop]
        return Weights(self.array[start:stop], scale, self.zero, self.bits)


def weights(value: Operand, axis: int) -> Weights:
    """A constant's elements, whose output channels lie along `axis`; these come first."""
    if not isinstance(value, Constant) or value.scale is None:
        raise Unsupported("its weights are no quantised constants")
    kind = value.array.dtype.name
    bits = {"int4": 4, "uint4": 4, "int8": 8, "uint8": 8, "int16": 16, "uint16": 16}.get(kind)
    if bits is None:
        raise Unsupported(f"weights of type {kind}")
    offset = 1 << (bits - 1) if kind.startswith("u") else 0
    zeros = {int(zero) - offset for zero in np.ravel(value.zero)}
    if len(zeros) != 1:
        raise Unsupported("weights with several zero points")
    zero = zeros.pop()
    scale = np.ravel(value.scale)
    if scale.size > 1 and value.axis % value.array.ndim != axis:
        raise Unsupported("its weights' scales are not by output channel")
    if bits == 4 and zero:
        bits = 8  # TOSA has no zero point for 4 bits
    array = np.moveaxis(value.array.astype(np.int32) - offset, axis, 0)
    return Weights(array, scale, zero, bits)


def channels_last(array: Any) -> Any:
    """Weights of a dense convolution in TOSA's order."""
    return array.transpose(0, 2, 3, 1)


def bias(value: Operand, channels: int, scale: Any) -> Any:
    """The bias in steps of the sum's scale."""
    if value is None:
        return np.zeros(channels, np.int64)
    if not isinstance(value, Constant):
        raise Unsupported("its bias is not constant")
    steps = value.real().reshape(-1) / scale
    if value.scale is not None and value.array.dtype == np.int32 and not np.any(value.zero):
        given = np.ravel(value.scale)
        if np.allclose(given, scale, rtol=1e-5, atol=0):
            steps = value.array.reshape(-1)  # the very steps: no rounding of scales
    steps = np.rint(steps)
    if steps.size not in (1, channels) or np.abs(steps).max(initial=0) >= 1 << 31:
        raise Unsupported("its bias does not fit in 32 bits")
    return np.broadcast_to(steps, channels).astype(np.int64)


def accumulate(
    writer: Writer, operation: str, source: tuple[str, str], value: Value, given: Weights,
    steps: Any, layout: Callable[[Any], Any], pads: Sequence[int], attributes: str,
    result: Sequence[int],
) -> tuple[str, float, int]:  # fmt: skip
    """Writes `operation` (a convolution, its attributes from the stride on in `attributes`)
    of `source`, which is `value` as it takes it, and returns the sums' name, how many steps
    of the product of scales one of theirs is, and the greatest that they reach.

    `layout` brings weights with output channels first into the operation's order; `steps` is
    the bias.
    """
    flat = np.abs(given.centred.reshape(len(given.array), -1)).sum(axis=1, dtype=np.int64)
    most = int((flat * value.bound + np.abs(steps)).max(initial=1))
    if value.element == "i16" and value.zero:
        # Padding is to read as the zero point: it is written out.
        source, pads = _pad(writer, source, value.zero, pads), [0, 0, 0, 0]
        sums = given.centred.reshape(len(given.array), -1).sum(axis=1, dtype=np.int64)
        steps = steps - value.zero * sums
    element = "i32" if value.element == "i8" else "i48"
    type_ = tensor(element, result)
    most_bias = int(np.abs(steps).max(initial=0))
    if most_bias >= 1 << (31 if element == "i32" else 47):
        raise Unsupported("its bias does not fit")
    made = []
    parts = _split(given)
    for place, (array, zero, kind, factor) in enumerate(parts):
        last = place == len(parts) - 1
        operands = [
            source,
            writer.constant(layout(array), kind),
            writer.constant(steps if last else np.zeros(len(steps)), element),
            writer.constant([0 if value.element == "i16" else value.zero], value.element),
            writer.constant([zero], kind),
        ]
        pad = f"pad = array<i64: {', '.join(map(str, pads))}>"
        text = f"{{acc_type = {element}, {pad}, {attributes}}}"
        made.append((writer.op(operation, operands, type_, text), factor))
    if len(made) == 1 and element == "i32":
        return made[0][0], 1.0, min(most, (1 << 31) - 1)
    unit = 2.0 ** max(most.bit_length() - 30, 0)
    whole = tensor("i32", result)
    names = [writer.rescale((name, type_), whole, factor / unit) for name, factor in made]
    if len(names) == 1:
        return names[0], unit, int(most / unit) + 1
    name = writer.op("add", [(one, whole) for one in names], whole)
    return name, unit, int(most / unit) + 2


def _split(given: Weights) -> list[tuple[Any, int, str, int]]:
    """Weights as one or two arrays, each with its zero point, type and factor."""
    if given.bits < 16:
        return [(given.array, given.zero, f"i{given.bits}", 1)]
    low, low_zero = given.array & 255, given.zero & 255
    return [
        (given.array >> 8, given.zero >> 8, "i8", 256),
        (low - 128, low_zero - 128, "i8", 1),
    ]


def _pad(
    writer: Writer, source: tuple[str, str], zero: int, pads: Sequence[int]
) -> tuple[str, str]:
    """The source with its padding written out: top, bottom, left, right."""
    if not any(pads):
        return source
    extents = tensor_shape(source[1]) or []
    n, h, w, c = extents
    type_ = tensor("i16", [n, h + pads[0] + pads[1], w + pads[2] + pads[3], c])
    operands = [source, writer.shape([0, 0, *pads, 0, 0]), writer.constant([zero], "i16")]
    return writer.op("pad", operands, type_), type_
