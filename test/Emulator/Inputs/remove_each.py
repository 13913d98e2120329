"""remove_each.py PROG.s LACUNA SCRATCH: the program without any one signal or wait
must be refused."""

import pathlib
import subprocess
import sys

source, lacuna, scratch = sys.argv[1:]
lines = pathlib.Path(source).read_text().splitlines(keepends=True)
text, program = pathlib.Path(scratch + ".s"), scratch + ".elf"
removed = 0
for at, line in enumerate(lines):
    if line.split()[:1] not in (["signal"], ["wait"]):
        continue
    removed += 1
    text.write_text("".join(lines[:at] + lines[at + 1 :]))
    subprocess.run([lacuna, "asm", text, "-o", program], check=True)
    verdict = subprocess.run([lacuna, "verify", program], capture_output=True)
    if verdict.returncode != 1:
        sys.exit(f"line {at + 1} is not missed: {line.strip()}")
print(f"{removed} of {removed} missed")
