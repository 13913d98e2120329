"""The operators of quantised ONNX models that work element by element on two operands.

With a constant, a tensor of 8 or 16 bits becomes a function of its elements, and a sum
that waits to be rescaled becomes an affine function of itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from lacuna.importing.qdq_operators import Constant, Node, Operand, Unsupported, operator, quantised
from lacuna.importing.quantised import Value, Writer, tensor
from lacuna.importing.reals import real_numbers
from lacuna.importing.requantise import centred, whole

_FOLDED = {
    "Add": np.add,
    "Sub": np.subtract,
    "Mul": np.multiply,
    "Div": np.divide,
    "Pow": np.power,
}


@operator("Add", "Sub", "Mul", "Div", "Pow")
def _binary(writer: Writer, node: Node, operands: Sequence[Operand]) -> Any:
    values = [value for value in operands if isinstance(value, Value)]
    if not values:
        raise Unsupported("of two constants")
    folded = _folded(node, operands, values)
    if folded is not None:
        return folded
    if any(value.element == "i32" for value in values):
        return _affine_binary(writer, node, operands)
    if node.kind in ("Div", "Pow"):
        constant = operands[1]
        if node.kind == "Pow" or not isinstance(constant, Constant) or not constant.real().all():
            raise Unsupported("of two tensors")
        return _tensors(writer, node, [operands[0], Constant(1 / constant.real())], True)
    return _tensors(writer, node, operands, node.kind == "Mul")


def _folded(node: Node, operands: Sequence[Operand], values: Sequence[Value]) -> Value | None:
    """A function of one tensor's elements, where the operands are that and single numbers."""
    first = values[0]
    if first.element == "i32" or any(value.name != first.name for value in values):
        return None
    if len(values) == 2 and all(value.reals is None for value in values):
        return None
    if any(np.size(one.array) != 1 for one in operands if isinstance(one, Constant)):
        return None
    if math.prod(node.shape) != math.prod(first.shape) or node.shape != first.shape:
        return None
    reals = [
        real_numbers(one) if isinstance(one, Value) else np.float32(one.real().reshape(()))
        for one in operands
    ]
    with np.errstate(all="ignore"):
        return replace(first, reals=_FOLDED[node.kind](reals[0], reals[1]).astype(np.float32))


def _affine_binary(writer: Writer, node: Node, operands: Sequence[Operand]) -> Value:
    """Sums and a constant: of one number, or of one a channel."""
    place = 0 if isinstance(operands[0], Value) else 1
    value, constant = operands[place], operands[1 - place]
    if not isinstance(constant, Constant):
        raise Unsupported("an operand is not quantised")
    numbers = by_channel(value, constant.real(), len(node.shape))
    if node.shape != value.shape:
        raise Unsupported("of sums that it broadcasts")
    if node.kind in ("Add", "Sub"):
        sign = -1.0 if node.kind == "Sub" and place == 1 else 1.0
        return affine(
            writer, value, sign, -numbers if (node.kind, place) == ("Sub", 0) else numbers
        )
    if node.kind == "Mul":
        return affine(writer, value, numbers, 0.0)
    if node.kind == "Div" and place == 0 and np.all(numbers != 0):
        return affine(writer, value, 1 / numbers, 0.0)
    raise Unsupported("of sums that are not quantised")


def by_channel(value: Value, numbers: Any, rank: int) -> Any:
    """Numbers that are broadcast along all but the channels, as one a channel or one."""
    if numbers.size == 1:
        return numbers.reshape(())
    axis = 1 if value.channels_last else rank - 1
    shape = (1,) * (rank - numbers.ndim) + numbers.shape
    if numbers.size != value.shape[axis] or shape[axis] != numbers.size:
        raise Unsupported("by a constant that is not one number a channel")
    return numbers.reshape(-1)


