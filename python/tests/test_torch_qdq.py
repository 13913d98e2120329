"""Quantised ONNX models become integer graphs: compiled and run on the emulator, they give
what ONNX Runtime gives, node by node."""

import unittest

import numpy as np
from onnx_made import FLOAT, model, node
from onnxruntime.quantization import QuantFormat, QuantType
from quantised_made import Case

from lacuna import LacunaError
from lacuna.importing import import_model

SIGNED = {"per_channel": True}
UNSIGNED = {"activations": QuantType.QUInt8, "weights": QuantType.QUInt8}
MIXED = {"activations": QuantType.QUInt8}
OPERATORS = {"activations": QuantType.QUInt8, "form": QuantFormat.QOperator}


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
        for options in (SIGNED, MIXED, UNSIGNED, OPERATORS):
            with self.subTest(**options):
                text = self.same(
                    nodes, [1, 3, 8, 8], [1, 10], options=options, fused=True,
                    w1=self.weights(8, 3, 3, 3), b1=self.weights(8), w2=self.weights(8, 1, 3, 3),
                    w3=self.weights(8, 8, 1, 1), w4=self.weights(8, 10), b4=self.weights(10),
                )  # fmt: skip
                self.assertRegex(text, r'tosa.depthwise_conv2d .* loc\("depthwise(_quant)?"\(')


