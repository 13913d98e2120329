"""Functions of one operand in quantised ONNX models.

Of a tensor of 8 or 16 bits they become the real number for each element; the QuantizeLinear
behind one, or behind a chain of them, writes a table.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from lacuna.importing.qdq_operators import OPERATORS, Constant, Node, Operand, Unsupported, operator
from lacuna.importing.quantised import Value, Writer
from lacuna.importing.reals import FAR, real_numbers
from lacuna.importing.requantise import clamp


@operator("Relu", "Clip")
def _clamp(writer: Writer, node: Node, operands: Sequence[Operand]) -> Any:
    """Of sums: limits for the rescale. Of elements: a clamp, where the limits fall on some."""
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
    if value.element == "i32":
        return replace(value, least=max(value.least, limits[0]), most=min(value.most, limits[1]))
    if value.reals is None:
        kind = value.kind
        steps = [min(max(one, -FAR), FAR) / kind.scale + kind.zero for one in limits]
        if not any(kind.low < step < kind.high and step != round(step) for step in steps):
            least, most = (int(min(max(step, kind.low), kind.high)) for step in steps)
            name = clamp(writer, (value.name, value.type), kind, least, most)
            return replace(value, name=name)
    return replace(
        value, reals=np.clip(real_numbers(value), np.float32(limits[0]), np.float32(limits[1]))
    )


def _function(compute: Callable[[Node, Any], Any]) -> Any:
    def write(writer: Writer, node: Node, operands: Sequence[Operand]) -> Any:
        value = operands[0]
        if not isinstance(value, Value) or value.element == "i32":
            raise Unsupported("its operand is not quantised")
        with np.errstate(all="ignore"):
            return replace(value, reals=compute(node, real_numbers(value)).astype(np.float32))

    return write


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def _erf(x: Any) -> Any:
    return np.array([math.erf(one) for one in x])


def _gelu(node: Node, x: Any) -> Any:
    if node.text("approximate", "none") == "tanh":
        return x / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return x / 2 * (1 + _erf(x / math.sqrt(2)))


def _elu(x: Any, alpha: float) -> Any:
    return np.where(x < 0, alpha * np.expm1(np.minimum(x, 0)), x)


def _softplus(x: Any) -> Any:
    return np.logaddexp(x, 0)


OPERATORS.update(
    {
        kind: _function(compute)
        for kind, compute in {
            "Abs": lambda node, x: np.abs(x),
            "Ceil": lambda node, x: np.ceil(x),
            "Celu": lambda node, x: _elu(x / node.real("alpha", 1), 1) * node.real("alpha", 1),
            "Cos": lambda node, x: np.cos(x),
            "Elu": lambda node, x: _elu(x, node.real("alpha", 1)),
            "Erf": lambda node, x: _erf(x),
            "Exp": lambda node, x: np.exp(x),
            "Floor": lambda node, x: np.floor(x),
            "Gelu": _gelu,
            "HardSigmoid": lambda node, x: np.clip(
                np.float32(node.real("alpha", 0.2)) * x + np.float32(node.real("beta", 0.5)), 0, 1
            ),
            "HardSwish": lambda node, x: x * np.clip(x / 6 + 0.5, 0, 1),
            "LeakyRelu": lambda node, x: np.where(
                x < 0, np.float32(node.real("alpha", 0.01)) * x, x
            ),
            "Log": lambda node, x: np.log(x),
            "Mish": lambda node, x: x * np.tanh(_softplus(x)),
            "Neg": lambda node, x: -x,
            "Reciprocal": lambda node, x: 1 / x,
            "Round": lambda node, x: np.rint(x),
            "Selu": lambda node, x: (
                _elu(x, node.real("alpha", 1.67326324)) * node.real("gamma", 1.05070102)
            ),
            "Sigmoid": lambda node, x: _sigmoid(x),
            "Sign": lambda node, x: np.sign(x),
            "Sin": lambda node, x: np.sin(x),
            "Softplus": lambda node, x: _softplus(x),
            "Softsign": lambda node, x: x / (1 + np.abs(x)),
            "Sqrt": lambda node, x: np.sqrt(x),
            "Tanh": lambda node, x: np.tanh(x),
            "com.microsoft.Gelu": _gelu,
            "com.microsoft.QuickGelu": lambda node, x: x * _sigmoid(node.real("alpha", 1.702) * x),
        }.items()
    }
)
