"""ONNX models imported: what the text means on the TOSA reference model is what ONNX
Runtime computes, up to the order of sums."""

import itertools
import os
import random
import tempfile
import unittest
from pathlib import Path

import numpy as np
import onnx
import onnx_made
import reference_model
from onnx_made import FLOAT, INT64, model, node

from lacuna import LacunaError
from lacuna.importing import import_model

SHARED = os.environ.get("LACUNA_SHARED", "")


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "m.onnx"

    def load(self, content, **shapes):
        self.path.write_bytes(content)
        return import_model(self.path, shapes=shapes)

    def refusal(self, content, **shapes):
        with self.assertRaises(LacunaError) as caught:
            self.load(content, **shapes)
        self.assertEqual(caught.exception.file, str(self.path))
        self.assertNotIn("Traceback", str(caught.exception))
        return str(caught.exception)


@unittest.skipUnless(reference_model.AVAILABLE, "tosa-tools is not installed")
class Values(Case):
    def same(self, content, tolerance=1e-6, **inputs):
        got = reference_model.run(self.load(content).text(), *inputs.values())
        wanted = onnx_made.results(content, **inputs)
        for one, other in zip(got, wanted, strict=True):
            np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)

    @unittest.skipUnless(SHARED, "the folder with models is not here")
    def test_opt_mnist(self):
        content = Path(SHARED, "models/mnist/opt-mnist.onnx").read_bytes()
        images = np.load(Path(SHARED, "golden/opt_mnist/input.npy"))
        expected = np.load(Path(SHARED, "golden/opt_mnist/output.npy"))
        text = self.load(content).text()
        for image, one in list(zip(images, expected, strict=True))[:4]:
            # Sums of inputs up to 255 reach thousands: float32 in another order.
            np.testing.assert_allclose(
                reference_model.run(text, image)[0], one, rtol=1e-5, atol=4e-3
            )

    def test_resizes(self):
        x = np.arange(40, dtype=np.float32).reshape(1, 2, 4, 5)
        for (mode, coordinate, nearest), scale in itertools.product(
            [
                ("nearest", "asymmetric", "floor"),
                ("nearest", "asymmetric", "ceil"),
                ("nearest", "half_pixel", "round_prefer_floor"),
                ("linear", "half_pixel", "floor"),
                ("linear", "asymmetric", "floor"),
                ("linear", "align_corners", "floor"),
            ],
            (2, 3),
        ):
            up = node("Resize", ["x", "", "s"], ["y"], mode=mode, nearest_mode=nearest,
                      coordinate_transformation_mode=coordinate)  # fmt: skip
            result = ("y", FLOAT, [1, 2, 4 * scale, 5 * scale])
            scales = np.array([1, 1, scale, scale], np.float32)
            content = model([up], [("x", FLOAT, [1, 2, 4, 5])], [result], {"s": scales})
            with self.subTest(mode=mode, coordinate=coordinate, nearest=nearest, scale=scale):
                self.same(content, tolerance=1e-5, x=x)

    def test_square_of_negative(self):
        two = np.array(2, np.float32)
        x = np.array([[-3, 2]], np.float32)
        content = model([node("Pow", ["x", "t"], ["y"])], [("x", FLOAT, [1, 2])],
                        [("y", FLOAT, [1, 2])], {"t": two})  # fmt: skip
        self.same(content, x=x)

    def test_old_opset(self):
        pool = node("MaxPool", ["x"], ["y"], kernel_shape=[2, 2], strides=[2, 2])
        content = model([pool], [("x", FLOAT, [1, 1, 4, 4])], [("y", FLOAT, [1, 1, 2, 2])], opset=8)
        self.same(content, x=np.random.default_rng(0).random((1, 1, 4, 4), np.float32))


