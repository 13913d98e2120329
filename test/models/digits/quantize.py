"""Post-training quantisation of the digits network to int8, and its integer run.

real = scale x (quantised - zero point). Weights: i8, symmetric, a scale for each
output channel. Activations: i8, asymmetric, a scale and zero point for each tensor,
from the smallest and largest value over the training images. Biases: i32, with
scale input scale x weight scale.
"""

import math
from dataclasses import dataclass, field

import numpy as np

import tosa_integer
from network import IMAGE, NETWORK
from train import ACTIVATION, WEIGHT

ADD_SHIFT = 20  # the residual add's operands carry this many extra bits


@dataclass
class Rescale:
    """Operands of one tosa.rescale; `bits` is the width of its result."""

    multiplier: list
    shift: list
    input_zp: int
    output_zp: int
    bits: int = 8
    double_round: bool = True

    def __call__(self, x):
        return tosa_integer.rescale(
            x, self.multiplier, self.shift, self.input_zp, self.output_zp,
            self.double_round, self.bits,
        )  # fmt: skip


@dataclass
class Quantised:
    """The int8 network, by layer name; scales and zero points include IMAGE."""

    scale: dict = field(default_factory=dict)
    zero_point: dict = field(default_factory=dict)
    weights: dict = field(default_factory=dict)  # i8, in TOSA's shape
    bias: dict = field(default_factory=dict)  # i32, [channels]
    rescale: dict = field(default_factory=dict)  # Rescale of the result to i8
    operands: dict = field(default_factory=dict)  # of an add: Rescale to i32, one an input


def fixed_point(real):
    """(multiplier, shift) with multiplier / 2^shift = real to 31 bits, for real > 0."""
    mantissa, exponent = math.frexp(real)
    multiplier = round(mantissa * (1 << 31))
    if multiplier == 1 << 31:
        multiplier, exponent = 1 << 30, exponent + 1
    return multiplier, 31 - exponent


def fixed_points(reals):
    pairs = [fixed_point(float(r)) for r in reals]
    return [m for m, _ in pairs], [s for _, s in pairs]


def activation_range(values):
    """(scale, zero point) of int8 over the range of values [real], which takes in 0."""
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    scale = (high - low) / 255
    return scale, round(-128 - low / scale)


def to_int8(values, scale, zero_point):
    return np.clip(np.rint(values / scale) + zero_point, -128, 127).astype(np.int8)


def quantise_weights(layer, weights):
    """(i8 weights, [channels] scales) of real weights in TOSA's shape."""
    axis = 0 if layer.op == "conv2d" else 2
    others = tuple(i for i in range(4) if i != axis)
    scales = np.abs(weights).max(axis=others, keepdims=True) / 127
    return np.rint(weights / scales).astype(np.int8), scales.ravel()


def quantise(params, acts):
    """The int8 network from params [WEIGHT] and training activations [ACTIVATION]."""
    q = Quantised()
    q.scale[IMAGE], q.zero_point[IMAGE] = activation_range(acts[IMAGE] * ACTIVATION)
    for layer in NETWORK:
        name, source = layer.name, layer.inputs[0]
        if layer.op == "avg_pool2d":  # its result keeps its input's quantisation
            q.scale[name], q.zero_point[name] = q.scale[source], q.zero_point[source]
            continue
        scale, zero = activation_range(acts[name] * ACTIVATION)
        q.scale[name], q.zero_point[name] = scale, zero
        if layer.op == "add":
            # Operands share a scale of twice the larger input's, so that the sum
            # of two i8 values fits, and carry ADD_SHIFT bits below it.
            common = 2 * max(q.scale[i] for i in layer.inputs) / (1 << ADD_SHIFT)
            q.operands[name] = [
                Rescale(*fixed_points([q.scale[i] / common]), q.zero_point[i], 0, 32, False)
                for i in layer.inputs
            ]
            q.rescale[name] = Rescale(*fixed_points([common / scale]), 0, zero, 8, False)
            continue
        weights, bias = (p * WEIGHT for p in params[name])
        q.weights[name], weight_scales = quantise_weights(layer, weights)
        product_scales = q.scale[source] * weight_scales
        q.bias[name] = np.rint(bias / product_scales).astype(np.int32)
        q.rescale[name] = Rescale(*fixed_points(product_scales / scale), 0, zero)
    return q


def run(q, image):
    """int8 logits [n, 10] of int8 images [n, 8, 8, 1], by TOSA's integer rules."""
    acts = {IMAGE: image}
    for layer in NETWORK:
        name, source = layer.name, layer.inputs[0]
        x = acts[source]
        if layer.op == "avg_pool2d":
            acts[name] = tosa_integer.avg_pool2d(layer, x, q.zero_point[source])
            continue
        if layer.op == "add":
            pairs = zip(q.operands[name], layer.inputs, strict=True)
            terms = [r(acts[i].astype(np.int64)) for r, i in pairs]
            acc = tosa_integer.within(sum(terms), 32, name)
        else:
            zero = q.zero_point[source]
            acc = tosa_integer.convolve(layer, x, q.weights[name], q.bias[name], zero)
        # The clamp of a ReLU is at the zero point, the lowest i8 value here.
        y = q.rescale[name](acc)
        acts[name] = np.maximum(y, q.zero_point[name]) if layer.relu else y
    return acts[NETWORK[-1].name].reshape(-1, 10).astype(np.int8)
