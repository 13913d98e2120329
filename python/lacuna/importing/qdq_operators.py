"""The operators of quantised ONNX models, each as integer operations: their register, and
those that move elements.

An entry of OPERATORS takes (writer, node, operands) and returns the result; an Unsupported
exception says that the node has no integer form, and why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import onnx

from lacuna.importing.quantised import Kind, Value, Writer, tensor
from lacuna.importing.reals import to_elements
from lacuna.importing.requantise import quantise


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
    wanted: Kind | None = None
    _given: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        domain = str(self.proto.domain)
        self.kind = str(self.proto.op_type)
        if domain not in ("", "ai.onnx"):
            self.kind = f"{domain}.{self.kind}"
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
    """An operand that must be a quantised tensor of 8 or 16 bits."""
    if not isinstance(value, Value) or value.element == "i32" or value.reals is not None:
        raise Unsupported("an operand is not quantised")
    return value


def movable(value: Operand) -> Value:
    """A tensor of 8 or 16 bits, or a function of one: its elements can be moved."""
    if not isinstance(value, Value) or value.element == "i32":
        raise Unsupported("an operand is not quantised")
    return value


@operator("Reshape", "Flatten", "Squeeze", "Unsqueeze")
def _reshape(writer: Writer, node: Node, operands: Sequence[Operand]) -> Any:
    if isinstance(operands[0], Constant):
        return replace(operands[0], array=operands[0].array.reshape(node.shape))
    value = writer.channels(movable(operands[0]), False)
    name = writer.reshape((value.name, value.type), node.shape, value.element)
    return replace(value, name=name, shape=node.shape)


@operator("Transpose")
def _transpose(writer: Writer, node: Node, operands: Sequence[Operand]) -> Any:
    order = node.integers("perm", range(len(node.shape))[::-1])
    if isinstance(operands[0], Constant):
        given = operands[0]
        axis = order.index(given.axis % given.array.ndim) if np.size(given.scale) > 1 else 0
        return replace(given, array=given.array.transpose(order), axis=axis)
    value = writer.channels(movable(operands[0]), False)
    name = writer.transpose((value.name, value.type), order, tensor(value.element, node.shape))
    return replace(value, name=name, shape=node.shape)


@operator("Identity", "Dropout")
def _identity(writer: Writer, node: Node, operands: Sequence[Operand]) -> Any:
    return operands[0]


@operator("Concat")
def _concat(writer: Writer, node: Node, operands: Sequence[Operand]) -> Any:
    values = [writer.channels(whole_real(writer, value, node), False) for value in operands]
    kind = node.wanted or values[0].kind
    if node.wanted is None and any(value.kind != kind for value in values):
        raise Unsupported("of values quantised in different ways, not quantised again")
    values = [quantise(writer, value, kind) for value in values]
    axis = node.integer("axis", 0) % len(node.shape)
    sources = [(value.name, value.type) for value in values]
    name = writer.concat(sources, axis, tensor(kind.element, node.shape))
    return replace(values[0], name=name, shape=node.shape)


def whole_real(writer: Writer, value: Operand, node: Node) -> Value:
    """A tensor; a quantised constant becomes one."""
    if isinstance(value, Value):
        return movable(value)
    if value is None or node.wanted is None:
        raise Unsupported("of a constant, and not quantised again")
    kind = node.wanted
    elements = to_elements(value.real(), kind)
    name, _ = writer.constant(elements, kind.element)
    return Value(name, kind.element, elements.shape, kind.scale, kind.zero, unsigned=kind.unsigned)


@operator("Slice")
def _slice(writer: Writer, node: Node, operands: Sequence[Operand]) -> Any:
    value = writer.channels(movable(operands[0]), False)
    if any(not isinstance(one, Constant) for one in operands[1:] if one is not None):
        raise Unsupported("by places that are not constant")
    starts, _, axes, steps = (
        [int(number) for number in one.array.ravel()] if one is not None else None
        for one in (*operands[1:], None, None)[:4]
    )
    starts = starts or []
    axes = axes or list(range(len(starts)))
    if any(step != 1 for step in steps or []):
        raise Unsupported("with steps")
    first = [0] * len(value.shape)
    for axis, start in zip(axes, starts, strict=True):
        extent = value.shape[axis]
        first[axis] = min(max(start + extent if start < 0 else start, 0), extent)
    name, _ = writer.slice((value.name, value.type), first, node.shape)
    return replace(value, name=name, shape=node.shape)


@operator("Split")
def _split(writer: Writer, node: Node, operands: Sequence[Operand]) -> Any:
    value = writer.channels(movable(operands[0]), False)
    axis = node.integer("axis", 0) % len(value.shape)
    first = [0] * len(value.shape)
    results = []
    for output in node.proto.output:
        if output not in node.shapes:
            raise Unsupported("its results' shapes are not known")
        extents = node.shapes[output]
        name, _ = writer.slice((value.name, value.type), first, extents)
        results.append(replace(value, name=name, shape=tuple(extents)))
        first[axis] += extents[axis]
    return results
