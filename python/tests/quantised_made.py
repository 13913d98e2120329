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
from lacuna.importing import onnx_worker
from lacuna.importing.model import Imported

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

    def imported(self, path, **kinds):
        """The imported model, integers alone, saved as q.mlir; without the process that
        `import_model` starts for it."""
        prepared = onnx_worker.prepare(path.read_bytes(), {})
        found = Imported(onnx_worker.quantised_graph(prepared, kinds))
        found.save(self.path / "q.mlir")
        self.assertNotRegex(found.text(), r"x(f32|f64)>")
        return found

    def steps(self, path, samples, fused=False, **kinds):
        """How far each element is from ONNX Runtime's, and the text."""
        found = self.imported(path, **kinds)
        (given,), (wanted,) = found.inputs.values(), found.outputs.values()
        program = lacuna.compile(self.path / "q.mlir", "edge")
        got = lacuna.run(program, elements(samples, given), each=True).outputs[0]
        reals = onnx_made.stacked(path.read_bytes(), samples, fused=fused)
        if reals.dtype == np.float32:
            reals = np.rint(reals / np.float32(wanted.scale)).astype(np.float64) + wanted.zero
        return np.abs(got.astype(np.float64) - reals), found

    def same(self, nodes, shape, result, *, halves=False, fused=False, opset=17, options=None,
             **constants):  # fmt: skip
        """Checks that the network gives ONNX Runtime's elements; its text. With `halves`,
        elements whose real value lies at half a step may be one step away."""
        content = model(
            nodes, [("x", FLOAT, shape)], [("y", FLOAT, result)], constants, opset=opset
        )
        path, samples = self.quantise(content, shape, **(options or {}))
        steps, found = self.steps(path, samples, fused)
        self.assertLessEqual(steps.max(), 1)
        if halves:
            reals = onnx_made.stacked(onnx_made.before_last(path.read_bytes()), samples)
            reals = reals.astype(np.float64) / next(iter(found.outputs.values())).scale
            steps = steps[np.abs(reals - np.floor(reals) - 0.5) > 1e-4]
        self.assertEqual(np.count_nonzero(steps), 0, f"of {steps.size}")
        return found.text()
