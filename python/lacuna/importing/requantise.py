"""From real values to quantised elements: rescales, tables, and the function's boundary.

Sums are rounded once: halves to even, as ONNX says, where the ratio of scales is a short
binary fraction, so that halves occur; elsewhere by TOSA's rescale, as no half occurs.
Functions of an 8-bit tensor become tables, computed in single precision as ONNX Runtime
does.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from lacuna.importing.graph import Port
from lacuna.importing.onnx_file import Refused
from lacuna.importing.quantised import Kind, Value, Writer, tensor
from lacuna.importing.reals import FAR, real_numbers, to_elements
from lacuna.importing.rewrite import element_type
from lacuna.importing.wide_table import write_wide


def quantise(writer: Writer, value: Value, kind: Kind) -> Value:
    """The value as elements of this kind, clamped to its limits."""
    result = replace(
        value, element=kind.element, scale=kind.scale, zero=kind.zero, unsigned=kind.unsigned,
        least=-math.inf, most=math.inf, parts=(), reals=None,
    )  # fmt: skip
    if value.element != "i32" and value.reals is None:
        if value.kind == kind:
            return result
        if value.scale == kind.scale and value.element == kind.element == "i8":
            name = writer.rescale(
                (value.name, value.type), result.type, 1.0, (value.zero, kind.zero)
            )
            return replace(result, name=name)
        if value.element == "i8":
            value = replace(value, reals=real_numbers(value))
        else:
            value = centred(writer, value)
    if value.reals is not None:
        if value.element == "i8" and kind.bits == 8:
            entries = to_elements(value.reals, kind)
            operands = [(value.name, value.type), writer.constant(entries, "i8")]
            return replace(result, name=writer.op("table", operands, result.type))
        value = write_wide(writer, value, kind)
        if value.element != "i32":
            return replace(result, name=value.name)
    return replace(result, name=_round(writer, value, kind))


def centred(writer: Writer, value: Value, unit: float | None = None) -> Value:
    """An i8 or i16 value as i32 sums, of steps of `unit` or of its own."""
    unit = float(value.scale) if unit is None else unit
    type_ = tensor("i32", value.own_shape)
    source = (value.name, value.type)
    factor = float(value.scale) / unit
    if value.element == "i16" and value.zero:
        name = writer.rescale(source, type_, 1.0)
        zero = writer.constant(np.full([1] * len(value.shape), value.zero), "i32")
        name = writer.op("sub", [(name, type_), zero], type_)
        if factor != 1:
            name = writer.rescale((name, type_), type_, factor)
    else:
        name = writer.rescale(source, type_, factor, (value.zero, 0))
    steps = math.ceil(value.bound * factor)
    return replace(value, name=name, element="i32", scale=unit, zero=0, most_steps=steps)


def whole(writer: Writer, value: Value) -> Value:
    """A value that lies in one tensor."""
    if not value.parts:
        return value
    name = writer.concat(_sources(value), len(value.own_shape) - 1, value.type)
    return replace(value, name=name, parts=())


def _sources(value: Value) -> list[tuple[str, str]]:
    if not value.parts:
        return [(value.name, value.type)]
    *outer, channels = value.own_shape
    type_ = tensor(value.element, [*outer, channels // len(value.parts)])
    return [(part, type_) for part in value.parts]


def _round(writer: Writer, value: Value, kind: Kind) -> str:
    """Sums as elements of a kind."""
    if np.size(value.scale) > 1 and not value.channels_last and len(value.shape) == 4:
        raise Refused(f"'{writer.label}': scales by channel where channels are not last")
    sources = _sources(value)
    ratios = np.atleast_1d(np.asarray(value.scale, np.float64)) / kind.scale
    shares = np.split(ratios, len(sources)) if ratios.size > 1 else [ratios] * len(sources)
    least, most = (
        int(min(max(np.rint(limit / kind.scale) + kind.zero, kind.low), kind.high))
        for limit in (max(value.least, -FAR), min(value.most, FAR))
    )
    made = []
    for (name, given), share in zip(sources, shares, strict=True):
        type_ = given.replace("i32>", f"{kind.element}>")
        even = _halves_to_even(writer, (name, given), share, value.most_steps)
        source, factors = (even or name, given), 1.0 if even else share
        if kind.bits == 16 and kind.zero:  # a zero point that TOSA's rescale doesn't have
            steps = writer.rescale(source, given, factors)
            zero = writer.constant(np.full([1] * len(value.shape), kind.zero), "i32")
            source, factors = (writer.op("add", [(steps, given), zero], given), given), 1.0
        name = writer.rescale(source, type_, factors, (0, kind.zero if kind.bits == 8 else 0))
        made.append((clamp(writer, (name, type_), kind, least, most), type_))
    if len(made) == 1:
        return made[0][0]
    return writer.concat(made, len(value.shape) - 1, tensor(kind.element, value.own_shape))


def _halves_to_even(writer: Writer, source: tuple[str, str], ratios: Any, most: int) -> str | None:
    """source x ratios with halves rounded to even, as i32; None where no half can occur (or
    where products pass 30 bits, and TOSA's rescale rounds halves up).

    A ratio is factor / 2^shift: (x + 2^(shift - 1) - 1 + (1 if x >> shift is odd)) >> shift.
    """
    exact = [Fraction(float(ratio)) for ratio in ratios]
    if not any(1 < one.denominator <= 2 * most for one in exact):
        return None
    # At least one bit to shift out; a factor of 2 makes it.
    pairs = [
        (one.numerator * max(2 // one.denominator, 1), max(one.denominator.bit_length() - 1, 1))
        for one in exact
    ]
    if any(factor * most >= 1 << 30 or shift > 30 for factor, shift in pairs):
        return None
    name, type_ = source
    leading = [1] * (type_.count("x") - 1)

    def constant(numbers: Sequence[int]) -> tuple[str, str]:
        numbers = numbers[:1] if len(set(numbers)) == 1 else numbers
        return writer.constant(np.reshape(numbers, [*leading, -1]), "i32")

    def shift_right(value: str, by: tuple[str, str]) -> str:
        operands = [(value, type_), by]
        return writer.op("arithmetic_right_shift", operands, type_, "{round = false}")

    if any(factor != 1 for factor, _ in pairs):
        factors = [constant([factor for factor, _ in pairs]), writer.constant([0], "i8")]
        name = writer.op("mul", [source, *factors], type_)
    by = constant([shift for _, shift in pairs])
    odd = writer.op("bitwise_and", [(shift_right(name, by), type_), constant([1])], type_)
    below = constant([(1 << (shift - 1)) - 1 for _, shift in pairs])
    name = writer.op("add", [(name, type_), below], type_)
    name = writer.op("add", [(name, type_), (odd, type_)], type_)
    return shift_right(name, by)


def clamp(writer: Writer, source: tuple[str, str], kind: Kind, least: int, most: int) -> str:
    """Elements between two of them."""
    if least <= kind.low and most >= kind.high:
        return source[0]
    element = kind.element
    attributes = f"{{max_val = {most} : {element}, min_val = {least} : {element}}}"
    return writer.op("clamp", [source], source[1], attributes)


def argument(writer: Writer, name: str, shape: tuple[int, ...], kind: Kind) -> Value:
    """An input of the function."""
    port = Port(f"%arg{len(writer.graph.arguments)}", _boundary(kind, shape), name)
    writer.graph.arguments.append(port)
    _describe(writer, "input", port, kind)
    value = Value(port.value, kind.element, shape, kind.scale, kind.zero, unsigned=kind.unsigned)
    if port.type == value.type:
        return value
    zeros = (-kind.offset, 0)  # the bits of a signed number
    name = writer.rescale((port.value, port.type), value.type, 1.0, zeros, (True, False))
    return replace(value, name=name)


def result(writer: Writer, name: str, value: Value) -> None:
    """An output of the function: elements, or sums of one scale as i32."""
    value = writer.channels(whole(writer, value), False)
    kind = Kind(value.scale, 0, bits=32) if value.element == "i32" else value.kind
    port = Port(value.name, _boundary(kind, value.shape), name)
    _describe(writer, "output", port, kind)
    if port.type != value.type:
        zeros = (0, -kind.offset)
        source = (value.name, value.type)
        port.value = writer.rescale(source, port.type, 1.0, zeros, (False, True))
    writer.graph.results.append(port)


def _boundary(kind: Kind, shape: Sequence[int]) -> str:
    """The type of an input or output: unsigned bytes stay such, 16 bits are signed."""
    return tensor("ui8" if kind.unsigned and kind.bits == 8 else kind.element, shape)


def _describe(writer: Writer, what: str, port: Port, kind: Kind) -> None:
    element = element_type(port.type)
    port.scale = float(kind.scale)
    port.zero = kind.zero + (kind.offset if element == "ui8" else 0)
    writer.graph.comments.append(
        f"{what} '{port.name}' is {element}: real value = {port.scale!r} x (element - {port.zero})"
    )
