"""Integer arithmetic of the TOSA 1.0 specification, from its pseudo-code.

Nothing here is shared with the compiler or the emulator: what comes out is an
independent expectation. Arrays are NHWC; values travel as int64 and are checked
against the width that the specification gives them.
"""

import numpy as np

from network import taps


def within(value, bits, what):
    """value, refused where it leaves a signed integer of `bits` bits."""
    low, high = -(1 << (bits - 1)), (1 << (bits - 1)) - 1
    if value.min() < low or value.max() > high:
        raise OverflowError(f"{what} leaves i{bits}")
    return value


def apply_scale_32(value, multiplier, shift, double_round):
    """value x multiplier / 2^shift, rounded; i32 out. multiplier and shift broadcast."""
    value, multiplier, shift = (np.asarray(v, np.int64) for v in (value, multiplier, shift))
    if multiplier.min() < 0 or shift.min() < 2 or shift.max() > 62:
        raise ValueError("multiplier or shift out of range")
    limit = np.int64(1) << (shift - 1)
    if (value < -limit).any() or (value >= limit).any():
        raise ValueError("value too large for this shift")
    rounding = limit
    if double_round:
        half = np.where(value >= 0, 1 << 30, -(1 << 30))
        rounding = limit + np.where(shift > 31, half, 0)
    return within((value * multiplier + rounding) >> shift, 32, "apply_scale_32")


def rescale(x, multiplier, shift, input_zp, output_zp, double_round, bits):
    """RESCALE with scale32; multiplier and shift hold one entry, or one a channel."""
    scaled = apply_scale_32(x - input_zp, multiplier, shift, double_round)
    result = within(scaled + output_zp, 32, "rescale")
    return np.clip(result, -(1 << (bits - 1)), (1 << (bits - 1)) - 1)


def convolve(layer, x, weights, bias, input_zp):
    """CONV2D or DEPTHWISE_CONV2D, i8 to i32, weight zero point 0.

    The specification skips taps on padding; a padding of input_zp adds the same 0."""
    top, bottom, left, right = layer.pad
    pad = ((0, 0), (top, bottom), (left, right), (0, 0))
    x = np.pad(x.astype(np.int64), pad, constant_values=input_zp) - input_zp
    weights = weights.astype(np.int64)
    acc = np.zeros((len(x), *layer.shape), np.int64)
    for ky, kx, rows, columns in taps(layer):
        window = x[:, rows, columns]
        if layer.op == "conv2d":
            acc += np.einsum("nhwi,oi->nhwo", window, weights[:, ky, kx])
        else:
            acc += window * weights[ky, kx, :, 0]
    return within(acc + bias, 32, layer.name)


def reciprocal_scale(value):
    """(multiplier, shift) with multiplier / 2^shift just above 1 / value."""
    k = (value - 1).bit_length()
    return (((1 << 30) + 1) << k) // value, 30 + k


def avg_pool2d(layer, x, zero_point):
    """AVG_POOL2D on i8 with unpadded windows that lie side by side."""
    rows, columns = layer.kernel
    height, width, channels = layer.shape
    x = x.astype(np.int64).reshape(len(x), height, rows, width, columns, channels)
    acc = within((x - zero_point).sum(axis=(2, 4)), 32, layer.name)
    multiplier, shift = reciprocal_scale(rows * columns)
    return np.clip(apply_scale_32(acc, multiplier, shift, False) + zero_point, -128, 127)
