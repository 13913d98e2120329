#!/usr/bin/env python3
"""Takes one semaphore operation after another out of a program, and checks that the
verifier refuses what is left.

    remove_semaphores.py MODEL.elf [--most N]

Of a program with more than N of them, N are taken at equal distances.
"""
import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("--most", type=int, default=60)
    options = arguments.parse_args()
    text = subprocess.run(["lacuna", "disasm", options.program], check=True,
                          capture_output=True, text=True).stdout
    lines = text.splitlines(keepends=True)
    found = [i for i, line in enumerate(lines) if re.match(r"\s*(signal|wait) ", line)]
    chosen = found[:: max(1, -(-len(found) // options.most))]
    missed = 0
    with tempfile.TemporaryDirectory() as name:
        source, program = Path(name) / "damaged.s", Path(name) / "damaged.elf"
        for i in chosen:
            source.write_text("".join(lines[:i] + lines[i + 1:]))
            subprocess.run(["lacuna", "asm", source, "-o", program], check=True)
            verified = subprocess.run(["lacuna", "verify", program], capture_output=True,
                                      text=True)
            if verified.returncode != 1 or "error: " not in verified.stderr:
                missed += 1
                print(f"not noticed: line {i + 1}: {lines[i].strip()}")
    print(f"{len(chosen)} of {len(found)} removed, {missed} not noticed")
    return 1 if missed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
