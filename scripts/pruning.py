#!/usr/bin/env python3
"""What pruning costs: accuracy, agreement and signal-to-noise ratio of pruned networks.

usage: pruning.py [--models digits,kws,mnist] [--calibrate N] [--machine NAME] [--shared DIR]
           [--mnist DIR] [--tools DIR] [--structures S,S] [--options "OPTIONS"]
           [--thresholds DB,DB]

Prunes each network by each criterion to each structure, without retraining: the first N
samples are calibrated with, the others run on the emulator. Prints a table: zeros among all
weights of the network, top-1 accuracy, share of samples whose arg-max is that of the dense
program, and the ratio of the variance of the dense program's outputs to the mean square of
what differs, in dB. OPTIONS go to nn-prune, beside criterion and structure.

With --thresholds, small activations go to zero instead: for each number of dB, zeros among the
elements that enter matrix operations, the three figures above, and what the machine skips,
takes and spends for it, on average.

digits is test/models/digits; kws is SHARED/models/tosa/kws_int8.mlir on
SHARED/data/speech-commands; mnist is what scripts/mnist.py leaves in DIR (build/mnist).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

_ROOT = Path(__file__).resolve().parents[1]
_STRUCTURES = "sparsity:0.5,2:4,sparsity:0.75,sparsity:0.9"
_CRITERIA = ("magnitude", "wanda", "hessian")


class _Network(NamedTuple):
    model: Path
    samples: Any
    labels: Any


def _digits(_: argparse.Namespace) -> _Network:
    folder = _ROOT / "test" / "models" / "digits"
    return _Network(
        folder / "digits_int8.mlir",
        np.load(folder / "test_images_i8.npy"),
        np.load(folder / "test_labels.npy"),
    )


def _kws(options: argparse.Namespace) -> _Network:
    folder = options.shared / "data" / "speech-commands"
    rows = (folder / "kws01_first500.labels.txt").read_text().split("\n")
    labels = np.array([int(row.split()[1]) for row in rows if row.strip()])
    samples = np.fromfile(folder / "kws01_first500_49x10_i8.bin", np.int8)
    model = options.shared / "models" / "tosa" / "kws_int8.mlir"
    return _Network(model, samples.reshape(len(labels), 1, 49, 10, 1), labels)


def _mnist(options: argparse.Namespace) -> _Network:
    if not (options.mnist / "labels.npy").exists():
        sys.exit(f"error: {options.mnist} has no labels.npy: run scripts/mnist.py first")
    return _Network(
        options.mnist / "mnist.mlir",
        np.load(options.mnist / "images.npy"),
        np.load(options.mnist / "labels.npy"),
    )


_NETWORKS = {"digits": _digits, "kws": _kws, "mnist": _mnist}


class _Runner:
    """Compiles and runs one network in a folder of its own."""

    def __init__(self, network: _Network, options: argparse.Namespace, folder: Path):
        self._tool = str(options.tools / "lacuna")
        self._machine = options.machine
        self._model = str(network.model)
        names = ("cal.npy", "in.npy", "out.npy", "p", "r")
        self._files = {name: str(folder / name) for name in names}
        np.save(self._files["cal.npy"], network.samples[: options.calibrate])
        np.save(self._files["in.npy"], network.samples[options.calibrate :])
        self.labels = network.labels[options.calibrate :]

    def _call(self, *arguments: str) -> str:
        done = subprocess.run([self._tool, *arguments], capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr)
        return done.stdout

    def _given(self, flag: str, words: str) -> list[str]:
        return ["--calibrate", self._files["cal.npy"], flag, words] if words else []

    def outputs(self, words: str, flag: str = "--prune") -> Any:
        """A row of scores for each sample; the option's `words` may be empty."""
        self._call(
            "compile", self._model, "--machine", self._machine, "-o", self._files["p"],
            *self._given(flag, words),
        )  # fmt: skip
        self._call(
            "run", self._files["p"], "--each", "--input", self._files["in.npy"],
            "--output", self._files["out.npy"], "--report", self._files["r"],
        )  # fmt: skip
        found = np.load(self._files["out.npy"])
        return found.reshape(len(found), -1).astype(np.float64)

    def report(self) -> tuple[int, Any]:
        """Samples of the last run, and its counters."""
        found = json.loads(Path(self._files["r"]).read_text())
        return found["samples"], found["total"]

    def zeros(self, prune: str) -> float:
        """The share of zeros among the weights of all layers."""
        given = self._given("--prune", prune)
        layers = json.loads(self._call("inspect", self._model, "--json", *given))["layers"]
        return sum(layer["zeros"] for layer in layers) / sum(layer["weights"] for layer in layers)

    def zero_activations(self, threshold: str) -> float:
        """The share of zeros among the elements that enter matrix operations."""
        given = self._given("--threshold", threshold)
        given += ["--each", "--input", self._files["in.npy"]]
        layers = json.loads(self._call("inspect", self._model, "--json", *given))["layers"]
        zeros = sum(layer["zero_activations"] for layer in layers)
        return zeros / sum(layer["activations"] for layer in layers)


