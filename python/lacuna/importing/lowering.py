"""ONNX and PyTorch models, by torch-mlir: from its text to TOSA, in two stages.

What a stage can't lower it says of one operation at a time. To name all of them, each is
replaced by a constant, and the stage is tried again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lacuna.errors import LacunaError
from lacuna.importing import names, narrow, resize, resources, rewrite, worker
from lacuna.importing.graph import Graph, Unreadable, from_dictionary, read_graph
from lacuna.importing.quantisation import Quantisation

_FIRST = {
    ".onnx": "--torch-onnx-to-torch-backend-pipeline",
    ".pt2": "--torchdynamo-export-to-torch-backend-pipeline",
}
_SECOND = "--torch-backend-to-tosa-backend-pipeline=require-full-tosa-conversion=false"

_PLACE = re.compile(r"error: loc\(\"((?:[^\"\\]|\\.)*)\"")
_MOST_TRIES = 200
_OPERATOR = re.compile(r"= torch\.operator \"([\w.:]+)\"")
_LEFT = re.compile(r"= torch\.(?:operator \")?((?:aten|prims?|onnx|torchvision|quantized)[\w.:]*)")
_TENSOR = re.compile(r"!torch\.vtensor<\[([\d,?]*)\],(f16|bf16|f32|f64|[su]i\d+|i1)>")
_RESULT = re.compile(r"^\s*(%[\w$.-]+) = (?:.*) -> (!torch\.vtensor<[^<>]*>)\s*(loc\(.*\))?\s*$")


def import_torch(
    kind: str,
    content: bytes,
    path: str,
    shapes: Mapping[str, Sequence[int]],
    folder: Path,
    quantised: Mapping[str, Quantisation] | None = None,
) -> Graph:
    """The graph of an ONNX (`kind` .onnx) or PyTorch (.pt2) model; works in `folder`."""
    stem = {".onnx": "onnx", ".pt2": "torch"}[kind]
    for package in ("torch", "torch_mlir", *(("onnx", "onnxsim") if stem == "onnx" else ())):
        worker.need(package, "import-torch")
    (folder / f"model{kind}").write_bytes(content)
    options = {
        "shapes": {name: list(shape) for name, shape in shapes.items()},
        "quantised": {name: kind.fields() for name, kind in (quantised or {}).items()},
    }
    (folder / "options.json").write_text(json.dumps(options))
    worker.run(f"lacuna.importing.{stem}_worker", [], path, folder)
    facts = json.loads((folder / "facts.json").read_text())
    if "graph" in facts:
        graph = from_dictionary(facts["graph"])
        rewrite.check(graph, path)
        return graph
    text = _Lowering(path, folder, facts["nodes"]).lower(
        (folder / f"{stem}.mlir").read_text(), _FIRST[kind]
    )
    try:
        graph = read_graph(resources.inline(text))
    except Unreadable as error:
        raise LacunaError.at(path, f"can't be imported: {error}") from None
    return finish(graph, facts, path)


def finish(graph: Graph, facts: Mapping[str, Any], path: str) -> Graph:
    """Names the ports and mends what the conversion got wrong."""
    for ports, given in ((graph.arguments, facts["inputs"]), (graph.results, facts["outputs"])):
        for port, name in zip(ports, given, strict=False):
            port.name = name
    rewrite.resolve_shapes(graph)
    rewrite.square(graph)
    narrow.narrow(graph, path)
    rewrite.check(graph, path)
    resize.mend(graph, facts["resizes"], path)
    graph.drop_unused()
    return graph


class _Lowering:
    """The two stages on one model, and the operators that they refused."""

    def __init__(self, path: str, folder: Path, nodes: Mapping[str, str]):
        self.path = path
        self.folder = folder
        self.nodes = nodes  # the operator of each node
        libraries = worker.need("torch_mlir", "import-torch") / "_mlir_libs"
        self.tool = libraries / "torch-mlir-opt"
        self.refused: dict[str, set[str]] = {}

    def lower(self, text: str, first: str) -> str:
        """TOSA text; a LacunaError that names every operator without a form in TOSA."""
        text = self._stage(first, text)
        text = self._stub(text, None)
        text = self._stage(_SECOND, text)
        labels = names.read_locations(text)
        for line in text.split("\n"):
            left = _LEFT.search(line)
            if left:
                self._refuse(left[1], _label(line, labels))
        if self.refused:
            raise LacunaError.at(self.path, self._message())
        return text

    def _message(self) -> str:
        kinds = "; ".join(
            f"{kind} ({', '.join(sorted(where))})" for kind, where in sorted(self.refused.items())
        )
        return f"operators that have no form in TOSA: {kinds}"

    def _refuse(self, kind: str, label: str) -> None:
        kind = self.nodes.get(label, kind.removeprefix("onnx."))
        self.refused.setdefault(kind, set()).add(label or "without a name")

    def _stage(self, option: str, text: str) -> str:
        """The text after a stage; operations that it refuses become constants."""
        for _ in range(_MOST_TRIES):
            (self.folder / "in.mlir").write_text(text)
            options = [option, "--mlir-print-debuginfo", "-o", "out.mlir"]
            done = worker.call([str(self.tool), "in.mlir", *options], self.folder)
            if done.returncode == 0:
                return (self.folder / "out.mlir").read_text()
            places = {names.unescape(name) for name in _PLACE.findall(done.stderr)}
            stubbed = self._stub(text, places)
            if stubbed == text:
                break
            text = stubbed
        if self.refused:
            raise LacunaError.at(self.path, self._message())
        raise LacunaError(worker.explain(done, self.path))

    def _stub(self, text: str, places: set[str] | None) -> str:
        """`text` with constants in the place of the operations at `places`, or of all that
        the first stage does not know; they are noted."""
        labels = names.read_locations(text)
        lines = text.split("\n")
        for index, line in enumerate(lines):
            result = _RESULT.match(line)
            operator = _OPERATOR.search(line) or (places and _LEFT.search(line))
            if result is None or not operator or operator[1] == "onnx.Constant":
                continue
            label = _label(line, labels)
            if places is not None and label not in places:
                continue
            self._refuse(operator[1], label)
            zeros = _zeros(result[1], result[2])
            if zeros is None:
                raise LacunaError.at(self.path, self._message())
            lines[index] = f"{zeros} {result[3] or ''}"
        return "\n".join(lines)


def _label(line: str, labels: Mapping[str, str]) -> str:
    """The name in a line's location."""
    at = line.rfind(" loc(")
    if at < 0:
        return ""
    location = line[at + 5 :].rstrip().rstrip(")")
    return labels.get(location, "") if location.startswith("#") else names.first(location)


def _zeros(value: str, type_: str) -> str | None:
    """Operations that make `value` a constant of a tensor type of torch-mlir's."""
    match = _TENSOR.fullmatch(type_)
    if match is None:
        return None
    extents = [extent.replace("?", "1") for extent in match[1].split(",") if extent]
    shape = "".join(f"{extent}x" for extent in extents)
    number = "0.0" if "f" in match[2] else "false" if match[2] == "i1" else "0"
    literal = f"torch.vtensor.literal(dense<{number}> : tensor<{shape}{match[2]}>)"
    if "?" not in match[1]:
        return f"{value} = {literal} : {type_}"
    closed = f"!torch.vtensor<[{','.join(extents)}],{match[2]}>"
    return (
        f"{value}_closed = {literal} : {closed}\n"
        f"{value} = torch.tensor_static_info_cast {value}_closed : {closed} to {type_}"
    )
