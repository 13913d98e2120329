"""Finding and calling Lacuna's tools.

They are looked for, in this order: in the folder that the environment variable
LACUNA_TOOLS names; in `build/bin` of the checkout that this package lies in; beside the
running Python (an installation into its prefix); on PATH.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Union

from lacuna.errors import LacunaError, ToolNotFound, parse_diagnostics

StrPath = Union[str, "os.PathLike[str]"]

VARIABLE = "LACUNA_TOOLS"


def _folders() -> Iterator[Path]:
    if os.environ.get(VARIABLE):
        yield Path(os.environ[VARIABLE])
        return
    yield Path(__file__).resolve().parents[2] / "build" / "bin"
    yield Path(sys.executable).parent


def find_tool(name: str) -> Path:
    """Path of the tool `name`; ToolNotFound says where it was looked for."""
    for folder in _folders():
        if os.access(folder / name, os.X_OK):
            return folder / name
    on_path = None if os.environ.get(VARIABLE) else shutil.which(name)
    if on_path:
        return Path(on_path)
    places = ", ".join(str(folder) for folder in _folders())
    raise ToolNotFound.at(
        None,
        f"the tool '{name}' was not found in {places}"
        + ("" if os.environ.get(VARIABLE) else " or on PATH"),
        f"build it (scripts/quickstart.sh), or set {VARIABLE} to the folder that holds it",
    )


def describe_exit(code: int) -> str:
    """How a process that failed ended, in words."""
    if code < 0:
        try:
            return f"ended by {signal.Signals(-code).name}"
        except ValueError:
            return f"ended by signal {-code}"
    return f"exit code {code}"


def call_tool(name: str, arguments: Sequence[StrPath], cwd: StrPath | None = None) -> str:
    """Runs a tool and returns its standard output.

    Raises LacunaError with everything that it reported if it fails.
    """
    command = [str(find_tool(name)), *(os.fspath(one) for one in arguments)]
    done = subprocess.run(
        command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    if done.returncode == 0:
        return done.stdout.decode(errors="replace")
    text = done.stderr.decode(errors="replace")
    diagnostics = parse_diagnostics(text)
    if diagnostics:
        raise LacunaError(diagnostics)
    tail = " ".join(text.split())[-500:]
    raise LacunaError.at(
        None, f"{name} failed without saying why ({describe_exit(done.returncode)}) {tail}".strip()
    )