def affine(writer: Writer, value: Value, factor: Any, addend: Any) -> Value:
    """factor x value + addend, each one number or one a channel, of sums that wait to be
    rescaled: the sums get more bits, so that the addend is rounded to a small part of a step.
    """
    value = whole(writer, value)
    scale, factor, addend = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(one, np.float64)) for one in (value.scale, factor, addend))
    )
    value = _limited(writer, value)
    if not addend.any() and (factor > 0).all():
        return replace(value, scale=_one_or_all(scale * factor))
    size = np.where(factor == 0, 1.0, np.abs(factor)) * scale
    # Bits below the step: as many as leave both within 27 bits, so that others can follow.
    greatest = np.maximum(value.most_steps, np.abs(addend) / size)
    if greatest.max() >= 1 << 30:
        raise Unsupported("its constants do not fit in 32 bits beside the sums")
    room = np.clip(np.floor(np.log2((1 << 27) / np.maximum(greatest, 1))), 0, 24)
    factors, unit = np.sign(factor) * np.exp2(room), size / np.exp2(room)
    most = int((value.most_steps * np.exp2(room) + np.abs(addend) / unit).max()) + 1
    type_ = value.type
    leading = [1] * (len(value.shape) - 1)
    name = value.name
    for operation, numbers in (("mul", factors), ("add", np.rint(addend / unit))):
        numbers = numbers[:1] if np.all(numbers == numbers[0]) else numbers
        sources = [(name, type_), writer.constant(numbers.reshape([*leading, -1]), "i32")]
        if operation == "mul":
            sources.append(writer.constant([0], "i8"))
        name = writer.op(operation, sources, type_)
    return replace(value, name=name, scale=_one_or_all(unit), most_steps=most)


def _one_or_all(scale: Any) -> Any:
    return float(scale[0]) if np.all(scale == scale[0]) else scale


def _limited(writer: Writer, value: Value) -> Value:
    """Sums, clamped to the limits that wait."""
    name = value.name
    for operation, limit in (("maximum", value.least), ("minimum", value.most)):
        if math.isfinite(limit):
            steps = np.atleast_1d(np.rint(limit / value.scale)).clip(-(2.0**31), 2.0**31 - 1)
            bound = writer.constant(steps.reshape([1] * (len(value.shape) - 1) + [-1]), "i32")
            name = writer.op(operation, [(name, value.type), bound], value.type)
    return replace(value, name=name, least=-math.inf, most=math.inf)


def _tensors(writer: Writer, node: Node, operands: Sequence[Operand], product: bool) -> Value:
    """Two operands as i32: sums in steps far below either's, products exact."""
    values = list(operands)
    last = all(isinstance(v, Value) and v.channels_last and v.shape == node.shape for v in values)
    if not last:
        values = [writer.channels(v, False) if isinstance(v, Value) else v for v in values]
    values = [quantised(v) if isinstance(v, Value) else v for v in values]
    tensors = [v for v in values if isinstance(v, Value)]
    shift = 0
    if product:
        room = (1 << 30) // max(value.bound for value in tensors)
        units = [
            float(v.scale) if isinstance(v, Value) else _power(float(np.abs(v.real()).max()) / room)
            for v in values
        ]
        if len(tensors) == 2:
            shift = max((tensors[0].bound * tensors[1].bound).bit_length() - 31, 0)
        unit = units[0] * units[1] * (1 << shift)
    else:
        coarsest = max(float(value.scale) for value in tensors)
        greatest = max(
            float(v.scale) * v.bound if isinstance(v, Value) else float(np.abs(v.real()).max())
            for v in values
        )
        unit = coarsest * _power(greatest / coarsest / (1 << 29))
        units = [unit, unit]
    sources = []
    for value, step in zip(values, units, strict=True):
        if isinstance(value, Value):
            sums = centred(writer, value, step)
            source, shape = (sums.name, sums.type), value.own_shape
        else:
            source, shape = writer.constant(np.rint(value.real() / step), "i32"), value.array.shape
        sources.append(_ranked(writer, source, shape, len(node.shape)))
    if product:
        sources.append(writer.constant([shift], "i8"))
    given = Value("", "i32", node.shape, unit, channels_last=last, most_steps=1 << 30)
    kind = "mul" if product else node.kind.lower()
    return replace(given, name=writer.op(kind, sources, given.type))


def _power(number: float) -> float:
    """The least power of two that is not below a number."""
    return 2.0 ** math.ceil(math.log2(number)) if number > 0 else 1.0


def _ranked(
    writer: Writer, source: tuple[str, str], shape: Sequence[int], rank: int
) -> tuple[str, str]:
    """i32 of at least this rank, with leading extents of 1."""
    if len(shape) == rank:
        return source
    extents = [1] * (rank - len(shape)) + list(shape)
    return writer.reshape(source, extents, "i32"), tensor("i32", extents)
