"""Networks quantised by ONNX Runtime in a test, compared with it on the emulator."""

import logging
import tempfile
import unittest
from pathlib import Path

import numpy as np
import onnx_made
from onnx_made import FLOAT, model
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

import lacuna
from lacuna.importing import import_model

SAMPLES = 24
_TYPES = {"i8": np.int8, "u8": np.uint8, "i16": np.int16, "u16": np.uint16, "i32": np.int32}


class _Reader(CalibrationDataReader):
    def __init__(self, samples):
        self.samples = iter(samples)

    def get_next(self):
        return next(self.samples, None)


def elements(reals, quantisation):
    """Real numbers as elements, halves to even in single precision."""
    limits = np.iinfo(_TYPES[quantisation.type])
    steps = np.rint(reals / np.float32(quantisation.scale)).astype(np.float64) + quantisation.zero
    return np.clip(steps, limits.min, limits.max).astype(_TYPES[quantisation.type])


class Case(unittest.TestCase):
    """A folder of its own and seeded random numbers."""

    def setUp(self):
        logging.disable(logging.WARNING)  # of the quantiser: about preparations
        self.addCleanup(logging.disable, logging.NOTSET)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)
        self.random = np.random.default_rng(0)

    def weights(self, *shape):
        return self.random.normal(0, 0.3, shape).astype(np.float32)

    def quantise(self, content, shape, activations=QuantType.QInt8, weights=QuantType.QInt8,
                 per_channel=False, form=QuantFormat.QDQ, extra=None):  # fmt: skip
        """The path of the model quantised by ONNX Runtime, and samples."""
        samples = [self.random.normal(0, 1, shape).astype(np.float32) for _ in range(SAMPLES)]
        (self.path / "f.onnx").write_bytes(content)
        quantize_static(
            self.path / "f.onnx", self.path / "q.onnx", _Reader([{"x": one} for one in samples]),
            quant_format=form, activation_type=activations, weight_type=weights,
            per_channel=per_channel, extra_options=extra or {},
        )  # fmt: skip
        return self.path / "q.onnx", np.stack(samples)

    def imported(self, path, **options):
        """The imported model, integers alone, saved as q.mlir."""
        found = import_model(path, **options)
        found.save(self.path / "q.mlir")
        self.assertNotRegex(found.text(), r"x(f32|f64)>")
        return found

    def steps(self, path, samples, **options):
        """How far each element is from ONNX Runtime's, and the text."""
        found = self.imported(path, **options)
        (given,), (wanted,) = found.inputs.values(), found.outputs.values()
        program = lacuna.compile(self.path / "q.mlir", "edge")
        got = lacuna.run(program, elements(samples, given), each=True).outputs[0]
        content = path.read_bytes()
        reals = np.stack([onnx_made.results(content, x=one)[0] for one in samples])
        if reals.dtype == np.float32:
            reals = np.rint(reals / np.float32(wanted.scale)).astype(np.float64) + wanted.zero
        return np.abs(got.astype(np.float64) - reals), found.text()

    def same(self, nodes, shape, result, *, differ=0, opset=17, options=None, **constants):
        """Checks that the network gives ONNX Runtime's elements, but for `differ` of them,
        which are one step away; its text."""
        content = model(
            nodes, [("x", FLOAT, shape)], [("y", FLOAT, result)], constants, opset=opset
        )
        path, samples = self.quantise(content, shape, **(options or {}))
        steps, text = self.steps(path, samples)
        self.assertLessEqual(steps.max(), 1)
        self.assertLessEqual(np.count_nonzero(steps), differ, f"of {steps.size}")
        return text
