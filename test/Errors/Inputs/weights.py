"""Writes w.npz and w.safetensors into the folder that is given: the tensors `w`, i8, and
`b`, i32, that lacuna-mutants gives to a small convolution."""
import json
import pathlib
import struct
import sys

import numpy

folder = pathlib.Path(sys.argv[1])
w = (numpy.arange(32) - 16).astype("i1").reshape(4, 2, 2, 2)
b = numpy.arange(4, dtype="i4")
numpy.savez(folder / "w.npz", w=w, b=b)
header = json.dumps({
    "w": {"dtype": "I8", "shape": [4, 2, 2, 2], "data_offsets": [0, 32]},
    "b": {"dtype": "I32", "shape": [4], "data_offsets": [32, 48]},
}).encode()
(folder / "w.safetensors").write_bytes(
    struct.pack("<Q", len(header)) + header + w.tobytes() + b.tobytes())
