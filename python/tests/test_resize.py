"""Resizes sample where the model does; what the converter got wrong is mended."""

import unittest

from lacuna import LacunaError
from lacuna.importing import resize
from lacuna.importing.graph import read_graph
from lacuna.importing.resources import inline
from lacuna.importing.rewrite import read_shape


def mended(scale, offset, border, source, result, node=None, mode="NEAREST_NEIGHBOR"):
    """Scale, offset and border of a resize from `source` to `result`, square."""
    shapes = "\n".join(
        f"%{name} = tosa.const_shape {{values = dense<{values}> : tensor<{len(values)}xindex>}}"
        f" : () -> !tosa.shape<{len(values)}>"
        for name, values in (("s", scale), ("o", offset), ("b", border))
    )
    types = [f"tensor<1x{size}x{size}x1xf32>" for size in (source, result)]
    graph = read_graph(
        f"func.func @main(%x: {types[0]}) -> {types[1]} {{\n{shapes}\n"
        f"%r = tosa.resize %x, %s, %o, %b {{mode = {mode}}} : ({types[0]}, !tosa.shape<4>, "
        f'!tosa.shape<2>, !tosa.shape<2>) -> {types[1]} loc("up")\nreturn %r : x\n}}'
    )
    resize.mend(graph, {"up": node} if node else {}, "m.onnx")
    made = graph.definitions()
    return [read_shape(made[value]) for value in made["%r"].operands[1:]]


def node(mode="nearest", coordinate="asymmetric", nearest="floor", plain=True):
    return {"mode": mode, "coordinate": coordinate, "nearest": nearest, "plain": plain}


def sampled(numbers, source, result):
    """What `tosa.resize` takes for each output element, by the specification's words."""
    (n, d, _, _), (offset, _), (border, _) = numbers
    assert (source - 1) * n - offset + border == (result - 1) * d
    taken = []
    for index in range(result):
        whole, rest = divmod(index * d + offset, n)
        taken.append(min(max(whole + (2 * rest >= n), 0), source - 1))
    return taken


class Nearest(unittest.TestCase):
    def test_shifted_pixels(self):
        for k in (2, 3, 4, 7):
            wrong = [2 * k, 2, 2 * k, 2], [0, 0], [2 * k - 2] * 2
            self.assertNotEqual(sampled(wrong, 5, 5 * k), [i // k for i in range(5 * k)])
            for how in (node(), None):  # ONNX's node, PyTorch's interpolate
                right = mended(*wrong, 5, 5 * k, how)
                self.assertEqual(sampled(right, 5, 5 * k), [i // k for i in range(5 * k)])

    def test_other_roundings_and_ratios(self):
        wrong = [4, 2, 4, 2], [0, 0], [2, 2]
        right = mended(*wrong, 4, 6, node())
        self.assertEqual(sampled(right, 4, 6), [0, 0, 1, 2, 2, 3])
        right = mended(*wrong, 4, 2, node(nearest="ceil"))
        self.assertEqual(sampled(right, 4, 2), [0, 2])
        right = mended(*wrong, 4, 8, node(coordinate="half_pixel", nearest="round_prefer_floor"))
        self.assertEqual(sampled(right, 4, 8), [0, 0, 1, 1, 2, 2, 3, 3])

    def test_right_stays(self):
        right = [4, 2, 4, 2], [-2, -2], [0, 0]
        self.assertEqual(mended(*right, 5, 10, node()), list(right))


class Linear(unittest.TestCase):
    def test_asymmetric(self):
        half = [4, 2, 4, 2], [-1, -1], [1, 1]
        how = node("linear", "asymmetric", "")
        self.assertEqual(mended(*half, 4, 8, how, "BILINEAR")[1], [0, 0])
        how = node("linear", "half_pixel", "")
        self.assertEqual(mended(*half, 4, 8, how, "BILINEAR"), list(half))


class Refused(unittest.TestCase):
    def test_named(self):
        wrong = [4, 2, 4, 2], [0, 0], [2, 2]
        for how in (node(plain=False), node(mode="cubic"), node(coordinate="tf_crop_and_resize")):
            with self.assertRaisesRegex(LacunaError, "resizes that TOSA can't sample.*'up'"):
                mended(*wrong, 4, 8, how)


class Resources(unittest.TestCase):
    def test_inlined(self):
        text = (
            "x dense_resource<w_1> y dense_resource<gone>\n{-#\n  dialect_resources: {\n"
            '    builtin: {\n      w_1: "0x0400000001FF",\n      z: "0x04000000"\n    }\n  }\n#-}\n'
        )
        self.assertEqual(inline(text), 'x dense<"0x01FF"> y dense_resource<gone>')
        self.assertEqual(inline("plain"), "plain")


if __name__ == "__main__":
    unittest.main()
