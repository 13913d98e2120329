#!/usr/bin/env python3
"""Prints a chain of convolutions, each with its rescale: chain.py LAYERS."""
import random
import sys

EXTENT, CHANNELS = 8, 4
FEATURES = f"tensor<1x{EXTENT}x{EXTENT}x{CHANNELS}x"
WEIGHTS = f"tensor<{CHANNELS}x3x3x{CHANNELS}xi8>"

LAYER = f"""\
  %w{{n}} = "tosa.const"() <{{{{values = dense<"0x{{weights}}"> : {WEIGHTS}}}}}> : () -> {WEIGHTS}
  %s{{n}} = tosa.conv2d %x{{n}}, %w{{n}}, %bias, %zero, %zero {{{{acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>}}}} : ({FEATURES}i8>, {WEIGHTS}, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> {FEATURES}i32>
  %x{{next}} = tosa.rescale %s{{n}}, %multiplier, %shift, %zero32, %zero {{{{input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true}}}} : ({FEATURES}i32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> {FEATURES}i8>"""


def constant(name, value, element):
    kind = f"tensor<1x{element}>"
    return f'  %{name} = "tosa.const"() <{{values = dense<{value}> : {kind}}}> : () -> {kind}'


def main():
    layers = int(sys.argv[1])
    values = random.Random(1)
    print(f"func.func @main(%x0: {FEATURES}i8>) -> {FEATURES}i8> {{")
    print(constant("zero", 0, "i8"), constant("zero32", 0, "i32"), constant("bias", 77, "i32"),
          constant("multiplier", 1 << 30, "i32"), constant("shift", 36, "i8"), sep="\n")
    for layer in range(layers):
        weights = values.randbytes(9 * CHANNELS * CHANNELS).hex().upper()
        print(LAYER.format(n=layer, next=layer + 1, weights=weights))
    print(f"  return %x{layers} : {FEATURES}i8>\n}}")


if __name__ == "__main__":
    main()
