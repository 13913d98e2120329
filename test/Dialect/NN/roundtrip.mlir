// Every operation and stage, printed and parsed again.
// RUN: lacuna-opt %s | lacuna-opt | FileCheck %s

// CHECK-LABEL: @matrix
func.func @matrix(%x: tensor<1x5x5x4xi8> {nn.unsigned},
                  %m: tensor<2x3x4xi16>, %n: tensor<2x4x5xi16>)
    -> (tensor<1x3x3x8xi8> {nn.unsigned}) {
  %w = nn.constant dense<1> : tensor<8x3x3x4xi8>
  %bias = nn.constant dense<[1, 2, 3, 4, 5, 6, 7, 8]> : tensor<8xi32>
  %dw = nn.constant dense<1> : tensor<3x3x4x2xi4>
  // CHECK: nn.conv2d %{{.*}}, %{{.*}} bias %{{.*}} stride = [2, 2] padding = [1, 1, 1, 1] input_zp = -3 acc = i32 epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [38], zp = 0 -> -128, rounding = double>, #nn.clamp<min = -128 : i8, max = 100 : i8>]
  %0 = nn.conv2d %x, %w bias %bias stride = [2, 2] padding = [1, 1, 1, 1]
         input_zp = -3 acc = i32
         epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824],
                     shift = [38], zp = 0 -> -128, rounding = double>,
                   #nn.clamp<min = -128 : i8, max = 100 : i8>]
    : (tensor<1x5x5x4xi8>, tensor<8x3x3x4xi8>, tensor<8xi32>)
   -> tensor<1x3x3x8xi8>
  // CHECK: nn.depthwise_conv2d %{{.*}}, %{{.*}} stride = [1, 1] padding = [0, 0, 0, 0] dilation = [2, 2] acc = i32 :
  %1 = nn.depthwise_conv2d %x, %dw stride = [1, 1] padding = [0, 0, 0, 0]
         dilation = [2, 2] acc = i32
    : (tensor<1x5x5x4xi8>, tensor<3x3x4x2xi4>) -> tensor<1x1x1x8xi32>
  // CHECK: nn.matmul %{{.*}}, %{{.*}} acc = i48 epilogue [#nn.rescale<i48 -> i16, multiplier = [16384], shift = [30], zp = 0 -> 0, rounding = single, scale16>]
  %2 = nn.matmul %m, %n acc = i48
         epilogue [#nn.rescale<i48 -> i16, multiplier = [16384], shift = [30],
                     zp = 0 -> 0, rounding = single, scale16>]
    : (tensor<2x3x4xi16>, tensor<2x4x5xi16>) -> tensor<2x3x5xi16>
  // CHECK: nn.pool avg %{{.*}} kernel = [2, 2] stride = [1, 1] padding = [1, 0, 1, 0] input_zp = 4 output_zp = 5 acc = i32
  %3 = nn.pool avg %x kernel = [2, 2] stride = [1, 1] padding = [1, 0, 1, 0]
         input_zp = 4 output_zp = 5 acc = i32
    : (tensor<1x5x5x4xi8>) -> tensor<1x5x5x4xi8>
  // CHECK: nn.pool max %{{.*}} kernel = [2, 2] stride = [2, 2] padding = [0, 0, 0, 0] :
  %4 = nn.pool max %x kernel = [2, 2] stride = [2, 2] padding = [0, 0, 0, 0]
    : (tensor<1x5x5x4xi8>) -> tensor<1x2x2x4xi8>
  return %0 : tensor<1x3x3x8xi8>
}

