#!/usr/bin/env python3
"""Writes small seeded weight tensors as .npy files: make_weights.py FOLDER"""

import pathlib
import sys

import numpy as np

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(7)


def save(name, weights, kind):
    np.save(folder / f"{name}.npy", weights.astype(kind))


gaussian = random.normal(size=(24, 3, 3, 10)) * 24
pruned = np.where(np.abs(gaussian) < 28, 0, gaussian)
save("dense", np.clip(np.rint(gaussian), -127, 127), np.int8)
save("pruned", np.clip(np.rint(pruned), -127, 127), np.int8)
save("wide", np.rint(pruned * 200), np.int16)
# Two to a byte, rows of 45 bytes.
nibbles = np.clip(np.rint(pruned / 10), -8, 7).astype(np.int8) & 15
save("nibbles", nibbles.reshape(24, 45, 2) @ [1, 16], np.uint8)
save("few", random.choice([-3, -1, 0, 2, 90], size=(24, 37)), np.int8)
save("one", np.full((3, 5), 9), np.int8)

# 2:4 along rows of 10 elements, of which the last 2 are a short group; zero is 5.
sparse = random.integers(6, 100, size=(24, 3, 4))
for group in sparse.reshape(-1, 4):
    group[random.permutation(4)[random.integers(0, 3):]] = 5
save("sparse", sparse.reshape(24, 12)[:, :10], np.int8)
