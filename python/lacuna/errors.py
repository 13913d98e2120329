"""Errors with a place: what the tools print on standard error, as exceptions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Diagnostic:
    """One message and its place.

    `line` and `column` count from 1 and are None where the place has none; `offset` is a
    byte offset in a binary file. `notes` say what to do or where else to look.
    """

    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    offset: int | None = None
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        place = self.file or ""
        if self.line is not None:
            place += f":{self.line}"
            if self.column is not None:
                place += f":{self.column}"
        elif self.offset is not None:
            place += f":byte {self.offset}"
        head = f"{place}: error: " if place else "error: "
        return "\n".join([head + self.message, *(f"note: {note}" for note in self.notes)])


class LacunaError(Exception):
    """Something is wrong with an input.

    `diagnostics` holds everything that was reported, at least one; `file`, `line`,
    `column`, `message` and `notes` are those of the first.
    """

    def __init__(self, diagnostics: Sequence[Diagnostic]):
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(str(one) for one in self.diagnostics))

    @classmethod
    def at(cls, file: str | None, message: str, *notes: str) -> LacunaError:
        """An error of one message about a file (None: about no file)."""
        return cls([Diagnostic(message, file, notes=notes)])

    @property
    def file(self) -> str | None:
        return self.diagnostics[0].file

    @property
    def line(self) -> int | None:
        return self.diagnostics[0].line

    @property
    def column(self) -> int | None:
        return self.diagnostics[0].column

    @property
    def message(self) -> str:
        return self.diagnostics[0].message

    @property
    def notes(self) -> tuple[str, ...]:
        return self.diagnostics[0].notes


class ToolNotFound(LacunaError):
    """A tool or a package that the work needs is not installed."""


_LINE = re.compile(
    r"(?:(?P<file>.+?)(?::(?P<line>\d+)(?::(?P<column>\d+))?|:byte (?P<offset>\d+))?: )?"
    r"(?P<severity>error|warning|note): (?P<message>.*)"
)


def parse_diagnostics(text: str) -> list[Diagnostic]:
    """The errors in what a tool printed, each with its notes; warnings are left out.

    A line that is none of error, warning or note goes on with the message before it.
    """
    found: list[tuple[str, dict[str, str | None], list[str]]] = []
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        if match is None:
            if found:
                found[-1][2][-1] += "\n" + line
        elif match["severity"] == "note" and found:
            place = match["file"]
            row = f":{match['line']}" if match["line"] else ""
            found[-1][2].append(f"{match['message']} ({place}{row})" if place else match["message"])
        else:
            found.append((match["severity"], match.groupdict(), [match["message"]]))

    def number(text: str | None) -> int | None:
        return int(text) if text is not None else None

    return [
        Diagnostic(
            texts[0],
            place["file"],
            number(place["line"]),
            number(place["column"]),
            number(place["offset"]),
            tuple(texts[1:]),
        )
        for severity, place, texts in found
        if severity == "error"
    ]