// CHECK-LABEL: @volume
func.func @volume(%x: tensor<1x5x5x5x4xi8>, %w: tensor<8x3x3x3x4xi8>, %b: tensor<8xi32>,
                  %y: tensor<1x3x3x2xi16>, %v: tensor<5x2x2x2xi8>)
    -> tensor<1x3x1x5x8xi8> {
  // CHECK: nn.conv3d %{{.*}}, %{{.*}} bias %{{.*}} stride = [2, 1, 1] padding = [1, 1, 0, 0, 1, 1] dilation = [1, 2, 1] input_zp = -3 weight_zp = 4 acc = i32 epilogue [#nn.clamp<min = 0 : i32, max = 100 : i32>, #nn.rescale<
  %0 = nn.conv3d %x, %w bias %b stride = [2, 1, 1] padding = [1, 1, 0, 0, 1, 1]
         dilation = [1, 2, 1] input_zp = -3 weight_zp = 4 acc = i32
         epilogue [#nn.clamp<min = 0 : i32, max = 100 : i32>,
                   #nn.rescale<i32 -> i8, multiplier = [1073741824],
                     shift = [38], zp = 0 -> -128, rounding = double>]
    : (tensor<1x5x5x5x4xi8>, tensor<8x3x3x3x4xi8>, tensor<8xi32>) -> tensor<1x3x1x5x8xi8>
  // CHECK: nn.transpose_conv2d %{{.*}}, %{{.*}} stride = [2, 3] out_padding = [-1, 0, 2, 0] acc = i48 :
  %1 = nn.transpose_conv2d %y, %v stride = [2, 3] out_padding = [-1, 0, 2, 0] acc = i48
    : (tensor<1x3x3x2xi16>, tensor<5x2x2x2xi8>) -> tensor<1x5x10x5xi48>
  return %0 : tensor<1x3x1x5x8xi8>
}

