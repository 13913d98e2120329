"""What the benchmarks share: processes and what they take, peers' programs."""

import os
import pathlib
import subprocess
import sys
import time
import typing
import venv

HERE = pathlib.Path(__file__).resolve().parent.parent
# Where peers' programs are installed, from the Python index.
PEERS = HERE / "build" / "peers"


class Usage(typing.NamedTuple):
    """Of a whole process: CPU and elapsed time [s], peak memory [MiB]."""

    cpu: float
    elapsed: float
    memory: float


def measure(command):
    """The usage of a process that must succeed."""
    start = time.monotonic()
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"failed: {' '.join(map(str, command))}")
    return Usage(usage.ru_utime + usage.ru_stime, time.monotonic() - start,
                 usage.ru_maxrss / 1024)


def install_peer(module, *packages):
    """The folder of programs of a virtual environment that can import `module`;
    what is missing is installed."""
    programs = PEERS / "bin"
    if not (programs / "pip").exists():
        venv.create(PEERS, with_pip=True)
    if subprocess.run([programs / "python", "-c", f"import {module}"],
                      capture_output=True).returncode:
        subprocess.run([programs / "pip", "install", "--quiet", *packages], check=True)
    return programs