def _ratio(dense: Any, pruned: Any) -> str:
    noise = ((pruned - dense) ** 2).mean()
    signal = dense.var(axis=0).mean()
    return f"{10 * np.log10(signal / noise):.1f}" if noise else "exact"


def _row(*cells: str) -> None:
    print("|", " | ".join(cells), "|", flush=True)


def _table(name: str, network: _Network, options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        runner = _Runner(network, options, Path(folder))
        dense = runner.outputs("")
        best = dense.argmax(axis=1)

        def score(scores: Any) -> str:
            return f"{100 * (scores.argmax(axis=1) == runner.labels).mean():.2f} %"

        _row(name, "dense", "", f"{100 * runner.zeros(''):.1f} %", score(dense), "", "")
        for structure in options.structures.split(","):
            for criterion in _CRITERIA:
                prune = f"criterion={criterion} structure={structure} {options.options}"
                found = runner.outputs(prune)
                _row(
                    name,
                    structure,
                    criterion,
                    f"{100 * runner.zeros(prune):.1f} %",
                    score(found),
                    f"{100 * (found.argmax(axis=1) == best).mean():.2f} %",
                    _ratio(dense, found),
                )


def _threshold_table(name: str, network: _Network, options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        runner = _Runner(network, options, Path(folder))
        dense = runner.outputs("")
        best = dense.argmax(axis=1)
        for decibels in ["", *options.thresholds.split(",")]:
            words = f"snr={decibels}" if decibels else ""
            found = runner.outputs(words, "--threshold")
            samples, total = runner.report()
            _row(
                name,
                f"{decibels} dB" if decibels else "none",
                f"{100 * runner.zero_activations(words):.1f} %",
                f"{100 * (found.argmax(axis=1) == runner.labels).mean():.2f} %",
                f"{100 * (found.argmax(axis=1) == best).mean():.2f} %",
                _ratio(dense, found),
                f"{100 * total['macs_skipped'] / total['macs']:.1f} %",
                f"{total['cycles'] / samples:,.0f}",
                f"{total['energy_pj']['total'] / samples / 1e6:.3f}",
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--models", default="digits,kws,mnist")
    parser.add_argument("--calibrate", type=int, default=50)
    parser.add_argument("--machine", default="edge")
    parser.add_argument("--structures", default=_STRUCTURES)
    parser.add_argument("--options", default="")
    parser.add_argument("--thresholds", default="")
    shared = os.environ.get("LACUNA_SHARED", _ROOT.parent / "shared")
    parser.add_argument("--shared", type=Path, default=Path(shared))
    parser.add_argument("--mnist", type=Path, default=_ROOT / "build" / "mnist")
    parser.add_argument("--tools", type=Path, default=_ROOT / "build" / "bin")
    options = parser.parse_args()
    scores = ["top-1", "agrees", "dB"]
    heading = ["network", "structure", "criterion", "zeros", *scores]
    if options.thresholds:
        heading = ["network", "threshold", "zeros", *scores, "skipped", "cycles", "uJ"]
    _row(*heading)
    _row(*["-"] * len(heading))
    table = _threshold_table if options.thresholds else _table
    for name in options.models.split(","):
        if name not in _NETWORKS:
            parser.error(f"there is no network '{name}': there are {', '.join(_NETWORKS)}")
        table(name, _NETWORKS[name](options), options)


if __name__ == "__main__":
    main()
