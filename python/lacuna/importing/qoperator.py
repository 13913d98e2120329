"""Operators that carry their scales themselves (ONNX's QLinear operators and ONNX Runtime's):
each becomes DequantizeLinear nodes, the plain operator and a QuantizeLinear, in place."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from onnx import helper

_MS = "com.microsoft"
# The plain operator, and how many operands of (tensor, scale, zero point) come first.
_UNARY = {
    "QLinearAveragePool": "AveragePool",
    "QLinearGlobalAveragePool": "GlobalAveragePool",
    "QLinearLeakyRelu": "LeakyRelu",
    "QLinearReduceMean": "ReduceMean",
    "QLinearSigmoid": "Sigmoid",
    "QLinearSoftmax": "Softmax",
}
_BINARY = {"QLinearAdd": "Add", "QLinearMatMul": "MatMul", "QLinearMul": "Mul"}
_OTHERS = ("QGemm", "QLinearConcat", "QLinearConv")


def is_quantised(node: Any) -> bool:
    """Whether a node is one of these operators."""
    return node.op_type in (*_UNARY, *_BINARY, *_OTHERS)


def rewrite(model: Any) -> None:
    """Changes the model in place. Q and DQ of com.microsoft become ONNX's."""
    nodes = []
    initializers = {tensor.name: tensor for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type in ("QuantizeLinear", "DequantizeLinear"):
            node.domain = ""
        if is_quantised(node):
            nodes += _Rewriting(model, node, initializers).nodes
        else:
            nodes.append(node)
    nodes = [onnx.NodeProto.FromString(node.SerializeToString()) for node in nodes]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


class _Rewriting:
    """The nodes that stand for one."""

    def __init__(self, model: Any, node: Any, initializers: dict[str, Any]):
        self.model, self.node = model, node
        self.initializers = initializers
        self.nodes: list[Any] = []
        given = list(node.input)
        attributes = {one.name: helper.get_attribute_value(one) for one in node.attribute}
        kind = node.op_type
        if kind in _UNARY:
            operands, result = [given[:3]], given[3:5]
        elif kind in _BINARY or kind == "QLinearConv":
            operands, result = [given[:3], given[3:6]], given[6:8]
        elif kind == "QGemm":
            operands, result = [given[:3], given[3:6]], given[7:9]
        else:
            operands = [given[start : start + 3] for start in range(2, len(given), 3)]
            result = given[:2]
        # Weights of a convolution have their scales by output channel, a matrix's by column;
        # of a matrix that is transposed, by row.
        axis = 1 if kind != "QLinearConv" and not attributes.get("transB") else 0
        names = [self._dequantise(*operand, axis=axis) for operand in operands if operand[0]]
        place = {"QLinearConv": 8, "QGemm": 6}.get(kind)
        if place is not None and len(given) > place and given[place]:
            names.append(self._bias(given[place], operands))
        plain = _UNARY.get(kind) or _BINARY.get(kind) or kind.removeprefix("QLinear")
        plain = "Gemm" if plain == "QGemm" else plain
        self._plain(plain, names, attributes, result)

    def _plain(self, kind: str, names: list[str], given: dict[str, Any], result: list[str]) -> None:
        node = self.node
        first, *rest = names
        last = given.pop("channels_last", 0)
        for key in ("opset", "transA") if kind in ("Softmax", "Gemm") else ():
            if not (key == "transA" and given.get(key)):
                given.pop(key, None)
        if last:
            first = self._transposed(first)
        quantised = bool(result and result[0])
        value = f"{node.output[0]}/real" if quantised or last else node.output[0]
        self.nodes.append(helper.make_node(kind, [first, *rest], [value], node.name, **given))
        if last:
            self.nodes[-1].output[0] = f"{value}/first"
            back = helper.make_node("Transpose", [f"{value}/first"], [value], f"{node.name}/back")
            back.attribute.append(helper.make_attribute("perm", [0, 2, 3, 1]))
            self.nodes.append(back)
        if quantised:
            self.nodes.append(
                helper.make_node(
                    "QuantizeLinear", [value, *result], [node.output[0]], f"{node.name}/quantise"
                )
            )

    def _transposed(self, name: str) -> str:
        made = helper.make_node("Transpose", [name], [f"{name}/first"], f"{self.node.name}/first")
        made.attribute.append(helper.make_attribute("perm", [0, 3, 1, 2]))
        self.nodes.append(made)
        return f"{name}/first"

    def _dequantise(self, name: str, scale: str, *zero: str, axis: int = 1) -> str:
        """A node that gives the real numbers of an operand; their name."""
        value = f"{self.node.name}/{name}/real/{len(self.nodes)}"
        made = helper.make_node("DequantizeLinear", [name, scale, *zero], [value], value)
        made.attribute.append(helper.make_attribute("axis", axis))
        self.nodes.append(made)
        return value

    def _bias(self, name: str, operands: list[list[str]]) -> str:
        """A bias's real numbers: its scale is the product of the others'."""
        scales = [
            onnx.numpy_helper.to_array(self.initializers[operand[1]]).astype(np.float32)
            for operand in operands
            if operand[1] in self.initializers
        ]
        if len(scales) != 2:
            return name  # named as what is not constant, later
        scale = f"{self.node.name}/bias scale"
        product = np.ravel(scales[0]) * np.ravel(scales[1])
        product = product.reshape(()) if product.size == 1 else product
        self.model.graph.initializer.append(onnx.numpy_helper.from_array(product, scale))
        return self._dequantise(name, scale, axis=0)
