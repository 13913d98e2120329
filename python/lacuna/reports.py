"""What a run counted, or the compiler predicted: docs/report.md names every counter."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lacuna.errors import LacunaError
from lacuna.files import write_file
from lacuna.program import Program
from lacuna.tools import StrPath

if TYPE_CHECKING:
    from lacuna.api import Result

SCHEMA = 1


@dataclass(frozen=True)
class Layer:
    """A layer: its name, its place in the model, and its counters by name.

    Sizes and traffic are in bytes, time in cycles, energy in pJ.
    """

    name: str
    location: str
    counters: Mapping[str, Any]


@dataclass(frozen=True)
class Report:
    """Counters of a program, by layer and in all; `data` is the whole JSON document.

    `samples` says how many runs the counters are the sum of; `predicted` is what the
    compiler stated, of one run.
    """

    data: Mapping[str, Any]

    @property
    def machine(self) -> str:
        return str(self.data["program"]["machine"])

    @property
    def samples(self) -> int:
        return int(self.data.get("samples", 1))

    @property
    def total(self) -> Mapping[str, Any]:
        total: Mapping[str, Any] = self.data["total"]
        return total

    @property
    def layers(self) -> list[Layer]:
        return [
            Layer(
                str(one.get("name", "")),
                str(one.get("location", "")),
                {key: value for key, value in one.items() if key not in ("name", "location")},
            )
            for one in self.data["layers"]
        ]

    @property
    def predicted(self) -> Report | None:
        predicted = self.data.get("predicted")
        return Report(predicted) if isinstance(predicted, dict) else None

    def save(self, path: StrPath) -> None:
        """Writes the document as JSON, whole or not at all."""
        write_file(path, (json.dumps(self.data, indent=2) + "\n").encode())


def read_report(text: str | bytes, name: str) -> Report:
    """A report from its JSON text; `name` stands for it in errors."""
    try:
        data = json.loads(text)
    except RecursionError:
        raise LacunaError.at(name, "is no report: nested too deeply") from None
    except ValueError as error:
        raise LacunaError.at(name, f"is no report: {error}") from None
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise LacunaError.at(name, f"is no report of schema {SCHEMA}")
    if not isinstance(data.get("layers"), list) or not isinstance(data.get("total"), dict):
        raise LacunaError.at(name, "is no report: 'layers' or 'total' is missing")
    return Report(data)


def report(source: Result | Program | StrPath) -> Report:
    """The report of a run, of a program (what the compiler predicted) or of a JSON file.

    Raises LacunaError if there is none or it can't be read.
    """
    from lacuna.api import Result

    if isinstance(source, Result):
        return source.report
    if isinstance(source, Program):
        predicted = source.predicted
        if predicted is None:
            raise LacunaError.at(source.name, "the program carries no prediction")
        return read_report(json.dumps(predicted), source.name)
    name = os.fspath(source)
    try:
        return read_report(Path(name).read_bytes(), name)
    except OSError as error:
        raise LacunaError.at(name, error.strerror or str(error)) from None
