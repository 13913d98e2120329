#!/usr/bin/env python3
"""Runs TOSA conformance cases on the reference interpreter.

    conformance.py ARCHIVE [--family int ext] [--per-operator N] [--fused]

ARCHIVE is a .tar.gz of FAMILY/OPERATOR/CASE/{test.mlir,desc.json,input-*.npy,
ref-result-*.npy}, as Arm's generator and reference model give them. Prints for
each family how many cases agree, and each operator that doesn't wholly; exits
with 1 if a case that the front end accepts gives another result. With
--per-operator, only the first N cases of each operator, by name.

Results must be equal byte for byte. Only a rescale with INEXACT_ROUND may lie
anywhere in the band that the specification allows around the real product.
"""
import argparse
import collections
import json
import math
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import numpy as np


def inexact_band(case, value):
    """Least and greatest lawful results of the case's INEXACT_ROUND rescale."""
    text = (case / "test.mlir").read_text()
    constants = {}
    for name, hexadecimal, payload, width in re.findall(
        r'(%\d+) = "tosa.const"\(\) <\{values = dense<("0x)?([^>"]*)"?>'
        r" : tensor<\d+xi(\d+)>",
        text,
    ):
        if hexadecimal:
            dtype = np.dtype(f"<i{int(width) // 8}")
            constants[name] = np.frombuffer(bytes.fromhex(payload), dtype)
        else:
            constants[name] = np.array(json.loads(f"[{payload}]")).ravel()
    operands, attributes, output = re.search(
        r"tosa.rescale %arg0, ([^{]*) \{(.*)\} : .* -> tensor<(?:\d+x)*i(\d+)>", text
    ).groups()
    multiplier, shift, input_zp, output_zp = (
        constants[name.strip()] for name in operands.split(",")
    )
    unsigned_input = "input_unsigned = true" in attributes
    unsigned_output = "output_unsigned = true" in attributes
    bits = int(output)

    def unsigned(array, width):
        return array.astype(np.int64) & ((1 << width) - 1)

    in_bits = 48 if value.dtype == np.int64 else value.dtype.itemsize * 8
    x = unsigned(value, in_bits) if unsigned_input else value.astype(np.int64)
    in_zp = unsigned(input_zp, in_bits) if unsigned_input else input_zp
    out_zp = unsigned(output_zp, bits) if unsigned_output else output_zp
    exact = (x - in_zp) * multiplier.astype(np.float64) * np.exp2(-shift.astype(float))
    error = 0.5 + (3 * abs(exact) + abs(exact + out_zp)) * math.exp2(-24)
    least = 0 if unsigned_output else -(1 << (bits - 1))
    most = least + (1 << bits) - 1
    low = np.clip(np.ceil(exact - error + out_zp), least, most)
    high = np.clip(np.floor(exact + error + out_zp), least, most)
    return low, high, (lambda a: unsigned(a, bits)) if unsigned_output else (lambda a: a)


def run(case, flags):
    """"agrees", "differs", or the front end's reason for refusing the case."""
    desc = json.loads((case / "desc.json").read_text())
    names = desc["ofm_file"]
    with tempfile.TemporaryDirectory() as folder:
        outputs = [Path(folder) / name for name in names]
        command = ["lacuna-compiler", "reference", case / "test.mlir", *flags]
        for path in desc["ifm_file"]:
            command += ["--input", case / path]
        for path in outputs:
            command += ["--output", path]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            return re.sub(r"^.*?error: ", "", done.stderr.splitlines()[0])
        for name, path in zip(names, outputs):
            got, want = np.load(path), np.load(case / name)
            mode = list(desc["compliance"]["tensors"].values())[0]["mode"]
            if mode == "RESCALE_INEXACT":
                low, high, read = inexact_band(case, np.load(case / "input-0.npy"))
                if not ((low <= read(got)) & (read(got) <= high)).all():
                    return "differs"
            elif got.dtype != want.dtype or got.tobytes() != want.tobytes():
                return "differs"
    return "agrees"


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("archive")
    arguments.add_argument("--family", nargs="+", default=["int", "ext"])
    arguments.add_argument("--per-operator", type=int)
    arguments.add_argument("--no-fuse", action="store_true")
    options = arguments.parse_args()
    flags = ["--no-fuse"] if options.no_fuse else []

    differing = 0
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(options.archive) as archive:
            archive.extractall(folder)
        root = next(p for p in Path(folder).rglob("index.json")).parent
        for family in options.family:
            total, agreeing = 0, 0
            for operator in sorted(p for p in (root / family).iterdir() if p.is_dir()):
                cases = sorted(operator.iterdir())[: options.per_operator]
                verdicts = collections.Counter(run(case, flags) for case in cases)
                total += len(cases)
                agreeing += verdicts["agrees"]
                differing += verdicts["differs"]
                for verdict, count in sorted(verdicts.items()):
                    if verdict != "agrees":
                        print(f"  {family}/{operator.name}: {count} of {len(cases)}: {verdict}")
            print(f"{family}: {agreeing} of {total} agree")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
