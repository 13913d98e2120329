"""Names of layers: MLIR's locations, read and written."""

from __future__ import annotations

import re

_ALIAS = re.compile(r"#(loc\d*) = loc\((.*)\)$")
_STRING = r"\"((?:[^\"\\]|\\.)*)\""
# A string is a name, unless it is the file of file:line:column.
_PART = re.compile(rf"{_STRING}(:\d+:\d+)?|(#loc\d*)")
_ESCAPE = re.compile(rb"\\([0-9A-Fa-f]{2}|.)")


def read_locations(text: str) -> dict[str, str]:
    """The name that each alias of a location (`#loc7`) stands for, "" if it has none."""
    bodies = {}
    for line in text.split("\n"):
        if line.startswith("#loc"):
            match = _ALIAS.match(line)
            if match:
                bodies["#" + match[1]] = match[2]
    resolved: dict[str, str] = {}

    def resolve(alias: str, depth: int) -> str:
        if alias not in resolved and depth < 32:
            resolved[alias] = ""
            for string, place, other in _PART.findall(bodies.get(alias, "")):
                name = resolve(other, depth + 1) if other else "" if place else string
                if name:
                    resolved[alias] = unescape(name) if not other else name
                    break
        return resolved.get(alias, "")

    return {alias: resolve(alias, 0) for alias in bodies}


def first(location: str) -> str:
    """The name in a location that is written out, "" if it has none."""
    for string, place, _ in _PART.findall(location):
        if string and not place:
            return unescape(string)
    return ""


def unescape(text: str) -> str:
    """What an MLIR string says; bytes that are no UTF-8 become U+FFFD."""

    def byte(match: re.Match[bytes]) -> bytes:
        code = match[1]
        return (
            bytes([int(code, 16)]) if len(code) == 2 else {b"n": b"\n", b"t": b"\t"}.get(code, code)
        )

    return _ESCAPE.sub(byte, text.encode()).decode(errors="replace")


def printable(text: str) -> str:
    """`text` with '_' for control characters, which no name should hold."""
    return "".join(c if c.isprintable() else "_" for c in text)


def quote(text: str) -> str:
    """An MLIR string that says `text`, made printable."""
    return '"' + printable(text).replace("\\", "\\\\").replace('"', '\\"') + '"'
