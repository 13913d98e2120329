#!/usr/bin/env python3
"""The table of docs/results.md on weights as programs store them.

usage: stored.py [--shared DIR] [--machines edge,nano] [--tools DIR]

Compiles shared models and three 3x3 convolutions from 64 channels to 64 on 64x64
maps, whose int8 weights are Gaussian and pruned by magnitude. For each program:
bytes of the weights as shape and type give them, their order-0 entropy (each tensor
by itself), bytes stored and bytes moved in one run, and by how many bytes all of them
stay below the target: 1.01 x entropy + 128 for each tensor + 8 for each unit; dense
tensors, which no encoding makes smaller, have a target of their raw bytes + 64. Bytes
stored are those of the program file. Exits with 1 if a program's weights miss the
target, or if the convolutions' are moved more than once. (weights.py looks at each
tensor by itself, in units of 16 output channels.)
"""

import argparse
import json
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

import numpy

import sparsity
from processes import HERE

MODELS = ["kws_int8", "resnet8_int8", "mobilenet_v2_1.0_224_quant"]
SHARES = [0, 0.5, 0.75, 0.9]


def make_layers(share):
    """Weights of the convolutions: int8, Gaussian, the smallest `share` zero."""
    random = numpy.random.default_rng(7)
    shape = (sparsity.CHANNELS, 3, 3, sparsity.CHANNELS)
    for _ in range(sparsity.LAYERS):
        # Of this deviation, 108 KiB have 89.5 KiB of entropy.
        levels = numpy.clip(numpy.rint(random.normal(size=shape) * 24), -127, 127)
        yield sparsity.prune(levels, share).astype(numpy.int8)


def read_sections(path):
    """Name, address and bytes of each section of an ELF64 file."""
    data = pathlib.Path(path).read_bytes()
    offset, = struct.unpack_from("<Q", data, 40)
    size, count, names = struct.unpack_from("<HHH", data, 58)
    headers = [struct.unpack_from("<IIQQQQ", data, offset + i * size) for i in range(count)]
    strings = headers[names][4]
    for name, kind, _, address, place, length in headers:
        end = data.index(b"\0", strings + name)
        content = b"" if kind == 8 else data[place : place + length]
        yield data[strings + name : end].decode(), address, content


def read_weights(path):
    """Stored bytes of each weight tensor of a program, by name."""
    sections = list(read_sections(path))
    table = {name: content for name, _, content in sections}
    tensors = json.loads(table[".lacuna.program"])["tensors"]
    names = json.loads(table[".lacuna.names"])["names"]
    weights = {}
    for name, tensor in zip(names, tensors):
        if tensor["kind"] != "weights":
            continue
        count = int(numpy.prod(tensor["shape"], dtype=int))
        size = tensor.get("stored_bytes", count * (2 if tensor["type"] == "i16" else 1))
        for section, address, content in sections:
            start = tensor["address"] - address
            if section.startswith(".constants") and 0 <= start < len(content):
                weights[name] = content[start : start + size]
    return weights


def entropy_bytes(raw):
    """Order-0 entropy of `raw`, in bytes."""
    counts = numpy.bincount(numpy.frombuffer(raw, numpy.uint8), minlength=256)
    shares = counts[counts > 0] / len(raw)
    return float(-(shares * numpy.log2(shares)).sum()) * len(raw) / 8


def count_units(tools, program):
    """Units of each encoded tensor, by the address of its streams."""
    listing = subprocess.run([tools / "lacuna", "disasm", program], check=True,
                             capture_output=True, text=True).stdout
    decodes = re.findall(r"decode dram=(\d+),.*?units=(?:\(.*? of (\d+)\)|(\d+))", listing)
    return {int(address): int(some or all_) for address, some, all_ in decodes}


def compile_model(tools, model, machine, program):
    prediction = program.with_suffix(".json")
    subprocess.run([tools / "lacuna", "compile", model, "--machine", machine, "-o", program,
                    "--predict", prediction], check=True)
    return json.loads(prediction.read_text())["total"]


def write_plain_machine(machine, folder):
    """The machine without a decoder: its programs hold dense weights."""
    text = (HERE / "accel-isa" / "machines" / f"{machine}.yaml").read_text()
    text = re.sub(r"^decoder:\n(?:  .*\n)+", "", text, flags=re.M)
    path = folder / "plain.yaml"
    path.write_text(text.replace(f"name: {machine}", "name: plain", 1))
    return path


def add_row(tools, name, model, machine, folder):
    """Prints a row; returns the bytes above the target, and whether all moved once."""
    total = compile_model(tools, model, machine, folder / "stored.elf")
    compile_model(tools, model, write_plain_machine(machine, folder), folder / "plain.elf")
    stored, raw = read_weights(folder / "stored.elf"), read_weights(folder / "plain.elf")
    units = sum(count_units(tools, folder / "stored.elf").values())
    encoded = {key for key in raw if len(stored[key]) != len(raw[key])}
    target = 8 * units + sum(1.01 * entropy_bytes(raw[key]) + 128 if key in encoded
                             else len(raw[key]) + 64 for key in raw)
    kept = sum(len(content) for content in stored.values())
    entropy = sum(entropy_bytes(content) for content in raw.values())
    once = total["weights_moved_bytes"] == total["weights_stored_bytes"]
    print(f"| {name} | {machine} | {total['weights_raw_bytes']:,} | {entropy:,.0f} | {kept:,} | "
          f"{kept / entropy:.3f} | {target - kept:,.0f} | {total['weights_moved_bytes']:,} |")
    return kept - target, once and kept == total["weights_stored_bytes"]


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--shared", type=pathlib.Path, default=HERE.parent / "shared")
    parser.add_argument("--machines", default="edge,nano")
    parser.add_argument("--tools", type=pathlib.Path, default=HERE / "build" / "bin")
    options = parser.parse_args()
    print("| weights of | machine | raw | entropy | stored | / entropy | below the target by | "
          "moved |\n|-|-|-|-|-|-|-|-|")
    bad = False
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        for share in SHARES:
            (folder / "model.mlir").write_text(sparsity.make_model(list(make_layers(share)), 64))
            for machine in options.machines.split(","):
                miss, once = add_row(options.tools, f"3 convolutions, {share:.0%} zeros",
                                     folder / "model.mlir", machine, folder)
                bad |= miss > 0 or not once
        for model in MODELS:
            path = options.shared / "models" / "tosa" / f"{model}.mlir"
            for machine in options.machines.split(","):
                if path.exists():
                    bad |= add_row(options.tools, model, path, machine, folder)[0] > 0
    sys.exit(bad)


if __name__ == "__main__":
    main()
