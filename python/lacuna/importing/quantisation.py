"""How the inputs and outputs of a quantised model stand for real numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

_TYPES = {"i8": (8, False), "u8": (8, True), "i16": (16, False), "u16": (16, True)}


@dataclass(frozen=True)
class Quantisation:
    """Real value = scale x (element - zero); `type` is i8, u8, i16 or u16 (of an output also
    i32). Raises ValueError for what is none."""

    scale: float
    zero: int = 0
    type: str = "i8"

    def __post_init__(self) -> None:
        if not (math.isfinite(self.scale) and self.scale > 0):
            raise ValueError(f"scale {self.scale} is not a positive number")

    @staticmethod
    def parse(text: str) -> Quantisation:
        """From SCALE, SCALE,ZERO or SCALE,ZERO,TYPE."""
        scale, zero, type_, *rest = [*text.split(","), *["0", "i8"][text.count(",") :]]
        if rest or type_ not in _TYPES:
            raise ValueError(f"'{text}' is not SCALE,ZERO,TYPE with a type of {', '.join(_TYPES)}")
        made = Quantisation(float(scale), int(zero), type_)
        made.fields()
        return made

    def fields(self) -> tuple[float, int, bool, int]:
        """Scale, zero of the signed element, whether it is unsigned, and bits."""
        if self.type not in _TYPES:
            raise ValueError(f"type '{self.type}' is none of {', '.join(_TYPES)}")
        bits, unsigned = _TYPES[self.type]
        zero = self.zero - (1 << (bits - 1) if unsigned else 0)
        if not -(1 << (bits - 1)) <= zero < 1 << (bits - 1):
            raise ValueError(f"zero {self.zero} is no {self.type}")
        return self.scale, zero, unsigned, bits
