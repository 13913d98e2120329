"""One entrance for every kind of model file."""

from __future__ import annotations

import copy
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lacuna.errors import LacunaError
from lacuna.files import write_file
from lacuna.importing.graph import Graph, Port
from lacuna.importing.lowering import import_torch
from lacuna.importing.quantisation import Quantisation
from lacuna.importing.rewrite import ROUNDINGS, element_type
from lacuna.importing.tflite import import_tflite
from lacuna.importing.weights import take_out, to_npz
from lacuna.tools import StrPath

_MOST_BYTES = 1 << 32


@dataclass(frozen=True)
class Imported:
    """A model as TOSA text of static shapes."""

    graph: Graph

    @property
    def inputs(self) -> dict[str, Quantisation]:
        """How the inputs of a quantised ONNX model are quantised, by name."""
        return _quantisations(self.graph.arguments)

    @property
    def outputs(self) -> dict[str, Quantisation]:
        """How its outputs are."""
        return _quantisations(self.graph.results)

    def text(self, file: str = "model.mlir") -> str:
        """The module; `file` is the name of the file that it will be in, for locations."""
        return self.graph.text(file)

    def save(self, path: StrPath, weights: StrPath | None = None) -> None:
        """Writes the module, whole or not at all.

        With `weights`, constants of 1 KiB and more go to that .npz file, which
        `lacuna.compile` is given beside the text.
        """
        graph = self.graph
        if weights is not None:
            graph = copy.deepcopy(graph)
            write_file(weights, to_npz(take_out(graph)))
        write_file(path, graph.text(os.path.basename(os.fspath(path))).encode())


def _quantisations(ports: Sequence[Port]) -> dict[str, Quantisation]:
    return {
        port.name: Quantisation(port.scale, port.zero, element_type(port.type).replace("ui", "u"))
        for port in ports
        if port.scale is not None
    }


def import_model(
    path: StrPath,
    *,
    shapes: Mapping[str, Sequence[int]] | None = None,
    rounding: str = "double",
    quantised: Mapping[str, Quantisation] | None = None,
) -> Imported:
    """Imports a .tflite, .onnx or .pt2 file.

    `shapes` gives extents to inputs that have open ones, by name. `rounding`, for quantised
    TFLite models: `double`, `single` or `litert` (docs/importing.md). `quantised` says how
    inputs of a quantised ONNX model are quantised that it takes as real numbers. The file is
    not changed. Raises LacunaError if the file is damaged, has operators that TOSA has no form
    for (all of them are named) or open shapes, and ToolNotFound if the converter's package
    is not installed.
    """
    path = os.fspath(path)
    if rounding not in ROUNDINGS:
        raise LacunaError.at(None, f"rounding '{rounding}' is none of {', '.join(ROUNDINGS)}")
    kind = os.path.splitext(path)[1].lower()
    if kind not in (".tflite", ".onnx", ".pt2"):
        raise LacunaError.at(path, "is no .tflite, .onnx or .pt2 file, by its name")
    if rounding != "double" and kind != ".tflite":
        raise LacunaError.at(path, f"rounding '{rounding}' is for TFLite models")
    content = _read(path)
    if quantised and kind != ".onnx":
        raise LacunaError.at(path, "quantised inputs are for quantised ONNX models")
    with tempfile.TemporaryDirectory(prefix="lacuna-import-") as folder:
        if kind == ".tflite":
            return Imported(import_tflite(content, path, shapes or {}, rounding, Path(folder)))
        graph = import_torch(kind, content, path, shapes or {}, Path(folder), quantised)
        return Imported(graph)


def _read(path: str) -> bytes:
    try:
        if os.path.getsize(path) > _MOST_BYTES:
            raise LacunaError.at(path, f"is larger than {_MOST_BYTES} bytes")
        return Path(path).read_bytes()
    except OSError as error:
        raise LacunaError.at(path, error.strerror or str(error)) from None
