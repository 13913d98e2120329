"""The operators of quantised ONNX models, each as integer operations.

An entry of OPERATORS takes (writer, node, operands) and returns the result; an Unsupported
exception says that the node has no integer form, and why.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import onnx

from lacuna.importing.quantised import HIGH, LOW, Value, Writer, tensor


class Unsupported(Exception):
    """The node has no integer form."""


@dataclass(frozen=True)
class Constant:
    """A constant: `array`, of real numbers, or with a scale of `scale` x (array - zero)."""

    array: Any
    scale: Any = None
    zero: Any = 0
    axis: int = 0

    def real(self) -> Any:
        """The real numbers."""
        if self.scale is None:
            return np.asarray(self.array, np.float64)
        shape = [1] * self.array.ndim
        if np.size(self.scale) > 1:
            shape[self.axis % self.array.ndim] = -1
        scale, zero = (np.reshape(part, shape) for part in (self.scale, self.zero))
        return (self.array.astype(np.float64) - zero) * scale


@dataclass
class Node:
    """An ONNX node; `wanted` is how its result is quantised next, if it is."""

    proto: Any
    shapes: dict[str, list[int]]
    wanted: tuple[float, int, bool] | None = None
    _given: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.kind = str(self.proto.op_type)
        self.name = str(self.proto.name)
        self.inputs = list(self.proto.input)
        self._given = {
            one.name: onnx.helper.get_attribute_value(one) for one in self.proto.attribute
        }

    def integer(self, name: str, default: int) -> int:
        return int(self._given.get(name, default))

    def real(self, name: str, default: float) -> float:
        return float(self._given.get(name, default))

    def integers(self, name: str, default: Sequence[int]) -> list[int]:
        return [int(one) for one in self._given.get(name, default)]

    def text(self, name: str, default: str) -> str:
        return str(self._given[name].decode()) if name in self._given else default

    @property
    def shape(self) -> tuple[int, ...]:
        """The result's extents."""
        if self.proto.output[0] not in self.shapes:
            raise Unsupported("its result's shape is not known")
        return tuple(self.shapes[self.proto.output[0]])


Operand = Any  # Value, Constant or None
Write = Callable[[Writer, Node, Sequence[Operand]], Any]
OPERATORS: dict[str, Write] = {}


def operator(*kinds: str) -> Callable[[Write], Write]:
    """Registers a function for operators of these kinds."""

    def register(write: Write) -> Write:
        OPERATORS.update({kind: write for kind in kinds})
        return write

    return register


def quantised(value: Operand) -> Value:
    """An operand that must be an i8 value."""
    if not isinstance(value, Value) or value.element != "i8":
        raise Unsupported("an operand is not quantised")
    return value


@operator("Relu", "Clip")
def _clamp(writer: Writer, node: Node, operands: Sequence[Operand]) -> Any:
    value = operands[0]
    if not isinstance(value, Value):
        raise Unsupported("of a constant")
    limits = [0.0, math.inf]
    if node.kind == "Clip":
        limits = [-math.inf, math.inf]
        for index, limit in enumerate(operands[1:3]):
            if isinstance(limit, Constant):
                limits[index] = float(limit.real().reshape(()))
            elif limit is not None:
                raise Unsupported("by limits that are not constant")
    if value.element != "i8":
        return replace(value, least=max(value.least, limits[0]), most=min(value.most, limits[1]))
    steps = [max(min(limit, 1e30), -1e30) / value.scale + value.zero for limit in limits]
    if node.wanted is None and any(
        LOW < step < HIGH and abs(step - round(step)) > 1e-3 for step in steps
    ):
        raise Unsupported("by a limit between two steps, and not quantised again")
    least, most = (int(min(max(np.rint(step), LOW), HIGH)) for step in steps)
    return writer.clamp(value, least, most)


@operator("Reshape", "Flatten", "Squeeze", "Unsqueeze")
def _reshape(writer: Writer, node: Node, operands: Sequence[Operand]) -> Any:
    if isinstance(operands[0], Constant):
        return replace(operands[0], array=operands[0].array.reshape(node.shape))
    value = writer.channels(quantised(operands[0]), False)
    name = writer.reshape((value.name, value.type), node.shape, "i8")
    return replace(value, name=name, shape=node.shape)


@operator("Transpose")
def _transpose(writer: Writer, node: Node, operands: Sequence[Operand]) -> Any:
    order = node.integers("perm", range(len(node.shape))[::-1])
    if isinstance(operands[0], Constant):
        given = operands[0]
        axis = order.index(given.axis % given.array.ndim) if np.size(given.scale) > 1 else 0
        return replace(given, array=given.array.transpose(order), axis=axis)
    value = writer.channels(quantised(operands[0]), False)
    name = writer.transpose((value.name, value.type), order, tensor("i8", node.shape))
    return replace(value, name=name, shape=node.shape)


@operator("Identity", "Dropout")
def _identity(writer: Writer, node: Node, operands: Sequence[Operand]) -> Any:
    return operands[0]


