"""QONNX models: Quant nodes of 2, 4 and 8 bits as integers, equal to the nodes' own rule in
single precision wherever that is exact."""

import gzip
import os
import tempfile
import unittest
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from quantised_made import Case, elements

import lacuna
from lacuna.importing import import_model, onnx_worker
from lacuna.importing.model import Imported
from lacuna.importing.quantisation import Quantisation
from lacuna.importing.quantised import Kind

DOMAIN = "qonnx.custom_op.general"


def rule(x, scale, zero, bits, signed=1, narrow=0):
    """What a Quant node gives, in double precision."""
    low = -(2.0 ** (bits - 1)) + narrow if signed else 0.0
    high = 2.0 ** (bits - 1) - 1 if signed else 2.0**bits - 1 - narrow
    return (np.rint(np.clip(x / scale + zero, low, high)) - zero) * scale


class Qonnx(Case):
    def quant(self, source, result, scale, bits, zero=0, **attributes):
        """A Quant node, and the constants that it needs."""
        names = [f"{result}_{what}" for what in ("scale", "zero", "bits")]
        self.constants.update(
            zip(names, (np.float32(one) for one in (scale, zero, bits)), strict=True)
        )
        return helper.make_node(
            "Quant", [source, *names], [result], domain=DOMAIN, name=f"quant_{result}",
            signed=attributes.get("signed", 1), narrow=attributes.get("narrow", 0),
            rounding_mode=attributes.get("mode", "ROUND"),
        )  # fmt: skip

    def setUp(self):
        super().setUp()
        self.constants = {}

    def graph(self, nodes, shape, result, kinds=None):
        """The imported model, saved as q.mlir."""
        inputs, outputs = (
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, extents)]
            for name, extents in (("x", shape), ("y", result))
        )
        tensors = [
            numpy_helper.from_array(np.asarray(array), name)
            for name, array in self.constants.items()
        ]
        made = helper.make_model(
            helper.make_graph(nodes, "made by a test", inputs, outputs, tensors),
            opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(DOMAIN, 1)],
            ir_version=9,
        )
        prepared = onnx_worker.prepare(made.SerializeToString(), {})
        found = Imported(onnx_worker.quantised_graph(prepared, kinds or {}))
        found.save(self.path / "q.mlir")
        self.assertNotRegex(found.text(), r"x(f32|f64)>")
        return found

    def run_on(self, found, samples):
        """The program's outputs, as real numbers."""
        (given,), (wanted,) = found.inputs.values(), found.outputs.values()
        program = lacuna.compile(self.path / "q.mlir", "edge")
        got = lacuna.run(program, elements(samples, given), each=True).outputs[0]
        return (got.astype(np.float64) - wanted.zero) * wanted.scale

    def test_bits(self):
        """Scales that are powers of two, so that halves are many; and ones that are not."""
        for bits in (2, 3, 4, 8):
            for scale, weight_scale, result_scale in ((0.25, 0.5, 1.0), (0.31, 0.17, 0.83)):
                with self.subTest(bits=bits, scale=scale):
                    self.constants = {"w": self.random.normal(0, 1, (4, 3, 3, 3)).astype("f4")}
                    nodes = [
                        self.quant("x", "a", scale, 8),
                        self.quant("w", "v", weight_scale, bits, narrow=1),
                        helper.make_node("Conv", ["a", "v"], ["c"], name="conv", pads=[1] * 4),
                        helper.make_node("Relu", ["c"], ["r"], name="relu"),
                        self.quant("r", "y", result_scale, bits, signed=0),
                    ]
                    found = self.graph(nodes, [1, 3, 6, 6], [1, 4, 6, 6])
                    kind = "i4" if bits <= 4 else "i8"
                    self.assertRegex(found.text(), rf"conv2d .*tensor<4x3x3x3x{kind}>")
                    samples = self.random.normal(0, 5, (8, 1, 3, 6, 6)).astype(np.float32)
                    got = self.run_on(found, samples)
                    scale, weight_scale, result_scale = (
                        float(np.float32(one)) for one in (scale, weight_scale, result_scale)
                    )
                    a = rule(samples[:, 0].astype(np.float64), scale, 0, 8)
                    w = rule(self.constants["w"].astype(np.float64), weight_scale, 0, bits, 1, 1)
                    padded = np.pad(a, [(0, 0), (0, 0), (1, 1), (1, 1)])
                    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), (2, 3))
                    c = np.einsum("nchwyx,ocyx->nohw", windows, w)
                    wanted = rule(np.maximum(c, 0), result_scale, 0, bits, 0)
                    np.testing.assert_allclose(got[:, 0], wanted, atol=1e-6)

    def test_normalised(self):
        """A batch norm, of both signs, between sums and few bits; an image as bytes; the
        result is not quantised: sums."""
        self.constants = {
            "two": np.float32(2), "one": np.float32(1), "w": self.weights(6, 5) * 3,
            "f": self.weights(5) * 4, "b": self.weights(5), "m": self.weights(5),
            "v": np.abs(self.weights(5)) + np.float32(0.1), "u": self.weights(5, 4) * 3,
        }  # fmt: skip
        nodes = [
            helper.make_node("Mul", ["x", "two"], ["d"], name="double"),
            helper.make_node("Sub", ["d", "one"], ["e"], name="centre"),
            self.quant("e", "a", 0.5, 2, narrow=1),
            self.quant("w", "wq", 0.4, 2, narrow=1),
            helper.make_node("MatMul", ["a", "wq"], ["p"], name="first"),
            helper.make_node("BatchNormalization", ["p", "f", "b", "m", "v"], ["n"], name="norm"),
            self.quant("n", "q", 0.7, 2, narrow=1),
            self.quant("u", "uq", 0.3, 4),
            helper.make_node("MatMul", ["q", "uq"], ["y"], name="second"),
        ]
        found = self.graph(nodes, [1, 6], [1, 4], {"x": Kind(1 / 255, -128, True)})
        self.assertEqual(found.outputs["y"].type, "i32")
        samples = (self.random.integers(0, 256, (50, 1, 6)) / 255).astype(np.float32)
        got = self.run_on(found, samples)
        c = {name: np.asarray(array, np.float64) for name, array in self.constants.items()}
        a = rule(2 * samples.astype(np.float64) - 1, 0.5, 0, 2, 1, 1)
        scale, result = float(np.float32(0.4)), float(np.float32(0.7))
        p = a @ rule(c["w"], scale, 0, 2, 1, 1)
        n = (p - c["m"]) / np.sqrt(c["v"] + 1e-5) * c["f"] + c["b"]
        y = rule(n, result, 0, 2, 1, 1) @ rule(c["u"], float(np.float32(0.3)), 0, 4)
        np.testing.assert_allclose(got, y, atol=1e-6)

    def test_refused(self):
        """All of them at once, each with what would help."""
        self.constants = {"w": self.weights(6, 6)}
        nodes = [
            self.quant("x", "a", 0.5, 4, mode="FLOOR"),
            self.quant("a", "b", 0.5, 16),
            self.quant("b", "c", 0.5, 4, zero=0.5),
            helper.make_node("BipolarQuant", ["c", "c_scale"], ["y"], domain=DOMAIN, name="signs"),
        ]
        with self.assertRaises(Exception) as caught:
            self.graph(nodes, [1, 6], [1, 6])
        message = str(caught.exception)
        for part in ("mode FLOOR (ROUND has", "(quant_a)", "16 bits", "(quant_b)", "(quant_c)",
                     "2 bits has an integer form) (signs)"):  # fmt: skip
            self.assertIn(part, message)


