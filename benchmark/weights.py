#!/usr/bin/env python3
"""The tables of docs/results.md on stored weights: bytes of each encoding.

usage: weights.py [--shared DIR] [--tools DIR] [--each]

Weights are those of three 3x3 convolutions from 64 channels to 64, Gaussian and
pruned by magnitude, and those of shared models. Units are 16 output channels.
The target is 1.01 x order-0 entropy + 128 bytes a tensor + 8 bytes a unit; the
last column says by how many bytes the worst tensor stays below it. --each adds
a row for each tensor. Exits with 1 if a tensor misses the target.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np

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
    for row in rows:
        row["target"] = 1.01 * row["entropy"] + 128 + 8 * row["units"]
        row["least"] = min(value for key, value in row.items() if key in
                           ("bitmap", "zero_run", "entropy_coded", "palette")) 
        row["least"] = min(row["least"], row["raw"])
    return rows


def print_row(name, rows):
    total = {key: sum(row[key] for row in rows) for key in
             ("raw", "entropy", "target", "entropy_coded", "bitmap", "zero_run", "least")}
    margin = min(row["target"] - row["entropy_coded"] for row in rows)
    print(f"| {name} | {len(rows)} | {total['raw']:,} | {total['entropy']:,.0f} "
          f"| {total['target']:,.0f} | {total['entropy_coded']:,} "
          f"| {total['entropy_coded'] / total['entropy'] - 1:+.2%} | {total['bitmap']:,} "
          f"| {total['zero_run']:,} | {total['least']:,} | {margin:,.0f} |")
    return margin >= 0


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--shared", type=pathlib.Path, default=root.parent / "shared")
    parser.add_argument("--tools", type=pathlib.Path, default=root / "build" / "bin")
    parser.add_argument("--each", action="store_true", help="a row for each tensor")
    options = parser.parse_args()

    subjects = [(f"Gaussian, {percent} % pruned", list(gaussians(percent)))
                for percent in (0, 50, 75, 90)]
    subjects += [(model, list(model_weights(options.shared / "models" / "tosa" / f"{model}.mlir")))
                 for model in MODELS]
    print("| weights | tensors | raw | entropy | target | entropy-coded | over entropy "
          "| bitmap | zero runs | least of all | margin |\n|-|-|-|-|-|-|-|-|-|-|-|")
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