// CHECK-LABEL: @pointwise
func.func @pointwise(%b: tensor<2x4xi8>, %h: tensor<2x4xi16>,
                     %w: tensor<2x4xi32>, %t: tensor<2x4xi1>) {
  // CHECK: nn.elementwise add %{{.*}}, %{{.*}} prologue {{\[\[}}#nn.rescale<i8 -> i32, multiplier = [1073741824], shift = [10], zp = 3 -> 0, rounding = single>, #nn.rescale<i32 -> i32, multiplier = [5], shift = [33], zp = 0 -> 0, rounding = double>], []] :
  %0 = nn.elementwise add %b, %w
         prologue [[#nn.rescale<i8 -> i32, multiplier = [1073741824],
                      shift = [10], zp = 3 -> 0, rounding = single>,
                    #nn.rescale<i32 -> i32, multiplier = [5], shift = [33],
                      zp = 0 -> 0, rounding = double>], []]
    : (tensor<2x4xi8>, tensor<2x4xi32>) -> tensor<2x4xi32>
  // CHECK: nn.elementwise mul %{{.*}}, %{{.*}} shift = 31 :
  %1 = nn.elementwise mul %w, %w shift = 31
    : (tensor<2x4xi32>, tensor<2x4xi32>) -> tensor<2x4xi32>
  // CHECK: nn.elementwise arithmetic_right_shift %{{.*}}, %{{.*}} round :
  %2 = nn.elementwise arithmetic_right_shift %w, %w round
    : (tensor<2x4xi32>, tensor<2x4xi32>) -> tensor<2x4xi32>
  // CHECK: nn.elementwise negate %{{.*}} input_zp = 1 output_zp = -1 :
  %3 = nn.elementwise negate %b input_zp = 1 output_zp = -1
    : (tensor<2x4xi8>) -> tensor<2x4xi8>
  // CHECK: nn.elementwise select %{{.*}}, %{{.*}}, %{{.*}} :
  %4 = nn.elementwise select %t, %w, %w
    : (tensor<2x4xi1>, tensor<2x4xi32>, tensor<2x4xi32>) -> tensor<2x4xi32>
  // CHECK: nn.elementwise identity %{{.*}} epilogue [#nn.table<i16 -> i32, dense<7> : tensor<513xi16>>]
  %5 = nn.elementwise identity %h
         epilogue [#nn.table<i16 -> i32, dense<7> : tensor<513xi16>>]
    : (tensor<2x4xi16>) -> tensor<2x4xi32>
  // CHECK: #nn.rescale<i8 -> i8, multiplier = [1073741824], shift = [30], zp = 128 -> 0, rounding = inexact, unsigned_input>
  // CHECK-SAME: #nn.rescale<i8 -> i16, multiplier = [1, 2, 3, 4], shift = [2, 3, 4, 5], zp = 0 -> 32768, rounding = single, unsigned_output>
  %6 = nn.elementwise identity %b
         epilogue [#nn.rescale<i8 -> i8, multiplier = [1073741824],
                     shift = [30], zp = 128 -> 0, rounding = inexact,
                     unsigned_input>,
                   #nn.rescale<i8 -> i16, multiplier = [1, 2, 3, 4],
                     shift = [2, 3, 4, 5], zp = 0 -> 32768, rounding = single,
                     unsigned_output>]
    : (tensor<2x4xi8>) -> tensor<2x4xi16>
  // CHECK: nn.reduce sum %{{.*}} axis = 1 :
  %7 = nn.reduce sum %w axis = 1 : (tensor<2x4xi32>) -> tensor<2x1xi32>
  // CHECK: nn.reduce argmax %{{.*}} axis = 0 :
  %8 = nn.reduce argmax %b axis = 0 : (tensor<2x4xi8>) -> tensor<4xi32>
  return
}

// CHECK-LABEL: @move
func.func @move(%x: tensor<1x4x6x2xi8>, %values: tensor<1x4x3xi8>,
                %indices: tensor<1x2xi32>, %new: tensor<1x2x3xi8>) {
  // CHECK: nn.reshape %{{.*}} : (tensor<1x4x6x2xi8>) -> tensor<8x6xi8>
  %0 = nn.reshape %x : (tensor<1x4x6x2xi8>) -> tensor<8x6xi8>
  // CHECK: nn.pad %{{.*}} low = [1, 0] high = [0, 2] value = -7 :
  %1 = nn.pad %0 low = [1, 0] high = [0, 2] value = -7
    : (tensor<8x6xi8>) -> tensor<9x8xi8>
  // CHECK: nn.slice %{{.*}} start = [1, 2] :
  %2 = nn.slice %0 start = [1, 2] : (tensor<8x6xi8>) -> tensor<7x3xi8>
  // CHECK: nn.concat %{{.*}}, %{{.*}} axis = 1 :
  %3 = nn.concat %0, %0 axis = 1
    : (tensor<8x6xi8>, tensor<8x6xi8>) -> tensor<8x12xi8>
  // CHECK: nn.transpose %{{.*}} perms = [1, 0] :
  %4 = nn.transpose %0 perms = [1, 0] : (tensor<8x6xi8>) -> tensor<6x8xi8>
  // CHECK: nn.reverse %{{.*}} axis = 1 :
  %5 = nn.reverse %0 axis = 1 : (tensor<8x6xi8>) -> tensor<8x6xi8>
  // CHECK: nn.tile %{{.*}} : (tensor<8x6xi8>) -> tensor<16x6xi8>
  %6 = nn.tile %0 : (tensor<8x6xi8>) -> tensor<16x6xi8>
  // CHECK: nn.gather %{{.*}} at %{{.*}} :
  %7 = nn.gather %values at %indices
    : (tensor<1x4x3xi8>, tensor<1x2xi32>) -> tensor<1x2x3xi8>
  // CHECK: nn.scatter %{{.*}} into %{{.*}} at %{{.*}} : (tensor<1x4x3xi8>, tensor<1x2xi32>, tensor<1x2x3xi8>)
  %8 = nn.scatter %new into %values at %indices
    : (tensor<1x4x3xi8>, tensor<1x2xi32>, tensor<1x2x3xi8>)
   -> tensor<1x4x3xi8>
  // CHECK: nn.resize bilinear %{{.*}} scale = [4, 2, 4, 2] offset = [0, 0] border = [2, 2] epilogue
  %9 = nn.resize bilinear %x scale = [4, 2, 4, 2] offset = [0, 0]
         border = [2, 2]
         epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824],
                     shift = [34], zp = 0 -> 0, rounding = single>]
    : (tensor<1x4x6x2xi8>) -> tensor<1x8x12x2xi8>
  return
}
