"""Nodes of quantised ONNX models whose results don't depend on the inputs: evaluated."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import onnx
import onnx.reference

from lacuna.importing.qdq_operators import Constant, Node, Operand, Unsupported

_MOST_ELEMENTS = 1 << 26
_FOLDED = {
    "Add", "Cast", "Concat", "ConstantOfShape", "Div", "Expand", "Gather", "Identity", "Mul",
    "Neg", "Pow", "Range", "Reshape", "Slice", "Sqrt", "Squeeze", "Sub", "Transpose", "Unsqueeze",
}  # fmt: skip


def fold(node: Node, operands: Sequence[Operand]) -> Constant | None:
    """The result of a node that is constant, or None if it is not."""
    if node.kind == "Shape":
        extents = node.shapes.get(node.inputs[0])
        if extents is None:
            raise Unsupported("of a tensor whose shape is not known")
        start, end = node.integer("start", 0), node.integer("end", len(extents))
        return Constant(np.array(extents[start:end], np.int64))
    constants = [one for one in operands if isinstance(one, Constant)]
    if len(constants) != sum(1 for name in node.inputs if name) or node.kind not in _FOLDED:
        return None
    if any(one.scale is not None for one in constants):
        return None
    if math.prod(node.shape) > _MOST_ELEMENTS:
        raise Unsupported(f"a constant of over {_MOST_ELEMENTS} elements")
    given = {name: one.array for name, one in zip(node.inputs, operands, strict=True) if name}
    graph = onnx.helper.make_graph(
        [node.proto],
        "constant",
        [onnx.ValueInfoProto(name=name) for name in given],
        [onnx.ValueInfoProto(name=node.proto.output[0])],
    )
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)])
    try:
        results = onnx.reference.ReferenceEvaluator(model).run(None, given)
        return Constant(np.asarray(results[0]))
    except Exception as error:
        raise Unsupported(f"of constants: {error}") from None
