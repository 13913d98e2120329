"""TFLite models, by tosa-converter-for-tflite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from lacuna.errors import LacunaError
from lacuna.importing import rewrite, tflite_file, worker
from lacuna.importing.graph import Graph, Unreadable, read_graph


def import_tflite(
    content: bytes, path: str, shapes: Mapping[str, Sequence[int]], rounding: str, folder: Path
) -> Graph:
    """The graph of a TFLite model; works in `folder`."""
    worker.need("tosa_converter_for_tflite", "import-tflite")
    content = tflite_file.prepare(content, path, shapes)
    (folder / "model.tflite").write_bytes(content)
    worker.run(
        "tosa_converter_for_tflite.cli",
        ["model.tflite", "--text", "--emit-debug-info", "-o", "model.mlir"],
        path,
        folder,
    )
    try:
        graph = read_graph((folder / "model.mlir").read_text())
    except (OSError, Unreadable) as error:
        raise LacunaError.at(path, f"can't be imported: {error}") from None
    for ports, names in (
        (graph.arguments, tflite_file.input_names(content)),
        (graph.results, tflite_file.output_names(content)),
    ):
        for port, name in zip(ports, names, strict=False):
            port.name = name
    rewrite.resolve_shapes(graph)
    rewrite.check(graph, path)
    rewrite.set_rounding(graph, rounding)
    if rounding != "double" and tflite_file.averages_unsigned(content):
        rewrite.average_unsigned(graph)
    return graph
