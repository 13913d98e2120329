"""Quantised ONNX models of 16 bits: exact sums where ONNX Runtime's are in single precision,
so that an element may be one step away."""

import unittest

import numpy as np
from onnx_made import FLOAT, model, node
from onnxruntime.quantization import QuantType
from quantised_made import Case

SYMMETRIC = {"activations": QuantType.QInt16, "extra": {"ActivationSymmetric": True}}
FORMS = (
    SYMMETRIC,
    {"activations": QuantType.QInt16},
    {"activations": QuantType.QUInt16},
    {**SYMMETRIC, "weights": QuantType.QInt16},
    {"activations": QuantType.QUInt16, "weights": QuantType.QUInt16},
)


class Wide(Case):
    def near(self, nodes, shape, result, options, share=0.02, **constants):
        """Checks that elements are at most one step away, and few are."""
        content = model(nodes, [("x", FLOAT, shape)], [("y", FLOAT, result)], constants, opset=21)
        path, samples = self.quantise(content, shape, **options)
        steps, found = self.steps(path, samples)
        self.assertLessEqual(steps.max(), 1)
        self.assertLessEqual(np.mean(steps > 0), share)
        return found.text()

    def test_convolution(self):
        """Padding reads as the zero point, which TOSA doesn't have at 16 bits."""
        for groups, depth in ((1, 4), (2, 2), (4, 1)):
            for options in FORMS:
                with self.subTest(groups=groups, **options):
                    conv = node("Conv", ["x", "w", "b"], ["y"], group=groups, pads=[1, 1, 1, 1])
                    self.near([conv], [1, 4, 5, 5], [1, 8, 5, 5], options,
                              w=self.weights(8, depth, 3, 3), b=self.weights(8))  # fmt: skip

    def test_matrix(self):
        for options in FORMS:
            with self.subTest(**options):
                product = node("MatMul", ["x", "w"], ["y"])
                self.near([product], [5, 6], [5, 7], options, w=self.weights(6, 7))

    def test_elementwise(self):
        for nodes in (
            [node("Conv", ["x", "w"], ["c"]), node("Add", ["c", "x"], ["y"])],
            [node("Conv", ["x", "w"], ["c"]), node("Mul", ["c", "x"], ["y"])],
            [node("Conv", ["x", "w"], ["c"]), node("Concat", ["c", "x"], ["y"], axis=1)],
            [node("Conv", ["x", "w"], ["c"]), node("GlobalAveragePool", ["c"], ["y"])],
        ):
            for options in FORMS[:3]:
                with self.subTest(nodes[1].op_type, **options):
                    extents = {"Concat": [1, 6, 4, 4], "GlobalAveragePool": [1, 3, 1, 1]}
                    result = extents.get(nodes[1].op_type, [1, 3, 4, 4])
                    self.near(nodes, [1, 3, 4, 4], result, options, w=self.weights(3, 3, 1, 1))

    def test_functions(self):
        """Smooth functions are interpolated; ones with an edge between entries looked up."""
        for kind, operation in (("Sigmoid", "table"), ("LeakyRelu", "gather")):
            for options in FORMS[1:3]:
                with self.subTest(kind, **options):
                    nodes = [node(kind, ["x"], ["s"]), node("Mul", ["s", "x"], ["y"])]
                    text = self.near(nodes, [4, 6], [4, 6], options, share=0.2)
                    self.assertIn(f"tosa.{operation} ", text)


if __name__ == "__main__":
    unittest.main()
