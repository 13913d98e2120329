// nn-fuse: pads and slices into the windows that read them.
// RUN: lacuna-opt %s --nn-fuse --split-input-file | FileCheck %s

// CHECK-LABEL: @pad
func.func @pad(%x: tensor<1x4x4x2xi8>, %w: tensor<3x3x3x2xi8>)
    -> tensor<1x4x5x3xi32> {
  // CHECK-NEXT: nn.conv2d %arg0, %arg1 stride = [1, 1] padding = [1, 1, 2, 1] input_zp = -5
  // CHECK-NEXT: return
  %0 = nn.pad %x low = [0, 1, 1, 0] high = [0, 1, 1, 0] value = -5
    : (tensor<1x4x4x2xi8>) -> tensor<1x6x6x2xi8>
  %1 = nn.conv2d %0, %w stride = [1, 1] padding = [0, 0, 1, 0] input_zp = -5
         acc = i32
    : (tensor<1x6x6x2xi8>, tensor<3x3x3x2xi8>) -> tensor<1x4x5x3xi32>
  return %1 : tensor<1x4x5x3xi32>
}

// -----

// A value other than the zero point is not what the convolution pads with.
// CHECK-LABEL: @other_value
func.func @other_value(%x: tensor<1x4x4x2xi8>, %w: tensor<3x3x3x2xi8>)
    -> tensor<1x4x4x3xi32> {
  // CHECK-NEXT: nn.pad
  // CHECK-NEXT: nn.conv2d {{.*}} padding = [0, 0, 0, 0]
  %0 = nn.pad %x low = [0, 1, 1, 0] high = [0, 1, 1, 0] value = 0
    : (tensor<1x4x4x2xi8>) -> tensor<1x6x6x2xi8>
  %1 = nn.conv2d %0, %w stride = [1, 1] padding = [0, 0, 0, 0] input_zp = -5
         acc = i32
    : (tensor<1x6x6x2xi8>, tensor<3x3x3x2xi8>) -> tensor<1x4x4x3xi32>
  return %1 : tensor<1x4x4x3xi32>
}

// -----

// Nor can it pad channels.
// CHECK-LABEL: @channels
func.func @channels(%x: tensor<1x4x4x2xi8>, %w: tensor<3x1x1x3xi8>)
    -> tensor<1x4x4x3xi32> {
  // CHECK-NEXT: nn.pad
  // CHECK-NEXT: nn.conv2d
  %0 = nn.pad %x low = [0, 0, 0, 0] high = [0, 0, 0, 1] value = 0
    : (tensor<1x4x4x2xi8>) -> tensor<1x4x4x3xi8>
  %1 = nn.conv2d %0, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x4x4x3xi8>, tensor<3x1x1x3xi8>) -> tensor<1x4x4x3xi32>
  return %1 : tensor<1x4x4x3xi32>
}

// -----

// Padding of a maximum pool is the least value; an average leaves padding out.
// CHECK-LABEL: @pools
func.func @pools(%x: tensor<1x4x4x2xi8>)
    -> (tensor<1x5x5x2xi8>, tensor<1x5x5x2xi8>) {
  // CHECK-NEXT: %[[P:.*]] = nn.pad
  // CHECK-NEXT: nn.pool max %arg0 kernel = [2, 2] stride = [1, 1] padding = [1, 1, 1, 1]
  // CHECK-NEXT: nn.pool avg %[[P]] kernel = [2, 2] stride = [1, 1] padding = [0, 0, 0, 0]
  %0 = nn.pad %x low = [0, 1, 1, 0] high = [0, 1, 1, 0] value = -128
    : (tensor<1x4x4x2xi8>) -> tensor<1x6x6x2xi8>
  %1 = nn.pool max %0 kernel = [2, 2] stride = [1, 1] padding = [0, 0, 0, 0]
    : (tensor<1x6x6x2xi8>) -> tensor<1x5x5x2xi8>
  %2 = nn.pool avg %0 kernel = [2, 2] stride = [1, 1] padding = [0, 0, 0, 0]
         acc = i32 : (tensor<1x6x6x2xi8>) -> tensor<1x5x5x2xi8>
  return %1, %2 : tensor<1x5x5x2xi8>, tensor<1x5x5x2xi8>
}

// -----

// TOSA wants strides to come out even, so importers cut a last row off that no
// window would have read.
// CHECK-LABEL: @slice
func.func @slice(%x: tensor<1x8x8x2xi8>, %w: tensor<3x1x1x2xi8>)
    -> tensor<1x4x4x3xi32> {
  // CHECK-NEXT: nn.conv2d %arg0, %arg1 stride = [2, 2] padding = [0, 0, 0, 0]
  // CHECK-NEXT: return
  %0 = nn.slice %x start = [0, 0, 0, 0]
    : (tensor<1x8x8x2xi8>) -> tensor<1x7x7x2xi8>
  %1 = nn.conv2d %0, %w stride = [2, 2] padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x7x7x2xi8>, tensor<3x1x1x2xi8>) -> tensor<1x4x4x3xi32>
  return %1 : tensor<1x4x4x3xi32>
}

// -----

