"""Prints a 3x3 convolution of 32 channels on an 8x8 map whose int8 weights are
Gaussian with a share of zeros, the smallest ones, or uniform.

usage: zeros.py SHARE [uniform]
"""

import sys

import numpy as np

share = float(sys.argv[1])
random = np.random.default_rng(7)
shape = (32, 3, 3, 32)
if "uniform" in sys.argv[2:]:
    weights = random.integers(-128, 128, shape)
else:
    weights = np.clip(np.rint(random.normal(0, 32, shape)), -127, 127)
    weights[np.abs(weights) <= np.quantile(np.abs(weights), share)] = 0
data = weights.astype(np.int8).tobytes().hex().upper()
print(f"""\
func.func @main(%x: tensor<1x8x8x32xi8>) -> tensor<1x8x8x32xi32> {{
  %w = "tosa.const"() {{values = dense<"0x{data}"> : tensor<32x3x3x32xi8>}} : () -> tensor<32x3x3x32xi8>
  %b = "tosa.const"() {{values = dense<0> : tensor<1xi32>}} : () -> tensor<1xi32>
  %z = "tosa.const"() {{values = dense<0> : tensor<1xi8>}} : () -> tensor<1xi8>
  %y = tosa.conv2d %x, %w, %b, %z, %z {{acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>}} : (tensor<1x8x8x32xi8>, tensor<32x3x3x32xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x8x8x32xi32>
  return %y : tensor<1x8x8x32xi32>
}}""")
