#!/usr/bin/env python3
"""Lists the tensors of a safetensors file, and writes it damaged.

    list_tensors.py FILE [--save TO --flatten NAME --widen NAME]

Prints name, type and shape of each in alphabetical order. TO gets FILE with one
tensor's shape made flat, and one's elements made 64-bit integers.
"""
import argparse
import json
from pathlib import Path

import numpy as np


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--save", type=Path)
    parser.add_argument("--flatten")
    parser.add_argument("--widen")
    options = parser.parse_args()
    contents = options.file.read_bytes()
    length = int.from_bytes(contents[:8], "little")
    header, data = json.loads(contents[8 : 8 + length]), contents[8 + length :]
    header.pop("__metadata__", None)
    for name, entry in sorted(header.items()):
        print(name, entry["dtype"], "x".join(map(str, entry["shape"])))
    if not options.save:
        return
    parts, end = [], 0
    for name, entry in header.items():
        begin, stop = entry["data_offsets"]
        part = data[begin:stop]
        if name == options.flatten:
            entry["shape"] = [int(np.prod(entry["shape"]))]
        if name == options.widen:
            part = np.frombuffer(part, np.int32).astype(np.int64).tobytes()
            entry["dtype"] = "I64"
        entry["data_offsets"] = [end, end + len(part)]
        parts.append(part)
        end += len(part)
    text = json.dumps(header).encode()
    options.save.write_bytes(len(text).to_bytes(8, "little") + text + b"".join(parts))


if __name__ == "__main__":
    main()
