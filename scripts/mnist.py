#!/usr/bin/env python3
"""The MNIST network, quantised by ONNX Runtime and run on the emulator.

usage: build/python/bin/python scripts/mnist.py [--images N] [--calibrate N]
           [--activations i8|u8] [--machine NAME] [--shared DIR] [--out DIR]

Quantises SHARED/models/mnist/opt-mnist.onnx with ONNX Runtime's static quantisation (QDQ,
int8 weights by output channel, ranges from the first N images), imports the result, compiles
it and runs it on the first N images of SHARED/data/mnist. Prints the top-1 accuracy of the
float and the quantised network under ONNX Runtime and of the program, on the images that
were not calibrated on and on all. DIR (build/mnist) then holds the file at each stage:
mnist_qdq.onnx, mnist.mlir, mnist.elf, images.npy (as the program takes them), labels.npy,
scores.npy, report.json.
"""

from __future__ import annotations

import argparse
import gzip
import logging
import os
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnx.version_converter
import onnxruntime
from accuracy import accuracy
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

import lacuna
from lacuna.importing import import_model

_NAME = "t10k-first5000-{}-ubyte.gz"
_TYPES = {"i8": QuantType.QInt8, "u8": QuantType.QUInt8}
_ROOT = Path(__file__).resolve().parents[1]


class _Images(CalibrationDataReader):  # type: ignore[misc]
    """Images for calibration, one after the other."""

    def __init__(self, name: str, images: Any):
        self._rest = ({name: image} for image in images)

    def get_next(self) -> Any:
        return next(self._rest, None)


def read(shared: Path, count: int) -> tuple[Any, Any]:
    """Images as f32 [count, 1, 1, 28, 28], 0 to 255, and labels [count]."""
    folder = shared / "data" / "mnist"
    pixels = gzip.decompress((folder / _NAME.format("images-idx3")).read_bytes())[16:]
    labels = gzip.decompress((folder / _NAME.format("labels-idx1")).read_bytes())[8:]
    images = np.frombuffer(pixels, np.uint8).reshape(-1, 1, 1, 28, 28).astype(np.float32)
    return images[:count], np.frombuffer(labels, np.uint8).astype(np.int64)[:count]


def quantise(model: Path, to: Path, images: Any, activations: str) -> None:
    """Writes the QDQ form of a float model of one input, calibrated on `images`."""
    recent = onnx.version_converter.convert_version(onnx.load(model), 17)
    recent.ir_version = max(recent.ir_version, 8)
    constants = {tensor.name for tensor in recent.graph.initializer}
    inputs = [value for value in recent.graph.input if value.name not in constants]
    del recent.graph.input[:]
    recent.graph.input.extend(inputs)
    tensors = {tensor.name: tensor for tensor in recent.graph.initializer}
    for index, node in enumerate(recent.graph.node):
        if node.op_type == "Gemm":  # the quantiser takes biases of one dimension alone
            bias = tensors[node.input[2]]
            extents = [int(np.prod(bias.dims))]
            del bias.dims[:]
            bias.dims.extend(extents)
        node.name = node.name or f"{node.op_type}_{index}"
    logging.disable(logging.WARNING)  # of the quantiser: about preparations
    quantize_static(
        recent,
        to,
        _Images(inputs[0].name, images),
        quant_format=QuantFormat.QDQ,
        activation_type=_TYPES[activations],
        weight_type=QuantType.QInt8,
        per_channel=True,
    )


def scores(model: Path, images: Any) -> Any:
    """ONNX Runtime's outputs, image by image."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        model.read_bytes(), options, providers=["CPUExecutionProvider"]
    )
    name = session.get_inputs()[0].name
    return np.stack([session.run(None, {name: image})[0] for image in images])


def elements(images: Any, quantisation: Any) -> Any:
    """Images as a program's input: halves to even, in single precision."""
    kind = np.uint8 if quantisation.type == "u8" else np.int8
    limits = np.iinfo(kind)
    steps = np.rint(images / np.float32(quantisation.scale)) + quantisation.zero
    return np.clip(steps, limits.min, limits.max).astype(kind)


def _row(name: str, found: Any, labels: Any, calibrated: int) -> str:
    parts = []
    for start in dict.fromkeys((calibrated, 0)):
        correct, samples = accuracy(found[start:], labels[start:])
        parts.append(f"{correct:,} of {samples:,} ({100 * correct / samples:.2f} %)")
    return f"| {name} | {' | '.join(parts)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--images", type=int, default=5000)
    parser.add_argument("--calibrate", type=int, default=500)
    parser.add_argument("--activations", choices=_TYPES, default="i8")
    parser.add_argument("--machine", default="edge")
    shared = os.environ.get("LACUNA_SHARED", _ROOT.parent / "shared")
    parser.add_argument("--shared", type=Path, default=Path(shared))
    parser.add_argument("--out", type=Path, default=_ROOT / "build" / "mnist")
    options = parser.parse_args()
    if not 0 < options.calibrate < options.images:
        parser.error("of the images some are to be calibrated on, and others are not")
    options.out.mkdir(parents=True, exist_ok=True)
    model = options.shared / "models" / "mnist" / "opt-mnist.onnx"
    images, labels = read(options.shared, options.images)
    stage = {name: options.out / name for name in ("mnist_qdq.onnx", "mnist.mlir", "mnist.elf")}
    quantise(model, stage["mnist_qdq.onnx"], images[: options.calibrate], options.activations)
    imported = import_model(stage["mnist_qdq.onnx"])
    imported.save(stage["mnist.mlir"])
    program = lacuna.compile(stage["mnist.mlir"], options.machine)
    program.save(stage["mnist.elf"])
    given = elements(images, next(iter(imported.inputs.values())))
    result = lacuna.run(program, given, each=True)
    wanted = scores(stage["mnist_qdq.onnx"], images)
    output = next(iter(imported.outputs.values()))
    steps = np.rint(wanted / np.float32(output.scale)).astype(np.int64) + output.zero
    np.save(options.out / "images.npy", given)
    np.save(options.out / "labels.npy", labels)
    np.save(options.out / "scores.npy", result.outputs[0])
    calibrated = options.calibrate
    print(f"| network | images from {calibrated} on | all |\n|-|-|-|")
    print(_row("float, ONNX Runtime", scores(model, images), labels, calibrated))
    print(_row("quantised, ONNX Runtime", wanted, labels, calibrated))
    print(_row(f"quantised, `{options.machine}`", result.outputs[0], labels, calibrated))
    differ = np.abs(result.outputs[0].astype(np.int64) - steps)
    print(
        f"scores that differ from ONNX Runtime's: {np.count_nonzero(differ)} of {differ.size}, "
        f"by at most {differ.max()} step"
    )


if __name__ == "__main__":
    main()
