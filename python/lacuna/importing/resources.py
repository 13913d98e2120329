"""Constants that MLIR keeps in a section of their own, brought to where they are used."""

from __future__ import annotations

import re

_ENTRY = re.compile(r"^\s*([\w.$\"-]+): \"0x([0-9A-Fa-f]*)\",?\s*$")
_USE = re.compile(r"dense_resource<([^<>]*)>")


def inline(text: str) -> str:
    """`text` with each `dense_resource<NAME>` as `dense<"0x...">`.

    A resource begins with its alignment, four bytes that are no data.
    """
    at = text.find("\n{-#")
    if at < 0:
        return text
    blobs = {}
    for line in text[at:].split("\n"):
        entry = _ENTRY.match(line)
        if entry:
            blobs[entry[1]] = entry[2][8:]

    def data(use: re.Match[str]) -> str:
        blob = blobs.get(use[1])
        return use[0] if blob is None else f'dense<"0x{blob}">'

    return _USE.sub(data, text[:at])
