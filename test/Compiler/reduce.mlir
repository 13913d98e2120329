// Reductions as programs, along the first, a middle and the last axis.
// REQUIRES: numpy
// DEFINE: %{agree} = %python %S/Inputs/agree.py %s --entry

// RUN: %{agree} axes
// RUN: %{agree} axes --machine nano --set scratchpad.bytes=1024
func.func @axes(%x: tensor<4x10x6xi32>, %y: tensor<4x10x6xi8>, %z: tensor<4x10x6xi1>)
    -> (tensor<1x10x6xi32>, tensor<4x1x6xi8>, tensor<4x10xi32>, tensor<4x10x1xi1>, tensor<4x10x1xi32>) {
  %0 = nn.reduce sum %x axis = 0 : (tensor<4x10x6xi32>) -> tensor<1x10x6xi32>
  %1 = nn.reduce max %y axis = 1 : (tensor<4x10x6xi8>) -> tensor<4x1x6xi8>
  %2 = nn.reduce argmax %y axis = 2 : (tensor<4x10x6xi8>) -> tensor<4x10xi32>
  %3 = nn.reduce any %z axis = 2 : (tensor<4x10x6xi1>) -> tensor<4x10x1xi1>
  %4 = nn.reduce min %y axis = 2
    epilogue [#nn.rescale<i8 -> i32, multiplier = [1073741824], shift = [20], zp = -5 -> 0, rounding = single>]
    : (tensor<4x10x6xi8>) -> tensor<4x10x1xi32>
  return %0, %1, %2, %3, %4 : tensor<1x10x6xi32>, tensor<4x1x6xi8>, tensor<4x10xi32>, tensor<4x10x1xi1>, tensor<4x10x1xi32>
}
