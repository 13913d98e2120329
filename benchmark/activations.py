#!/usr/bin/env python3
"""The table of docs/results.md on activations that go off-chip without their zeros.

usage: activations.py [--shared DIR] [--tools DIR] [--machine edge-zip]

Compiles shared models with --compress-activations=off, auto and on, each layer by itself
(-O0) and as usual (-O1, where what fits stays on-chip), runs one stored sample of each,
and prints the bytes of activations moved and what that changes: of all bytes, bursts,
cycles and energy. Outputs must be equal.
"""

import argparse
import itertools
import json
import pathlib
import subprocess
import tempfile

import numpy

from processes import HERE

MODELS = ["kws_int8", "resnet8_int8", "mobilenet_v2_1.0_224_quant"]


def run(options, model, effort, mode, folder):
    """The report of one sample."""
    program, report, sample = folder / "m.elf", folder / "r.json", folder / "x.npy"
    source = options.shared / "models" / "tosa" / f"{model}.mlir"
    subprocess.run([options.tools / "lacuna", "compile", source, "--machine", options.machine,
                    "-o", program, effort, f"--compress-activations={mode}"], check=True)
    numpy.save(sample, numpy.load(options.shared / "golden" / model / "input.npy")[:1])
    subprocess.run([options.tools / "lacuna", "run", program, "--each", "--input", sample,
                    "--output", folder / f"{mode}.npy", "--report", report], check=True,
                   stdout=subprocess.DEVNULL)
    if (folder / f"{mode}.npy").read_bytes() != (folder / "off.npy").read_bytes():
        raise SystemExit(f"{model}: outputs differ with {mode}")
    return json.loads(report.read_text())


def add_row(model, effort, mode, total, off):
    def with_change(value, before):
        if total is off or not before:
            return f"{value:,.0f}"
        return f"{value:,.0f} ({value / before - 1:+.1%})"

    raw, stored = total["activations_raw_bytes"], total["activations_stored_bytes"]
    cells = [
        f"{raw:,} to {stored:,}" if raw else "",
        with_change(total["dram_bytes_by"]["activations"], off["dram_bytes_by"]["activations"]),
        with_change(total["dram_bytes"], off["dram_bytes"]),
        with_change(total["dram_burst_bytes"], off["dram_burst_bytes"]),
        with_change(total["cycles"], off["cycles"]),
        with_change(total["energy_pj"]["total"] / 1e6, off["energy_pj"]["total"] / 1e6),
    ]
    print(f"| {model} | `{effort}` | `{mode}` | {' | '.join(cells)} |")


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--shared", type=pathlib.Path, default=HERE.parent / "shared")
    parser.add_argument("--tools", type=pathlib.Path, default=HERE / "build" / "bin")
    parser.add_argument("--machine", default="edge-zip")
    options = parser.parse_args()
    print("| model | | | in blocks | activations | off-chip bytes | in bursts | cycles | energy, uJ |\n"
          + "|-" * 9 + "|")
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        for model, effort in itertools.product(MODELS, ("-O0", "-O1")):
            off = None
            for mode in ("off", "auto", "on"):
                total = run(options, model, effort, mode, folder)["total"]
                off = off or total
                add_row(model, effort, mode, total, off)


if __name__ == "__main__":
    main()
