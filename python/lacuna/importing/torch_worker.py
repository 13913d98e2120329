"""`python -m lacuna.importing.torch_worker`: an exported PyTorch program to torch-mlir's text.

Reads model.pt2 and options.json in the working folder; writes torch.mlir (each operation's
location is the module and node that it came from) and facts.json. Messages about the model
are the last line, as a JSON list.
"""

from __future__ import annotations

import functools
import json
import sys
from pathlib import Path
from typing import Any

import torch

from lacuna.importing.torch_fold import fold_batch_norms

_SAFE_LOAD = functools.partial(torch.load, weights_only=True)


def _load() -> Any:
    """The exported program. Its tensors are read as tensors: a pickle that would run code
    is refused."""

    def load(*arguments: Any, **options: Any) -> Any:
        return _SAFE_LOAD(*arguments, **{**options, "weights_only": True})

    torch.load = load
    return torch.export.load("model.pt2")


def _pin(program: Any, shapes: dict[str, list[int]]) -> Any:
    """The program with static shapes; raises ValueError with what is open or wrong."""
    names = list(program.graph_signature.user_inputs)
    values = {
        node.name: node.meta["val"] for node in program.graph.nodes if node.name in set(names)
    }
    problems = [
        f"there is no input '{name}', only: {', '.join(names)}" for name in shapes.keys() - values
    ]
    again, examples = False, []
    for name in names:
        value = values.get(name)
        if not isinstance(value, torch.Tensor):
            problems.append(f"input '{name}' is no tensor")
            continue
        stated = [extent if isinstance(extent, int) else None for extent in value.shape]
        text = ",".join("?" if extent is None else str(extent) for extent in stated)
        wanted = shapes.get(name)
        if wanted is None and None in stated:
            problems.append(
                f"input '{name}' has an open shape, [{text}]: give it with --shape {name}=..."
            )
            continue
        shape = stated if wanted is None else wanted
        if len(shape) != len(stated) or any(
            extent not in (None, given) for extent, given in zip(stated, shape, strict=True)
        ):
            problems.append(f"input '{name}' is [{text}], not {shape}")
            continue
        again |= None in stated
        examples.append(torch.zeros(shape, dtype=value.dtype))
    if problems:
        raise ValueError(json.dumps(problems))
    return torch.export.export(program.module(), tuple(examples)) if again else program


def _name(node: Any) -> str:
    """ "encoder.0.fc/addmm": the module of a node, and the node."""
    stack = list((node.meta.get("nn_module_stack") or {}).values())
    path = str(stack[-1][0]) if stack else ""
    return f"{path}/{node.name}" if path else str(node.name)


def _repeat_pixels(x: Any, size: Any, scales: Any) -> Any:
    """Nearest upsampling by whole factors: torch-mlir lowers no other form of it."""
    n, c, h, w = x.shape
    wanted = size or [int(h * scales[0]), int(w * scales[1])]
    if wanted[0] % h or wanted[1] % w:
        return NotImplemented
    ky, kx = wanted[0] // h, wanted[1] // w
    return x[:, :, :, None, :, None].expand(n, c, h, ky, w, kx).reshape(n, c, *wanted)


def _to_text(program: Any) -> str:
    from torch_mlir import fx
    from torch_mlir.extras import fx_importer
    from torch_mlir.extras.fx_decomp_util import get_decomposition_table
    from torch_mlir.ir import Location

    def locate(self: Any, node: Any) -> Any:
        return Location.name(_name(node), context=self._c)

    fx_importer.ContextCache.get_node_location = locate
    table = dict(get_decomposition_table())
    table[torch.ops.aten.upsample_nearest2d.vec] = _repeat_pixels
    module = fx.export_and_import(
        program, output_type="raw", func_name="main", decomposition_table=table
    )
    return str(module.operation.get_asm(enable_debug_info=True))


def work() -> None:
    options = json.loads(Path("options.json").read_text())
    program = _pin(_load(), options["shapes"])
    fold_batch_norms(program)
    facts = {
        "inputs": list(program.graph_signature.user_inputs),
        "outputs": [str(name) for name in program.graph_signature.user_outputs],
        "nodes": {},
        "resizes": {},
    }
    Path("torch.mlir").write_text(_to_text(program))
    Path("facts.json").write_text(json.dumps(facts))


def main() -> int:
    """Runs the work; its exit code."""
    try:
        work()
    except Exception as error:
        text = " ".join(str(error).split())
        messages = (
            text
            if text.startswith('["')
            else json.dumps([f"can't be imported: {type(error).__name__}: {text[:600]}"])
        )
        print(messages)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
