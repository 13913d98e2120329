"""Compiling and running, by way of the tools."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lacuna.errors import Diagnostic, LacunaError
from lacuna.program import Program, Tensor
from lacuna.reports import Report, read_report
from lacuna.tools import StrPath, call_tool

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Inputs = Array | Sequence[Array] | Mapping[str, Array]


@dataclass(frozen=True)
class Result:
    """What a run gave: `outputs` in the program's order, `names` of the outputs, and the
    `report` of what it counted."""

    outputs: list[Array]
    names: list[str]
    report: Report

    @property
    def by_name(self) -> dict[str, Array]:
        return dict(zip(self.names, self.outputs, strict=False))


def compile(
    model: StrPath,
    machine: StrPath = "edge",
    *,
    entry: str | None = None,
    weights: StrPath | None = None,
) -> Program:
    """Compiles a model to a program.

    `model`: path of TOSA text of static shapes (what `lacuna-import` writes); `machine`: a
    preset's name or the path of a machine file; `entry`: the function, where there are
    several; `weights`: the safetensors or .npz file with the data that the text leaves out.
    Raises LacunaError, located in one of the files, if it is wrong or the machine can't run
    the model.
    """
    model = os.fspath(model)
    with tempfile.TemporaryDirectory(prefix="lacuna-") as folder:
        program = Path(folder) / "program.elf"
        options: list[StrPath] = [] if entry is None else ["--entry", entry]
        if weights is not None:
            options += ["--weights", weights]
        call_tool("lacuna", ["compile", model, "--machine", machine, "-o", program, *options])
        return Program(program.read_bytes(), Path(model).with_suffix(".elf").name)


def run(
    program: Program | StrPath,
    inputs: Inputs,
    *,
    each: bool = False,
    machine: StrPath | None = None,
) -> Result:
    """Runs a program on the emulator.

    `inputs`: one array, or a sequence of arrays in the program's order, or a mapping from
    names to arrays; each of the shape and type that `program.inputs` says (docs/numerics.md,
    T2, gives the numpy type of each element type). With `each`, all have one more leading
    axis, which counts samples: the program runs once for each, and the outputs are stacked.
    `machine` counts time and energy on a machine that differs in costs alone.

    Raises LacunaError if an input does not fit, or the program is damaged or not for that
    machine. Outputs are exact; byte counts equal the compiler's prediction, or it fails.
    """
    if not isinstance(program, Program):
        program = Program.load(program)
    ports = program.inputs
    names = [port.name for port in program.outputs]
    with tempfile.TemporaryDirectory(prefix="lacuna-") as name:
        folder = Path(name)
        file = folder / "program.elf"
        file.write_bytes(program.data)
        arguments: list[StrPath] = ["run", file, "--report", folder / "report.json"]
        for index, array in enumerate(_match(inputs, ports)):
            np.save(folder / f"input{index}.npy", array, allow_pickle=False)
            arguments += ["--input", folder / f"input{index}.npy"]
        for index in range(len(names)):
            arguments += ["--output", folder / f"output{index}.npy"]
        if each:
            arguments.append("--each")
        if machine is not None:
            arguments += ["--machine", machine]
        try:
            call_tool("lacuna", arguments)
        except LacunaError as error:
            known = {str(file): program.name}
            for index, port in enumerate(ports):
                known[str(folder / f"input{index}.npy")] = f"input '{port.name}'"
            raise _renamed(error, known) from None
        outputs = [np.load(folder / f"output{index}.npy") for index in range(len(names))]
        report = read_report((folder / "report.json").read_bytes(), program.name)
    return Result(outputs, names, report)


def _match(inputs: Inputs, ports: list[Tensor]) -> list[Array]:
    """The arrays in the order of the program's inputs."""
    if isinstance(inputs, np.ndarray):
        arrays: list[Any] = [inputs]
    elif isinstance(inputs, Mapping):
        unknown = sorted(set(inputs) - {port.name for port in ports})
        missing = [port.name for port in ports if port.name not in inputs]
        if unknown or missing:
            raise LacunaError.at(
                None,
                f"inputs that the program has not: {unknown}; inputs that are missing: {missing}",
                f"its inputs: {[port.name for port in ports]}",
            )
        arrays = [inputs[port.name] for port in ports]
    else:
        arrays = list(inputs)
    if len(arrays) != len(ports):
        raise LacunaError.at(
            None,
            f"the program takes {len(ports)} inputs, {len(arrays)} were given",
            f"its inputs: {[port.name for port in ports]}",
        )
    converted = [np.asarray(array) for array in arrays]
    for array, port in zip(converted, ports, strict=False):
        if array.dtype.hasobject:
            raise LacunaError.at(f"input '{port.name}'", "holds Python objects, not numbers")
    return [np.asarray(array, order="C") for array in converted]


def _renamed(error: LacunaError, names: Mapping[str, str]) -> LacunaError:
    """`error` with the temporary files called what the caller calls them."""

    def rename(text: str) -> str:
        for old, new in names.items():
            text = text.replace(old, new)
        return text

    return LacunaError(
        [
            Diagnostic(
                rename(one.message),
                None if one.file is None else rename(one.file),
                one.line,
                one.column,
                one.offset,
                tuple(rename(note) for note in one.notes),
            )
            for one in error.diagnostics
        ]
    )
