"""Quantised values and the operations that are written for them.

Activations are i8 here, as in TFLite's modules: unsigned bytes are kept as the byte less
128, with the zero point less 128, and only the function's boundary is ui8.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lacuna.importing.graph import Graph, Operation, Port
from lacuna.importing.onnx_file import Refused
from lacuna.importing.rewrite import constant, shape_constant

LOW, HIGH = -128, 127


@dataclass(frozen=True)
class Value:
    """A tensor that stands for real numbers: scale x (element - zero).

    `element` is i8, or i32 for sums that wait to be rescaled; their scale may be one a
    channel. `shape` is the model's; with `channels_last` the value itself is NHWC.
    `least` and `most` are limits, in real numbers, that a sum has yet to be clamped to.
    """

    name: str
    element: str
    shape: tuple[int, ...]
    scale: Any
    zero: int = 0
    channels_last: bool = False
    unsigned: bool = False
    least: float = -math.inf
    most: float = math.inf

    @property
    def own_shape(self) -> tuple[int, ...]:
        """The extents of the value as it lies."""
        if not self.channels_last:
            return self.shape
        n, c, *rest = self.shape
        return (n, *rest, c)

    @property
    def type(self) -> str:
        return tensor(self.element, self.own_shape)


def tensor(element: str, shape: Sequence[int]) -> str:
    """A tensor type."""
    return f"tensor<{''.join(f'{extent}x' for extent in shape)}{element}>"


class Writer:
    """Writes operations to a graph; `label` is the name of the node they are written for."""

    def __init__(self) -> None:
        self.graph = Graph()
        self.label = ""
        self._constants: dict[tuple[str, str], str] = {}

    def op(
        self, name: str, operands: Sequence[tuple[str, str]], result: str, attributes: str = ""
    ) -> str:
        """Writes an operation on (value, type) operands; the value of its result."""
        value = self.graph.fresh("q")
        self.graph.operations.append(
            Operation(
                [value],
                f"tosa.{name}",
                [operand for operand, _ in operands],
                attributes,
                [type_ for _, type_ in operands],
                [result],
                self.label,
            )
        )
        return value

    def constant(self, data: Any, element: str) -> tuple[str, str]:
        """A constant and its type; `element` is i8, i16 or i32."""
        array = np.asarray(data).astype({"i8": "<i1", "i16": "<i2", "i32": "<i4"}[element])
        type_ = tensor(element, array.shape)
        text = str(array.flat[0]) if array.size == 1 else f'"0x{array.tobytes().hex().upper()}"'
        if (text, type_) not in self._constants:
            value = self.graph.fresh("c")
            self._constants[text, type_] = value
            self.graph.operations.append(constant(value, text, type_))
        return self._constants[text, type_], type_

    def shape(self, extents: Sequence[int]) -> tuple[str, str]:
        """A constant of TOSA's shape type, and that type."""
        value = self.graph.fresh("s")
        self.graph.operations.append(shape_constant(value, list(extents)))
        return value, f"!tosa.shape<{len(extents)}>"

    def rescale(
        self,
        source: tuple[str, str],
        result: str,
        factors: Any,
        zeros: tuple[int, int] = (0, 0),
        unsigned: tuple[bool, bool] = (False, False),
    ) -> str:
        """result = (source - zeros[0]) x factors + zeros[1], rounded once, halves up."""
        factors = np.atleast_1d(np.asarray(factors, np.float64))
        pairs = [_multiplier(float(factor)) for factor in factors]

        def element(type_: str) -> str:
            return "i32" if type_.endswith("i32>") else "i8"

        operands = [
            source,
            self.constant([multiplier for multiplier, _ in pairs], "i32"),
            self.constant([shift for _, shift in pairs], "i8"),
            self.constant([zeros[0]], element(source[1])),
            self.constant([zeros[1]], element(result)),
        ]
        flags = [str(flag).lower() for flag in (*unsigned, len(pairs) > 1)]
        return self.op(
            "rescale",
            operands,
            result,
            f"{{input_unsigned = {flags[0]}, output_unsigned = {flags[1]}, "
            f"per_channel = {flags[2]}, "
            "rounding_mode = SINGLE_ROUND, scale32 = true}",
        )

    def transpose(self, source: tuple[str, str], order: Sequence[int], result: str) -> str:
        perms = ", ".join(map(str, order))
        return self.op("transpose", [source], result, f"{{perms = array<i32: {perms}>}}")

    def reshape(self, source: tuple[str, str], extents: Sequence[int], element: str) -> str:
        return self.op("reshape", [source, self.shape(extents)], tensor(element, extents))

    def channels(self, value: Value, last: bool) -> Value:
        """The same value with channels last, or first as in the model."""
        if value.channels_last == last or len(value.shape) != 4:
            return value
        order = (0, 2, 3, 1) if last else (0, 3, 1, 2)
        result = replace(value, channels_last=last)
        name = self.transpose((value.name, value.type), order, result.type)
        return replace(result, name=name)

    def quantise(self, value: Value, scale: float, zero: int, unsigned: bool) -> Value:
        """The value as i8 of this scale and zero point, clamped to its limits."""
        result = replace(
            value, element="i8", scale=scale, zero=zero, unsigned=unsigned, least=-math.inf,
            most=math.inf,
        )  # fmt: skip
        same = value.element == "i8" and value.scale == scale and value.zero == zero
        if same and value.unsigned == unsigned:
            return result
        if np.ndim(value.scale) and not value.channels_last and len(value.shape) == 4:
            raise Refused(f"'{self.label}': scales by channel where channels are not last")
        ratio = np.asarray(value.scale, np.float64) / scale
        name = self.rescale((value.name, value.type), result.type, ratio, (value.zero, zero))
        least, most = (
            int(min(max(np.rint(limit / scale) + zero, LOW), HIGH))
            for limit in (max(value.least, -1e30), min(value.most, 1e30))
        )
        return self.clamp(replace(result, name=name), least, most)

    def clamp(self, value: Value, least: int, most: int) -> Value:
        """An i8 value between two elements."""
        if least <= LOW and most >= HIGH:
            return value
        attributes = f"{{max_val = {most} : i8, min_val = {least} : i8}}"
        return replace(
            value, name=self.op("clamp", [(value.name, value.type)], value.type, attributes)
        )

    def argument(
        self, name: str, shape: tuple[int, ...], scale: float, zero: int, unsigned: bool
    ) -> Value:
        """An input of the function."""
        element = "ui8" if unsigned else "i8"
        port = Port(f"%arg{len(self.graph.arguments)}", tensor(element, shape), name)
        self.graph.arguments.append(port)
        self._describe("input", name, scale, zero + 128 * unsigned, element)
        value = Value(port.value, "i8", shape, scale, zero, unsigned=unsigned)
        if not unsigned:
            return value
        given = self.rescale((port.value, port.type), value.type, 1.0, (-128, 0), (True, False))
        return replace(value, name=given)

    def result(self, name: str, value: Value) -> None:
        """An output of the function."""
        value = self.channels(value, False)
        element = "ui8" if value.unsigned else "i8"
        self._describe("output", name, value.scale, value.zero + 128 * value.unsigned, element)
        given = value.name
        if value.unsigned:
            type_ = tensor("ui8", value.shape)
            given = self.rescale((value.name, value.type), type_, 1.0, (0, -128), (False, True))
        self.graph.results.append(Port(given, tensor(element, value.shape), name))

    def _describe(self, what: str, name: str, scale: float, zero: int, element: str) -> None:
        self.graph.comments.append(
            f"{what} '{name}' is {element}: real value = {float(scale)!r} x (element - {zero})"
        )


def _multiplier(factor: float) -> tuple[int, int]:
    """TOSA's multiplier and shift for a positive factor: multiplier x 2^-shift."""
    if not (math.isfinite(factor) and factor > 0):
        raise Refused(f"a scale is {factor}; scales are positive")
    fraction, exponent = math.frexp(factor)
    multiplier, shift = round(fraction * (1 << 31)), 31 - exponent
    if multiplier == 1 << 31:
        multiplier, shift = 1 << 30, shift - 1
    if shift > 62:
        multiplier, shift = multiplier >> min(shift - 62, 31), 62
    if shift < 2:
        raise Refused(f"two scales differ by a factor of {factor}; TOSA rescales by up to 2^29")
    return multiplier, shift
