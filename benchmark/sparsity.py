#!/usr/bin/env python3
"""What pruned weights save in cycles: three 3x3 convolutions, dense against pruned.

usage: sparsity.py [--tools DIR] [--size 32] [--keep DIR]

Each convolution has 64 to 64 channels on maps of `size` x `size`, weights of a normal
distribution (seeded), pruned by magnitude and quantised to int8, and a ReLU as its
epilogue. The input is of the same distribution. Every pruned model runs on the machine
named and against the dense model on the same machine; outputs are compared with the
reference interpreter's, byte for byte. The last columns say what stands between the
products left out and the time: what the ideal of MATRIX would be (dense cycles x products
done / all), what it took, and what the whole program took.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy

from processes import HERE

CHANNELS, LAYERS = 64, 3
# Machine, name of the pruning, what it leaves.
CASES = [
    ("edge-nm", "2:4", lambda weights: prune_groups(weights, 2, 4)),
    ("edge-nm", "1:4", lambda weights: prune_groups(weights, 1, 4)),
    ("edge-skip", "2:4", lambda weights: prune_groups(weights, 2, 4)),
    ("edge-skip", "50 %", lambda weights: prune(weights, 0.5)),
    ("edge-skip", "75 %", lambda weights: prune(weights, 0.75)),
    ("edge-skip", "90 %", lambda weights: prune(weights, 0.9)),
]


def prune(weights, share):
    """Zeroes the smallest `share` of all."""
    order = numpy.argsort(numpy.abs(weights), axis=None, kind="stable")
    kept = weights.copy()
    kept.reshape(-1)[order[: int(round(share * weights.size))]] = 0
    return kept


def prune_groups(weights, nonzeros, group):
    """Keeps the largest `nonzeros` of each `group` along the input channels."""
    groups = weights.reshape(-1, group)
    order = numpy.argsort(-numpy.abs(groups), axis=1, kind="stable")
    kept = groups.copy()
    numpy.put_along_axis(kept, order[:, nonzeros:], 0, axis=1)
    return kept.reshape(weights.shape)


def to_hex(values):
    return '"0x' + numpy.ascontiguousarray(values).tobytes().hex().upper() + '"'


def make_model(layers, size):
    """TOSA text of the convolutions, each from int8 to int8."""
    channels = CHANNELS
    maps = f"tensor<1x{size}x{size}x{channels}xi8>"
    sums = maps.replace("xi8", "xi32")
    lines = [f"func.func @main(%x0: {maps}) -> {maps} {{",
             '  %zp = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>',
             '  %zp32 = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>',
             '  %m = "tosa.const"() <{values = dense<1518500250> : tensor<1xi32>}> : () -> tensor<1xi32>',
             '  %s = "tosa.const"() <{values = dense<41> : tensor<1xi8>}> : () -> tensor<1xi8>',
             f'  %b = "tosa.const"() <{{values = dense<0> : tensor<{channels}xi32>}}> : '
             f"() -> tensor<{channels}xi32>"]
    shape = f"tensor<{channels}x3x3x{channels}xi8>"
    for i, weights in enumerate(layers):
        lines += [
            f'  %w{i} = "tosa.const"() <{{values = dense<{to_hex(weights)}> : {shape}}}> '
            f": () -> {shape}",
            f"  %c{i} = tosa.conv2d %x{i}, %w{i}, %b, %zp, %zp {{acc_type = i32, "
            "pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>, "
            f"dilation = array<i64: 1, 1>}} : ({maps}, {shape}, tensor<{channels}xi32>, "
            f'tensor<1xi8>, tensor<1xi8>) -> {sums} loc("conv{i + 1}")',
            f"  %r{i} = tosa.rescale %c{i}, %m, %s, %zp32, %zp {{scale32 = true, "
            "rounding_mode = DOUBLE_ROUND, per_channel = false, input_unsigned = false, "
            f"output_unsigned = false}} : ({sums}, tensor<1xi32>, tensor<1xi8>, "
            f'tensor<1xi32>, tensor<1xi8>) -> {maps} loc("conv{i + 1}")',
            f"  %x{i + 1} = tosa.clamp %r{i} {{min_val = 0 : i8, max_val = 127 : i8}} : "
            f'({maps}) -> {maps} loc("conv{i + 1}")']
    lines += [f"  return %x{len(layers)} : {maps}", "}"]
    return "\n".join(lines) + "\n"


class Bench:
    def __init__(self, tools, size, folder):
        self.tools, self.size, self.folder = tools, size, folder
        random = numpy.random.default_rng(7)
        self.weights = [random.normal(size=(CHANNELS, 3, 3, CHANNELS)) for _ in range(LAYERS)]
        x = numpy.clip(numpy.round(random.normal(size=(1, size, size, CHANNELS)) * 32), -127, 127)
        numpy.save(folder / "x.npy", x.astype("int8"))

    def call(self, *words):
        done = subprocess.run([self.tools / "lacuna", *map(str, words)], capture_output=True,
                              text=True)
        if done.returncode:
            sys.exit(f"failed: lacuna {' '.join(map(str, words))}\n{done.stderr}")

    def run(self, name, change, machine):
        """The report of the layers, pruned by `change`, on `machine`."""
        layers = []
        for weights in self.weights:
            # The largest of some ten thousand lies at 4 to 5 deviations.
            levels = numpy.clip(numpy.round(change(weights) * 28), -127, 127)
            layers.append(levels.astype("int8"))
        path = self.folder / f"{machine}-{name.replace(' ', '').replace('%', '').replace(':', '_')}"
        model, program = path.with_suffix(".mlir"), path.with_suffix(".elf")
        model.write_text(make_model(layers, self.size))
        x, y, z = self.folder / "x.npy", path.with_suffix(".npy"), self.folder / "reference.npy"
        self.call("compile", model, "--machine", machine, "-o", program)
        self.call("run", program, "--input", x, "--output", y, "--report", path.with_suffix(".json"))
        self.call("reference", model, "--input", x, "--output", z)
        if not numpy.array_equal(numpy.load(y), numpy.load(z)):
            sys.exit(f"{path}: the outputs differ from the reference")
        return json.loads(path.with_suffix(".json").read_text())


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--tools", type=pathlib.Path, default=HERE / "build" / "bin")
    arguments.add_argument("--size", type=int, default=32)
    arguments.add_argument("--keep", type=pathlib.Path, help="where models and reports stay")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = options.keep or pathlib.Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        bench = Bench(options.tools, options.size, folder)
        dense = {}
        print("| machine | weights | cycles | fewer than dense | MACs skipped | MATRIX, ideal | "
              "MATRIX | energy |\n|-|-|-|-|-|-|-|-|")
        for machine, weights, change in CASES:
            if machine not in dense:
                report = bench.run("dense", lambda weights: weights, machine)
                dense[machine] = report["total"]["cycles"]
                print_row(machine, "dense", report["total"], dense[machine])
            print_row(machine, weights, bench.run(weights, change, machine)["total"],
                      dense[machine])


def print_row(machine, weights, total, dense):
    ideal = total["dense_cycles"] * (1 - total["macs_skipped"] / total["macs"])
    print(f"| `{machine}` | {weights} | {total['cycles']:,} | {dense / total['cycles']:.2f} x | "
          f"{100 * total['macs_skipped'] / total['macs']:.1f} % | {ideal:,.0f} | "
          f"{total['busy_cycles']['matrix']:,} | {total['energy_pj']['total'] / 1e6:.1f} uJ |")


if __name__ == "__main__":
    main()
