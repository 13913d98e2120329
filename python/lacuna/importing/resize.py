"""Resizes: that the operation samples where the model's node samples, or is made to.

torch-mlir lowers a nearest, asymmetric, floor Resize by k to `tosa.resize` with scale
[2k, 2] and offset 0; TOSA rounds halves up, so pixels shift, silently. Here the places that
both sample are computed and compared, along each axis, and an operation that differs gets
the scale, offset and border that sample right.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from lacuna.errors import LacunaError
from lacuna.importing.graph import Graph, Operation
from lacuna.importing.rewrite import read_shape, shape_constant, tensor_shape

# How PyTorch's interpolate samples, for operations that no node of a model speaks of.
_TORCH = {"nearest": ("asymmetric", "floor"), "linear": ("half_pixel", "")}


def mend(graph: Graph, nodes: Mapping[str, Mapping[str, Any]], path: str) -> None:
    """Checks every resize against the node of its name; a LacunaError names what TOSA can't
    sample."""
    defined = graph.definitions()
    changed: list[Operation] = []
    problems = []
    for op in graph.operations:
        if op.name == "tosa.resize":
            linear = "BILINEAR" in op.attributes
            node = nodes.get(op.label) or _assumed(linear)
            sizes = _sizes(op)
            shapes = [defined.get(value) for value in op.operands[1:4]]
            given = [read_shape(one) if one else None for one in shapes]
            axes = [
                None if sizes is None else _axis(node, linear, *size, _current(given, axis))
                for axis, size in enumerate(sizes or [(0, 0), (0, 0)])
            ]
            if (
                not node["plain"]
                or node["mode"] != ("linear" if linear else "nearest")
                or None in axes
            ):
                how = " ".join(str(node[key]) for key in ("mode", "coordinate", "nearest"))
                problems.append(f"'{op.label or op.name}' ({how})")
            else:
                y, x = axes
                assert y is not None and x is not None
                for place, numbers in (
                    (1, [y[0], y[1], x[0], x[1]]),
                    (2, [y[2], x[2]]),
                    (3, [y[3], x[3]]),
                ):
                    if given[place - 1] != numbers:
                        op.operands[place] = graph.fresh("resize")
                        changed.append(shape_constant(op.operands[place], numbers))
        changed.append(op)
    if problems:
        raise LacunaError.at(
            path, "resizes that TOSA can't sample as the model does: " + ", ".join(problems)
        )
    graph.operations = changed


Axis = tuple[int, int, int, int]  # scale's numerator and denominator, offset, border


def _assumed(linear: bool) -> dict[str, Any]:
    mode = "linear" if linear else "nearest"
    coordinate, nearest = _TORCH[mode]
    return {"mode": mode, "coordinate": coordinate, "nearest": nearest, "plain": True}


def _sizes(op: Operation) -> list[tuple[int, int]] | None:
    """(input extent, output extent) of height and width."""
    source, result = tensor_shape(op.operand_types[0]), tensor_shape(op.result_types[0])
    if source is None or result is None or len(source) != 4 or len(result) != 4:
        return None
    return [(source[1], result[1]), (source[2], result[2])]


def _current(given: list[list[int] | None], axis: int) -> Axis | None:
    scale, offset, border = given
    if scale is None or offset is None or border is None:
        return None
    return scale[2 * axis], scale[2 * axis + 1], offset[axis], border[axis]


def _axis(
    node: Mapping[str, Any], linear: bool, size: int, result: int, current: Axis | None
) -> Axis | None:
    """Parameters that sample an axis as the node does: the current ones if they do, or found."""
    wanted = [_coordinate(node["coordinate"], size, result, index) for index in range(result)]
    if None in wanted:
        return None
    places = [place for place in wanted if place is not None]
    if not linear:
        places = [_nearest(node["nearest"], place, size) for place in places]
    else:
        places = [min(max(place, Fraction(0)), Fraction(size - 1)) for place in places]
    if current is not None and _samples(current, linear, size, result) == places:
        return current
    step = places[-1] - places[0] if node["coordinate"] == "align_corners" else None
    ratio = Fraction(size, result) if step is None else Fraction(size - 1, max(result - 1, 1))
    divisor = math.gcd(2 * ratio.denominator, 2 * ratio.numerator) or 1
    for factor in (1, 2) if divisor == 2 else (1,):
        numerator = 2 * factor * ratio.denominator
        denominator = 2 * factor * ratio.numerator or 1
        for offset in sorted(range(-2 * numerator, 2 * numerator), key=abs):
            border = (result - 1) * denominator - (size - 1) * numerator + offset
            found = (numerator, denominator, offset, border)
            if abs(border) < 16 * numerator and _samples(found, linear, size, result) == places:
                return found
    return None


def _coordinate(mode: str, size: int, result: int, index: int) -> Fraction | None:
    """Where an output element lies in the input, as ONNX's Resize defines it."""
    if mode == "asymmetric":
        return Fraction(index * size, result)
    if mode == "half_pixel" or (mode == "pytorch_half_pixel" and result > 1):
        return Fraction((2 * index + 1) * size, 2 * result) - Fraction(1, 2)
    if mode == "pytorch_half_pixel":
        return Fraction(0)
    if mode == "align_corners":
        return Fraction(index * (size - 1), result - 1) if result > 1 else Fraction(0)
    return None


def _nearest(mode: str, place: Fraction, size: int) -> Fraction:
    """The element that is taken for a place."""
    half = Fraction(1, 2)
    index = {
        "floor": math.floor(place),
        "ceil": math.ceil(place),
        "round_prefer_ceil": math.floor(place + half),
        "round_prefer_floor": math.ceil(place - half),
    }[mode]
    return Fraction(min(max(index, 0), size - 1))


def _samples(axis: Axis, linear: bool, size: int, result: int) -> list[Fraction] | None:
    """The places that `tosa.resize` samples, or None if the sizes don't fit."""
    numerator, denominator, offset, border = axis
    if (size - 1) * numerator - offset + border != (result - 1) * denominator:
        return None
    places = [Fraction(index * denominator + offset, numerator) for index in range(result)]
    if not linear:
        return [_nearest("round_prefer_ceil", place, size) for place in places]
    return [min(max(place, Fraction(0)), Fraction(size - 1)) for place in places]
