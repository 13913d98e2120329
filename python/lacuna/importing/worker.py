"""Running a converter as a process: what it does to itself stays there.

Converters read files that may be hostile, with native code: each runs in a process of its
own, with a limit on memory, and only its text comes back.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from lacuna.errors import Diagnostic, LacunaError, ToolNotFound
from lacuna.tools import describe_exit

_MEMORY = 48 << 30  # of address space: PyTorch reserves far more than it uses
_ERROR = re.compile(r"(?:loc\((?P<place>.*)\): |(?P<file>[^:\n]*):\d+:\d+: )?error: (?P<what>.*)")


def need(package: str, extra: str) -> None:
    """Raises ToolNotFound if a Python package is not installed."""
    if importlib.util.find_spec(package) is None:
        raise ToolNotFound.at(
            None,
            f"the Python package '{package}' is not installed",
            f"pip install './python[{extra}]', or scripts/quickstart.sh --with-import",
        )


def run(module: str, arguments: Sequence[str], path: str, folder: Path) -> None:
    """Runs `python -m module arguments` in `folder`; a LacunaError about `path` if it fails."""
    environment = dict(os.environ, PYTHONWARNINGS="ignore", CUDA_VISIBLE_DEVICES="")
    root = str(Path(__file__).resolve().parents[2])
    environment["PYTHONPATH"] = os.pathsep.join(
        [root, *filter(None, [environment.get("PYTHONPATH")])]
    )
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        preexec_fn=_limit,
    )
    if done.returncode:
        text = (done.stdout + done.stderr).decode(errors="replace")
        raise LacunaError(_explain(text, done.returncode, module, path))


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _explain(text: str, code: int, module: str, path: str) -> list[Diagnostic]:
    """What a converter said. Ours print a JSON list of messages on their last line."""
    last = text.strip().split("\n")[-1]
    if last.startswith('["'):
        try:
            return [Diagnostic(str(message), path) for message in json.loads(last)]
        except ValueError:
            pass
    found = []
    for match in _ERROR.finditer(text):
        name = re.match(r"\"((?:[^\"\\]|\\.)*)\"\(", match["place"] or "")
        found.append(f"{name[1]}: {match['what']}" if name else match["what"])
    if code < 0 or not found:
        found.append(f"the converter ({module}) failed: {describe_exit(code)}")
    return [Diagnostic(message[:2000], path) for message in dict.fromkeys(found)]
