// Pads inside windows change no bit.
// RUN: lacuna-compiler reference %s --print > %t.plain
// RUN: lacuna-opt %s --nn-fuse -o %t.fused.mlir
// RUN: FileCheck %s --input-file %t.fused.mlir
// RUN: lacuna-compiler reference %t.fused.mlir --print | diff %t.plain -

// CHECK: nn.conv3d
// CHECK-NOT: nn.pad
func.func @main() -> (tensor<1x7x10x1xi32>, tensor<1x2x3x2x1xi32>) {
  %x = nn.constant dense<[[[[5], [-9]], [[77], [-128]]]]> : tensor<1x2x2x1xi8>
  %w = nn.constant dense<[[[[1], [-20]], [[3], [44]], [[-5], [16]]]]> : tensor<1x3x2x1xi8>
  %0 = nn.pad %x low = [0, 1, 1, 0] high = [0, 1, 0, 0] value = -5
    : (tensor<1x2x2x1xi8>) -> tensor<1x4x3x1xi8>
  %1 = nn.transpose_conv2d %0, %w stride = [2, 3] out_padding = [-2, 0, 1, 1] input_zp = -5
    acc = i32 : (tensor<1x4x3x1xi8>, tensor<1x3x2x1xi8>) -> tensor<1x7x10x1xi32>
  %y = nn.constant dense<[[[[[5], [-9]], [[77], [-128]]]]]> : tensor<1x1x2x2x1xi8>
  %v = nn.constant dense<[[[[[1], [-20]]], [[[3], [44]]]]]> : tensor<1x2x1x2x1xi8>
  %2 = nn.pad %y low = [0, 1, 0, 1, 0] high = [0, 1, 1, 0, 0] value = 9
    : (tensor<1x1x2x2x1xi8>) -> tensor<1x3x3x3x1xi8>
  %3 = nn.conv3d %2, %v stride = [1, 1, 1] padding = [0, 0, 0, 0, 0, 0] input_zp = 9
    acc = i32 : (tensor<1x3x3x3x1xi8>, tensor<1x2x1x2x1xi8>) -> tensor<1x2x3x2x1xi32>
  return %1, %3 : tensor<1x7x10x1xi32>, tensor<1x2x3x2x1xi32>
}
