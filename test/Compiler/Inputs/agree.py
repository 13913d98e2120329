#!/usr/bin/env python3
"""Compiles a function, runs the program, and compares every output with the
reference interpreter's, byte for byte, on random inputs.

    agree.py MODEL.mlir [--machine NAME ...] [--set KEY=VALUE ...] [--entry F] [-O N]

--set changes a line of the machine file, to make small layers not fit: for
example scratchpad.bytes=2048. Prints "NAME: agrees" for each machine.
"""
import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

STORED = {"i1": "bool", "i4": "int8", "i8": "int8", "si8": "int8", "ui8": "uint8",
          "i16": "int16", "si16": "int16", "ui16": "uint16", "i32": "int32", "i48": "int64"}


def signature(text, entry):
    found = re.search(r"func\.func @" + entry + r"\((.*?)\)\s*->\s*(.*?)\s*\{\n", text, re.S)
    tensors = re.compile(r"tensor<((?:\d+x)*)([su]?i\d+)>")
    return tensors.findall(found.group(1)), len(tensors.findall(found.group(2)))


def random_tensor(random, shape, element):
    extents = [int(n) for n in shape.split("x") if n]
    bits = int(element.lstrip("sui"))
    if bits == 1:
        return random.integers(0, 2, extents).astype(bool)
    least = 0 if element.startswith("u") else -(1 << (bits - 1))
    return random.integers(least, least + (1 << bits), extents).astype(STORED[element])


def machine_file(name, changes, folder):
    if not changes:
        return name
    text = subprocess.run(["lacuna", "machine", "show", name], check=True,
                          capture_output=True, text=True).stdout
    for change in changes:
        key, value = change.split("=")
        section, leaf = key.split(".")
        text, count = re.subn(rf"(?ms)^({section}:.*?^  {leaf}: )\S+", rf"\g<1>{value}", text,
                              count=1)
        assert count == 1, key
    path = folder / f"{name}.yaml"
    path.write_text(text)
    return path


def call(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command[:2]))} failed:\n{done.stderr}")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("model", type=Path)
    arguments.add_argument("--machine", nargs="+", default=["nano", "edge", "server"])
    arguments.add_argument("--set", nargs="+", default=[])
    arguments.add_argument("--entry", default="main")
    arguments.add_argument("-O", default="1")
    options = arguments.parse_args()

    inputs, outputs = signature(options.model.read_text(), options.entry)
    random = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = []
        for i, (shape, element) in enumerate(inputs):
            np.save(folder / f"input{i}.npy", random_tensor(random, shape, element))
            data += ["--input", folder / f"input{i}.npy"]

        def targets(kind):
            return [word for i in range(outputs) for word in ("--output", folder / f"{kind}{i}.npy")]

        call("lacuna", "reference", options.model, "--entry", options.entry, *data,
             *targets("expected"))
        differing = False
        for machine in options.machine:
            program = folder / "program.elf"
            call("lacuna", "compile", options.model, "--entry", options.entry, "--machine",
                 machine_file(machine, options.set, folder), f"-O{options.O}", "-o", program)
            call("lacuna", "run", program, *data, *targets("got"))
            for i in range(outputs):
                expected, got = (folder / f"{kind}{i}.npy" for kind in ("expected", "got"))
                if expected.read_bytes() != got.read_bytes():
                    differing = True
                    where = np.argwhere(np.load(expected) != np.load(got))
                    print(f"{machine}: output {i} differs in {len(where)} elements, "
                          f"first at {where[:1].tolist()}")
            if not differing:
                print(f"{machine}: agrees")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