@operator("Concat")
def _concat(writer: Writer, node: Node, operands: Sequence[Operand]) -> Any:
    values = [writer.channels(quantised(value), False) for value in operands]
    first = values[0]
    if node.wanted is not None:
        values = [writer.quantise(value, *node.wanted) for value in values]
    elif any(
        (v.scale, v.zero, v.unsigned) != (first.scale, first.zero, first.unsigned) for v in values
    ):
        raise Unsupported("of values quantised in different ways, not quantised again")
    axis = node.integer("axis", 0) % len(node.shape)
    name = writer.op(
        "concat",
        [(value.name, value.type) for value in values],
        tensor("i8", node.shape),
        f"{{axis = {axis} : i32}}",
    )
    return replace(values[0], name=name, shape=node.shape)


def _centred(writer: Writer, value: Value, factor: float = 1.0) -> tuple[str, str]:
    """(element - zero) x factor, as i32."""
    type_ = tensor("i32", value.own_shape)
    return writer.rescale((value.name, value.type), type_, factor, (value.zero, 0)), type_


def _ranked(
    writer: Writer, source: tuple[str, str], shape: Sequence[int], rank: int
) -> tuple[str, str]:
    """i32 of at least this rank, with leading extents of 1."""
    if len(shape) == rank:
        return source
    extents = [1] * (rank - len(shape)) + list(shape)
    return writer.reshape(source, extents, "i32"), tensor("i32", extents)


def _step(value: Operand) -> float:
    """The step of an operand: a constant of real numbers gets 15 bits."""
    if isinstance(value, Value):
        return float(quantised(value).scale)
    if value.scale is not None and np.size(value.scale) == 1:
        return float(np.ravel(value.scale)[0])
    return float(np.abs(value.real()).max(initial=0)) / (1 << 15) or 1.0


@operator("Add", "Sub", "Mul")
def _binary(writer: Writer, node: Node, operands: Sequence[Operand]) -> Any:
    """Sums are of i32 with 20 bits below the coarser operand's step, as TFLite's."""
    values = list(operands)
    if not any(isinstance(value, Value) for value in values):
        raise Unsupported("of two constants")
    last = all(isinstance(v, Value) and v.channels_last and v.shape == node.shape for v in values)
    if not last:
        values = [writer.channels(v, False) if isinstance(v, Value) else v for v in values]
    scales = [_step(value) for value in values]
    product = node.kind == "Mul"
    result = scales[0] * scales[1] if product else 2 * max(scales) / (1 << 20)
    sources = []
    for value, scale in zip(values, scales, strict=True):
        unit = scale if product else result
        if isinstance(value, Value):
            source, shape = _centred(writer, value, value.scale / unit), value.own_shape
        else:
            source = writer.constant(np.rint(value.real() / unit), "i32")
            shape = value.array.shape
        sources.append(_ranked(writer, source, shape, len(node.shape)))
    if product:
        sources.append(writer.constant([0], "i8"))
    given = Value("", "i32", node.shape, result, channels_last=last)
    return replace(given, name=writer.op(node.kind.lower(), sources, given.type))


def _table(function: Callable[[Node, Any], Any]) -> Write:
    """An elementwise function of one operand, as a table of all 256 elements."""

    def write(writer: Writer, node: Node, operands: Sequence[Operand]) -> Any:
        value = quantised(operands[0])
        if node.wanted is None:
            raise Unsupported("its result is not quantised")
        scale, zero, unsigned = node.wanted
        with np.errstate(all="ignore"):
            real = function(node, (np.arange(256) - 128 - value.zero) * value.scale)
        entries = np.clip(np.rint(np.nan_to_num(real / scale)) + zero, LOW, HIGH)
        operands_ = [(value.name, value.type), writer.constant(entries, "i8")]
        name = writer.op("table", operands_, value.type)
        return replace(value, name=name, scale=scale, zero=zero, unsigned=unsigned)

    return write


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


OPERATORS.update(
    {
        "Abs": _table(lambda node, x: np.abs(x)),
        "Elu": _table(lambda node, x: np.where(x < 0, node.real("alpha", 1) * np.expm1(x), x)),
        "Erf": _table(lambda node, x: np.vectorize(math.erf)(x)),
        "Exp": _table(lambda node, x: np.exp(x)),
        "HardSigmoid": _table(
            lambda node, x: np.clip(node.real("alpha", 0.2) * x + node.real("beta", 0.5), 0, 1)
        ),
        "HardSwish": _table(lambda node, x: x * np.clip(x / 6 + 0.5, 0, 1)),
        "LeakyRelu": _table(lambda node, x: np.where(x < 0, node.real("alpha", 0.01) * x, x)),
        "Neg": _table(lambda node, x: -x),
        "Sigmoid": _table(lambda node, x: _sigmoid(x)),
        "Sqrt": _table(lambda node, x: np.sqrt(x)),
        "Tanh": _table(lambda node, x: np.tanh(x)),
    }
)
