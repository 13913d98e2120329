"""Quantised ONNX models (QuantizeLinear and DequantizeLinear around float operators) to
integer TOSA.

A DequantizeLinear makes no operation: its value stands for real numbers. An operator on such
values writes integer operations whose result still stands for real numbers, and the
QuantizeLinear behind it rescales that, once. Inputs and outputs of the function are the
quantised tensors; their scales are in comments at the top of the text.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import onnx

from lacuna.importing import (  # noqa: F401  (most of them register their operators)
    onnx_file,
    qdq_elementwise,
    qdq_functions,
    qdq_matrix,
    qdq_pool,
    qdq_softmax,
    qonnx,
    qoperator,
    requantise,
    skeleton,
)
from lacuna.importing.constants import fold
from lacuna.importing.graph import Graph
from lacuna.importing.onnx_file import Refused
from lacuna.importing.qdq_operators import OPERATORS, Constant, Node, Unsupported
from lacuna.importing.quantised import Kind, Value, Writer
from lacuna.importing.reals import to_elements

_Q, _DQ = "QuantizeLinear", "DequantizeLinear"


def is_quantised(model: Any) -> bool:
    """Whether a model says how its activations are quantised."""
    return any(
        node.op_type in (_Q, _DQ) or qonnx.is_quantiser(node) or qoperator.is_quantised(node)
        for node in model.graph.node
    )


def convert(model: Any, kinds: Mapping[str, Kind]) -> Graph:
    """The integer graph of a model whose shapes are known; `kinds` says how inputs are
    quantised that no QuantizeLinear follows. Refused names all nodes that have no integer
    form here."""
    return _Conversion(model, kinds).run()


class _Conversion:
    def __init__(self, model: Any, kinds: Mapping[str, Kind]):
        self.model = model
        self.kinds = kinds
        self.writer = Writer()
        self.shapes = skeleton.shapes(model)
        self.values: dict[str, Value | Constant | None] = {
            tensor.name: Constant(onnx.numpy_helper.to_array(tensor))
            for tensor in model.graph.initializer
        }
        self.inputs = {value.name: value for value in onnx_file.inputs(model)}
        self.followers = {
            node.input[0]: node for node in reversed(model.graph.node) if node.op_type == _Q
        }
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
            if not isinstance(value, Value) or value.reals is not None or np.size(value.scale) > 1:
                raise Refused(f"output '{output.name}' is not quantised")
            self.writer.label = output.name
            requantise.result(self.writer, output.name, value)
        return self.writer.graph

    def _arguments(self) -> None:
        """The quantised inputs: as asked for, or what the first node of each makes of it."""
        unknown = [name for name in self.kinds if name not in self.inputs]
        if unknown:
            raise Refused(f"there is no input '{unknown[0]}', only: {', '.join(self.inputs)}")
        for name in self.inputs:
            kind = self.kinds.get(name)
            uses = [node for node in self.model.graph.node if name in node.input]
            if kind is None:
                if not uses or any(node.op_type not in (_Q, _DQ) for node in uses):
                    raise Refused(
                        f"input '{name}' is not quantised before it is used; give its scale "
                        f"with --quantised {name}=SCALE,ZERO,i8"
                    )
                kind = self._kind(Node(uses[0], self.shapes))
            self.writer.label = name
            shape = tuple(self.shapes[name])
            self.values[name] = requantise.argument(self.writer, name, shape, kind)

    def _kind(self, node: Node) -> Kind:
        """How a Q or DQ quantises an activation."""
        scale = self._scale(node)
        zero = self._array(node, 2) if len(node.inputs) > 2 and node.inputs[2] else None
        if zero is None:
            code = node.integer("output_dtype", 0) or onnx.TensorProto.UINT8
            zero = np.zeros((), onnx.helper.tensor_dtype_to_np_dtype(code))
        if zero.dtype.name not in ("int8", "uint8", "int16", "uint16"):
            raise Refused(
                f"'{node.name}': activations of type {zero.dtype}; i8, u8, i16 and u16 are imported"
            )
        if scale.size != 1 or zero.size != 1:
            raise Refused(f"'{node.name}': activations with a scale a channel")
        bits = zero.dtype.itemsize * 8
        unsigned = zero.dtype.kind == "u"
        offset = 1 << (bits - 1) if unsigned else 0
        return Kind(float(scale.flat[0]), int(zero.flat[0]) - offset, unsigned, bits)

    def _scale(self, node: Node) -> Any:
        scale = self._array(node, 1)
        if scale.size == 0 or not (np.isfinite(scale).all() and (scale > 0).all()):
            raise Refused(f"'{node.name}': a scale is not a positive number")
        return scale.astype(np.float64)

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
        if missing:
            # What made it was refused; of a node that has no form at all, that is said too.
            if node.kind not in (*OPERATORS, _Q, _DQ):
                raise Unsupported
            return [None] * len(node.proto.output)
        if node.kind == _DQ:
            return [self._dequantise(node, operands[0])]
        if node.kind == _Q:
            return [self._quantise(node, operands[0])]
        folded = fold(node, operands)
        if folded is not None:
            return [folded]
        write = OPERATORS.get(node.kind)
        if write is None:
            raise Unsupported
        node.wanted = self._wanted(node.proto.output[0])
        results = write(self.writer, node, operands)
        return results if isinstance(results, list) else [results]

    def _dequantise(self, node: Node, value: Value | Constant | None) -> Value | Constant | None:
        if isinstance(value, Constant):
            scale = self._scale(node)
            given = len(node.inputs) > 2 and node.inputs[2]
            zero = self._array(node, 2) if given else np.zeros((), np.int8)
            return Constant(value.array, scale, zero.astype(np.int64), node.integer("axis", 1))
        assert isinstance(value, Value)
        kind = self._kind(node)
        if value.element != kind.element or value.unsigned != kind.unsigned:
            raise Refused(f"'{node.name}': its zero point is of another type than its operand")
        return replace(value, scale=kind.scale, zero=kind.zero)

    def _quantise(self, node: Node, value: Value | Constant | None) -> Value | Constant | None:
        kind = self._kind(node)
        if isinstance(value, Constant):
            elements = to_elements(value.real(), kind) + kind.offset
            return Constant(elements.astype(f"{'u' if kind.unsigned else ''}int{kind.bits}"))
        assert isinstance(value, Value)
        if node.inputs[0] in self.inputs and node.inputs[0] not in self.kinds:
            if value.kind != kind:
                raise Refused(f"input '{node.inputs[0]}' is quantised in two ways")
            return value
        return requantise.quantise(self.writer, value, kind)

    def _wanted(self, name: str) -> Kind | None:
        """How the value is quantised next, if a QuantizeLinear follows it."""
        node = self.followers.get(name)
        return None if node is None else self._kind(Node(node, self.shapes))
