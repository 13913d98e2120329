"""TFLite files before conversion: what they say is checked, and their shapes made static.

Field numbers follow TFLite's schema.fbs, by order of declaration.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence

from lacuna.errors import Diagnostic, LacunaError
from lacuna.importing.flatbuffer import Damaged, Table, root

_MODEL_CODES, _MODEL_GRAPHS, _MODEL_BUFFERS = 1, 2, 4
_GRAPH_TENSORS, _GRAPH_INPUTS, _GRAPH_OUTPUTS, _GRAPH_OPERATORS = 0, 1, 2, 3
_TENSOR_SHAPE, _TENSOR_TYPE, _TENSOR_BUFFER, _TENSOR_NAME = 0, 1, 2, 3
_TENSOR_QUANTIZATION, _TENSOR_VARIABLE, _TENSOR_SPARSITY, _TENSOR_SIGNATURE = 4, 5, 6, 7
_CODE_OLD, _CODE_BUILTIN = 0, 3
_OPERATOR_CODE, _OPERATOR_INPUTS, _OPERATOR_OUTPUTS = 0, 1, 2
_BUFFER_DATA, _BUFFER_OFFSET, _BUFFER_SIZE = 0, 1, 2
_QUANTIZATION_SCALE, _QUANTIZATION_ZERO, _QUANTIZATION_AXIS = 2, 3, 6

# Bits of an element by TensorType; strings, resources and variants have none.
_BITS = {0: 32, 1: 16, 2: 32, 3: 8, 4: 64, 6: 8, 7: 16, 8: 64, 9: 8, 10: 64, 11: 128}
_BITS |= {12: 64, 15: 32, 16: 16, 17: 4, 18: 16}

_UINT8 = 3
_AVERAGE_POOL_2D = 1

_MOST_ELEMENTS = 1 << 32
_MOST_RANK = 8


def prepare(content: bytes, path: str, shapes: Mapping[str, Sequence[int]]) -> bytes:
    """The model with every extent known: where a signature leaves one open, the extent that
    the tensor's shape records takes its place. `shapes` must say the same.

    Raises LacunaError, at the byte, if the file is no TFLite model or contradicts itself.
    """
    data = bytearray(content)
    if data[4:8] != b"TFL3":
        raise LacunaError.at(path, "is no TFLite model: the identifier 'TFL3' is missing")
    try:
        model = root(data)
        graphs = model.tables(_MODEL_GRAPHS)
        if not graphs:
            raise Damaged(model.at, "the model has no graph")
        codes = model.tables(_MODEL_CODES)
        sizes = [_buffer_size(buffer) for buffer in model.tables(_MODEL_BUFFERS)]
        for graph in graphs:
            tensors = graph.tables(_GRAPH_TENSORS)
            for tensor in tensors:
                _check_tensor(tensor, sizes)
            _check_operators(graph, len(tensors), len(codes))
        _pin(graphs[0], shapes)
        for graph in graphs:
            for tensor in graph.tables(_GRAPH_TENSORS):
                _make_static(data, tensor)
    except Damaged as error:
        raise LacunaError([Diagnostic(error.message, path, offset=error.offset)]) from None
    return bytes(data)


def input_names(content: bytes) -> list[str]:
    """Names of the first graph's inputs, of a model that `prepare` has checked."""
    return _names(root(bytearray(content)), _GRAPH_INPUTS)


def output_names(content: bytes) -> list[str]:
    """Names of the first graph's outputs, of a model that `prepare` has checked."""
    return _names(root(bytearray(content)), _GRAPH_OUTPUTS)


def averages_unsigned(content: bytes) -> bool:
    """Whether the model averages unsigned bytes in a pool (see `rewrite.average_unsigned`)."""
    model = root(bytearray(content))
    codes = [
        max(code.number(_CODE_OLD, "b"), code.number(_CODE_BUILTIN, "i"))
        for code in model.tables(_MODEL_CODES)
    ]
    for graph in model.tables(_MODEL_GRAPHS):
        tensors = graph.tables(_GRAPH_TENSORS)
        for operator in graph.tables(_GRAPH_OPERATORS):
            if codes[operator.number(_OPERATOR_CODE, "I")] != _AVERAGE_POOL_2D:
                continue
            inputs = operator.numbers(_OPERATOR_INPUTS, "i")
            if inputs and tensors[inputs[0]].number(_TENSOR_TYPE, "b") == _UINT8:
                return True
    return False


def _names(model: Table, field: int) -> list[str]:
    graph = model.tables(_MODEL_GRAPHS)[0]
    tensors = graph.tables(_GRAPH_TENSORS)
    return [tensors[index].text(_TENSOR_NAME) for index in graph.numbers(field, "i")]


def _buffer_size(buffer: Table) -> int:
    """Bytes of a constant's data, inside the FlatBuffer or behind it."""
    offset, size = (buffer.number(field, "Q") for field in (_BUFFER_OFFSET, _BUFFER_SIZE))
    if offset > 1:
        if offset + size > len(buffer.data):
            raise Damaged(buffer.at, f"a buffer of {size} bytes at {offset} leaves the file")
        return size
    return buffer.vector(_BUFFER_DATA, 1)[1]


