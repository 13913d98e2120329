# ruff: noqa: E501
"""Converters' text: read, changed and written."""

import unittest

from lacuna import LacunaError
from lacuna.importing import names, rewrite
from lacuna.importing.graph import Unreadable, read_graph

TEXT = """#loc = loc("m.tflite":0:0)
#loc2 = loc("main"(#loc))
module attributes {tfl.description = "x {"} {
  func.func @main(%arg0: tensor<1x4xi8> loc("main"(#loc))) -> tensor<2x2xi8> attributes {a = "b"} {
    %0 = "tosa.const"() <{values = dense<"0x00 : ("> : tensor<1x4xi8>}> : () -> tensor<1x4xi8> loc(#loc1)
    %1 = tosa.const_shape  {values = dense<[-1, 2]> : tensor<2xindex>} : () -> !tosa.shape<2> loc(#loc1)
    %2 = tosa.add %arg0, %0 : (tensor<1x4xi8>, tensor<1x4xi8>) -> tensor<1x4xi8> loc(#loc3)
    %3 = tosa.reshape %2, %1 : (tensor<1x4xi8>, !tosa.shape<2>) -> tensor<2x2xi8> loc(#loc4)
    return %3 : tensor<2x2xi8> loc(#loc)
  } loc(#loc2)
} loc(#loc)
#loc1 = loc(unknown)
#loc3 = loc("sum \\22a\\22"(#loc))
#loc4 = loc(fused[#loc1, "shape\\C3\\A9\\FF\\0A"(#loc)])
"""

WRITTEN = """module {
  func.func @main(%arg0: tensor<1x4xi8>) -> (tensor<2x2xi8>) {
    %0 = "tosa.const"() <{values = dense<"0x00 : ("> : tensor<1x4xi8>}> : () -> tensor<1x4xi8> loc("m.mlir":3:5)
    %2 = tosa.add %arg0, %0 : (tensor<1x4xi8>, tensor<1x4xi8>) -> tensor<1x4xi8> loc("sum \\"a\\""("m.mlir":4:5))
    %shape_1 = tosa.const_shape {values = dense<[2, 2]> : tensor<2xindex>} : () -> !tosa.shape<2> loc("m.mlir":5:5)
    %3 = tosa.reshape %2, %shape_1 : (tensor<1x4xi8>, !tosa.shape<2>) -> tensor<2x2xi8> loc("shapeé\ufffd_"("m.mlir":6:5))
    return %3 : tensor<2x2xi8>
  }
}
"""


def graph_of(*lines, result="tensor<1xi8>", value="%arg0"):
    body = "\n".join(lines)
    return read_graph(
        f"func.func @main(%arg0: tensor<1xi8>) -> {result} {{\n{body}\nreturn {value} : {result}\n}}"
    )


class Text(unittest.TestCase):
    def test_read_and_written(self):
        graph = read_graph(TEXT)
        rewrite.resolve_shapes(graph)
        self.assertEqual(graph.text("m.mlir"), WRITTEN)

    def test_regions_refused(self):
        with self.assertRaisesRegex(Unreadable, "tosa.cond_if"):
            graph_of("%0 = tosa.cond_if %arg0 : tensor<i1> -> tensor<1xi8> {")

    def test_constant_of_another_dialect(self):
        op = graph_of("%0 = arith.constant dense<1> : tensor<1xi8>").operations[0]
        self.assertIn('%0 = "tosa.const"() <{values = dense<1> : tensor<1xi8>}>', op.text())

    def test_two_functions_refused(self):
        with self.assertRaisesRegex(Unreadable, "several"):
            read_graph(TEXT + TEXT)

    def test_nothing(self):
        with self.assertRaises(Unreadable):
            read_graph("module {\n}\n")

    def test_names(self):
        text = '#loc1 = loc("f.py":3:0)\n#loc2 = loc(callsite(#loc1 at #loc3))\n#loc3 = loc("n")\n'
        self.assertEqual(names.read_locations(text), {"#loc1": "", "#loc2": "n", "#loc3": "n"})
        self.assertEqual(names.read_locations("#loc1 = loc(fused[#loc1])"), {"#loc1": ""})


class Checks(unittest.TestCase):
    def check(self, *lines, **ports):
        with self.assertRaises(LacunaError) as caught:
            rewrite.check(graph_of(*lines, **ports), "m.onnx")
        return str(caught.exception)

    def test_strange_operators_all_named(self):
        message = self.check(
            '%0 = "tfl.sin"(%arg0) : (tensor<1xi8>) -> tensor<1xi8> loc("a")',
            '%1 = tosa.custom %0 {x = "y"} : (tensor<1xi8>) -> tensor<1xi8> loc("b")',
            '%2 = "tfl.sin"(%1) : (tensor<1xi8>) -> tensor<1xi8> loc("c")',
        )
        self.assertIn("tfl.sin (a, c); tosa.custom (b)", message)

    def test_open_shapes(self):
        line = "%0 = tosa.abs %arg0 : (tensor<1xi8>) -> tensor<?xi8>"
        self.assertIn("layers without a static shape: tosa.abs", self.check(line))
        self.assertIn("--shape", self.check(line, result="tensor<?xi8>", value="%0"))


class Rounding(unittest.TestCase):
    LINES = (
        "%c = tosa.conv2d %arg0, %w : (tensor<1xi8>, tensor<1xi8>) -> tensor<1xi32>",
        "%a = tosa.rescale %c {rounding_mode = DOUBLE_ROUND} : (tensor<1xi32>) -> tensor<1xi8>",
        "%r = tosa.reshape %w, %s : (tensor<1xi8>, !tosa.shape<1>) -> tensor<1xi8>",
        "%d = tosa.conv2d %a, %r : (tensor<1xi8>, tensor<1xi8>) -> tensor<1xi32>",
        "%b = tosa.rescale %d {rounding_mode = DOUBLE_ROUND} : (tensor<1xi32>) -> tensor<1xi8>",
    )

    def modes(self, rounding):
        graph = graph_of(*self.LINES)
        rewrite.set_rounding(graph, rounding)
        rescales = [op for op in graph.operations if op.name == "tosa.rescale"]
        return ["DOUBLE" if "DOUBLE_ROUND" in op.attributes else "SINGLE" for op in rescales]

    def test_forms(self):
        self.assertEqual(self.modes("double"), ["DOUBLE", "DOUBLE"])
        self.assertEqual(self.modes("litert"), ["DOUBLE", "SINGLE"])
        self.assertEqual(self.modes("single"), ["SINGLE", "SINGLE"])


if __name__ == "__main__":
    unittest.main()
