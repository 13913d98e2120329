// ui16 at a boundary is uint16 in files, in the reference and in programs: 40000 and
// 65535 are not negative.
// REQUIRES: numpy
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %python -c "import numpy as n; n.save('x.npy', n.array([0, 40000, 65535], n.uint16)); n.save('s.npy', n.array([0, 1, 2], n.int16))"
// RUN: lacuna-compiler reference %s --input x.npy --output same.npy --output s.npy --print | FileCheck %s
// CHECK: output0: u16 [0, 40000, 65535]
// CHECK: output1: i16 [-32768, 7232, 32767]
// RUN: lacuna compile %s --machine edge -o m.elf
// RUN: lacuna run m.elf --input x.npy --output u.npy --output t.npy
// RUN: cmp same.npy u.npy
// RUN: cmp s.npy t.npy
// RUN: %python -c "import numpy as n; assert n.load('u.npy').dtype == n.uint16 and n.load('t.npy').dtype == n.int16"
// RUN: not lacuna run m.elf --input s.npy 2>&1 | FileCheck %s --check-prefix=SIGNED
// SIGNED: s.npy: error: holds elements of type 'i2' where 'u2' is needed
func.func @main(%x: tensor<3xui16>) -> (tensor<3xui16>, tensor<3xi16>) {
  %m = "tosa.const"() <{values = dense<1073741824> : tensor<1xi32>}> : () -> tensor<1xi32>
  %h = "tosa.const"() <{values = dense<30> : tensor<1xi8>}> : () -> tensor<1xi8>
  %z = "tosa.const"() <{values = dense<0> : tensor<1xi16>}> : () -> tensor<1xi16>
  %zu = "tosa.const"() <{values = dense<32768> : tensor<1xui16>}> : () -> tensor<1xui16>
  %0 = tosa.rescale %x, %m, %h, %zu, %z {input_unsigned = true, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true}
    : (tensor<3xui16>, tensor<1xi32>, tensor<1xi8>, tensor<1xui16>, tensor<1xi16>) -> tensor<3xi16>
  %1 = tosa.rescale %0, %m, %h, %z, %zu {input_unsigned = false, output_unsigned = true, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true}
    : (tensor<3xi16>, tensor<1xi32>, tensor<1xi8>, tensor<1xi16>, tensor<1xui16>) -> tensor<3xui16>
  return %1, %0 : tensor<3xui16>, tensor<3xi16>
}
