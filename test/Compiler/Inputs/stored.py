"""Compares the bytes of weights that a prediction states with those that a
program file holds.

usage: stored.py PREDICTION.json PROGRAM.elf
"""

import json
import re
import subprocess
import sys

total = json.load(open(sys.argv[1]))["total"]
listing = subprocess.run(
    ["lacuna", "disasm", sys.argv[2]], check=True, capture_output=True, text=True
).stdout
stored = sum(
    int(size) for size in re.findall(r"^\.tensor weights .*stored_bytes=(\d+)", listing, re.M)
)
print("raw", total["weights_raw_bytes"])
same = stored == total["weights_stored_bytes"] == total["weights_moved_bytes"]
print("moved = stored = in the file" if same else (stored, total))
