"""lacuna-import's command line and files; no converter is needed to refuse."""

import contextlib
import io
import os
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from lacuna import LacunaError
from lacuna.files import write_file
from lacuna.importing import worker
from lacuna.importing.command import main


class Command(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)

    def call(self, *arguments):
        """Exit code and standard error."""
        error = io.StringIO()
        with contextlib.redirect_stderr(error):
            try:
                code = main([str(one) for one in arguments])
            except SystemExit as end:
                code = end.code
        return code, error.getvalue()

    def test_refusals(self):
        (self.path / "m.txt").write_text("x")
        (self.path / "m.onnx").write_text("x")
        output = self.path / "o.mlir"
        for arguments, message in [
            ([self.path / "none.tflite"], "none.tflite: error: No such file"),
            ([self.path / "m.txt"], "is no .tflite, .onnx or .pt2 file"),
            ([self.path / "m.onnx", "--rounding", "single"], "is for TFLite models"),
            ([self.path / "m.onnx", "--shape", "x=1,y"], "is not NAME=1,3,224,224"),
            ([self.path / "m.onnx", "--shape", "x=1,0"], "is not NAME=1,3,224,224"),
        ]:
            with self.subTest(message):
                code, error = self.call(*arguments, "-o", output)
                self.assertNotEqual(code, 0)
                self.assertIn(message, error)
                self.assertNotIn("Traceback", error)
                self.assertFalse(output.exists())

    def test_output_over_model(self):
        model = self.path / "m.tflite"
        model.write_bytes(b"x")
        code, error = self.call(model, "-o", model)
        self.assertEqual((code, model.read_bytes()), (1, b"x"))
        self.assertIn("is the model itself", error)

    def test_whole_or_not_at_all(self):
        file = self.path / "f"
        write_file(file, b"one")
        write_file(file, b"two")
        self.assertEqual(file.read_bytes(), b"two")
        self.assertEqual(os.listdir(self.path), ["f"])
        with self.assertRaisesRegex(LacunaError, "can't write this file"):
            write_file(self.path / "none" / "f", b"")


class Converters(unittest.TestCase):
    """What a converter does to itself becomes an error about the model."""

    def fails(self, code):
        with tempfile.TemporaryDirectory() as folder:
            done = worker.call([sys.executable, "-c", code], Path(folder))
        (error,) = worker.explain(done, "m.onnx")
        self.assertEqual(error.file, "m.onnx")
        return error.message

    def test_killed(self):
        code = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
        self.assertEqual(self.fails(code), "the converter failed: ended by SIGSEGV")

    def test_memory(self):
        code = "bytearray(64 << 30)"
        self.assertIn("the converter failed: exit code 1", self.fails(code))

    def test_time(self):
        with mock.patch.object(worker, "_SECONDS", 0.2):
            self.assertEqual(self.fails("while True: pass"), "took over 0.2 s")

    def test_messages(self):
        code = "import sys; print('[\"one: two\"]'); print('noise', file=sys.stderr); sys.exit(1)"
        self.assertEqual(self.fails(code), "one: two")
        code = "import sys; sys.exit('x:0: error: loc(\"up\"): no: %1 = op')"
        self.assertEqual(self.fails(code), "up: no")


if __name__ == "__main__":
    unittest.main()
