"""Conversions between fp32 and every narrow format equal those of the ml_dtypes package.

All patterns are widened; every fp32 number at, and one step beside, a number of
the format or the middle of two is rounded, and a million others. ml_dtypes keeps
the sign of a NaN, where one is written there is one here (X4); and block-scaled
elements are compared up to their greatest number, to which what is larger
saturates (S2).
"""
# REQUIRES: ml-dtypes
# RUN: %ml-dtypes-python %s %t
import pathlib
import subprocess
import sys

import ml_dtypes
import numpy

folder = pathlib.Path(sys.argv[1])
folder.mkdir(exist_ok=True)


def convert(name, array, *options):
    """What lacuna-floats makes of `array`."""
    source, result = folder / "source.npy", folder / "result.npy"
    numpy.save(source, array)
    subprocess.run(["lacuna-floats", name, source, "-o", result, *options], check=True)
    return numpy.load(result)


def check(what, ours, theirs, inputs):
    """Equality, NaNs taken as one."""
    number = {1: numpy.uint8, 2: numpy.uint16, 4: numpy.uint32}[ours.itemsize]
    equal = ours.view(number) == theirs.view(number)
    equal |= numpy.isnan(ours.astype(numpy.float32)) & numpy.isnan(
        theirs.astype(numpy.float32)
    )
    if not equal.all():
        at = numpy.flatnonzero(~equal)[0]
        sys.exit(f"{what}: {inputs[at]!r} gives {ours[at]!r}, not {theirs[at]!r}")
    print(f"{what}: {len(inputs)} equal")


def numbers_to_round(values):
    """Every value, the middle of each two, and fp32's neighbours of both."""
    values = numpy.unique(values[numpy.isfinite(values)].astype(numpy.float64))
    middles = (values[1:] + values[:-1]) / 2
    # Beyond the greatest, where what rounds up to a next number is too large.
    step = values[-1] - values[-2]
    edges = [values[-1] + step / 2, values[0] - step / 2, 2 * values[-1], 2 * values[0]]
    with numpy.errstate(over="ignore", invalid="ignore"):
        points = numpy.concatenate([values, middles, edges]).astype(numpy.float32)
    bits = numpy.random.default_rng(5).integers(0, 1 << 32, 1_000_000, numpy.uint32)
    return numpy.concatenate(
        [
            points,
            numpy.nextafter(points, numpy.float32(numpy.inf)),
            numpy.nextafter(points, numpy.float32(-numpy.inf)),
            numpy.array([numpy.inf, -numpy.inf, numpy.nan, 0.0, -0.0], numpy.float32),
            bits.view(numpy.float32),
        ]
    )


FORMATS = {
    "fp16": (numpy.float16, 16),
    "bf16": (ml_dtypes.bfloat16, 16),
    "fp8e4m3": (ml_dtypes.float8_e4m3fn, 8),
    "fp8e5m2": (ml_dtypes.float8_e5m2, 8),
    "mx-fp8e4m3": (ml_dtypes.float8_e4m3fn, 8),
    "mx-fp8e5m2": (ml_dtypes.float8_e5m2, 8),
    "mx-fp6e2m3": (ml_dtypes.float6_e2m3fn, 6),
    "mx-fp6e3m2": (ml_dtypes.float6_e3m2fn, 6),
    "mx-fp4e2m1": (ml_dtypes.float4_e2m1fn, 4),
    "mx-scale": (ml_dtypes.float8_e8m0fnu, 8),
}

for name, (dtype, bits) in FORMATS.items():
    storage = numpy.uint8 if bits <= 8 else numpy.uint16
    patterns = numpy.arange(1 << bits, dtype=storage)
    theirs = patterns.view(dtype).astype(numpy.float32)
    ours = convert(name, patterns, "--decode")
    check(f"{name} to fp32", ours, theirs, patterns)
    if name == "mx-scale":
        continue
    inputs = numbers_to_round(theirs)
    if name.startswith("mx-"):
        greatest = numpy.max(theirs[numpy.isfinite(theirs)])
        inputs = inputs[numpy.abs(inputs) <= greatest]
    with numpy.errstate(over="ignore", invalid="ignore"):
        expected = inputs.astype(dtype)
    check(f"fp32 to {name}", convert(name, inputs).view(dtype), expected, inputs)
