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

_SECONDS = 3600
_MEMORY = 12 << 30  # of address space; PyTorch reserves more than it uses
# "loc("name"(...)): error: what", "file:1:2: error: what" or "...: error: loc("name"): what".
_ERROR = re.compile(
    r"(?:loc\((?P<place>.*)\): |[^\n]*:\d+: )?error: (?:loc\((?P<inner>\".*?\")\): )?(?P<what>.*)"
)


def need(package: str, extra: str) -> Path:
    """Where a Python package lies; ToolNotFound if it is not installed."""
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise ToolNotFound.at(
            None,
            f"the Python package '{package}' is not installed",
            f"pip install './python[{extra}]', or scripts/quickstart.sh --with-import",
        )
    return Path(next(iter(found.submodule_search_locations)))


def call(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs a command in `folder`, with the limits of a converter on memory and time."""
    environment = dict(os.environ, PYTHONWARNINGS="ignore", CUDA_VISIBLE_DEVICES="")
    root = str(Path(__file__).resolve().parents[2])
    environment["PYTHONPATH"] = os.pathsep.join(
        [root, *filter(None, [environment.get("PYTHONPATH")])]
    )
    try:
        return subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS,
            preexec_fn=_limit,
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 1, "", f"error: took over {_SECONDS} s\n")


def run(module: str, arguments: Sequence[str], path: str, folder: Path) -> None:
    """Runs `python -m module arguments`; a LacunaError about `path` if it fails."""
    done = call([sys.executable, "-m", module, *arguments], folder)
    if done.returncode:
        raise LacunaError(explain(done, path))


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def explain(done: subprocess.CompletedProcess[str], path: str) -> list[Diagnostic]:
    """What a converter said. Ours print a JSON list of messages as their last line."""
    last = done.stdout.strip().split("\n")[-1]
    if last.startswith('["'):
        try:
            return [Diagnostic(str(message), path) for message in json.loads(last)]
        except ValueError:
            pass
    text = done.stdout + done.stderr
    found = []
    for match in _ERROR.finditer(text):
        name = re.match(r"\"((?:[^\"\\]|\\.)*)\"(?:$|\()", match["inner"] or match["place"] or "")
        what = match["what"].split(": %")[0]  # without the operation, whole
        found.append(f"{name[1]}: {what}" if name else what)
    if done.returncode < 0 or not found:
        found.append(f"the converter failed: {describe_exit(done.returncode)}")
    return [Diagnostic(message[:2000], path) for message in dict.fromkeys(found)]