def _check_tensor(tensor: Table, sizes: Sequence[int]) -> None:
    name = tensor.text(_TENSOR_NAME)

    def damaged(message: str) -> Damaged:
        return Damaged(tensor.at, f"tensor '{name}': {message}")

    shape = tensor.numbers(_TENSOR_SHAPE, "i")
    if len(shape) > _MOST_RANK:
        raise damaged(f"rank {len(shape)}; at most {_MOST_RANK} is imported")
    if any(extent < 1 for extent in shape):
        raise damaged(f"its shape {shape} has an extent below 1")
    elements = math.prod(shape)
    if elements > _MOST_ELEMENTS:
        raise damaged(f"its shape {shape} has more than {_MOST_ELEMENTS} elements")
    signature = tensor.numbers(_TENSOR_SIGNATURE, "i")
    if signature and (
        len(signature) != len(shape)
        or any(s not in (-1, extent) for s, extent in zip(signature, shape, strict=True))
    ):
        raise damaged(f"its shape {shape} and its signature {signature} disagree")
    kind = tensor.number(_TENSOR_TYPE, "b")
    if kind not in _BITS:
        raise damaged(f"its element type (number {kind}) is not imported")
    buffer = tensor.number(_TENSOR_BUFFER, "I")
    if buffer >= len(sizes):
        raise damaged(f"its data is buffer {buffer} of {len(sizes)}")
    if tensor.number(_TENSOR_VARIABLE, "b"):
        raise damaged("it keeps state from one run to the next, which is not imported")
    if tensor.has(_TENSOR_SPARSITY):
        raise damaged("its values are stored sparsely, which is not imported")
    needed = (elements * _BITS[kind] + 7) // 8
    if sizes[buffer] not in (0, needed):
        raise damaged(f"{sizes[buffer]} bytes of data for a shape that takes {needed}")
    quantization = tensor.table(_TENSOR_QUANTIZATION)
    if quantization is None:
        return
    scales = quantization.reals(_QUANTIZATION_SCALE)
    zeros = quantization.numbers(_QUANTIZATION_ZERO, "q")
    axis = quantization.number(_QUANTIZATION_AXIS, "i")
    if any(not math.isfinite(scale) or scale < 0 for scale in scales):
        raise damaged("a scale is negative or not finite")
    if scales and len(zeros) not in (0, 1, len(scales)):
        raise damaged(f"{len(scales)} scales and {len(zeros)} zero points")
    if len(scales) > 1:
        if len(shape) == 1:
            axis = 0  # older exporters give a bias the axis of its weights
        if not (0 <= axis < len(shape) and shape[axis] == len(scales)):
            raise damaged(f"{len(scales)} scales along axis {axis} of shape {shape}")


def _check_operators(graph: Table, tensors: int, codes: int) -> None:
    for field, what in ((_GRAPH_INPUTS, "input"), (_GRAPH_OUTPUTS, "output")):
        for index in graph.numbers(field, "i"):
            if not 0 <= index < tensors:
                raise Damaged(graph.at, f"an {what} of the graph is tensor {index} of {tensors}")
    for number, operator in enumerate(graph.tables(_GRAPH_OPERATORS)):
        code = operator.number(_OPERATOR_CODE, "I")
        if code >= codes:
            raise Damaged(operator.at, f"operator {number} has code {code} of {codes}")
        for field in (_OPERATOR_INPUTS, _OPERATOR_OUTPUTS):
            least = -1 if field == _OPERATOR_INPUTS else 0  # -1: an input that is left out
            for index in operator.numbers(field, "i"):
                if not least <= index < tensors:
                    raise Damaged(
                        operator.at, f"operator {number} uses tensor {index} of {tensors}"
                    )


def _pin(graph: Table, shapes: Mapping[str, Sequence[int]]) -> None:
    tensors = graph.tables(_GRAPH_TENSORS)
    recorded = {
        tensors[index].text(_TENSOR_NAME): tensors[index].numbers(_TENSOR_SHAPE, "i")
        for index in graph.numbers(_GRAPH_INPUTS, "i")
    }
    for name, shape in shapes.items():
        if name not in recorded:
            raise Damaged(graph.at, f"there is no input '{name}', only {sorted(recorded)}")
        if list(shape) != recorded[name]:
            raise Damaged(
                graph.at,
                f"input '{name}' has shape {recorded[name]} in the file, not {list(shape)}: the "
                "shapes of a TFLite model are those that it was exported with",
            )


def _make_static(data: bytearray, tensor: Table) -> None:
    at, count = tensor.vector(_TENSOR_SIGNATURE, 4)
    if count:
        struct.pack_into(f"<{count}i", data, at, *tensor.numbers(_TENSOR_SHAPE, "i"))
