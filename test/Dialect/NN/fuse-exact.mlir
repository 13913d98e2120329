// A table gives what the tree that it replaces gives, for each of the 256 values.
// RUN: lacuna-compiler reference %s --print > %t.plain
// RUN: lacuna-opt %s --nn-fuse -o %t.fused.mlir
// RUN: FileCheck %s --input-file %t.fused.mlir
// RUN: lacuna-compiler reference %t.fused.mlir --print | diff %t.plain -

// CHECK: #nn.table<i8 -> i8
// CHECK-NOT: nn.elementwise mul
func.func @main() -> tensor<256xi8> {
  %x = nn.constant dense<"0x000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202122232425262728292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F404142434445464748494A4B4C4D4E4F505152535455565758595A5B5C5D5E5F606162636465666768696A6B6C6D6E6F707172737475767778797A7B7C7D7E7F808182838485868788898A8B8C8D8E8F909192939495969798999A9B9C9D9E9FA0A1A2A3A4A5A6A7A8A9AAABACADAEAFB0B1B2B3B4B5B6B7B8B9BABBBCBDBEBFC0C1C2C3C4C5C6C7C8C9CACBCCCDCECFD0D1D2D3D4D5D6D7D8D9DADBDCDDDEDFE0E1E2E3E4E5E6E7E8E9EAEBECEDEEEFF0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF"> : tensor<256xi8>
  %c = nn.constant dense<3> : tensor<1xi32>
  %0 = nn.elementwise identity %x
         epilogue [#nn.rescale<i8 -> i32, multiplier = [1518500250],
                     shift = [33], zp = -7 -> 0, rounding = double>]
    : (tensor<256xi8>) -> tensor<256xi32>
  %1 = nn.elementwise mul %0, %0 shift = 2
    : (tensor<256xi32>, tensor<256xi32>) -> tensor<256xi32>
  %2 = nn.elementwise sub %1, %c
    : (tensor<256xi32>, tensor<1xi32>) -> tensor<256xi32>
  %3 = nn.elementwise arithmetic_right_shift %2, %c round
    : (tensor<256xi32>, tensor<1xi32>) -> tensor<256xi32>
  %4 = nn.elementwise identity %3
         epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824],
                     shift = [31], zp = 0 -> -20, rounding = single>]
    : (tensor<256xi32>) -> tensor<256xi8>
  return %4 : tensor<256xi8>
}
