#!/usr/bin/env python3
"""Collects what fuzz targets start from: the inputs of the tests.

usage: fuzz/seeds.py TOOLS OUT

TOOLS is the folder of `lacuna`. Writes OUT/TARGET/ with a file for each distinct
input, and OUT/TARGET.dict with the words that occur in a target's text.
"""
import hashlib
import io
import json
import pathlib
import re
import struct
import subprocess
import sys

import numpy

ROOT = pathlib.Path(__file__).resolve().parent.parent
TESTS = ROOT / "test"
# Larger ones take so long that a run tries few of them.
MOST_BYTES = 6000
MOST_WORDS = 1500


def parts(suffix):
    """The texts in `test/` of files with this suffix: whole ones, those that a test
    splits off, and the pieces between dividers."""
    for path in sorted(TESTS.rglob("*")):
        if path.suffix not in (suffix, ".test", ".yaml", ".s", ".mlir"):
            continue
        sections = re.split(r"^(?://|#|;) ?--- ?(\S+)$\n?", path.read_text(), flags=re.M)
        names = [path.name] + sections[1::2]
        for name, text in zip(names, sections[::2]):
            if name.endswith(suffix):
                yield from re.split(r"^// -----$\n?", text, flags=re.M)


def uncommented(text):
    return re.sub(r"^\s*//.*$\n?", "", text, flags=re.M)


def words(texts):
    """The words of `texts`, the most frequent first."""
    counts = {}
    for text in texts:
        for word in set(re.findall(r"[A-Za-z_.][\w.]{2,30}", text)):
            counts[word] = counts.get(word, 0) + 1
    return sorted(counts, key=lambda word: (-counts[word], word))[:MOST_WORDS]


def arrays():
    """Arrays of every type and of several ranks and orders."""
    for kind in "?bhilBHILefd":
        yield numpy.arange(6).astype(kind).reshape(2, 3)
    yield numpy.asfortranarray(numpy.zeros((2, 3, 4), "u1"))
    yield numpy.float32(7)
    yield numpy.zeros((0, 3), "i2")
    yield numpy.zeros((1,) * 32, "i1")


def safetensors(**tensors):
    header, data = {"__metadata__": {"by": "seeds"}}, b""
    for name, (dtype, shape, values) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape,
                        "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def saved(save, *args, **kwargs):
    stream = io.BytesIO()
    save(stream, *args, **kwargs)
    return stream.getvalue()


def weights():
    w, b = numpy.ones((4, 2, 2, 2), "i1"), numpy.arange(4, dtype="i4")
    yield saved(numpy.savez, w=w, b=b)
    yield saved(numpy.savez, *list(arrays())[:4])
    yield saved(numpy.savez_compressed, w=w)
    yield safetensors(w=("I8", [4, 2, 2, 2], w.tobytes()), b=("I32", [4], b.tobytes()))
    for dtype, size in [("BOOL", 1), ("U8", 1), ("F8_E4M3", 1), ("BF16", 2), ("F64", 8)]:
        yield safetensors(t=(dtype, [2, 1], bytes(2 * size)), empty=(dtype, [0], b""))


def outputs(tools, texts, suffix, *command):
    """What `lacuna COMMAND... FILE -o OUT` writes for each of `texts` that it takes."""
    folder = tools.parent / "fuzz-scratch"
    folder.mkdir(exist_ok=True)
    source, output = folder / ("in" + suffix), folder / "out"
    for text in texts:
        source.write_text(text)
        output.unlink(missing_ok=True)
        run = [tools / "lacuna", command[0], source, *command[1:], "-o", output]
        if subprocess.run(run, capture_output=True).returncode == 0:
            yield output.read_bytes()


def collect(tools):
    assembly = list(parts(".s"))
    models = [uncommented(text) for text in parts(".mlir") if "func.func" in text]
    models = [text for text in models if re.search(r"\b(tosa|nn)\.", text)]
    small = [text for text in models if len(text) <= MOST_BYTES]
    machines = [path.read_text() for path in (ROOT / "accel-isa/machines").glob("*.yaml")]
    compiled = list(outputs(tools, small, ".mlir", "compile", "--machine", "nano"))
    compiled = [file for file in compiled if len(file) <= 4 * MOST_BYTES]
    asm = ["compile", "--machine", "nano", "--emit", "asm"]
    listings = [file.decode() for file in outputs(tools, small[::8], ".mlir", *asm)]
    yield "program", compiled[::4] + list(outputs(tools, assembly, ".s", "asm")), []
    yield "assembly", assembly + listings, assembly + listings
    yield "machine", machines + list(parts(".yaml")), machines
    yield "model", small, models
    yield "tensor", [saved(numpy.save, array) for array in arrays()], []
    yield "weights", list(weights()), ["dtype shape data_offsets BOOL F8_E5M2 I64"]
    yield "arguments", ["a.npy\nb.npy", "x=a\nx=y=b\n=c", "d/x=y\nx=1\nx=2"], []


def main():
    tools, out = map(pathlib.Path, sys.argv[1:])
    for target, inputs, texts in collect(tools):
        folder = out / target
        folder.mkdir(parents=True, exist_ok=True)
        for data in inputs:
            data = data.encode() if isinstance(data, str) else data
            (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)
        if texts:
            lines = "".join(f'"{word}"\n' for word in words(texts))
            (out / f"{target}.dict").write_text(lines)
        print(f"{target}: {len(inputs)} seeds")


if __name__ == "__main__":
    main()
