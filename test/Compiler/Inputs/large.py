#!/usr/bin/env python3
"""Writes a model whose 76,800 weights are transposed first: large.py MODEL.mlir."""
import random
import sys

values = random.Random(2).randbytes(256 * 300).hex().upper()
with open(sys.argv[1], "w") as file:
    file.write(f"""\
func.func @main(%x: tensor<1x4x300xi8>) -> tensor<1x4x256xi32> {{
  %w = "tosa.const"() <{{values = dense<"0x{values}"> : tensor<256x300xi8>}}> : () -> tensor<256x300xi8>
  %t = tosa.transpose %w {{perms = array<i32: 1, 0>}} : (tensor<256x300xi8>) -> tensor<300x256xi8>
  %shape = tosa.const_shape {{values = dense<[1, 300, 256]> : tensor<3xindex>}} : () -> !tosa.shape<3>
  %r = tosa.reshape %t, %shape : (tensor<300x256xi8>, !tosa.shape<3>) -> tensor<1x300x256xi8>
  %z = "tosa.const"() <{{values = dense<0> : tensor<1xi8>}}> : () -> tensor<1xi8>
  %y = tosa.matmul %x, %r, %z, %z : (tensor<1x4x300xi8>, tensor<1x300x256xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4x256xi32>
  return %y : tensor<1x4x256xi32>
}}
""")
