"""Lacuna from Python: compile a network, run it on the emulator, read what it moved.

    import lacuna
    program = lacuna.compile("model.mlir", machine="edge")
    result = lacuna.run(program, x)              # x: a numpy array of the input's shape
    result.outputs[0], lacuna.report(result).total["dram_bytes"]

The tools do the work, as processes; `lacuna.tools` says where they are looked for.
Everything that goes wrong is a `LacunaError`, with the place in the user's file.
"""

from lacuna.api import Result, compile, run
from lacuna.errors import Diagnostic, LacunaError, ToolNotFound
from lacuna.program import Program, Tensor
from lacuna.reports import Layer, Report, report

__all__ = [
    "Diagnostic",
    "LacunaError",
    "Layer",
    "Program",
    "Report",
    "Result",
    "Tensor",
    "ToolNotFound",
    "compile",
    "report",
    "run",
]
