#!/usr/bin/env python3
"""Moves the hexadecimal data of a model's constants into a file of weights.

    resources.py MODEL.mlir FOLDER

Writes FOLDER/{model.mlir,weights.safetensors,weights.npz}. The constants are
called w0, w1, ...
"""
import argparse
import json
import re
from pathlib import Path

import numpy as np

STORED = {"i8": ("I8", np.int8), "i16": ("I16", np.int16), "i32": ("I32", np.int32)}
CONSTANT = re.compile(r'dense<"0x([0-9A-F]+)"> : tensor<((?:\d+x)+)(i8|i16|i32)>')


def save_safetensors(path, arrays):
    header, end = {}, 0
    for name, array in arrays.items():
        dtype = next(word for word, kind in STORED.values() if kind == array.dtype)
        header[name] = {"dtype": dtype, "shape": list(array.shape),
                        "data_offsets": [end, end + array.nbytes]}
        end += array.nbytes
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for array in arrays.values():
            file.write(array.tobytes())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    arrays = {}

    def replace(match):
        name = f"w{len(arrays)}"
        shape = [int(extent) for extent in match[2].split("x")[:-1]]
        kind = STORED[match[3]][1]
        arrays[name] = np.frombuffer(bytes.fromhex(match[1]), kind).reshape(shape)
        return f"dense_resource<{name}> : tensor<{match[2]}{match[3]}>"

    text = CONSTANT.sub(replace, Path(arguments.model).read_text())
    arguments.folder.mkdir(parents=True, exist_ok=True)
    (arguments.folder / "model.mlir").write_text(text)
    np.savez(arguments.folder / "weights.npz", **arrays)
    save_safetensors(arguments.folder / "weights.safetensors", arrays)
    print(f"{len(arrays)} tensors")


if __name__ == "__main__":
    main()
