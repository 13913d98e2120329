"""Every shared TFLite model, imported: quantised ones equal LiteRT bit for bit, compiled."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import numpy as np

import lacuna
from lacuna.importing import import_model

SHARED = Path(os.environ["LACUNA_SHARED"])
GOLDEN = SHARED / "golden"
MODELS = {path.stem: path for path in sorted((SHARED / "models").glob("*/*.tflite"))}
QUANTISED = [name for name in MODELS if not name.endswith("_float")]


ORACLES = {"double": "output_tosa", "litert": "output", "single": "output_xnnpack"}


class Quantised(unittest.TestCase):
    """The table in golden/README.md: which form equals which oracle, bit for bit."""

    def check(self, name, rounding):
        with tempfile.TemporaryDirectory() as folder:
            text = Path(folder) / f"{name}.mlir"
            before = MODELS[name].read_bytes()
            import_model(MODELS[name], rounding=rounding).save(text)
            self.assertEqual(before, MODELS[name].read_bytes())
            program = lacuna.compile(text, "edge")
        samples = np.load(GOLDEN / name / "input.npy")
        expected = np.load(GOLDEN / name / f"{ORACLES[rounding]}.npy")
        count = min(len(samples), 16)
        result = lacuna.run(program, samples[:count], each=True)
        self.assertEqual(result.outputs[0].dtype, expected.dtype)
        self.assertTrue(np.array_equal(result.outputs[0], expected[:count]))
        self.assertEqual(result.report.samples, count)

    def test_every_form(self):
        for name in QUANTISED:
            for rounding in ORACLES:
                with self.subTest(name, rounding=rounding):
                    self.check(name, rounding)


class Float(unittest.TestCase):
    """Float models mean what the stored TOSA text means: the same operations."""

    def test_same_operations(self):
        for name in sorted(set(MODELS) - set(QUANTISED)):
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                ours = Path(folder) / "ours.mlir"
                import_model(MODELS[name]).save(ours)
                stored = SHARED / "models" / "tosa" / f"{name}.mlir"
                self.assertEqual(operations(ours), operations(stored))


def operations(path):
    """The module without names, as MLIR prints it."""
    done = subprocess.run(["mlir-opt", path], check=True, capture_output=True, text=True)
    lines = [line for line in done.stdout.splitlines() if "func.func" not in line]
    return "\n".join(lines)


class Names(unittest.TestCase):
    def test_ports_and_layers(self):
        with tempfile.TemporaryDirectory() as folder:
            text = Path(folder) / "kws.mlir"
            import_model(MODELS["kws_int8"]).save(text)
            program = lacuna.compile(text, "edge")
        self.assertEqual([port.name for port in program.inputs], ["input_1"])
        self.assertEqual([port.name for port in program.outputs], ["Identity"])
        layers = [layer.name for layer in lacuna.report(program).layers]
        self.assertTrue(any("functional_1/conv2d/Conv2D" in name for name in layers), layers)

    def test_same_bytes(self):
        self.assertEqual(
            import_model(MODELS["kws_int8"]).text(), import_model(MODELS["kws_int8"]).text()
        )


if __name__ == "__main__":
    unittest.main()
