#!/usr/bin/env python3
"""The table of docs/results.md on what 2:4 pruning saves: energy and bytes off-chip.

usage: pruned.py [--shared DIR] [--tools DIR] [--structure 2:4]

Compiles shared models dense and pruned by magnitude, depthwise and first layers
left alone as `lacuna compile --prune` does by default, runs one stored sample on each
machine, and prints bytes, cycles and energy, and what became of the energy by
component. Accuracy is another table's matter.
"""

import argparse
import json
import pathlib
import subprocess
import tempfile

import numpy

from processes import HERE

MODELS = ["kws_int8", "mobilenet_v2_1.0_224_quant"]
MACHINES = ["edge", "edge-nm", "edge-skip"]
PARTS = ["dram", "scratchpad", "matrix", "accumulators", "vector", "decoder"]


def run(tools, shared, model, machine, prune, folder):
    """The totals of one sample."""
    program, report, sample = folder / "m.elf", folder / "r.json", folder / "x.npy"
    source = shared / "models" / "tosa" / f"{model}.mlir"
    words = ["--prune", prune] if prune else []
    subprocess.run([tools / "lacuna", "compile", source, "--machine", machine, "-o", program,
                    *words], check=True)
    numpy.save(sample, numpy.load(shared / "golden" / model / "input.npy")[:1])
    subprocess.run([tools / "lacuna", "run", program, "--each", "--input", sample, "--output",
                    folder / "y.npy", "--report", report], check=True, stdout=subprocess.DEVNULL)
    return json.loads(report.read_text())["total"]


def add_row(model, machine, weights, total, dense):
    def with_change(value, before):
        return f"{value:,.0f} ({value / before - 1:+.1%})" if dense is not total else f"{value:,.0f}"

    cells = [
        with_change(total["weights_moved_bytes"], dense["weights_moved_bytes"]),
        with_change(total["dram_bytes"], dense["dram_bytes"]),
        f"{total['macs_skipped'] / total['macs']:.0%}",
        with_change(total["cycles"], dense["cycles"]),
        with_change(total["energy_pj"]["total"] / 1e6, dense["energy_pj"]["total"] / 1e6),
        *(f"{total['energy_pj'][part] / 1e6:,.1f}" for part in PARTS),
    ]
    print(f"| {model} | `{machine}` | {weights} | {' | '.join(cells)} |")


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--shared", type=pathlib.Path, default=HERE.parent / "shared")
    parser.add_argument("--tools", type=pathlib.Path, default=HERE / "build" / "bin")
    parser.add_argument("--structure", default="2:4")
    options = parser.parse_args()
    print("| model | machine | weights | weights moved | off-chip bytes | MACs skipped | cycles | "
          f"energy, uJ | {' | '.join(PARTS)} |\n" + "|-" * (8 + len(PARTS)) + "|")
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        for model in MODELS:
            for machine in MACHINES:
                dense = None
                for prune in ("", f"criterion=magnitude structure={options.structure}"):
                    total = run(options.tools, options.shared, model, machine, prune, folder)
                    dense = dense or total
                    add_row(model, machine, options.structure if prune else "dense", total, dense)


if __name__ == "__main__":
    main()
