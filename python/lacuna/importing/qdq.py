"""Quantised ONNX models (QuantizeLinear and DequantizeLinear around float operators) to
integer TOSA.

A DequantizeLinear makes no operation: its value stands for real numbers. An operator on such
values writes integer operations whose result still stands for real numbers, and the
QuantizeLinear behind it rescales that, once. Inputs and outputs of the function are the
quantised tensors; their scales are in comments at the top of the text.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import Any

import numpy as np
import onnx

from lacuna.importing import onnx_file, qdq_matrix  # noqa: F401  (registers its operators)
from lacuna.importing.graph import Graph
from lacuna.importing.onnx_file import Refused
from lacuna.importing.qdq_operators import OPERATORS, Constant, Node, Unsupported
from lacuna.importing.quantised import Value, Writer

_Q, _DQ = "QuantizeLinear", "DequantizeLinear"


def is_quantised(model: Any) -> bool:
    """Whether a model says how its activations are quantised."""
    return any(node.op_type in (_Q, _DQ) for node in model.graph.node)


def convert(model: Any) -> Graph:
    """The integer graph of a model whose shapes are known; Refused names all nodes that
    have no integer form here."""
    return _Conversion(model).run()


class _Conversion:
    def __init__(self, model: Any):
        self.model = model
        self.writer = Writer()
        self.shapes = onnx_file.shape_of(model)
        self.values: dict[str, Value | Constant | None] = {
            tensor.name: Constant(onnx.numpy_helper.to_array(tensor))
            for tensor in model.graph.initializer
        }
        self.inputs = {value.name: value for value in onnx_file.inputs(model)}
        self.refused: dict[str, list[str]] = {}

    def run(self) -> Graph:
        self._arguments()
        for proto in self.model.graph.node:
            self.writer.label = proto.name
            try:
                results = self._node(Node(proto, self.shapes))
            except Unsupported as reason:
                why = f"{proto.op_type}{f': {reason}' if str(reason) else ''}"
                self.refused.setdefault(why, []).append(proto.name)
                results = [None] * len(proto.output)
            self.values.update(zip(proto.output, results, strict=False))
        if self.refused:
            kinds = "; ".join(f"{why} ({', '.join(n)})" for why, n in self.refused.items())
            raise Refused(f"operators that have no integer form: {kinds}")
        for output in self.model.graph.output:
            value = self.values.get(output.name)
            if not isinstance(value, Value) or value.element != "i8":
                raise Refused(f"output '{output.name}' is not quantised")
            self.writer.label = output.name
            self.writer.result(output.name, value)
        return self.writer.graph

    def _arguments(self) -> None:
        """The quantised inputs: what the first node of each makes of it."""
        for name in self.inputs:
            uses = [node for node in self.model.graph.node if name in node.input]
            if not uses or any(node.op_type not in (_Q, _DQ) for node in uses):
                raise Refused(f"input '{name}' is not quantised before it is used")
            self.writer.label = name
            scale, zero, unsigned = self._parameters(Node(uses[0], self.shapes))
            shape = tuple(self.shapes[name])
            self.values[name] = self.writer.argument(name, shape, scale, zero, unsigned)

    def _parameters(self, node: Node) -> tuple[float, int, bool]:
        """Scale, zero point as for i8, and whether the bytes are unsigned, of a Q or DQ of an
        activation."""
        scale = self._scale(node)
        zero = self._array(node, 2) if len(node.inputs) > 2 else np.zeros((), np.uint8)
        if zero.dtype not in (np.dtype(np.int8), np.dtype(np.uint8)):
            raise Refused(
                f"'{node.name}': activations of type {zero.dtype}; i8 and u8 are imported"
            )
        if scale.size != 1 or zero.size != 1:
            raise Refused(f"'{node.name}': activations with a scale a channel")
        unsigned = zero.dtype == np.uint8
        return float(scale.flat[0]), int(zero.flat[0]) - 128 * unsigned, unsigned

    def _scale(self, node: Node) -> Any:
        scale = self._array(node, 1)
        if scale.size == 0 or not (np.isfinite(scale).all() and (scale > 0).all()):
            raise Refused(f"'{node.name}': a scale is not a positive number")
        return scale

    def _array(self, node: Node, index: int) -> Any:
        value = self.values.get(node.inputs[index])
        if not isinstance(value, Constant) or value.scale is not None:
            raise Refused(f"'{node.name}': its scale or zero point is not constant")
        return value.array

    def _node(self, node: Node) -> list[Value | Constant | None]:
        if node.kind == "Constant":
            with contextlib.suppress(ValueError, AttributeError, IndexError):
                return [Constant(onnx.numpy_helper.to_array(node.proto.attribute[0].t))]
            raise Unsupported("of this form")
        operands = [self.values.get(name) if name else None for name in node.inputs]
        missing = [n for n, v in zip(node.inputs, operands, strict=True) if n and v is None]
        if missing:  # what made it was refused
            return [None] * len(node.proto.output)
        if node.kind == _DQ:
            return [self._dequantise(node, operands[0])]
        if node.kind == _Q:
            return [self._quantise(node, operands[0])]
        write = OPERATORS.get(node.kind)
        if write is None or node.proto.domain not in ("", "ai.onnx"):
            raise Unsupported
        node.wanted = self._wanted(node.proto.output[0])
        return [write(self.writer, node, operands)]

    def _dequantise(self, node: Node, value: Value | Constant | None) -> Value | Constant | None:
        if isinstance(value, Constant):
            scale = self._scale(node).astype(np.float64)
            zero = self._array(node, 2) if len(node.inputs) > 2 else np.zeros((), np.int8)
            return Constant(value.array, scale, zero.astype(np.int64), node.integer("axis", 1))
        assert isinstance(value, Value)
        scale, zero, unsigned = self._parameters(node)
        return replace(value, scale=scale, zero=zero, unsigned=unsigned)

    def _quantise(self, node: Node, value: Value | Constant | None) -> Value | Constant | None:
        scale, zero, unsigned = self._parameters(node)
        if isinstance(value, Constant):
            real = value.real()
            given = zero + 128 * unsigned
            low, high = (0, 255) if unsigned else (-128, 127)
            array = np.clip(np.rint(real / scale) + given, low, high)
            return Constant(array.astype(np.uint8 if unsigned else np.int8))
        assert isinstance(value, Value)
        if node.inputs[0] in self.inputs and (value.scale, value.zero, value.unsigned) != (
            scale, zero, unsigned,
        ):  # fmt: skip
            raise Refused(f"input '{node.inputs[0]}' is quantised in two ways")
        return self.writer.quantise(value, scale, zero, unsigned)

    def _wanted(self, name: str) -> tuple[float, int, bool] | None:
        """How the value is quantised next, if a QuantizeLinear follows it."""
        for proto in self.model.graph.node:
            if proto.op_type == _Q and proto.input[0] == name:
                return self._parameters(Node(proto, self.shapes))
        return None
