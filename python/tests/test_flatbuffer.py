"""Hostile TFLite files, before any converter sees them."""

import random
import unittest

from flatbuffers_made import AVERAGE_POOL, INT8, RELU, UINT8, build, chain, tensor

from lacuna import LacunaError
from lacuna.importing.tflite_file import averages_unsigned, input_names, output_names, prepare


def refusal(test, content, shapes=None):
    """The message of the error that the file gives."""
    with test.assertRaises(LacunaError) as caught:
        prepare(content, "m.tflite", shapes or {})
    test.assertEqual(caught.exception.file, "m.tflite")
    return str(caught.exception)


def lie(test, **fields):
    """The message for a model whose second tensor lies."""
    data = fields.pop("data", ())
    return refusal(
        test, build(chain(RELU, tensors=[tensor("x"), tensor("y", **fields)], data=data))
    )


class Lies(unittest.TestCase):
    def test_true(self):
        content = build(chain(RELU))
        self.assertEqual(prepare(content, "m.tflite", {}), content)
        self.assertEqual((input_names(content), output_names(content)), (["t0"], ["t1"]))

    def test_no_tflite(self):
        self.assertIn("is no TFLite model", refusal(self, b"PK\3\4" * 10))
        self.assertIn("is no TFLite model", refusal(self, b""))

    def test_shapes(self):
        self.assertIn("extent below 1", lie(self, shape=(1, 0)))
        self.assertIn("extent below 1", lie(self, shape=(1, -4)))
        self.assertIn("elements", lie(self, shape=(1 << 30, 1 << 30, 1 << 30)))
        self.assertIn("rank 9", lie(self, shape=(1,) * 9))
        self.assertIn("signature", lie(self, signature=(1, 5)))
        self.assertIn("signature", lie(self, signature=(1, 4, 1)))

    def test_data(self):
        self.assertIn("buffer 7 of 1", lie(self, buffer=7))
        self.assertIn(
            "3 bytes of data for a shape that takes 4", lie(self, buffer=1, data=(b"abc",))
        )
        self.assertIn("element type (number 5)", lie(self, kind=5))

    def test_quantisation(self):
        self.assertIn("2 scales along axis 1 of shape [1, 4]", lie(self, scale=(1, 1), axis=1))
        self.assertIn("4 scales along axis 7", lie(self, scale=(1, 1, 1, 1), axis=7))
        self.assertIn("not finite", lie(self, scale=(float("nan"),)))

    def test_state_and_sparsity(self):
        self.assertIn("state", lie(self, variable=True))
        self.assertIn("sparsely", lie(self, sparsity=True))

    def test_indices(self):
        self.assertIn("tensor 9 of 2", refusal(self, build(chain(RELU, inputs=(9,)))))
        self.assertIn("tensor 2 of 2", refusal(self, build(chain(RELU, outputs=(2,)))))


class OpenShapes(unittest.TestCase):
    def test_recorded_extent_taken(self):
        tensors = [tensor("x", signature=(-1, 4)), tensor("y", signature=(-1, 4))]
        closed = [tensor("x", signature=(1, 4)), tensor("y", signature=(1, 4))]
        content = prepare(build(chain(RELU, tensors=tensors)), "m.tflite", {})
        self.assertEqual(content, build(chain(RELU, tensors=closed)))

    def test_other_shape(self):
        content = build(chain(RELU))
        self.assertIn("no input 'z'", refusal(self, content, {"z": [1, 4]}))
        self.assertIn("exported with", refusal(self, content, {"t0": [2, 4]}))


class Pools(unittest.TestCase):
    def test_unsigned(self):
        for kind, unsigned in ((UINT8, True), (INT8, False)):
            content = build(chain(AVERAGE_POOL, tensors=[tensor("x", kind=kind)] * 2))
            self.assertEqual(averages_unsigned(content), unsigned)
        self.assertFalse(averages_unsigned(build(chain(RELU))))


class Damage(unittest.TestCase):
    def test_truncated(self):
        content = build(chain(RELU, RELU))
        for length in range(8, len(content) - 8, 4):
            refusal(self, content[:length])

    def test_mutants(self):
        content = build(chain(RELU, RELU))
        choose = random.Random(0)
        refused = 0
        for _ in range(5000):
            mutant = bytearray(content)
            for _ in range(choose.randint(1, 3)):
                mutant[choose.randrange(len(mutant))] = choose.choice((0, 1, 127, 128, 255))
            try:
                prepare(bytes(mutant), "m.tflite", {})
            except LacunaError:
                refused += 1
        self.assertGreater(refused, 1000)


if __name__ == "__main__":
    unittest.main()
