"""ONNX models before conversion: what they say is checked, and their shapes pinned.

Runs in the worker's process: it needs the onnx package.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import onnx

# Domains of the nodes that `qonnx` reads.
QONNX = ("qonnx.custom_op.general", "onnx.brevitas", "finn.custom_op.general")


class Refused(Exception):
    """The model can't be imported; `messages` says why, each on its own."""

    def __init__(self, *messages: str):
        super().__init__("; ".join(messages))
        self.messages = messages


def read(content: bytes) -> Any:
    """The model, checked by ONNX's own rules; its tensors hold their data themselves."""
    try:
        model = onnx.load_model_from_string(content)
    except Exception as error:
        raise Refused(f"is no ONNX model: {_line(error)}") from None
    if not model.graph.node:
        raise Refused("is no ONNX model: it has no graph, or an empty one")
    outside = [
        f"'{tensor.name}' in '{entry.value}'"
        for tensor in _tensors(model)
        for entry in tensor.external_data or [onnx.StringStringEntryProto()]
        if (entry.key == "location" or tensor.data_location == onnx.TensorProto.EXTERNAL)
        and entry.key in ("location", "")
    ]
    if outside:
        raise Refused(
            "keeps tensors in other files, which is not accepted (save it as one file): "
            + ", ".join(outside)
        )
    # Brevitas leaves this out.
    stated = {entry.domain for entry in model.opset_import}
    for domain in sorted({node.domain for node in model.graph.node} & set(QONNX) - stated):
        model.opset_import.append(onnx.helper.make_opsetid(domain, 1))
    try:
        onnx.checker.check_model(model)
    except Exception as error:
        raise Refused(f"is no valid ONNX model: {_line(error)}") from None
    return model


def _tensors(message: Any, depth: int = 0) -> Iterator[Any]:
    """Every tensor in a model: initializers, attributes, sparse ones, of subgraphs too."""
    if depth > 64:
        raise Refused("its graphs are nested deeper than 64 levels")
    if isinstance(message, onnx.TensorProto):
        yield message
        return
    for field, value in message.ListFields():
        if field.message_type is not None:
            for one in value if hasattr(value, "append") or hasattr(value, "add") else [value]:
                yield from _tensors(one, depth + 1)


def inputs(model: Any) -> list[Any]:
    """The inputs that are no initializers (older files list those too)."""
    constants = {tensor.name for tensor in model.graph.initializer}
    return [value for value in model.graph.input if value.name not in constants]


def pin(model: Any, shapes: Mapping[str, Sequence[int]]) -> None:
    """Gives the inputs the shapes asked for; afterwards none is open, or Refused names all."""
    values = {value.name: value for value in inputs(model)}
    problems = [
        f"there is no input '{name}', only: {', '.join(values)}"
        for name in shapes
        if name not in values
    ]
    for name, value in values.items():
        if value.type.WhichOneof("value") != "tensor_type":
            problems.append(f"input '{name}' is no tensor")
            continue
        tensor = value.type.tensor_type
        wanted = shapes.get(name)
        if wanted is not None and not tensor.HasField("shape"):
            tensor.shape.dim.extend(onnx.TensorShapeProto.Dimension() for _ in wanted)
        dims = tensor.shape.dim
        stated = [dim.dim_value if dim.HasField("dim_value") else None for dim in dims]
        text = ",".join("?" if extent is None else str(extent) for extent in stated)
        if wanted is not None:
            if len(wanted) != len(stated) or any(
                extent not in (None, given) for extent, given in zip(stated, wanted, strict=True)
            ):
                problems.append(f"input '{name}' is [{text}], not {list(wanted)}")
                continue
            for dim, given in zip(dims, wanted, strict=True):
                dim.dim_value = given
        elif None in stated or not tensor.HasField("shape"):
            problems.append(
                f"input '{name}' has an open shape, [{text}]: give it with --shape {name}=..."
            )
        elif any(extent is not None and extent < 1 for extent in stated):
            problems.append(f"input '{name}' has an extent below 1: [{text}]")
    if problems:
        raise Refused(*problems)


def forget_shapes(model: Any) -> None:
    """Removes all shapes but the inputs': they are inferred again from those."""
    del model.graph.value_info[:]
    for value in model.graph.output:
        if value.type.WhichOneof("value") == "tensor_type":
            value.type.tensor_type.ClearField("shape")


def name_nodes(model: Any) -> None:
    """A name of its own for each node: its own, or its first output's."""
    taken: set[str] = set()
    for index, node in enumerate(model.graph.node):
        name = node.name or next(filter(None, node.output), f"{node.op_type}_{index}")
        unique, count = name, 0
        while unique in taken:
            count += 1
            unique = f"{name}_{count}"
        taken.add(unique)
        node.name = unique


def shape_of(model: Any) -> dict[str, list[int]]:
    """The extents of every value whose extents are known."""
    found = {tensor.name: list(tensor.dims) for tensor in model.graph.initializer}
    for value in (*model.graph.input, *model.graph.value_info, *model.graph.output):
        dims = value.type.tensor_type.shape.dim
        if value.type.tensor_type.HasField("shape") and all(d.HasField("dim_value") for d in dims):
            found[value.name] = [dim.dim_value for dim in dims]
    return found


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:500] or type(error).__name__