class Operators(Case):
    def test_windows(self):
        """Strides that leave a rest, and padding that differs from side to side."""
        conv = node("Conv", ["x", "w"], ["y"], strides=[2, 3], pads=[1, 0, 0, 2])
        self.same([conv], [1, 2, 8, 9], [1, 4, 4, 3], w=self.weights(4, 2, 3, 4))
        conv = node("Conv", ["x", "w"], ["y"], strides=[2, 2], auto_pad="SAME_LOWER")
        self.same([conv], [1, 2, 7, 8], [1, 4, 4, 4], w=self.weights(4, 2, 3, 3))
        conv = node("Conv", ["x", "w"], ["y"], strides=[3, 3], dilations=[2, 1])
        self.same([conv], [1, 2, 9, 10], [1, 4, 2, 3], w=self.weights(4, 2, 3, 3))

    def test_groups(self):
        """One convolution for each group; of single channels, one depthwise."""
        for groups, depth, operation in ((2, 3, "conv2d"), (3, 2, "conv2d"), (6, 1, "depthwise")):
            for options in (SIGNED, MIXED, OPERATORS):
                with self.subTest(groups=groups, **options):
                    conv = node("Conv", ["x", "w", "b"], ["y"], group=groups, pads=[1, 1, 1, 1])
                    text = self.same(
                        [conv], [1, 6, 5, 5], [1, 12, 5, 5], options=options,
                        w=self.weights(12, depth, 3, 3), b=self.weights(12),
                    )  # fmt: skip
                    count = 1 if depth == 1 else groups
                    self.assertEqual(text.count(f"= tosa.{operation}"), count)

    def test_pool(self):
        """Padding that is counted and that is not, a last window that reaches beyond. Where
        the scale stays the same, means lie at halves, which single precision blurs."""
        conv = node("Conv", ["x", "w"], ["c"])
        for attributes, extents in (
            ({"kernel_shape": [1, 3], "strides": [1, 3]}, [5, 2]),
            ({"kernel_shape": [2, 2]}, [4, 5]),
            ({"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}, [5, 6]),
            ({"kernel_shape": [3, 3], "pads": [1, 1, 1, 1], "count_include_pad": 1}, [5, 6]),
            ({"kernel_shape": [2, 2], "strides": [2, 2], "ceil_mode": 1}, [3, 3]),
        ):
            with self.subTest(**attributes):
                pool = node("AveragePool", ["c"], ["y"], **attributes)
                self.same([conv, pool], [1, 3, 5, 6], [1, 3, *extents], halves=True,
                          options=SIGNED, w=self.weights(3, 3, 1, 1))  # fmt: skip
        pool = node("AveragePool", ["c"], ["y"], kernel_shape=[1, 3])
        self.same([conv, pool], [1, 3, 5, 6], [1, 3, 5, 4], options=OPERATORS,
                  w=self.weights(3, 3, 1, 1))  # fmt: skip
        pool = node("MaxPool", ["c"], ["y"], kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1)
        self.same([conv, pool], [1, 3, 5, 6], [1, 3, 3, 3], w=self.weights(3, 3, 1, 1))

    def test_elementwise(self):
        conv = node("Conv", ["x", "w"], ["a"])
        last = node("Conv", ["b", "w"], ["y"])
        for nodes, quantised in (
            ([node("Sigmoid", ["x"], ["a"]), node("Mul", ["a", "x"], ["y"])], True),
            ([node("Mul", ["x", "k"], ["a"]), node("Add", ["a", "x"], ["y"])], True),
            ([conv, node("Clip", ["a", "low", "high"], ["y"])], True),
            ([node("LeakyRelu", ["x"], ["y"], alpha=0.2)], True),
            ([conv, node("Sub", ["a", "x"], ["b"]), last], False),
            ([conv, node("Tanh", ["a"], ["b"]), last], False),
        ):
            for options in (SIGNED, MIXED, OPERATORS):
                if options is OPERATORS and not quantised:
                    continue  # the quantiser has no such operator
                with self.subTest(nodes[-2:][0].op_type, **options):
                    constants = {
                        "k": self.weights(3, 1, 1),
                        "w": self.weights(3, 3, 1, 1),
                        "low": np.float32(-0.5),
                        "high": np.float32(1),
                    }
                    used = {name for one in nodes for name in one.input}
                    constants = {k: np.asarray(v) for k, v in constants.items() if k in used}
                    self.same(nodes, [1, 3, 4, 4], [1, 3, 4, 4], options=options, **constants)

    def test_softmax(self):
        for axis, shape in ((-1, [2, 10]), (1, [1, 5, 4, 3]), (3, [1, 2, 3, 40])):
            for options in ({}, MIXED, OPERATORS):
                with self.subTest(axis=axis, **options):
                    soft = node("Softmax", ["x"], ["y"], axis=axis)
                    self.same([soft], shape, shape, options=options)

    def test_gelu(self):
        """As one operator, and as a chain of operators between which nothing is quantised."""
        product = node("MatMul", ["h", "w"], ["y"])
        given = node("MatMul", ["x", "v"], ["g"])
        weights = {"v": self.weights(6, 6), "w": self.weights(6, 5)}
        for form in ("none", "tanh"):
            gelu = node("Gelu", ["g"], ["h"], approximate=form)
            self.same([given, gelu, product], [4, 6], [4, 5], opset=20, **weights)
        chain = [
            given,
            node("Div", ["g", "root"], ["d"]),
            node("Erf", ["d"], ["e"]),
            node("Add", ["e", "one"], ["a"]),
            node("Mul", ["g", "a"], ["m"]),
            node("Mul", ["m", "half"], ["h"]),
            product,
        ]
        numbers = {"root": 2**0.5, "one": 1, "half": 0.5}
        constants = {name: np.array(number, np.float32) for name, number in numbers.items()}
        self.same(chain, [4, 6], [4, 5], **weights, **constants)

    def test_movement(self):
        nodes = [
            node("Conv", ["x", "w"], ["c"]),
            node("Concat", ["c", "x"], ["d"], axis=1),
            node("Transpose", ["d"], ["t"], perm=[0, 3, 1, 2]),
            node("Reshape", ["t", "s"], ["y"]),
        ]
        shape = np.array([2, -1], np.int64)
        for options in (SIGNED, OPERATORS):
            with self.subTest(**options):
                self.same(nodes, [1, 2, 4, 4], [2, 48], options=options,
                          w=self.weights(4, 2, 1, 1), s=shape)  # fmt: skip

    def test_matrix(self):
        for options in (SIGNED, MIXED, UNSIGNED, OPERATORS):
            with self.subTest(**options):
                product = node("MatMul", ["x", "w"], ["y"])
                self.same([product], [5, 6], [5, 7], options=options, w=self.weights(6, 7))
                gemm = node("Gemm", ["x", "w", "b"], ["y"], transB=1)
                self.same([gemm], [5, 6], [5, 7], options=options, w=self.weights(7, 6),
                          b=self.weights(7))  # fmt: skip

    def test_two_tensors(self):
        """The products of attention: rows of one tensor by columns of another."""
        nodes = [
            node("Transpose", ["x"], ["t"], perm=[0, 2, 1]),
            node("MatMul", ["x", "t"], ["m"]),
            node("Softmax", ["m"], ["s"], axis=-1),
            node("MatMul", ["s", "x"], ["y"]),
        ]
        for options in ({}, MIXED):
            with self.subTest(**options):
                self.same(nodes, [2, 4, 6], [2, 4, 6], options=options)


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
        """All of them at once, also behind one another."""
        nodes = [
            node("Conv", ["x", "w"], ["a"], name="first"),
            node("LpNormalization", ["a"], ["b"], name="norm"),
            node("Conv", ["b", "w"], ["c"], name="second"),
            node("CumSum", ["c", "axis"], ["y"], name="sums"),
        ]
        constants = {"w": self.weights(4, 4, 1, 1), "axis": np.array(1, np.int64)}
        content = model(nodes, [("x", FLOAT, [1, 4, 4, 4])], [("y", FLOAT, [1, 4, 4, 4])],
                        constants)  # fmt: skip
        path, _ = self.quantise(content, [1, 4, 4, 4])
        with self.assertRaises(LacunaError) as caught:
            import_model(path)
        self.assertRegex(caught.exception.message, r"LpNormalization.*\(norm\).*CumSum \(sums\)")


if __name__ == "__main__":
    unittest.main()
