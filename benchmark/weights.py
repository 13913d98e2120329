#!/usr/bin/env python3
"""The tables of docs/results.md on stored weights: bytes of each encoding.

usage: weights.py [--shared DIR] [--tools DIR] [--each]

Weights are those of three 3x3 convolutions from 64 channels to 64, Gaussian and
pruned by magnitude, and those of shared models. Units are 16 output channels.
The target is 1.01 x order-0 entropy + 128 bytes a tensor + 8 bytes a unit;
"margin" says by how many bytes the worst tensor stays below it. "states" is what
a unit's entropy-coded stream takes above the cost of its elements by the masses
in the table, in bytes: the initial states, filling, and what tANS loses. --each
adds a row for each tensor. Exits with 1 if a tensor misses the target.
"""

import argparse
import json
import math
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "test" / "Encoding" / "Inputs"))
import naive_decoder  # noqa: E402  (reads tables as docs/formats.md says)

MODELS = ["kws_int8", "resnet8_int8", "mobilenet_v2_1.0_224_quant"]
CONSTANT = re.compile(r'dense<"0x([0-9A-F]+)"> : tensor<([0-9x]+)xi8>')


def gaussians(percent):
    """Standard deviation 24: the order-0 entropy is then 6.63 bits at 0 %."""
    for seed in range(3):
        weights = np.random.default_rng(seed).normal(size=(64, 3, 3, 64))
        threshold = np.quantile(np.abs(weights), percent / 100) if percent else 0
        weights[np.abs(weights) < threshold] = 0
        yield np.clip(np.rint(weights * 24), -127, 127).astype(np.int8)


def model_weights(path):
    """Weights with their output channels first (depthwise ones stand last)."""
    for data, shape in CONSTANT.findall(path.read_text()):
        shape = [int(extent) for extent in shape.split("x")]
        weights = np.frombuffer(bytes.fromhex(data), np.int8)
        weights = weights.reshape(shape)
        if len(shape) < 2:
            continue
        if len(shape) == 4 and shape[0] == 1:
            weights = np.moveaxis(weights, 3, 0)
        yield np.ascontiguousarray(weights)


def model_bytes(tools, path, tensor):
    """What the elements cost by the masses of their bins; bytes of all streams."""
    prefix = path.with_suffix("")
    subprocess.run([tools / "lacuna-weights", path, "--output", prefix], check=True)
    bits = naive_decoder.Bits(prefix.with_suffix(".table").read_bytes())
    state_bits, folded, precision = bits.take(3) + 5, bits.take(1), bits.take(4)
    bins = []
    naive_decoder.read_tree(bits, 0, 8, 2**state_bits, precision, bins)
    counts = np.bincount(tensor.view(np.uint8).ravel(), minlength=256)
    total = 0
    for first, offset_bits, mass in bins:
        for place in range(first, first + 2**offset_bits):
            element = naive_decoder.to_element(place, 8, 0, folded)
            total += int(counts[element]) * (state_bits - math.log2(mass) + offset_bits)
    return total / 8, prefix.with_suffix(".stream").stat().st_size


def measure(tools, tensors, folder):
    paths = []
    for number, tensor in enumerate(tensors):
        paths.append(folder / f"{number}.npy")
        np.save(paths[-1], tensor)
    run = subprocess.run([tools / "lacuna-weights", *paths], check=True,
                         capture_output=True, text=True)
    decoder = json.JSONDecoder()
    rows, text = [], run.stdout.strip()
    while text:
        row, end = decoder.raw_decode(text)
        rows.append(row)
        text = text[end:].lstrip()
    for row, path, tensor in zip(rows, paths, tensors):
        row["model"], row["stream"] = model_bytes(tools, path, tensor)
        row["target"] = 1.01 * row["entropy"] + 128 + 8 * row["units"]
        row["least"] = min(value for key, value in row.items() if key in
                           ("bitmap", "zero_run", "entropy_coded", "palette"))
        row["least"] = min(row["least"], row["raw"])
    return rows


def print_row(name, rows):
    total = {key: sum(row[key] for row in rows) for key in
             ("raw", "units", "entropy", "target", "entropy_coded", "bitmap", "zero_run",
              "least", "model", "stream")}
    margin = min(row["target"] - row["entropy_coded"] for row in rows)
    states = (total["stream"] - total["model"]) / total["units"]
    print(f"| {name} | {len(rows)} | {total['raw']:,} | {total['entropy']:,.0f} "
          f"| {total['target']:,.0f} | {total['entropy_coded']:,} "
          f"| {total['entropy_coded'] / total['entropy'] - 1:+.2%} | {total['bitmap']:,} "
          f"| {total['zero_run']:,} | {total['least']:,} | {margin:,.0f} | {states:.1f} |")
    return margin >= 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--shared", type=pathlib.Path, default=ROOT.parent / "shared")
    parser.add_argument("--tools", type=pathlib.Path, default=ROOT / "build" / "bin")
    parser.add_argument("--each", action="store_true", help="a row for each tensor")
    options = parser.parse_args()

    subjects = [(f"Gaussian, {percent} % pruned", list(gaussians(percent)))
                for percent in (0, 50, 75, 90)]
    subjects += [(model, list(model_weights(options.shared / "models" / "tosa" / f"{model}.mlir")))
                 for model in MODELS]
    print("| weights | tensors | raw | entropy | target | entropy-coded | over entropy "
          "| bitmap | zero runs | least of all | margin | states |\n|-|-|-|-|-|-|-|-|-|-|-|-|")
    kept = True
    for name, tensors in subjects:
        with tempfile.TemporaryDirectory() as folder:
            rows = measure(options.tools, tensors, pathlib.Path(folder))
        kept &= print_row(name, rows)
        if options.each:
            for tensor, row in zip(tensors, rows):
                print_row("x".join(map(str, tensor.shape)), [row])
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