@unittest.skipUnless("LACUNA_SHARED" in os.environ, "the shared models are not here")
class Trained(unittest.TestCase):
    """A network for MNIST that was trained with 2 bits, from Brevitas: each of its scores is
    what its nodes say in single precision, which ONNX Runtime has no kernels for."""

    def test_scores(self):
        shared = Path(os.environ["LACUNA_SHARED"])
        path = shared / "models" / "mnist" / "TFC_2W2A.onnx"
        packed = shared / "data" / "mnist" / "t10k-first5000-images-idx3-ubyte.gz"
        pixels = np.frombuffer(gzip.decompress(packed.read_bytes())[16:], np.uint8)
        images = pixels.reshape(-1, 1, 1, 28, 28)[:500]
        found = import_model(path, quantised={"0": Quantisation(1 / 255, 0, "u8")})
        with tempfile.TemporaryDirectory() as folder:
            found.save(Path(folder) / "m.mlir")
            program = lacuna.compile(Path(folder) / "m.mlir", "edge")
        got = lacuna.run(program, images, each=True).outputs[0].reshape(500, 10)
        wanted = self.scores(onnx.load(path).graph, images.reshape(500, -1) / np.float32(255))
        np.testing.assert_allclose(got * found.outputs["90"].scale, wanted, atol=1e-5)

    def scores(self, graph, x):
        """The nodes, one after the other."""
        values = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
        binary = {"Mul": np.multiply, "Sub": np.subtract, "Add": np.add, "Div": np.divide}
        for node in graph.node:
            given = [values.get(name) for name in node.input]
            kind = node.op_type
            if kind in ("Shape", "Gather", "Unsqueeze", "Concat"):  # how x is flattened
                continue
            if kind == "Reshape":
                result = x
            elif kind == "Quant":
                result = rule(*given, 1, 1).astype(np.float32)
            elif kind == "Transpose":
                result = given[0].T
            elif kind == "BatchNormalization":
                spread = np.sqrt(given[4] + np.float32(node.attribute[0].f))
                result = (given[0] - given[3]) / spread * given[1] + given[2]
            elif kind == "Pow":
                result = np.power(*given)
            else:
                result = given[0] @ given[1] if kind == "MatMul" else binary[kind](*given)
            values[node.output[0]] = result
        return values[graph.output[0].name]


if __name__ == "__main__":
    unittest.main()
