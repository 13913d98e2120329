#!/usr/bin/env python3
"""Runs TOSA conformance cases on the reference interpreter and the emulator.

    conformance.py ARCHIVE [--family int ext neg] [--count N]
                   [--machine NAME ...] [--set KEY=VALUE ...]

ARCHIVE is a .tar.gz of FAMILY/OPERATOR/CASE/{test.mlir,desc.json,input-*.npy,
ref-result-*.npy}, as Arm's generator and reference model give them. --count
takes that many cases of all families together, spread evenly over each
operator's, at least one of each. --set adds a machine with the first one's file
changed: scratchpad.bytes=2048 makes small layers not fit.

Prints, for each family, how many cases the reference interpreter and each
machine get right, and each operator with the cases that it doesn't. Results
must be equal byte for byte; only those of a rescale with INEXACT_ROUND may lie
anywhere in the band that the specification allows around the real product.
Cases of the family neg must be refused with an error that has a place.
Exits with 1 if a case differs, breaks, or is wrongly accepted.
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

sys.path.append(str(Path(__file__).resolve().parents[2] / "Compiler" / "Inputs"))
from agree import machine_file  # noqa: E402


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


def within_band(case, desc, got):
    """Whether an output that is not the expected one is lawful all the same."""
    if list(desc["compliance"]["tensors"].values())[0]["mode"] != "RESCALE_INEXACT":
        return False
    low, high, read = inexact_band(case, np.load(case / "input-0.npy"))
    return ((low <= read(got)) & (read(got) <= high)).all()


def chosen(root, families, count):
    """The cases to run, by family and operator."""
    operators = {(family, path.name): sorted(p for p in path.iterdir() if p.is_dir())
                 for family in families
                 for path in sorted((root / family).iterdir()) if path.is_dir()}
    if not count:
        return operators
    share = count / sum(map(len, operators.values()))
    for key, cases in operators.items():
        take = max(1, min(len(cases), round(share * len(cases))))
        operators[key] = [cases[i * len(cases) // take] for i in range(take)]
    return operators


def run(cases, machines, folder):
    """What lacuna-compiler says of each case, its reference verdict corrected
    where the specification allows a band."""
    descs = [json.loads((case / "desc.json").read_text()) for case in cases]
    lines = ["\t".join([str(case / "test.mlir"), *(str(case / name) for name in desc["ifm_file"]),
                        "=", *(str(case / name) for name in desc["ofm_file"])])
             for case, desc in zip(cases, descs)]
    (folder / "list").write_text("\n".join(lines))
    (folder / "outputs").mkdir()
    command = ["lacuna-compiler", "conformance", folder / "list", "--outputs", folder / "outputs"]
    for machine in machines:
        command += ["--machine", machine]
    done = subprocess.run(command, capture_output=True, text=True)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode or len(found) != len(cases):
        sys.exit(f"stopped at {cases[len(found)]}: {done.stderr}")
    for number, (case, desc, result) in enumerate(zip(cases, descs, found)):
        if result.get("reference") == "differs" and all(
                within_band(case, desc, np.load(folder / "outputs" / f"{number}-{i}.npy"))
                for i in range(len(desc["ofm_file"]))):
            result["reference"] = "agrees"
    return found


def shortened(reason):
    """A reason without the place, which differs from case to case."""
    return re.sub(r"\S*?test\.mlir:\d+:\d+: (\w+_\d+: )?", "", reason.splitlines()[0])


def judge(family, result, sides):
    """(side, verdict) pairs of one case; "agrees" is what it should be."""
    refused = result.get("refused")
    if family == "neg":
        located = refused and re.search(r"test\.mlir:\d+:\d+: ", refused)
        return [("the front end", "agrees" if located else f"accepts or does not locate: {refused}")]
    if refused:
        return [(side, shortened("refused: " + refused)) for side in sides]
    return [(side, shortened(result.get(side, result["reference"]))) for side in sides]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("archive")
    arguments.add_argument("--family", nargs="+", default=["int", "ext", "neg"])
    arguments.add_argument("--count", type=int)
    arguments.add_argument("--machine", nargs="*", default=[])
    arguments.add_argument("--set", nargs="+", default=[])
    options = arguments.parse_args()

    wrong = False
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with tarfile.open(options.archive) as archive:
            archive.extractall(folder)
        machines = list(options.machine)
        if options.set:
            machines.append(machine_file(machines[0], options.set, folder))
        labels = {"reference": "the reference"}
        labels.update((str(machine), str(machine)) for machine in options.machine)
        if options.set:
            labels[str(machines[-1])] = "the changed " + options.machine[0]
        root = next(p for p in folder.rglob("index.json")).parent
        operators = chosen(root, options.family, options.count)
        results = iter(run([case for cases in operators.values() for case in cases],
                           map(str, machines), folder))
        totals, right, lines = (collections.Counter(), collections.Counter(),
                                collections.defaultdict(list))
        for (family, operator), cases in operators.items():
            verdicts = collections.Counter()
            for _ in cases:
                for side, verdict in judge(family, next(results), labels):
                    totals[family, side] += 1
                    right[family, side] += verdict == "agrees"
                    verdicts[side, verdict] += verdict != "agrees"
                    wrong |= not verdict.startswith(("agrees", "refused"))
            for (side, verdict), count in verdicts.items():
                if count:
                    lines[family].append(f"  {family}/{operator} on {labels.get(side, side)}: "
                                         f"{count} of {len(cases)}: {verdict}")
        for family in options.family:
            print(*lines[family], sep="\n", end="\n" if lines[family] else "")
            for (of, side), total in totals.items():
                if of == family:
                    print(f"{family}: {right[family, side]} of {total} on {labels.get(side, side)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
