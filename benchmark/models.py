#!/usr/bin/env python3
"""The tables of docs/results.md: shared models compiled, emulated, validated.

usage: models.py [--shared DIR] [--machines edge,nano,server] [--tools DIR]

For each model and machine: whether every stored sample equals the golden output
byte for byte; off-chip bytes of one sample and their ratio to the compulsory ones
(weights and parameters as stored, inputs and outputs, once); those of activations;
the share of instruction bytes; how busy the array is with dense convolutions, weighted by
multiply-accumulates, by cycles in which MATRIX is busy; and with everything, by
elapsed cycles, waits for off-chip memory included; cycles and energy. Exits with 1 if any output
differs.
"""

import argparse
import filecmp
import json
import pathlib
import subprocess
import sys
import tempfile

MODELS = [
    "hello_world_int8",
    "ad01_int8",
    "kws_int8",
    "resnet8_int8",
    "micro_speech_quantized",
    "person_detect",
    "mobilenet_v1_0.25_128_quant",
    "mobilenet_v1_0.5_160_quant",
    "mobilenet_v2_1.0_224_quant",
]


def run_model(tools, shared, model, machine, folder):
    """Report of all stored samples, and equality."""
    program, output, report = (
        folder / f"{model}.{end}" for end in ("elf", "npy", "json"))
    golden = shared / "golden" / model
    source = shared / "models" / "tosa" / f"{model}.mlir"
    lacuna = str(tools / "lacuna")
    subprocess.run([lacuna, "compile", source, "--machine", machine, "-o", program], check=True)
    subprocess.run(
        [lacuna, "run", program, "--each", "--input", golden / "input.npy",
         "--output", output, "--report", report],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    equal = filecmp.cmp(output, golden / "output_tosa.npy", shallow=False)
    return json.loads(report.read_text()), equal


def array_use(report, peak, cycles_of):
    """Multiply-accumulates of dense convolutions a cycle, over `peak`."""
    dense = [
        layer for layer in report["layers"]
        if layer["name"].startswith("conv2d") and layer["macs"]
    ]
    macs = sum(layer["macs"] for layer in dense)
    if not macs:
        return None
    return sum(layer["macs"] ** 2 / cycles_of(layer) for layer in dense) / (macs * peak)


def percent(share):
    return "" if share is None else f"{100 * share:.0f} %"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    root = pathlib.Path(__file__).resolve().parent.parent
    parser.add_argument("--shared", type=pathlib.Path, default=root.parent / "shared")
    parser.add_argument("--tools", type=pathlib.Path, default=root / "build" / "bin")
    parser.add_argument("--machines", default="edge,nano,server")
    arguments = parser.parse_args()
    if not (arguments.shared / "golden").is_dir():
        sys.exit(f"error: no models in {arguments.shared}; name their folder with --shared")

    differing = 0
    print("| machine | model | samples | equal | bytes | compulsory | ratio"
          " | activations | instructions"
          " | array | elapsed | cycles | energy (uJ) |")
    print("|-|-|-|-|-|-|-|-|-|-|-|-|-|")
    with tempfile.TemporaryDirectory() as folder:
        for machine in arguments.machines.split(","):
            shape = subprocess.run(
                [arguments.tools / "lacuna", "machine", "show", machine],
                check=True, capture_output=True, text=True).stdout
            sizes = [int(line.split(":")[1]) for line in shape.splitlines()
                     if line.strip().startswith(("rows:", "columns:"))]
            for model in MODELS:
                report, equal = run_model(
                    arguments.tools, arguments.shared, model, machine, pathlib.Path(folder))
                differing += not equal
                total, samples = report["total"], report["samples"]
                moved = total["dram_bytes"] // samples
                bound = total["bound_dram_bytes"] // samples
                activations = total["dram_bytes_by"]["activations"] // samples
                peak = sizes[0] * sizes[1]
                busy = array_use(
                    report, peak, lambda layer: layer["busy_cycles"]["matrix"])
                elapsed = total["macs"] / (peak * total["cycles"])
                share = total["dram_bytes_by"]["instructions"] / total["dram_bytes"]
                print(f"| {machine} | {model} | {samples} | {'yes' if equal else 'NO'}"
                      f" | {moved:,} | {bound:,} | {moved / bound:.3f} | {activations:,}"
                      f" | {100 * share:.2f} %"
                      f" | {percent(busy)} | {percent(elapsed)}"
                      f" | {total['cycles'] // samples:,}"
                      f" | {total['energy_pj']['total'] / samples / 1e6:,.1f} |", flush=True)
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