class Text(Case):
    def test_names_and_pinned_shape(self):
        nodes = [node("Relu", ["x"], ["a"], name="first"), node("Erf", ["a"], ["y"], name="second")]
        content = model(nodes, [("x", FLOAT, ["n", 4])], [("y", FLOAT, ["n", 4])])
        self.assertIn("[?,4]: give it with --shape x=", self.refusal(content))
        self.assertIn("not [3, 5]", self.refusal(content, x=[3, 5]))
        self.assertIn("no input 'z'", self.refusal(content, x=[3, 4], z=[1]))
        text = self.load(content, x=[3, 4]).text("f.mlir")
        self.assertIn('tensor<3x4xf32> {tosa.tensor_name = "x"}', text)
        self.assertRegex(text, r'tosa.clamp .* loc\("first"\("f.mlir":\d+:5\)\)')
        self.assertRegex(text, r'tosa.erf .* loc\("second"\(')

    def test_integer_input(self):
        pick = node("Gather", ["t", "i"], ["y"])
        table = np.ones((5, 2), np.float32)
        content = model([pick], [("i", INT64, [3])], [("y", FLOAT, [3, 2])], {"t": table})
        text = self.load(content).text()
        self.assertIn("tensor<3xi32>", text)
        self.assertNotIn("xi64>", text)

    def test_weights_inline(self):
        weights = np.ones((3000, 4), np.float32)
        content = model([node("MatMul", ["x", "w"], ["y"])], [("x", FLOAT, [1, 3000])],
                        [("y", FLOAT, [1, 4])], {"w": weights})  # fmt: skip
        self.assertNotIn("dense_resource", self.load(content).text())


class Refusals(Case):
    PLAIN = model([node("Relu", ["x"], ["y"])], [("x", FLOAT, [1, 4])], [("y", FLOAT, [1, 4])])

    def test_every_operator_is_named(self):
        content = model(
            [
                node("LpPool", ["x"], ["a"], name="pool", kernel_shape=[2, 2]),
                node("Relu", ["a"], ["b"], name="fine"),
                node("StringNormalizer", ["b"], ["c"], name="text"),
                node("LpPool", ["x"], ["d"], name="again", kernel_shape=[2, 2]),
            ],
            [("x", FLOAT, [1, 1, 4, 4])],
            [("c", FLOAT, [1, 1, 3, 3]), ("d", FLOAT, [1, 1, 3, 3])],
        )
        message = self.refusal(content)
        self.assertIn("LpPool (again, pool); StringNormalizer (text)", message)
        self.assertNotIn("fine", message)

    def test_external_data(self):
        secret = self.path.with_name("secret")
        secret.write_bytes(bytes(16))
        proto = onnx_made.load(model([node("Add", ["x", "w"], ["y"])], [("x", FLOAT, [4])],
                               [("y", FLOAT, [4])], {"w": np.ones(4, np.float32)}))  # fmt: skip
        tensor = proto.graph.initializer[0]
        tensor.ClearField("raw_data")
        tensor.data_location = onnx.TensorProto.EXTERNAL
        for place in ("secret", "../../etc/passwd", "/etc/passwd"):
            del tensor.external_data[:]
            tensor.external_data.add(key="location", value=place)
            message = self.refusal(proto.SerializeToString())
            self.assertIn(f"keeps tensors in other files, which is not accepted (save it as one "
                          f"file): 'w' in '{place}'", message)  # fmt: skip

    def test_lying_data(self):
        proto = onnx_made.load(model([node("Add", ["x", "w"], ["y"])], [("x", FLOAT, [4])],
                               [("y", FLOAT, [4])], {"w": np.ones(4, np.float32)}))  # fmt: skip
        for dims in ([5], [1 << 40, 1 << 40], [-4]):
            proto.graph.initializer[0].dims[:] = dims
            self.refusal(proto.SerializeToString())

    def test_no_model(self):
        for content in (b"", b"TFL3" * 9, b"\x08\x07" + self.PLAIN[:20], os.urandom(200)):
            self.assertIn("is no", self.refusal(content))

    def test_zero_extent(self):
        relu = node("Relu", ["x"], ["y"])
        for extent in (0, -3):
            self.refusal(model([relu], [("x", FLOAT, [1, extent])], [("y", FLOAT, [1, extent])]))

    def test_mutants(self):
        choose = random.Random(0)
        for _ in range(6):
            mutant = bytearray(self.PLAIN)
            mutant[choose.randrange(len(mutant))] ^= 1 << choose.randrange(8)
            try:
                self.load(bytes(mutant))
            except LacunaError as error:
                self.assertNotIn("Traceback", str(error))


if __name__ == "__main__":
    unittest.main()
