"""Functions of one tensor where its elements or its results have 16 bits.

TOSA's table of i16 has an entry for each 128th element and interpolates between them; the
entries here have 23 bits, in two tables: what is left is the error of interpolation. Where
that passes half a step, each element's result is gathered from a list of all 65,536.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from lacuna.importing.quantised import Kind, Value, Writer, tensor
from lacuna.importing.reals import to_elements

_STEP = 128  # elements from one entry to the next
_BITS = 23  # of an entry: 16 in one table, 7 in the other
_MOST_ERROR = 0.5


def write_wide(writer: Writer, value: Value, kind: Kind) -> Value:
    """`value.reals` of the value's elements, as i32 sums for a rescale to `kind`, or as
    elements of `kind` at once."""
    steps = np.nan_to_num(np.asarray(value.reals, np.float64)) / kind.scale
    if value.element == "i8":
        steps = np.clip(steps, *_range(kind))
    # Bits below the result's step: entries of 23 bits reach all results, clamped or not.
    below = min(_BITS - 1 - math.frexp(np.abs(steps).max())[1], 14)
    if below < 2:
        return _gather(writer, value, kind)
    if value.element == "i8":
        # An element of 8 bits x 128 falls on an entry: nothing is interpolated.
        given = tensor("i16", value.own_shape)
        source = (writer.rescale((value.name, value.type), given, 128.0), given)
        entries = np.zeros(513)
        entries[128:384] = np.rint(steps * 2.0**below)
    else:
        source = (value.name, value.type)
        entries = np.rint(steps[::_STEP] * 2.0**below)
        wanted = np.clip(steps[:-1], *_range(kind))
        start = np.repeat(entries[:-1], _STEP)
        slope = np.repeat(np.diff(entries), _STEP) / _STEP
        made = (start + slope * np.tile(np.arange(_STEP), 512)) / (1 << below)
        if np.abs(np.clip(made, *_range(kind)) - wanted).max() > _MOST_ERROR:
            return _gather(writer, value, kind)
    type_ = tensor("i32", value.own_shape)
    high = np.floor(entries / _STEP)
    parts = [
        (writer.op("table", [source, writer.constant(part, "i16")], type_), type_)
        for part in (high, entries - high * _STEP)
    ]
    shift = writer.constant(np.full([1] * len(value.shape), _STEP), "i32")
    upper = writer.op("mul", [parts[0], shift, writer.constant([0], "i8")], type_)
    name = writer.op("add", [(upper, type_), parts[1]], type_)
    unit = kind.scale / (_STEP << below)
    return replace(value, name=name, element="i32", scale=unit, zero=0, reals=None)


def _range(kind: Kind) -> tuple[int, int]:
    """The real range of a kind, in steps."""
    return kind.low - kind.zero, kind.high - kind.zero


def _gather(writer: Writer, value: Value, kind: Kind) -> Value:
    """The result of each element from a list."""
    size = int(np.prod(value.shape))
    type_ = tensor("i32", value.own_shape)
    places = writer.rescale((value.name, value.type), type_, 1.0)
    first = writer.constant(np.full([1] * len(value.shape), 1 << 15), "i32")
    places = writer.op("add", [(places, type_), first], type_)
    indices = (writer.reshape((places, type_), [1, size], "i32"), tensor("i32", [1, size]))
    entries = to_elements(value.reals[:-1], kind).reshape(1, -1, 1)
    found = tensor(kind.element, [1, size, 1])
    name = writer.op("gather", [writer.constant(entries, kind.element), indices], found)
    name = writer.reshape((name, found), value.own_shape, kind.element)
    return replace(
        value, name=name, element=kind.element, scale=kind.scale, zero=kind.zero,
        unsigned=kind.unsigned, reals=None,
    )  # fmt: skip
