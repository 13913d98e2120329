"""64-bit numbers that a graph can do without, and those that it can't."""

import struct
import unittest

from lacuna import LacunaError
from lacuna.importing.graph import read_graph
from lacuna.importing.narrow import narrow


def narrowed(*lines, arguments="%arg0: tensor<2xf32>", result="tensor<2xf32>", value="%r"):
    body = "\n".join(lines)
    graph = read_graph(
        f"func.func @main({arguments}) -> {result} {{\n{body}\nreturn {value} : x\n}}"
    )
    narrow(graph, "m.pt2")
    return [op.text() for op in graph.operations], graph


def const(data, type_):
    return f'%c = "tosa.const"() <{{values = dense<{data}> : {type_}}}> : () -> {type_}'


class Floats(unittest.TestCase):
    def test_artefact(self):
        wide = "tensor<2xf64>"
        lines, _ = narrowed(
            const("1.5", wide),
            f"%a = tosa.cast %arg0 : (tensor<2xf32>) -> {wide}",
            f"%b = tosa.add %a, %c : ({wide}, {wide}) -> {wide}",
            f"%r = tosa.cast %b : ({wide}) -> tensor<2xf32>",
            value="%r",
        )
        self.assertEqual(len(lines), 2)
        self.assertTrue(lines[1].startswith("%b = tosa.add %arg0, %c : (tensor<2xf32>"))

    def test_bits(self):
        lines, _ = narrowed(const("0xFFF0000000000000", "tensor<2xf64>"), value="%arg0")
        self.assertIn("dense<0xFF800000> : tensor<2xf32>", lines[0])
        data = struct.pack("<2d", 0.5, -3.0).hex().upper()
        lines, _ = narrowed(const(f'"0x{data}"', "tensor<2xf64>"), value="%arg0")
        self.assertIn(f'dense<"0x{struct.pack("<2f", 0.5, -3.0).hex().upper()}">', lines[0])

    def test_real(self):
        with self.assertRaisesRegex(LacunaError, "input '%arg0' is f64"):
            narrowed(arguments="%arg0: tensor<2xf64>", value="%arg0")


class Integers(unittest.TestCase):
    def test_input_and_constant(self):
        lines, graph = narrowed(
            const("[7, -1]", "tensor<2xi64>"),
            "%e = tosa.equal %arg0, %c : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi1>",
            arguments="%arg0: tensor<2xi64>",
            result="tensor<2xi1>",
            value="%e",
        )
        self.assertIn("tensor<2xi32>, tensor<2xi32>) -> tensor<2xi1>", lines[1])
        self.assertEqual(graph.arguments[0].type, "tensor<2xi32>")
        self.assertEqual(len(graph.comments), 1)

    def test_real(self):
        with self.assertRaisesRegex(LacunaError, "beyond 32 bits"):
            narrowed(const("4294967296", "tensor<2xi64>"), value="%arg0")
        data = struct.pack("<2q", 1, 1 << 40).hex()
        with self.assertRaisesRegex(LacunaError, "beyond 32 bits"):
            narrowed(const(f'"0x{data}"', "tensor<2xi64>"), value="%arg0")
        with self.assertRaisesRegex(LacunaError, r"computes with i64 \(tosa.mul\)"):
            narrowed(
                "%m = tosa.mul %arg0, %arg0 : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi64>",
                arguments="%arg0: tensor<2xi64>",
                value="%arg0",
            )


if __name__ == "__main__":
    unittest.main()
