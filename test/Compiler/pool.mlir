// Pooling as programs.
// REQUIRES: numpy
// DEFINE: %{agree} = %python %S/Inputs/agree.py %s --entry
// DEFINE: %{tight} = --machine nano --set scratchpad.bytes=1024

// RUN: %{agree} average
// RUN: %{agree} average %{tight}
func.func @average(%x: tensor<2x9x7x21xi8>) -> tensor<2x5x4x21xi32> {
  %0 = nn.pool avg %x kernel = [3, 2] stride = [2, 2] padding = [1, 1, 1, 0] input_zp = 3 output_zp = -5 acc = i32
    epilogue [#nn.rescale<i8 -> i32, multiplier = [1073741824], shift = [20], zp = -5 -> 0, rounding = single>]
    : (tensor<2x9x7x21xi8>) -> tensor<2x5x4x21xi32>
  return %0 : tensor<2x5x4x21xi32>
}

// RUN: %{agree} largest
// RUN: %{agree} largest %{tight}
func.func @largest(%x: tensor<1x9x8x20xi16>) -> tensor<1x8x4x20xi16> {
  %0 = nn.pool max %x kernel = [2, 3] stride = [1, 2] padding = [0, 0, 1, 0]
    : (tensor<1x9x8x20xi16>) -> tensor<1x8x4x20xi16>
  return %0 : tensor<1x8x4x20xi16>
}
