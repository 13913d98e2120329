"""TFLite files that the converter is asked about: refused clearly, or converted."""

import contextlib
import io
import random
import tempfile
import unittest
from pathlib import Path

from flatbuffers_made import LOG_SOFTMAX, RELU, SIN, build, chain, tensor

from lacuna import LacunaError
from lacuna.importing import import_model
from lacuna.importing.command import main


class Refusals(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "m.tflite"

    def load(self, content):
        self.path.write_bytes(content)
        return import_model(self.path)

    def test_static_from_open_batch(self):
        tensors = [tensor("x", signature=(-1, 4)), tensor("y", signature=(-1, 4))]
        text = self.load(build(chain(RELU, tensors=tensors))).text()
        self.assertNotIn("?", text)
        self.assertIn('tosa.tensor_name = "x"', text)

    def test_every_unsupported_operator_is_named(self):
        with self.assertRaises(LacunaError) as caught:
            self.load(build(chain(LOG_SOFTMAX, RELU, LOG_SOFTMAX)))
        self.assertIn("tfl.log_softmax (t1, t3)", caught.exception.message)

    def test_what_the_converter_refuses(self):
        for content in (build(chain(9999)), build(chain(SIN, tensors=[tensor("x")] * 2))):
            with self.assertRaises(LacunaError) as caught:
                self.load(content)
            self.assertEqual(caught.exception.file, str(self.path))
            self.assertNotIn("Traceback", str(caught.exception))

    def test_output_only_when_it_came_through(self):
        output = self.path.with_suffix(".mlir")
        output.write_text("before")
        self.path.write_bytes(build(chain(LOG_SOFTMAX)))
        error = io.StringIO()
        with contextlib.redirect_stderr(error):
            self.assertEqual(main([str(self.path), "-o", str(output)]), 1)
        self.assertEqual(output.read_text(), "before")
        self.assertIn("m.tflite: error: operators that have no form in TOSA", error.getvalue())

    def test_mutants(self):
        content = build(chain(RELU, RELU))
        choose = random.Random(1)
        for _ in range(40):
            mutant = bytearray(content)
            mutant[choose.randrange(8, len(mutant))] ^= 1 << choose.randrange(8)
            with contextlib.suppress(LacunaError):
                self.load(bytes(mutant))


if __name__ == "__main__":
    unittest.main()