// CHECK-LABEL: @slice_others
func.func @slice_others(%x: tensor<1x8x8x2xi8>, %w: tensor<1x1x2x1xi8>)
    -> (tensor<1x4x4x2xi32>, tensor<1x4x4x2xi8>) {
  // CHECK-NEXT: nn.depthwise_conv2d %arg0, %arg1 stride = [2, 2]
  // CHECK-NEXT: nn.pool max %arg0 kernel = [1, 1]
  // CHECK-NEXT: return
  %0 = nn.slice %x start = [0, 0, 0, 0]
    : (tensor<1x8x8x2xi8>) -> tensor<1x7x7x2xi8>
  %1 = nn.depthwise_conv2d %0, %w stride = [2, 2] padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x7x7x2xi8>, tensor<1x1x2x1xi8>) -> tensor<1x4x4x2xi32>
  %2 = nn.slice %x start = [0, 0, 0, 0]
    : (tensor<1x8x8x2xi8>) -> tensor<1x7x7x2xi8>
  %3 = nn.pool max %2 kernel = [1, 1] stride = [2, 2] padding = [0, 0, 0, 0]
    : (tensor<1x7x7x2xi8>) -> tensor<1x4x4x2xi8>
  return %1, %3 : tensor<1x4x4x2xi32>, tensor<1x4x4x2xi8>
}

// -----

// One more row would make one more window here.
// CHECK-LABEL: @slice_counts
func.func @slice_counts(%x: tensor<1x9x8x2xi8>, %w: tensor<3x1x1x2xi8>)
    -> tensor<1x4x4x3xi32> {
  // CHECK-NEXT: nn.slice
  %0 = nn.slice %x start = [0, 0, 0, 0]
    : (tensor<1x9x8x2xi8>) -> tensor<1x7x7x2xi8>
  %1 = nn.conv2d %0, %w stride = [2, 2] padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x7x7x2xi8>, tensor<3x1x1x2xi8>) -> tensor<1x4x4x3xi32>
  return %1 : tensor<1x4x4x3xi32>
}

// -----

// Here the padding below the cut would be read from the input instead.
// CHECK-LABEL: @slice_padding
func.func @slice_padding(%x: tensor<1x8x8x2xi8>, %w: tensor<3x2x2x2xi8>)
    -> tensor<1x4x4x3xi32> {
  // CHECK-NEXT: nn.slice
  %0 = nn.slice %x start = [0, 0, 0, 0]
    : (tensor<1x8x8x2xi8>) -> tensor<1x7x7x2xi8>
  %1 = nn.conv2d %0, %w stride = [2, 2] padding = [0, 1, 0, 1] acc = i32
    : (tensor<1x7x7x2xi8>, tensor<3x2x2x2xi8>) -> tensor<1x4x4x3xi32>
  return %1 : tensor<1x4x4x3xi32>
}

// -----

// Slices are padded too.
// CHECK-LABEL: @volume
func.func @volume(%x: tensor<1x3x4x4x2xi8>, %w: tensor<3x3x3x3x2xi8>)
    -> tensor<1x3x4x5x3xi32> {
  // CHECK-NEXT: nn.conv3d %arg0, %arg1 stride = [1, 1, 1] padding = [2, 0, 1, 1, 2, 1] input_zp = -5
  // CHECK-NEXT: return
  %0 = nn.pad %x low = [0, 2, 1, 1, 0] high = [0, 0, 1, 1, 0] value = -5
    : (tensor<1x3x4x4x2xi8>) -> tensor<1x5x6x6x2xi8>
  %1 = nn.conv3d %0, %w stride = [1, 1, 1] padding = [0, 0, 0, 0, 1, 0] input_zp = -5
         acc = i32
    : (tensor<1x5x6x6x2xi8>, tensor<3x3x3x3x2xi8>) -> tensor<1x3x4x5x3xi32>
  return %1 : tensor<1x3x4x5x3xi32>
}

// -----

// A slice that the window never reached is not read.
// CHECK-LABEL: @last_slice
func.func @last_slice(%x: tensor<1x6x4x4x2xi8>, %w: tensor<3x3x1x1x2xi8>)
    -> tensor<1x2x4x4x3xi32> {
  // CHECK-NEXT: nn.conv3d %arg0, %arg1 stride = [2, 1, 1] padding = [0, 0, 0, 0, 0, 0]
  %0 = nn.slice %x start = [0, 0, 0, 0, 0]
    : (tensor<1x6x4x4x2xi8>) -> tensor<1x5x4x4x2xi8>
  %1 = nn.conv3d %0, %w stride = [2, 1, 1] padding = [0, 0, 0, 0, 0, 0] acc = i32
    : (tensor<1x5x4x4x2xi8>, tensor<3x3x1x1x2xi8>) -> tensor<1x2x4x4x3xi32>
  return %1 : tensor<1x2x4x4x3xi32>
}

// -----

// Padding of a transposed convolution's input are results that it adds nothing
// to: two of them for each row that is padded, three for each column.
// CHECK-LABEL: @transposed
func.func @transposed(%x: tensor<1x2x2x2xi8>, %w: tensor<3x3x3x2xi8>)
    -> tensor<1x7x13x3xi32> {
  // CHECK-NEXT: nn.transpose_conv2d %arg0, %arg1 stride = [2, 3] out_padding = [0, 2, 4, 3] input_zp = -5
  // CHECK-NEXT: return
  %0 = nn.pad %x low = [0, 1, 1, 0] high = [0, 1, 1, 0] value = -5
    : (tensor<1x2x2x2xi8>) -> tensor<1x4x4x2xi8>
  %1 = nn.transpose_conv2d %0, %w stride = [2, 3] out_padding = [-2, 0, 1, 0] input_zp = -5
         acc = i32
    : (tensor<1x4x4x2xi8>, tensor<3x3x3x2xi8>) -> tensor<1x7x13x3xi32>
  return %1 : tensor<1x7x13x3xi32>
}
