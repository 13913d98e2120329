"""`python -m lacuna.importing.onnx_worker`: an ONNX model to torch-mlir's ONNX text.

Reads model.onnx and options.json in the working folder; writes onnx.mlir (each operation's
location is its node's name) and facts.json. A quantised model becomes a graph of TOSA at
once (`qdq`), in facts.json. Messages about the model are the last line, as a JSON list.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnx.version_converter

from lacuna.importing import onnx_file, qdq, qonnx, qoperator
from lacuna.importing.graph import Graph
from lacuna.importing.onnx_file import Refused
from lacuna.importing.quantised import Kind

_OPSET = 17  # older forms of MaxPool, Slice and others are not lowered


def _upgrade(model: Any) -> Any:
    """The model at opset 17 or above."""
    for entry in model.opset_import:
        if entry.domain in ("", "ai.onnx") and entry.version < _OPSET:
            try:
                model = onnx.version_converter.convert_version(model, _OPSET)
            except Exception as error:
                raise Refused(f"can't be brought to opset {_OPSET}: {error}") from None
            break
    return model


def _infer(model: Any) -> Any:
    """The model with its shapes inferred anew."""
    onnx_file.forget_shapes(model)
    try:
        return onnx.shape_inference.infer_shapes(model, check_type=True, data_prop=True)
    except Exception as error:
        raise Refused(f"its shapes contradict each other: {error}") from None


def _simplify(model: Any) -> Any:
    """Folds what is constant; a model that the simplifier can't take stays as it is."""
    # It would import PyTorch for parts that are not used here: seconds.
    sys.modules.setdefault("torch", None)  # type: ignore[arg-type]
    import onnxsim

    try:
        simpler, _ = onnxsim.simplify(model, check_n=0)
    except Exception:
        return model
    return _infer(simpler)


def _resizes(model: Any) -> dict[str, dict[str, Any]]:
    """How each Resize samples, by node; the nodes take the one form that is lowered, and
    `resize.mend` gives the operation that comes of it the sampling noted here."""
    shapes = onnx_file.shape_of(model)
    facts = {}
    for node in model.graph.node:
        if node.op_type != "Resize":
            continue
        given = {one.name: onnx.helper.get_attribute_value(one) for one in node.attribute}
        mode, coordinate, nearest = (
            given.get(key, default).decode()
            for key, default in (
                ("mode", b"nearest"),
                ("coordinate_transformation_mode", b"half_pixel"),
                ("nearest_mode", b"round_prefer_floor"),
            )
        )
        facts[node.name] = {
            "mode": mode,
            "coordinate": coordinate,
            "nearest": nearest,
            "input": shapes.get(node.input[0]),
            "output": shapes.get(node.output[0]),
            "plain": not (given.keys() & {"antialias", "axes", "exclude_outside", "cubic_coeff_a"})
            and given.get("keep_aspect_ratio_policy", b"stretch") == b"stretch",
        }
        del node.attribute[:]
        form = ("asymmetric", "floor") if mode == "nearest" else ("half_pixel", "floor")
        node.attribute.extend(
            [
                onnx.helper.make_attribute("mode", mode),
                onnx.helper.make_attribute("coordinate_transformation_mode", form[0]),
                onnx.helper.make_attribute("nearest_mode", form[1]),
            ]
        )
    return facts


def _to_text(model: Any) -> str:
    from torch_mlir.dialects import torch as torch_dialect
    from torch_mlir.extras import onnx_importer
    from torch_mlir.ir import Context

    context = Context()
    torch_dialect.register_dialect(context)
    try:
        info = onnx_importer.ModelInfo(model, config=onnx_importer.Config())
        module = info.create_module(context=context).operation
        onnx_importer.NodeImporter.define_function(info.main_graph, module).import_all()
    except onnx_importer.OnnxImportError as error:
        raise Refused(f"can't be read by torch-mlir: {error}") from None
    return str(module.get_asm(enable_debug_info=True, assume_verified=True))


def prepare(content: bytes, shapes: Mapping[str, Sequence[int]]) -> Any:
    """The model in a file: checked, of closed shapes, of a recent opset, its nodes named."""
    model = onnx_file.read(content)
    onnx_file.pin(model, shapes)
    model = _upgrade(model)
    onnx_file.name_nodes(model)
    return model


def quantised_graph(model: Any, kinds: Mapping[str, Kind]) -> Graph:
    """The integer graph of a quantised model, which it changes."""
    qonnx.rewrite(model)
    qoperator.rewrite(model)
    return qdq.convert(model, kinds)


def work() -> None:
    options = json.loads(Path("options.json").read_text())
    model = prepare(Path("model.onnx").read_bytes(), options["shapes"])
    kinds = {name: Kind(*kind) for name, kind in options["quantised"].items()}
    if qdq.is_quantised(model):
        graph = dataclasses.asdict(quantised_graph(model, kinds))
        Path("facts.json").write_text(json.dumps({"graph": graph}))
        return
    if kinds:
        raise Refused("is not quantised, so that its inputs can't be")
    model = _infer(model)
    facts: dict[str, Any] = {
        "inputs": [value.name for value in onnx_file.inputs(model)],
        "outputs": [value.name for value in model.graph.output],
    }
    model = _simplify(model)
    onnx_file.name_nodes(model)
    facts["resizes"] = _resizes(model)
    facts["nodes"] = {node.name: node.op_type for node in model.graph.node}
    Path("onnx.mlir").write_text(_to_text(model))
    Path("facts.json").write_text(json.dumps(facts))


def main() -> int:
    """Runs the work; its exit code."""
    np.seterr(all="ignore")
    try:
        work()
    except Refused as refused:
        print(json.dumps(list(refused.messages)))
        return 1
    except Exception as error:
        print(json.dumps([f"can't be imported: {type(error).__name__}: {error}"]))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
