#!/usr/bin/env python3
"""Compiles TOSA conformance cases, runs the programs, and holds their outputs to
the reference interpreter's, byte for byte.

    conformance.py ARCHIVE --machine NAME [--set KEY=VALUE ...] [--per-operator N]

ARCHIVE and the verdicts are as in test/Reference/Inputs/conformance.py; --set
changes the machine as in agree.py. Exits with 1 if a compiled case differs or
fails to run.
"""
import argparse
import collections
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from agree import machine_file


def run(case, machine):
    """"agrees", "differs", why it does not run, or the compiler's reason."""
    desc = json.loads((case / "desc.json").read_text())
    inputs = [word for path in desc["ifm_file"] for word in ("--input", case / path)]

    def call(*command):
        done = subprocess.run(["lacuna", *map(str, command)], capture_output=True, text=True)
        error = done.stderr.splitlines() or ["error: no message"]
        return re.sub(r"^.*?error: ", "", error[0]) if done.returncode else None

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def outputs(kind):
            return [folder / f"{kind}{i}.npy" for i in range(len(desc["ofm_file"]))]

        def targets(kind):
            return [word for path in outputs(kind) for word in ("--output", path)]

        refused = call("compile", case / "test.mlir", "--machine", machine, "-o", folder / "elf")
        if refused:
            return "refused: " + re.sub(r"\w+_\d+: ", "", refused)
        broken = call("run", folder / "elf", *inputs, *targets("got")) or call(
            "reference", case / "test.mlir", *inputs, *targets("expected"))
        if broken:
            return "breaks: " + broken
        same = all(a.read_bytes() == b.read_bytes()
                   for a, b in zip(outputs("got"), outputs("expected")))
        return "agrees" if same else "differs"


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("archive")
    arguments.add_argument("--machine", required=True)
    arguments.add_argument("--set", nargs="+", default=[])
    arguments.add_argument("--per-operator", type=int)
    options = arguments.parse_args()

    wrong = 0
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        machine = machine_file(options.machine, options.set, Path(folder))
        with tarfile.open(options.archive) as archive:
            archive.extractall(folder)
        root = next(p for p in Path(folder).rglob("index.json")).parent
        for family in "int", "ext":
            total, agreeing = 0, 0
            for operator in sorted(p for p in (root / family).iterdir() if p.is_dir()):
                cases = sorted(operator.iterdir())[: options.per_operator]
                verdicts = collections.Counter(pool.map(lambda case: run(case, machine), cases))
                total += len(cases)
                agreeing += verdicts["agrees"]
                for verdict, count in sorted(verdicts.items()):
                    wrong += not verdict.startswith(("agrees", "refused"))
                    if verdict != "agrees":
                        print(f"  {family}/{operator.name}: {count} of {len(cases)}: {verdict}")
            print(f"{family}: {agreeing} of {total} agree", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
