#!/usr/bin/env python3
"""What quantisation costs: accuracy, agreement and signal-to-noise ratio of integer networks.

usage: quantization.py [--models kws,mnist,resnet8,ad01] [--calibrate N] [--machine NAME]
           [--options "OPTIONS" ...] [--shared DIR] [--tools DIR] [--limit N]

Quantises each float network by each set of OPTIONS (of nn-quantize): the first N samples are
calibrated with, the others run, the float network in the reference interpreter and the integer
one on the emulator. Prints a table: top-1 accuracy, share of samples whose arg-max is that of
the float network, the ratio of the variance of the float network's outputs to the mean square
of what differs, in dB, and bytes of weights as stored.

kws is SHARED/models/tosa/kws_float.mlir on SHARED/data/speech-commands, mnist is opt_mnist.mlir
on SHARED/data/mnist. resnet8 and ad01 have no data here: their samples are random (normal), so
that agreement and ratio are measured, but no accuracy.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

_ROOT = Path(__file__).resolve().parents[1]
_OPTIONS = [
    "weights=i8",
    "weights=i8 range=mse",
    "weights=i4 method=nearest",
    "weights=i4 method=adaround",
    "weights=i4 method=gptq",
    "weights=i2 method=nearest",
    "weights=i2 method=gptq",
]


class _Network(NamedTuple):
    model: str
    samples: Any
    labels: Any


def _kws(options: argparse.Namespace) -> _Network:
    folder = options.shared / "data" / "speech-commands"
    rows = (folder / "kws01_first500.labels.txt").read_text().split("\n")
    labels = np.array([int(row.split()[1]) for row in rows if row.strip()])
    integers = np.fromfile(folder / "kws01_first500_49x10_i8.bin", np.int8)
    # Scale and zero point of the input of SHARED/models/mlperf-tiny/kws_int8.tflite.
    real = np.float32(0.5847029089927673) * (integers.astype(np.float32) - 83)
    return _Network("kws_float", real.astype(np.float32).reshape(-1, 1, 49, 10, 1), labels)


def _mnist(options: argparse.Namespace) -> _Network:
    folder = options.shared / "data" / "mnist"
    with gzip.open(folder / "t10k-first5000-images-idx3-ubyte.gz") as file:
        images = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 1, 1, 28, 28)
    with gzip.open(folder / "t10k-first5000-labels-idx1-ubyte.gz") as file:
        labels = np.frombuffer(file.read(), np.uint8, offset=8)
    return _Network("opt_mnist", images.astype(np.float32), labels.astype(np.int64))


def _random(model: str, *shape: int) -> _Network:
    values = np.random.default_rng(1).normal(size=(150, *shape)).astype(np.float32)
    return _Network(model, values, None)


_NETWORKS = {
    "kws": _kws,
    "mnist": _mnist,
    "resnet8": lambda _: _random("resnet8_float", 1, 32, 32, 3),
    "ad01": lambda _: _random("ad01_float", 1, 640),
}


class _Runner:
    """Compiles and runs one network in a folder of its own."""

    def __init__(self, network: _Network, options: argparse.Namespace, folder: Path):
        self._options = options
        self._model = str(options.shared / "models" / "tosa" / f"{network.model}.mlir")
        self._names = ("cal.npy", "in.npy", "out.npy", "p.elf", "r.json")
        self._files = {name: str(folder / name) for name in self._names}
        end = options.calibrate + options.limit if options.limit else None
        np.save(self._files["cal.npy"], network.samples[: options.calibrate])
        np.save(self._files["in.npy"], network.samples[options.calibrate : end])
        labels = network.labels
        self.labels = None if labels is None else labels[options.calibrate : end]

    def _call(self, *arguments: str) -> None:
        tool = str(self._options.tools / arguments[0])
        done = subprocess.run([tool, *arguments[1:]], capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr)

    def _outputs(self) -> Any:
        found = np.load(self._files["out.npy"])
        return found.reshape(len(found), -1).astype(np.float64)

    def float_outputs(self) -> Any:
        """A row of scores for each sample, of the float network."""
        files = self._files
        self._call(
            "lacuna-compiler", "reference", self._model, "--each", "--input", files["in.npy"],
            "--output", files["out.npy"],
        )  # fmt: skip
        return self._outputs()

    def outputs(self, quantize: str) -> tuple[Any, int]:
        """The same of the integer network, and the bytes of its weights."""
        files = self._files
        self._call(
            "lacuna", "compile", self._model, "--machine", self._options.machine,
            "-o", files["p.elf"], "--calibrate", files["cal.npy"], "--quantize", quantize,
        )  # fmt: skip
        self._call(
            "lacuna", "run", files["p.elf"], "--each", "--input", files["in.npy"],
            "--output", files["out.npy"], "--report", files["r.json"],
        )  # fmt: skip
        total = json.loads(Path(files["r.json"]).read_text())["total"]
        return self._outputs(), total["weights_stored_bytes"]


def _ratio(before: Any, after: Any) -> str:
    noise = ((after - before) ** 2).mean()
    signal = before.var(axis=0).mean()
    return f"{10 * np.log10(signal / noise):.1f}" if noise else "exact"


def _row(*cells: str) -> None:
    print("|", " | ".join(cells), "|", flush=True)


def _table(name: str, network: _Network, options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        runner = _Runner(network, options, Path(folder))
        before = runner.float_outputs()
        best = before.argmax(axis=1)

        def score(scores: Any) -> str:
            if runner.labels is None:
                return ""
            return f"{100 * (scores.argmax(axis=1) == runner.labels).mean():.2f} %"

        _row(name, "float", score(before), "", "", "")
        for quantize in options.options or _OPTIONS:
            found, stored = runner.outputs(quantize)
            agrees = f"{100 * (found.argmax(axis=1) == best).mean():.2f} %"
            _row(name, quantize, score(found), agrees, _ratio(before, found), str(stored))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--models", default="kws,mnist")
    parser.add_argument("--calibrate", type=int, default=50)
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--machine", default="edge")
    parser.add_argument("--options", action="append")
    shared = os.environ.get("LACUNA_SHARED", _ROOT.parent / "shared")
    parser.add_argument("--shared", type=Path, default=Path(shared))
    parser.add_argument("--tools", type=Path, default=_ROOT / "build" / "bin")
    options = parser.parse_args()
    _row("network", "options", "top-1", "agrees", "dB", "weight bytes")
    _row(*["-"] * 6)
    for name in options.models.split(","):
        if name not in _NETWORKS:
            parser.error(f"there is no network '{name}': there are {', '.join(_NETWORKS)}")
        _table(name, _NETWORKS[name](options), options)


if __name__ == "__main__":
    main()
