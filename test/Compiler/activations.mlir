// What a layer leaves off-chip for the next is stored without zeros, on a machine that can,
// in blocks that all tiles of it share.
// REQUIRES: numpy
// DEFINE: %{agree} = %python %S/Inputs/agree.py %s -O 0 --machine edge-zip --entry
// DEFINE: %{asm} = lacuna compile %s -O0 --emit asm -o - --entry
// DEFINE: %{remarks} = lacuna-opt %s --remarks-filter=nn-schedule --remark-format=emitRemark --pass-pipeline

// RUN: %{asm} relu --machine edge-zip | FileCheck %s --check-prefix=RELU
// RUN: %{asm} relu --machine edge-skip | FileCheck %s --check-prefix=DENSE
// RUN: %{asm} relu --machine edge-zip --compress-activations=off | FileCheck %s --check-prefix=DENSE
// RUN: %{agree} relu
// Tiles of one and of two blocks: 16 pixels, all channels of each. Four slots, then the table.
// RELU: .tensor spill "relu", type=i8, shape=[1, 8, 8, 32], address={{[0-9]+}}, stored_bytes=2056
// RELU: compress dram=[[SLOTS:[0-9]+]], table=[[TABLE:[0-9]+]], pad=pad[{{.*}}], run=512, dims=[(i0 : 1 of 4)], dram_strides=[512], table_strides=[1], pad_strides=[512], type=i8, zero=-128
// RELU: expand dram=[[SLOTS]], table=[[TABLE]], {{.*}} run=512, dims=[(2*i0 : 2 of 4)], {{.*}} zero=-128
// DENSE-NOT: compress
// DENSE-NOT: expand
// RUN: %{remarks}='builtin.module(func.func(nn-schedule{machine=edge-zip effort=0}))' 2>&1 | FileCheck %s --check-prefix=REMARK
// REMARK: Remark=relu, {{.*}}its result is stored without zeros (-128), in 4 blocks of 512 bytes
func.func @relu(%x: tensor<1x8x8x16xi8>) -> tensor<1x8x8x16xi8> {
  %w0 = nn.constant dense<1> : tensor<32x1x1x16xi8>
  %0 = nn.conv2d %x, %w0 stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [33], zp = 0 -> -128, rounding = single>]
    : (tensor<1x8x8x16xi8>, tensor<32x1x1x16xi8>) -> tensor<1x8x8x32xi8> loc("relu")
  %w1 = nn.constant dense<1> : tensor<16x1x1x32xi8>
  %1 = nn.conv2d %0, %w1 stride = [1, 1] padding = [0, 0, 0, 0] input_zp = -128 acc = i32
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [35], zp = 0 -> 0, rounding = single>]
    : (tensor<1x8x8x32xi8>, tensor<16x1x1x32xi8>) -> tensor<1x8x8x16xi8> loc("last")
  return %1 : tensor<1x8x8x16xi8>
}

// Values on both sides of zero: only where it is asked for.
// RUN: %{asm} signed --machine edge-zip | FileCheck %s --check-prefix=DENSE
// RUN: %{asm} signed --machine edge-zip --compress-activations=on | FileCheck %s --check-prefix=SIGNED
// SIGNED: compress {{.*}} run=512, {{.*}} type=i8{{$}}
func.func @signed(%x: tensor<1x8x8x16xi8>) -> tensor<1x8x8x16xi8> {
  %w0 = nn.constant dense<1> : tensor<32x1x1x16xi8>
  %0 = nn.conv2d %x, %w0 stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [33], zp = 0 -> 0, rounding = single>]
    : (tensor<1x8x8x16xi8>, tensor<32x1x1x16xi8>) -> tensor<1x8x8x32xi8> loc("signed")
  %w1 = nn.constant dense<1> : tensor<16x1x1x32xi8>
  %1 = nn.conv2d %0, %w1 stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [35], zp = 0 -> 0, rounding = single>]
    : (tensor<1x8x8x32xi8>, tensor<16x1x1x32xi8>) -> tensor<1x8x8x16xi8>
  return %1 : tensor<1x8x8x16xi8>
}

// In a scratchpad where rows roll through a window, blocks are rows: what a tile reads again
// comes once, by blocks of its own.
// RUN: %{agree} rows --set scratchpad.bytes=4096 accumulators.bytes=8192
func.func @rows(%x: tensor<1x32x16x16xi8>) -> tensor<1x32x16x16xi8> {
  %w0 = nn.constant dense<1> : tensor<32x1x1x16xi8>
  %0 = nn.conv2d %x, %w0 stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [33], zp = 0 -> -128, rounding = single>]
    : (tensor<1x32x16x16xi8>, tensor<32x1x1x16xi8>) -> tensor<1x32x16x32xi8> loc("rows")
  %w1 = nn.constant dense<1> : tensor<16x3x3x32xi8>
  %1 = nn.conv2d %0, %w1 stride = [1, 1] padding = [1, 1, 1, 1] input_zp = -128 acc = i32
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [35], zp = 0 -> 0, rounding = single>]
    : (tensor<1x32x16x32xi8>, tensor<16x3x3x32xi8>) -> tensor<1x32x16x16xi8>
  return %1 : tensor<1x32x16x16xi8>
}

// A reader that leaves out the last column reads no whole rows: the tensor stays dense.
// REMARK: Remark=strided, {{.*}}its result is stored with its zeros: its tiles agree on blocks of 16 bytes, too few to save bursts of 64
// RUN: %{asm} strided --machine edge-zip | FileCheck %s --check-prefix=DENSE
func.func @strided(%x: tensor<1x8x8x16xi8>) -> tensor<1x4x4x16xi8> {
  %w = nn.constant dense<1> : tensor<16x1x1x16xi8>
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [33], zp = 0 -> -128, rounding = single>]
    : (tensor<1x8x8x16xi8>, tensor<16x1x1x16xi8>) -> tensor<1x8x8x16xi8> loc("strided")
  %1 = nn.conv2d %0, %w stride = [2, 2] padding = [0, 0, 0, 0] input_zp = -128 acc = i32
    epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [35], zp = 0 -> 0, rounding = single>]
    : (tensor<1x8x8x16xi8>, tensor<16x1x1x16xi8>) -> tensor<1x4x4x16xi8>
  return %1 : tensor<1x4x4x16xi8>
}
