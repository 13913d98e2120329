"""Quantised ONNX models become integer graphs: compiled and run on the emulator, they give
what ONNX Runtime gives, up to one step where its float product lies at a tie."""

import re
import tempfile
import unittest
from pathlib import Path

import numpy as np
import onnx_made
from onnx_made import FLOAT, model, node
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

import lacuna
from lacuna import LacunaError
from lacuna.importing import import_model

SAMPLES = 24
STATED = re.compile(r"real value = (\S+) x \(element - (-?\d+)\)")


class Reader(CalibrationDataReader):
    def __init__(self, samples):
        self.samples = iter(samples)

    def get_next(self):
        return next(self.samples, None)


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)
        self.random = np.random.default_rng(0)

    def weights(self, *shape):
        return self.random.normal(0, 0.3, shape).astype(np.float32)

    def quantise(self, content, shape, activations, weights, per_channel):
        """The path of the model quantised by ONNX Runtime, and samples."""
        samples = [self.random.normal(0, 1, shape).astype(np.float32) for _ in range(SAMPLES)]
        (self.path / "f.onnx").write_bytes(content)
        quantize_static(
            self.path / "f.onnx", self.path / "q.onnx", Reader([{"x": one} for one in samples]),
            quant_format=QuantFormat.QDQ, activation_type=activations, weight_type=weights,
            per_channel=per_channel,
        )  # fmt: skip
        return self.path / "q.onnx", np.stack(samples)

    def same(self, nodes, shape, result, activations=QuantType.QInt8, weights=QuantType.QInt8,
             per_channel=False, **constants):  # fmt: skip
        content = model(nodes, [("x", FLOAT, shape)], [("y", FLOAT, result)], constants)
        path, samples = self.quantise(content, shape, activations, weights, per_channel)
        imported = import_model(path)
        imported.save(self.path / "q.mlir")
        text = imported.text()
        self.assertNotRegex(text, r"x(f32|f64)>")
        (in_scale, in_zero), (out_scale, out_zero) = (
            (float(scale), int(zero)) for scale, zero in STATED.findall(text)
        )
        kind = np.uint8 if activations == QuantType.QUInt8 else np.int8
        limits = np.iinfo(kind)
        elements = np.clip(np.rint(samples / in_scale) + in_zero, limits.min, limits.max)
        program = lacuna.compile(self.path / "q.mlir", "edge")
        given = lacuna.run(program, elements.astype(kind), each=True).outputs[0]
        session = path.read_bytes()
        wanted = np.stack([onnx_made.results(session, x=one)[0] for one in samples])
        steps = np.abs(given - (np.rint(wanted / out_scale) + out_zero))
        self.assertLessEqual(steps.max(), 1)
        self.assertLess(np.mean(steps > 0), 0.01)
        return text


class Networks(Case):
    def test_cnn(self):
        nodes = [
            node("Conv", ["x", "w1", "b1"], ["c1"], name="conv1", pads=[1, 1, 1, 1]),
            node("Relu", ["c1"], ["r1"], name="relu1"),
            node("MaxPool", ["r1"], ["p1"], name="pool", kernel_shape=[2, 2], strides=[2, 2]),
            node("Conv", ["p1", "w2"], ["c2"], name="depthwise", group=8, pads=[1, 1, 1, 1]),
            node("Conv", ["c2", "w3"], ["c3"], name="pointwise"),
            node("Add", ["c3", "p1"], ["a1"], name="residual"),
            node("Relu", ["a1"], ["r2"], name="relu2"),
            node("GlobalAveragePool", ["r2"], ["g"], name="mean"),
            node("Flatten", ["g"], ["f"], name="flat"),
            node("Gemm", ["f", "w4", "b4"], ["y"], name="dense"),
        ]
        for activations, weights, per_channel in (
            (QuantType.QInt8, QuantType.QInt8, True),
            (QuantType.QUInt8, QuantType.QInt8, False),
            (QuantType.QUInt8, QuantType.QUInt8, False),
        ):
            with self.subTest(activations=activations, weights=weights):
                text = self.same(
                    nodes, [1, 3, 8, 8], [1, 10], activations, weights, per_channel,
                    w1=self.weights(8, 3, 3, 3), b1=self.weights(8), w2=self.weights(8, 1, 3, 3),
                    w3=self.weights(8, 8, 1, 1), w4=self.weights(8, 10), b4=self.weights(10),
                )  # fmt: skip
                self.assertRegex(text, r'tosa.depthwise_conv2d .* loc\("depthwise"\(')


