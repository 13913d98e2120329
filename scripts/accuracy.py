#!/usr/bin/env python3
"""Top-1 accuracy of class scores.

usage: accuracy.py SCORES.npy LABELS.npy

SCORES holds one row of class scores a sample, whatever its inner shape
([samples, 1, classes], say); LABELS one class number a sample. Prints the share
of samples whose greatest score (the first, of equals) is at the label.
"""

import sys

import numpy as np


def accuracy(scores: np.ndarray, labels: np.ndarray) -> tuple[int, int]:
    """Correct samples, and samples."""
    rows = scores.reshape(len(scores), -1)
    if len(rows) != len(labels):
        sys.exit(f"error: {len(rows)} rows of scores and {len(labels)} labels")
    return int((rows.argmax(axis=1) == labels).sum()), len(labels)


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    correct, samples = accuracy(np.load(sys.argv[1]), np.load(sys.argv[2]))
    print(f"{correct} of {samples} correct ({100 * correct / samples:.2f} %)")


if __name__ == "__main__":
    main()
