"""Holds what inspect and reports say of a model with thresholds to the same without."""

import json
import sys

dense, zeros, dense_run, zeros_run = (json.load(open(name)) for name in sys.argv[1:])
for before, after in zip(dense["layers"], zeros["layers"]):
    assert before["zero_activations"] <= after["zero_activations"], before["name"]
assert dense != zeros
assert dense_run["total"]["macs_skipped"] < zeros_run["total"]["macs_skipped"]
assert dense_run["total"]["macs"] == zeros_run["total"]["macs"]
