"""Quantised values and the operations that are written for them.

Activations are i8 or i16 here, as in TFLite's modules: unsigned elements are kept less 2^7
or 2^15, with the zero point less as much, and only the function's boundary is unsigned.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lacuna.importing.graph import Graph, Operation
from lacuna.importing.onnx_file import Refused
from lacuna.importing.rewrite import constant, element_type, shape_constant

_STORED = {"i4": "<i1", "i8": "<i1", "i16": "<i2", "i32": "<i4"}


@dataclass(frozen=True)
class Kind:
    """How a tensor is quantised: real value = scale x (element - zero), in `bits` bits.

    Element and zero are those of the signed form; `unsigned` says that the model's own are
    2^(bits - 1) more.
    """

    scale: float
    zero: int = 0
    unsigned: bool = False
    bits: int = 8

    @property
    def element(self) -> str:
        return f"i{self.bits}"

    @property
    def low(self) -> int:
        return -(1 << (self.bits - 1))

    @property
    def high(self) -> int:
        return (1 << (self.bits - 1)) - 1

    @property
    def offset(self) -> int:
        """What the model's elements are more than the signed ones."""
        return -self.low if self.unsigned else 0


@dataclass(frozen=True)
class Value:
    """A tensor that stands for real numbers: scale x (element - zero).

    `element` is i8 or i16, or i32 for sums that wait to be rescaled; their scale may be one
    a channel, their zero is 0, and none is beyond `most_steps` on either side of 0. Sums of
    a grouped convolution may lie in `parts`, one a group of channels, instead of `name`.
    `shape` is the model's; with `channels_last` the value itself is NHWC. `least` and `most`
    are limits, in real numbers, that a sum has yet to be clamped to. With `reals` the tensor
    stands for a function of its elements: the real number for each, from the lowest.
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
    most_steps: int = (1 << 31) - 1
    parts: tuple[str, ...] = ()
    reals: Any = None

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

    @property
    def kind(self) -> Kind:
        """How it is quantised; of i8 and i16."""
        return Kind(float(self.scale), self.zero, self.unsigned, int(self.element[1:]))

    @property
    def bound(self) -> int:
        """The greatest |element - zero|."""
        if self.element == "i32":
            return self.most_steps
        return max(self.kind.high - self.zero, self.zero - self.kind.low)


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
        """A constant and its type; `element` is i4, i8, i16, i32 or i48."""
        array = np.asarray(data)
        type_ = tensor(element, array.shape)
        if array.size == 1:
            text = str(int(array.flat[0]))
        elif element == "i48":
            text = str([int(number) for number in array.ravel()]) if array.ndim == 1 else ""
        else:
            text = f'"0x{array.astype(_STORED[element]).tobytes().hex().upper()}"'
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
        """result = (source - zeros[0]) x factors + zeros[1], rounded once, halves up.

        TOSA has zero points for i8 alone (and 2^15 of an unsigned i16), and factors of 15
        bits for i48.
        """
        wide = element_type(source[1]) == "i48"
        factors = np.atleast_1d(np.asarray(factors, np.float64))
        pairs = [_multiplier(float(factor), 15 if wide else 31) for factor in factors]
        operands = [
            source,
            self.constant([multiplier for multiplier, _ in pairs], "i16" if wide else "i32"),
            self.constant([shift for _, shift in pairs], "i8"),
            self.constant([zeros[0]], element_type(source[1]).lstrip("u")),
            self.constant([zeros[1]], element_type(result).lstrip("u")),
        ]
        flags = [str(flag).lower() for flag in (*unsigned, len(pairs) > 1)]
        return self.op(
            "rescale",
            operands,
            result,
            f"{{input_unsigned = {flags[0]}, output_unsigned = {flags[1]}, "
            f"per_channel = {flags[2]}, "
            f"rounding_mode = SINGLE_ROUND, scale32 = {str(not wide).lower()}}}",
        )

    def concat(self, sources: Sequence[tuple[str, str]], axis: int, result: str) -> str:
        return self.op("concat", sources, result, f"{{axis = {axis} : i32}}")

    def slice(self, source: tuple[str, str], start: Sequence[int], extents: Sequence[int]) -> Any:
        """A part of a tensor, and its type."""
        type_ = tensor(element_type(source[1]), extents)
        return self.op("slice", [source, self.shape(start), self.shape(extents)], type_), type_

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


def _multiplier(factor: float, bits: int) -> tuple[int, int]:
    """TOSA's multiplier, of so many bits, and shift for a positive factor."""
    if not (math.isfinite(factor) and factor > 0):
        raise Refused(f"a scale is {factor}; scales are positive")
    fraction, exponent = math.frexp(factor)
    multiplier, shift = round(fraction * (1 << bits)), bits - exponent
    if multiplier == 1 << bits:
        multiplier, shift = 1 << (bits - 1), shift - 1
    if shift > 62:
        multiplier, shift = multiplier >> min(shift - 62, bits), 62
    if shift < 2:
        raise Refused(
            f"two scales differ by a factor of {factor}; TOSA rescales by up to 2^{bits - 2}"
        )
    return multiplier, shift
