"""compile, run and report, on a small network."""

import json
import tempfile
import unittest
from pathlib import Path

import numpy as np

import lacuna
from lacuna.importing import Imported
from lacuna.importing.graph import read_graph

MODEL = """func.func @main(%x: tensor<2x3xi32> {tosa.tensor_name = "left"},
                %y: tensor<2x3xi32> {tosa.tensor_name = "right"})
    -> (tensor<2x3xi32> {tosa.tensor_name = "sum"}, tensor<2x3xi32>) {
  %0 = tosa.add %x, %y : (tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<2x3xi32>
  %1 = tosa.sub %x, %y : (tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<2x3xi32>
  return %0, %1 : tensor<2x3xi32>, tensor<2x3xi32>
}
"""
LEFT = np.arange(6, dtype=np.int32).reshape(2, 3)
RIGHT = np.full((2, 3), 7, np.int32)


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.path = Path(cls.folder.name)
        (cls.path / "m.mlir").write_text(MODEL)
        cls.program = lacuna.compile(cls.path / "m.mlir", "edge")


class Package(Case):
    def test_ports(self):
        self.assertEqual([port.name for port in self.program.inputs], ["left", "right"])
        self.assertEqual(self.program.inputs[0].shape, (2, 3))
        self.assertEqual([port.name for port in self.program.outputs], ["sum", "output1"])

    def test_run(self):
        by_place = lacuna.run(self.program, [LEFT, RIGHT])
        by_name = lacuna.run(self.program, {"right": RIGHT, "left": LEFT})
        for result in (by_place, by_name):
            np.testing.assert_array_equal(result.outputs[0], LEFT + RIGHT)
            np.testing.assert_array_equal(result.by_name["output1"], LEFT - RIGHT)

    def test_each(self):
        left, right = np.stack([LEFT, 2 * LEFT]), np.stack([RIGHT, RIGHT])
        result = lacuna.run(self.program, [left, right], each=True)
        np.testing.assert_array_equal(result.outputs[0], left + right)
        self.assertEqual(result.report.samples, 2)

    def test_any_memory_order(self):
        result = lacuna.run(self.program, [np.asfortranarray(LEFT), RIGHT])
        np.testing.assert_array_equal(result.outputs[0], LEFT + RIGHT)

    def test_report(self):
        result = lacuna.run(self.program, [LEFT, RIGHT])
        counted, predicted = lacuna.report(result), lacuna.report(self.program)
        self.assertEqual(counted.total["dram_bytes"], predicted.total["dram_bytes"])
        self.assertEqual(counted.machine, "edge")
        self.assertTrue(counted.layers[0].name)
        counted.save(self.path / "r.json")
        self.assertEqual(lacuna.report(self.path / "r.json").data, counted.data)

    def test_saved_program(self):
        self.program.save(self.path / "p.elf")
        self.assertEqual(lacuna.Program.load(self.path / "p.elf").data, self.program.data)


class Weights(unittest.TestCase):
    """Large constants in a file of their own give the same program."""

    def test_same_program(self):
        data = np.random.default_rng(0).integers(-100, 100, (1, 8, 1, 256)).astype("<i4")
        large, small = "tensor<1x8x1x256xi32>", "tensor<1x1x1x2xi32>"
        graph = read_graph(
            f"func.func @main(%x: {large}) -> {large} {{\n"
            f'%c = "tosa.const"() <{{values = dense<"0x{data.tobytes().hex()}"> : {large}}}>'
            f" : () -> {large}\n"
            f'%d = "tosa.const"() <{{values = dense<"0x0100000002000000"> : {small}}}>'
            f" : () -> {small}\n"
            f"%r = tosa.add %x, %c : ({large}, {large}) -> {large}\n"
            f"%s = tosa.reduce_sum %r {{axis = 3 : i32}} : ({large}) -> tensor<1x8x1x1xi32>\n"
            f"%t = tosa.add %r, %s : ({large}, tensor<1x8x1x1xi32>) -> {large}\n"
            "return %t : x\n}"
        )
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "short").mkdir()
            text, short, weights = folder / "m.mlir", folder / "short/m.mlir", folder / "w.npz"
            Imported(graph).save(text)
            Imported(graph).save(short, weights)
            self.assertIn("dense_resource<weights_0>", short.read_text())
            self.assertIn('dense<"0x0100000002000000">', short.read_text())
            self.assertEqual(list(np.load(weights)), ["weights_0"])
            whole = lacuna.compile(text)
            self.assertEqual(lacuna.compile(short, weights=weights).data, whole.data)
            with self.assertRaisesRegex(lacuna.LacunaError, "m.mlir:3:.*resource"):
                lacuna.compile(short)
        x = np.zeros(data.shape, np.int32)
        np.testing.assert_array_equal(
            lacuna.run(whole, x).outputs[0], data + data.sum(3, keepdims=True)
        )


class Errors(Case):
    def test_model(self):
        (self.path / "bad.mlir").write_text("func.func @main() {\n  oops\n}\n")
        with self.assertRaises(lacuna.LacunaError) as caught:
            lacuna.compile(self.path / "bad.mlir")
        error = caught.exception
        self.assertEqual((error.file, error.line), (str(self.path / "bad.mlir"), 2))
        self.assertIsNotNone(error.column)

    def test_machine(self):
        with self.assertRaisesRegex(lacuna.LacunaError, "no machine called 'moon'"):
            lacuna.compile(self.path / "m.mlir", "moon")

    def test_inputs(self):
        for inputs, message in [
            ([LEFT], "takes 2 inputs, 1 were given"),
            ({"left": LEFT, "up": RIGHT}, r"\['up'\].*\['right'\]"),
            ([LEFT.astype(np.int8), RIGHT], "^input 'left': error: "),
            ([LEFT, RIGHT[:1]], "^input 'right': error: "),
            ([LEFT, np.array([None, "a"])], "Python objects"),
        ]:
            with self.subTest(message), self.assertRaisesRegex(lacuna.LacunaError, message):
                lacuna.run(self.program, inputs)

    def test_program(self):
        for data in (b"", b"\x7fELF\x02\x01" + bytes(10), self.program.data[:200]):
            (self.path / "bad.elf").write_bytes(data)
            with self.assertRaises(lacuna.LacunaError) as caught:
                lacuna.run(self.path / "bad.elf", [LEFT, RIGHT])
            self.assertEqual(caught.exception.file, str(self.path / "bad.elf"))

    def test_report(self):
        for text in ("{", "[]", '{"schema": 2}', json.dumps({"schema": 1}), "[" * 100000):
            (self.path / "bad.json").write_text(text)
            with self.assertRaisesRegex(lacuna.LacunaError, "bad.json: error: is no report"):
                lacuna.report(self.path / "bad.json")


if __name__ == "__main__":
    unittest.main()
