"""Compiled programs: the bytes of the file, and the tensors that a run takes and gives.

Only the tables of inputs and outputs are read here (docs/program.md, "Tables"); the
emulator verifies everything before it runs anything.
"""

from __future__ import annotations

import json
import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lacuna.errors import LacunaError
from lacuna.tools import StrPath


@dataclass(frozen=True)
class Tensor:
    """An input or output: its name, element type (`i8`, `ui8`, ...) and extents.

    A real value is `scale` x (element - `zero_point`), where these are known.
    """

    name: str
    type: str
    shape: tuple[int, ...]
    scale: float | None = None
    zero_point: int | None = None


@dataclass(frozen=True)
class Program:
    """A program of the accelerator.

    `data` is the program file, whole; the same model, machine and options always give the
    same bytes. `name` stands for it in messages.
    """

    data: bytes
    name: str = "program.elf"

    @classmethod
    def load(cls, path: StrPath) -> Program:
        """Reads a program file; a LacunaError if it can't be read or is no program."""
        try:
            program = cls(Path(path).read_bytes(), os.fspath(path))
        except OSError as error:
            raise LacunaError.at(os.fspath(path), error.strerror or str(error)) from None
        _ = program.inputs
        return program

    def save(self, path: StrPath) -> None:
        """Writes the program file, whole or not at all."""
        from lacuna.files import write_file

        write_file(path, self.data)

    @property
    def inputs(self) -> list[Tensor]:
        """The tensors that a run takes, in order."""
        return self._tensors("input")

    @property
    def outputs(self) -> list[Tensor]:
        """The tensors that a run gives, in order."""
        return self._tensors("output")

    @property
    def predicted(self) -> dict[str, Any] | None:
        """What the compiler predicted, in the layout of a report, if the file holds it."""
        table = self._table(".lacuna.predicted")
        return table if isinstance(table, dict) else None

    def _tensors(self, kind: str) -> list[Tensor]:
        table = self._table(".lacuna.program")
        names = self._table(".lacuna.names")
        found: list[Tensor] = []
        try:
            given = list(names["names"]) if names is not None else []
            if table is None:
                raise ValueError("no section .lacuna.program")
            for index, one in enumerate(table["tensors"]):
                if one["kind"] != kind:
                    continue
                name = str(given[index]) if index < len(given) else ""
                found.append(
                    Tensor(
                        name or f"{kind}{len(found)}",
                        str(one["type"]),
                        tuple(int(extent) for extent in one["shape"]),
                        one.get("scale"),
                        one.get("zero_point"),
                    )
                )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise LacunaError.at(
                self.name, f"is no program of Lacuna: its table of tensors is damaged ({error})"
            ) from None
        return found

    def _table(self, section: str) -> Any:
        try:
            text = _section(self.data, section)
            return None if text is None else json.loads(text)
        except (struct.error, IndexError, ValueError, RecursionError) as error:
            raise LacunaError.at(self.name, f"is no program of Lacuna ({error})") from None


def _section(data: bytes, name: str) -> bytes | None:
    """The bytes of a section of an ELF64 file, or None if it has none of that name."""
    if data[:6] != b"\x7fELF\x02\x01":
        raise ValueError("not a little-endian ELF64 file")
    (table,) = struct.unpack_from("<Q", data, 40)
    size, count, names = struct.unpack_from("<HHH", data, 58)
    if size < 64:
        raise ValueError("no section headers")

    def extent(index: int) -> tuple[int, int, int]:
        header = table + index * size
        (label,) = struct.unpack_from("<I", data, header)
        begin, length = struct.unpack_from("<QQ", data, header + 24)
        return label, begin, length

    _, begin, length = extent(names)
    labels = data[begin : begin + length]
    for index in range(1, count):
        label, begin, length = extent(index)
        if labels[label : labels.index(b"\0", label)] == name.encode():
            if begin + length > len(data):
                raise ValueError(f"section {name} lies outside the file")
            return data[begin : begin + length]
    return None