class Operators(Case):
    def test_windows(self):
        """Strides that leave a rest, and padding that differs from side to side."""
        conv = node("Conv", ["x", "w"], ["y"], strides=[2, 3], pads=[1, 0, 0, 2])
        self.same([conv], [1, 2, 8, 9], [1, 4, 4, 3], w=self.weights(4, 2, 3, 4))
        conv = node("Conv", ["x", "w"], ["y"], strides=[2, 2], auto_pad="SAME_LOWER")
        self.same([conv], [1, 2, 7, 8], [1, 4, 4, 4], w=self.weights(4, 2, 3, 3))
        conv = node("Conv", ["x", "w"], ["y"], strides=[3, 3], dilations=[2, 1])
        self.same([conv], [1, 2, 9, 10], [1, 4, 2, 3], w=self.weights(4, 2, 3, 3))

    def test_pool(self):
        """Of an odd number of elements: no mean lies at a tie."""
        pool = node("AveragePool", ["c"], ["y"], kernel_shape=[1, 3], strides=[1, 3])
        conv = node("Conv", ["x", "w"], ["c"])
        self.same([conv, pool], [1, 3, 4, 6], [1, 3, 4, 2], w=self.weights(3, 3, 1, 1))

    def test_elementwise(self):
        for nodes in (
            [node("Sigmoid", ["x"], ["a"]), node("Mul", ["a", "x"], ["y"])],
            [node("Mul", ["x", "k"], ["a"]), node("Add", ["a", "x"], ["y"])],
            [node("Conv", ["x", "w"], ["a"]), node("Clip", ["a", "low", "high"], ["y"])],
            [node("LeakyRelu", ["x"], ["y"], alpha=0.2)],
        ):
            with self.subTest(nodes[0].op_type):
                constants = {
                    "k": self.weights(3, 1, 1),
                    "w": self.weights(3, 3, 1, 1),
                    "low": np.float32(-0.5),
                    "high": np.float32(1),
                }
                used = {name for one in nodes for name in one.input}
                constants = {k: np.asarray(v) for k, v in constants.items() if k in used}
                self.same(nodes, [1, 3, 4, 4], [1, 3, 4, 4], **constants)

    def test_movement(self):
        nodes = [
            node("Conv", ["x", "w"], ["c"]),
            node("Concat", ["c", "x"], ["d"], axis=1),
            node("Transpose", ["d"], ["t"], perm=[0, 3, 1, 2]),
            node("Reshape", ["t", "s"], ["y"]),
        ]
        shape = np.array([2, -1], np.int64)
        self.same(nodes, [1, 2, 4, 4], [2, 48], w=self.weights(4, 2, 1, 1), s=shape)

    def test_matrix(self):
        self.same([node("MatMul", ["x", "w"], ["y"])], [5, 6], [5, 7], w=self.weights(6, 7))


class Refusals(Case):
    def refusal(self, scale, zero):
        """The message for a model with these on its input."""
        nodes = [
            node("QuantizeLinear", ["x", "s", "z"], ["q"], name="first"),
            node("DequantizeLinear", ["q", "s", "z"], ["y"]),
        ]
        content = model(nodes, [("x", FLOAT, [4])], [("y", FLOAT, [4])], {"s": scale, "z": zero})
        (self.path / "q.onnx").write_bytes(content)
        with self.assertRaises(LacunaError) as caught:
            import_model(self.path / "q.onnx")
        return caught.exception.message

    def test_parameters(self):
        zero = np.array(0, np.int8)
        for scale in (0, -1, np.nan, np.inf):
            message = self.refusal(np.array(scale, np.float32), zero)
            self.assertEqual(message, "'first': a scale is not a positive number")
        message = self.refusal(np.ones(4, np.float32), np.zeros(4, np.int8))
        self.assertIn("a scale a channel", message)

    def test_named(self):
        nodes = [
            node("Softmax", ["x"], ["a"], name="soft"),
            node("Conv", ["a", "w"], ["b"], name="groups", group=2),
            node("Softmax", ["b"], ["y"], name="again"),
        ]
        content = model(nodes, [("x", FLOAT, [1, 4, 4, 4])], [("y", FLOAT, [1, 4, 4, 4])],
                        {"w": self.weights(4, 2, 1, 1)})  # fmt: skip
        path, _ = self.quantise(content, [1, 4, 4, 4], QuantType.QInt8, QuantType.QInt8, False)
        with self.assertRaisesRegex(LacunaError, r"no integer form: Softmax \(soft"):
            import_model(path)


if __name__ == "__main__":
    unittest.main()
