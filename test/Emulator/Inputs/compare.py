"""compare.py A.npy B.npy: fails where the two arrays differ."""

import sys

import numpy

a, b = (numpy.load(path) for path in sys.argv[1:])
if a.dtype != b.dtype or a.shape != b.shape:
    sys.exit(f"{a.dtype}{a.shape} is not {b.dtype}{b.shape}")
different = numpy.argwhere(a != b)
if len(different):
    at = tuple(different[0])
    sys.exit(f"{len(different)} elements differ, first at {at}: {a[at]} and {b[at]}")
