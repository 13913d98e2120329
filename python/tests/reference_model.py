"""Running TOSA text on the TOSA reference model (the package tosa-tools)."""

import re
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import numpy as np

BIN = Path(sys.executable).parent
SCHEMA = Path(sysconfig.get_paths()["purelib"]) / "bin" / "tosa.fbs"
AVAILABLE = (BIN / "tosa_reference_model").exists()


def run(text, *inputs):
    """The outputs of a module, as arrays."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "m.mlir").write_text(text)
        call("tosa-opt", "m.mlir", "--tosa-convert-integer-type-to-signless", "--tosa-serialize",
             "--tosa-flatbuffer-filename=m.tosa", "-o", "/dev/null", cwd=folder)  # fmt: skip
        for index, array in enumerate(inputs):
            np.save(folder / f"in{index}.npy", array)
        outputs = len(re.search(r"return (.*?) :", text)[1].split(","))

        def names(kind, stem, count):
            return [
                f"--{kind}m_name=" + ",".join(f"Tosa{stem}_{k}" for k in range(count)),
                f"--{kind}m_file=" + ",".join(f"{stem[:-3].lower()}{k}.npy" for k in range(count)),
            ]

        call("tosa_reference_model", "--tosa_file=m.tosa", f"--flatbuffer_dir={folder}",
             f"--output_dir={folder}", f"--operator_fbs={SCHEMA}", "--tosa_level=NONE",
             *names("if", "Input", len(inputs)), *names("of", "Output", outputs),
             cwd=folder)  # fmt: skip
        return [np.load(folder / f"out{index}.npy") for index in range(outputs)]


def call(tool, *arguments, cwd):
    done = subprocess.run([BIN / tool, *arguments], cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(f"{tool}: {done.stdout[-500:]}{done.stderr[-1500:]}")
