"""Output files, written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile

from lacuna.errors import LacunaError
from lacuna.tools import StrPath


def write_file(path: StrPath, data: bytes) -> None:
    """Writes `data` to `path`: a new file beside it takes its place when it is complete.

    Something at `path` that is no regular file (a pipe, a terminal) is written to directly.
    """
    path = os.fspath(path)
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            with open(path, "wb") as device:
                device.write(data)
            return
        target = os.path.realpath(path)
        handle, temporary = tempfile.mkstemp(
            dir=os.path.dirname(target) or ".", prefix=".lacuna-", suffix=".tmp"
        )
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(temporary, 0o666 & ~umask)
            os.replace(temporary, target)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise
    except OSError as error:
        raise LacunaError.at(path, f"can't write this file: {error.strerror}") from None
