"""The real numbers that quantised elements stand for, and back, in single precision with
halves to even: as ONNX Runtime computes them."""

from __future__ import annotations

from typing import Any

import numpy as np

from lacuna.importing.quantised import Kind, Value

FAR = 1e30


def real_numbers(value: Value) -> Any:
    """The real number of each element of an i8 or i16 value, from the lowest, as f32; for
    i16 one more at the end, which interpolation needs."""
    if value.reals is not None:
        return value.reals
    kind = value.kind
    elements = np.arange(kind.low, kind.high + (2 if kind.bits == 16 else 1))
    return (elements - value.zero).astype(np.float32) * np.float32(value.scale)


def to_elements(reals: Any, kind: Kind) -> Any:
    """Real numbers as elements of a kind; what is no number becomes 0."""
    steps = np.rint(np.nan_to_num(reals, posinf=FAR, neginf=-FAR) / np.float32(kind.scale))
    return np.clip(steps.astype(np.float64) + kind.zero, kind.low, kind.high)
