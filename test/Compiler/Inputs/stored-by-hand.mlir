// A matrix product cut along its results and its depth.
func.func @main(%x: tensor<1x4x1x8xi8>) -> tensor<1x4x1x8xi32> {
  %w = nn.constant dense<3> : tensor<8x1x1x8xi8>
  %y = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32 {
      nn.schedule = [#nn.schedule<[output 2 by 4, reduction depth by 4]
          [[level 2 slots 1, level 2 slots 2, level 1 slots 1], [level 1 slots 1, level 1 slots 1]]
          weights bitmap by 4>]}
      : (tensor<1x4x1x8xi8>, tensor<8x1x1x8xi8>) -> tensor<1x4x1x8xi32>
  return %y : tensor<1x4x1x8xi32>
}
