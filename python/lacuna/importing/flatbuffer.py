"""Reading FlatBuffers from untrusted bytes: every offset is checked before it is followed."""

from __future__ import annotations

import struct
from dataclasses import dataclass

_MOST_TABLES = 1 << 20


class Damaged(Exception):
    """The file contradicts itself at byte `offset`."""

    def __init__(self, offset: int, message: str):
        super().__init__(message)
        self.offset = offset
        self.message = message


@dataclass(frozen=True)
class Table:
    """A table at byte `at` of `data`. Fields go by their number in the schema."""

    data: bytearray
    at: int

    def has(self, field: int) -> bool:
        return self._find(field) is not None

    def number(self, field: int, form: str, default: int = 0) -> int:
        """A scalar field; `form` is struct's letter for its type."""
        found = self._find(field)
        return default if found is None else int(unpack(self.data, "<" + form, found)[0])

    def table(self, field: int) -> Table | None:
        found = self._find(field)
        return None if found is None else _follow(self.data, found)

    def tables(self, field: int) -> list[Table]:
        """The elements of a field that is a vector of tables."""
        first, count = self.vector(field, 4)
        if count > _MOST_TABLES:
            raise Damaged(first, f"a list of {count} entries")
        return [_follow(self.data, first + 4 * index) for index in range(count)]

    def vector(self, field: int, size: int) -> tuple[int, int]:
        """Place of the first element and number of elements, of `size` bytes each."""
        found = self._find(field)
        if found is None:
            return 0, 0
        start = found + int(unpack(self.data, "<I", found)[0])
        count = int(unpack(self.data, "<I", start)[0])
        if start + 4 + count * size > len(self.data):
            raise Damaged(start, f"{count} elements of {size} bytes do not fit in the file")
        return start + 4, count

    def numbers(self, field: int, form: str) -> list[int]:
        """The elements of a field that is a vector of integers."""
        return list(self._unpacked(field, form))

    def reals(self, field: int) -> list[float]:
        """The elements of a field that is a vector of 32-bit floats."""
        return list(self._unpacked(field, "f"))

    def text(self, field: int) -> str:
        start, count = self.vector(field, 1)
        return self.data[start : start + count].decode(errors="replace")

    def _unpacked(self, field: int, form: str):  # type: ignore[no-untyped-def]
        start, count = self.vector(field, struct.calcsize("<" + form))
        return unpack(self.data, f"<{count}{form}", start)

    def _find(self, field: int) -> int | None:
        """The place of a field, or None where it has its default."""
        index = self.at - int(unpack(self.data, "<i", self.at)[0])
        slot = 4 + 2 * field
        if slot + 2 > int(unpack(self.data, "<H", index)[0]):
            return None
        offset = int(unpack(self.data, "<H", index + slot)[0])
        return self.at + offset if offset else None


def root(data: bytearray) -> Table:
    """The table that the file is."""
    return _follow(data, 0)


def unpack(data: bytearray, form: str, at: int) -> tuple[float, ...]:
    """struct.unpack_from that never reads outside of `data`."""
    if at < 0 or at + struct.calcsize(form) > len(data):
        raise Damaged(max(at, 0), "an offset leads outside the file")
    return struct.unpack_from(form, data, at)


def _follow(data: bytearray, at: int) -> Table:
    target = at + int(unpack(data, "<I", at)[0])
    unpack(data, "<i", target)
    return Table(data, target)
