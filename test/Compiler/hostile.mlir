// A line of text that asks for gigabytes is refused before they are taken.
// RUN: not lacuna compile %s --machine server -o %t.elf --entry constant 2>&1 | FileCheck %s --check-prefix=CONSTANT
// RUN: not lacuna compile %s --machine server -o %t.elf --entry channels 2>&1 | FileCheck %s --check-prefix=CHANNELS
func.func @constant(%x: tensor<1x1x1x1xi8>) -> tensor<1x1x1x1000000000xi32> {
  // CONSTANT: hostile.mlir:[[#@LINE+1]]:8: error: nn.constant: the constants of one value up to here have more than 2^28 elements
  %w = nn.constant dense<1> : tensor<1000000000x1x1x1xi8>
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
   : (tensor<1x1x1x1xi8>, tensor<1000000000x1x1x1xi8>) -> tensor<1x1x1x1000000000xi32>
  return %0 : tensor<1x1x1x1000000000xi32>
}
func.func @channels(%x: tensor<1x1x1x1xi8>, %w: tensor<500000000x1x1x1xi8>) -> tensor<1x1x1x500000000xi32> {
  %b = nn.constant dense<3> : tensor<1xi32>
  // CHANNELS: hostile.mlir:[[#@LINE+1]]:8: error: nn.conv2d: has a bias and more than 2^24 channels
  %0 = nn.conv2d %x, %w bias %b stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
   : (tensor<1x1x1x1xi8>, tensor<500000000x1x1x1xi8>, tensor<1xi32>) -> tensor<1x1x1x500000000xi32>
  return %0 : tensor<1x1x1x500000000xi32>
}
