"""The shapes of a quantised ONNX model's values.

ONNX's own inference stops at types and operators that the model's version of it lacks
(16 bits, com.microsoft). Extents don't depend on quantisation, so they are inferred on a
copy in which quantised tensors are of f32.
"""

from __future__ import annotations

from typing import Any

import onnx

from lacuna.importing import onnx_file
from lacuna.importing.onnx_file import Refused

_TRANSPARENT = {
    "QuantizeLinear", "DequantizeLinear", "Gelu", "QuickGelu", "HardSwish", "Mish",
}  # fmt: skip


def shapes(model: Any) -> dict[str, list[int]]:
    """The extents of every value whose extents are known."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    quantised = {
        name
        for node in copy.graph.node
        if node.op_type in _TRANSPARENT
        for name in (node.input[0], node.output[0])
    }
    for node in copy.graph.node:
        if node.op_type in _TRANSPARENT:
            made = onnx.helper.make_node("Identity", node.input[:1], node.output[:1], node.name)
            node.CopyFrom(made)
    found = onnx_file.shape_of(model)
    kept = []
    for tensor in copy.graph.initializer:
        if tensor.name in quantised:
            copy.graph.input.append(
                onnx.helper.make_tensor_value_info(
                    tensor.name, onnx.TensorProto.FLOAT, list(tensor.dims)
                )
            )
        else:
            kept.append(tensor)
    kept = [onnx.TensorProto.FromString(tensor.SerializeToString()) for tensor in kept]
    del copy.graph.initializer[:]
    copy.graph.initializer.extend(kept)
    for value in copy.graph.input:
        if value.name in quantised:
            value.type.tensor_type.elem_type = onnx.TensorProto.FLOAT
    onnx_file.forget_shapes(copy)
    try:
        inferred = onnx.shape_inference.infer_shapes(copy, data_prop=True)
    except Exception as error:
        raise Refused(f"its shapes contradict each other: {error}") from None
    found.update(onnx_file.shape_of(inferred))
    return found
