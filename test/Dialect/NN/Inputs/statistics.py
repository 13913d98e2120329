#!/usr/bin/env python3
"""Samples for calibrate.mlir, and what its statistics must be.

    statistics.py make | check FILE
"""
import itertools
import json
import sys
from pathlib import Path

import numpy as np

SHAPES = {"c": (1, 5, 4, 2), "d": (1, 4, 4, 3), "t": (1, 2, 3, 2), "m": (2, 3, 4)}
SAMPLES = 3


def windows(x, zero, outputs, kernel, source):
    """For each result, the elements that its taps meet, or 0; all channels."""
    rows = []
    for o in itertools.product(*map(range, outputs)):
        row = []
        for k in itertools.product(*map(range, kernel)):
            at = source(o, k)
            inside = at is not None and all(0 <= a < n for a, n in zip(at, x.shape[1:3]))
            row.append(x[0, at[0], at[1]] - zero if inside else np.zeros(x.shape[3], int))
        rows.append(np.stack(row))
    return np.stack(rows)  # result, tap, channel


def upsampled(o, k):
    y, x = o[0] + 1 - k[0], o[1] - k[1]
    return None if y % 2 or x % 2 else (y // 2, x // 2)


def vectors(name, x):
    """What each group of a layer reads: groups, vectors, terms."""
    x = x.astype(int)
    if name == "conv":
        seen = windows(x, -3, (3, 4), (3, 2), lambda o, k: (2 * o[0] - 1 + k[0], o[1] - 1 + k[1]))
        return seen.reshape(1, 12, 12)
    if name == "depthwise":
        seen = windows(x, 4, (2, 2), (2, 2), lambda o, k: (o[0] + 2 * k[0], o[1] + 2 * k[1]))
        return seen.transpose(2, 0, 1)
    if name == "transposed":
        return windows(x, 0, (4, 6), (3, 2), upsampled).reshape(1, 24, 12)
    return x - 7


def read(path):
    contents = Path(path).read_bytes()
    length = int.from_bytes(contents[:8], "little")
    header, data = json.loads(contents[8 : 8 + length]), contents[8 + length :]
    kinds = {"I64": np.int64, "F64": np.float64}
    tensors = {
        name: np.frombuffer(data[slice(*entry["data_offsets"])], kinds[entry["dtype"]]).reshape(
            entry["shape"]
        )
        for name, entry in header.items()
        if name != "__metadata__"
    }
    return header["__metadata__"], tensors


def main():
    if sys.argv[1] == "make":
        random = np.random.default_rng(1)
        for name, shape in SHAPES.items():
            np.save(name + ".npy", random.integers(-128, 128, (SAMPLES, *shape), np.int8))
        return
    metadata, found = read(sys.argv[2])
    assert metadata["samples"] == str(SAMPLES), metadata
    for layer, file in zip(("conv", "depthwise", "transposed", "matmul"), SHAPES):
        samples = np.load(file + ".npy")
        x = np.concatenate([vectors(layer, sample) for sample in samples], axis=1)
        upper = np.triu_indices(x.shape[2])
        wanted = {
            "count": [x.shape[1]],
            "range": [x.min(), x.max()],
            "sum": x.sum(axis=1),
            "squares": (x**2).sum(axis=1),
            "gram": np.einsum("gni,gnj->gij", x, x)[:, upper[0], upper[1]],
        }
        for what, values in wanted.items():
            assert np.array_equal(found[f"{layer}.{what}"], values), (layer, what)
    assert len(found) == 20, sorted(found)


if __name__ == "__main__":
    main()
