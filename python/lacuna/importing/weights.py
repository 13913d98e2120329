"""Large constants in a file of their own: what `lacuna compile --weights` reads."""

from __future__ import annotations

import io
import re
from typing import Any

import numpy as np

from lacuna.importing.graph import Graph
from lacuna.importing.rewrite import element_type, tensor_shape

# Smaller ones stay in the text, where they can be read.
_LEAST_BYTES = 1024

_TYPES = {"i8": "<i1", "i16": "<i2", "i32": "<i4", "f16": "<f2", "f32": "<f4"}
_DATA = re.compile(r"dense<\"0x([0-9A-Fa-f]+)\">")


def take_out(graph: Graph) -> dict[str, Any]:
    """Changes large constants to resources; their data, by name."""
    taken: dict[str, Any] = {}
    for op in graph.operations:
        if op.name != "tosa.const":
            continue
        type_ = op.result_types[0]
        shape, kind = tensor_shape(type_), _TYPES.get(element_type(type_))
        data = _DATA.search(op.attributes)
        if shape is None or kind is None or data is None:
            continue
        array = np.frombuffer(bytes.fromhex(data[1]), kind)
        if array.nbytes < _LEAST_BYTES or array.size != np.prod(shape, dtype=np.int64):
            continue
        name = f"weights_{len(taken)}"
        taken[name] = array.reshape(shape)
        op.attributes = _DATA.sub(f"dense_resource<{name}>", op.attributes)
    return taken


def to_npz(arrays: dict[str, Any]) -> bytes:
    """An uncompressed .npz file; the same arrays give the same bytes."""
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()
