#!/usr/bin/env python3
"""How fast the compiler is: CPU time of whole processes, and peak memory.

usage: compile.py [--shared DIR] [--tools DIR] [--rounds N] [--vela PROGRAM] [--large]

MobileNetV2 for `edge` against Vela (ethos-u-vela from the Python index, installed
into build/peers unless --vela names one), in pairs; chains of convolutions of
growing length; with --large, a model with 1 GiB of weights in a file beside it.
"""

import argparse
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile

from processes import HERE, install_peer, measure

MODEL = "mobilenet_v2_1.0_224_quant"
GIBIBYTE = 1 << 30


def against_vela(lacuna, vela, shared, rounds, scratch):
    text = shared / "models" / "tosa" / f"{MODEL}.mlir"
    flatbuffer = shared / "models" / "mobilenet" / f"{MODEL}.tflite"
    ours, theirs, ratios = [], [], []
    for _ in range(rounds):
        ours.append(measure([lacuna, "compile", text, "--machine", "edge",
                             "-o", scratch / "program.elf"]))
        theirs.append(measure([vela, flatbuffer, "--output-dir", scratch / "vela"]))
        ratios.append(ours[-1].cpu / theirs[-1].cpu)
    print(f"{MODEL}, whole process, {rounds} pairs:\n"
          f"  lacuna compile    {statistics.median(run.cpu for run in ours):.2f} s CPU, "
          f"{max(run.memory for run in ours):.0f} MiB\n"
          f"  vela              {statistics.median(run.cpu for run in theirs):.2f} s CPU, "
          f"{max(run.memory for run in theirs):.0f} MiB\n"
          f"  ratio             {statistics.median(ratios):.2f}")


def chains(lacuna, rounds, scratch):
    generator = HERE / "test" / "Compiler" / "Inputs" / "chain.py"
    print("chains of convolutions:\n  layers    CPU s    ms a layer    MiB")
    for layers in (125, 250, 500, 1000, 2000):
        model = scratch / f"chain{layers}.mlir"
        model.write_bytes(subprocess.run([sys.executable, generator, str(layers)],
                                         check=True, capture_output=True).stdout)
        runs = [measure([lacuna, "compile", model, "--machine", "edge",
                         "-o", scratch / "program.elf"]) for _ in range(rounds)]
        cpu = statistics.median(run.cpu for run in runs)
        print(f"  {layers:6}    {cpu:5.2f}    {1000 * cpu / layers:10.2f}    "
              f"{max(run.memory for run in runs):3.0f}")


def write_large(scratch, products=16, extent=8192):
    """A chain of matrix products with i8 weights [1, extent, extent] each."""
    features, sums = (f"tensor<1x1x{extent}x{element}>" for element in ("i8", "i32"))
    weights = f"tensor<1x{extent}x{extent}xi8>"
    constants = {"z": "0 : i8", "m": "1073741824 : i32", "s": "40 : i8", "z32": "0 : i32"}
    lines = [f"func.func @main(%x0: {features}) -> {features} {{"]
    for name, value in constants.items():
        number, element = value.split(" : ")
        kind = f"tensor<1x{element}>"
        lines.append(f'%{name} = "tosa.const"() <{{values = dense<{number}> : {kind}}}> '
                     f": () -> {kind}")
    header = {}
    for i in range(products):
        header[f"w{i}"] = {"dtype": "I8", "shape": [1, extent, extent],
                           "data_offsets": [i * extent**2, (i + 1) * extent**2]}
        lines += [
            f'%w{i} = "tosa.const"() <{{values = dense_resource<w{i}> : {weights}}}> '
            f": () -> {weights}",
            f"%a{i} = tosa.matmul %x{i}, %w{i}, %z, %z : ({features}, {weights}, tensor<1xi8>, "
            f"tensor<1xi8>) -> {sums}",
            f"%x{i + 1} = tosa.rescale %a{i}, %m, %s, %z32, %z {{input_unsigned = false, "
            "output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, "
            f"scale32 = true}} : ({sums}, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, "
            f"tensor<1xi8>) -> {features}"]
    lines.append(f"return %x{products} : {features}\n}}")
    (scratch / "large.mlir").write_text("\n".join(lines))
    text = json.dumps(header).encode()
    values = random.Random(1)
    with open(scratch / "large.safetensors", "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for _ in range(products):
            file.write(values.randbytes(extent**2))
    return products * extent**2


def large(lacuna, scratch):
    weights = write_large(scratch)
    machine = scratch / "large.yaml"
    shown = subprocess.run([lacuna, "machine", "show", "edge"], check=True, capture_output=True,
                           text=True).stdout
    before, dram = shown.split("\ndram:", 1)
    lines = dram.split("\n")
    at = next(i for i, line in enumerate(lines) if line.startswith("  bytes:"))
    lines[at] = f"  bytes: {2 * GIBIBYTE}"
    machine.write_text(before + "\ndram:" + "\n".join(lines))
    run = measure([lacuna, "compile", scratch / "large.mlir", "--weights",
                   scratch / "large.safetensors", "--machine", machine,
                   "-o", scratch / "program.elf"])
    print(f"{weights / GIBIBYTE:.0f} GiB of weights in a file: {run.cpu:.2f} s CPU, "
          f"peak memory {run.memory * 1024 * 1024 / weights:.2f} x the weights")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=pathlib.Path,
                        default=pathlib.Path(os.environ.get("LACUNA_SHARED", HERE.parent / "shared")))
    parser.add_argument("--tools", type=pathlib.Path, default=HERE / "build" / "bin")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--vela", type=pathlib.Path)
    parser.add_argument("--large", action="store_true")
    arguments = parser.parse_args()
    lacuna = arguments.tools / "lacuna"
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        vela = arguments.vela or install_peer("ethosu.vela", "ethos-u-vela") / "vela"
        against_vela(lacuna, vela, arguments.shared, arguments.rounds, scratch)
        chains(lacuna, arguments.rounds, scratch)
        if arguments.large:
            large(lacuna, scratch)


if __name__ == "__main__":
    main()
