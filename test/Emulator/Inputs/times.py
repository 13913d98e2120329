"""times.py A.json B.json N: the total of B is N times that of A, peaks and sizes
apart."""

import json
import sys

SIZES = {"scratchpad_peak_bytes", "weights_raw_bytes", "weights_stored_bytes", "tensors"}


def check(a, b, times, path):
    for key, value in a.items():
        if key in SIZES:
            continue
        if isinstance(value, dict):
            check(value, b[key], times, path + key + ".")
        elif abs(b[key] - times * value) > 1e-6 * abs(b[key]):
            sys.exit(f"{path}{key}: {b[key]} is not {times} x {value}")


a, b = (json.load(open(path))["total"] for path in sys.argv[1:3])
check(a, b, int(sys.argv[3]), "")
