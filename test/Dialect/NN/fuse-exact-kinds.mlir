// The same for the kinds of operation that fuse-exact.mlir leaves out.
// RUN: lacuna-compiler reference %s --print > %t.plain
// RUN: lacuna-opt %s --nn-fuse -o %t.fused.mlir
// RUN: FileCheck %s --input-file %t.fused.mlir
// RUN: lacuna-compiler reference %t.fused.mlir --print | diff %t.plain -

// CHECK: nn.elementwise identity {{.*}} epilogue [#nn.table<i8 -> i8
// CHECK-NOT: nn.elementwise {{(abs|max|select|intdiv|negate)}}
func.func @main() -> tensor<256xi8> {
  %x = nn.constant dense<"0x000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202122232425262728292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F404142434445464748494A4B4C4D4E4F505152535455565758595A5B5C5D5E5F606162636465666768696A6B6C6D6E6F707172737475767778797A7B7C7D7E7F808182838485868788898A8B8C8D8E8F909192939495969798999A9B9C9D9E9FA0A1A2A3A4A5A6A7A8A9AAABACADAEAFB0B1B2B3B4B5B6B7B8B9BABBBCBDBEBFC0C1C2C3C4C5C6C7C8C9CACBCCCDCECFD0D1D2D3D4D5D6D7D8D9DADBDCDDDEDFE0E1E2E3E4E5E6E7E8E9EAEBECEDEEEFF0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF"> : tensor<256xi8>
  %c3 = nn.constant dense<3> : tensor<1xi32>
  %c50 = nn.constant dense<50> : tensor<1xi32>
  %c90 = nn.constant dense<90> : tensor<1xi32>
  %0 = nn.elementwise cast %x : (tensor<256xi8>) -> tensor<256xi32>
  %1 = nn.elementwise abs %0 : (tensor<256xi32>) -> tensor<256xi32>
  %2 = nn.elementwise max %1, %c50 : (tensor<256xi32>, tensor<1xi32>) -> tensor<256xi32>
  %3 = nn.elementwise min %2, %c90 : (tensor<256xi32>, tensor<1xi32>) -> tensor<256xi32>
  %4 = nn.elementwise bitwise_or %3, %c3 : (tensor<256xi32>, tensor<1xi32>) -> tensor<256xi32>
  %5 = nn.elementwise bitwise_xor %4, %0 : (tensor<256xi32>, tensor<256xi32>) -> tensor<256xi32>
  %6 = nn.elementwise clz %5 : (tensor<256xi32>) -> tensor<256xi32>
  %7 = nn.elementwise greater %0, %c3 : (tensor<256xi32>, tensor<1xi32>) -> tensor<256xi1>
  %8 = nn.elementwise greater_equal %0, %c50 : (tensor<256xi32>, tensor<1xi32>) -> tensor<256xi1>
  %9 = nn.elementwise equal %0, %c90 : (tensor<256xi32>, tensor<1xi32>) -> tensor<256xi1>
  %10 = nn.elementwise logical_xor %7, %8 : (tensor<256xi1>, tensor<256xi1>) -> tensor<256xi1>
  %11 = nn.elementwise logical_or %10, %9 : (tensor<256xi1>, tensor<256xi1>) -> tensor<256xi1>
  %12 = nn.elementwise logical_not %11 : (tensor<256xi1>) -> tensor<256xi1>
  %13 = nn.elementwise logical_and %12, %11 : (tensor<256xi1>, tensor<256xi1>) -> tensor<256xi1>
  %14 = nn.elementwise logical_xor %13, %12 : (tensor<256xi1>, tensor<256xi1>) -> tensor<256xi1>
  %15 = nn.elementwise select %14, %6, %5 : (tensor<256xi1>, tensor<256xi32>, tensor<256xi32>) -> tensor<256xi32>
  %16 = nn.elementwise intdiv %15, %c3 : (tensor<256xi32>, tensor<1xi32>) -> tensor<256xi32>
  %17 = nn.elementwise cast %16 : (tensor<256xi32>) -> tensor<256xi8>
  %18 = nn.elementwise negate %17 input_zp = 1 output_zp = -100 : (tensor<256xi8>) -> tensor<256xi8>
  return %18 : tensor<256xi8>
}
