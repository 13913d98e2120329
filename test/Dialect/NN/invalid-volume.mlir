// Convolutions in three dimensions and transposed ones that are refused.
// RUN: lacuna-opt %s --split-input-file --verify-diagnostics

func.func @depth(%x: tensor<1x4x4x4x2xi8>, %w: tensor<3x3x1x1x2xi8>) {
  // expected-error @below {{result depth must be 2, not 3}}
  %0 = nn.conv3d %x, %w stride = [1, 1, 1] padding = [0, 0, 0, 0, 0, 0] acc = i32
    : (tensor<1x4x4x4x2xi8>, tensor<3x3x1x1x2xi8>) -> tensor<1x3x4x4x3xi32>
  return
}

// -----

func.func @reach(%x: tensor<1x4x4x4x2xi8>, %w: tensor<3x3x1x1x2xi8>) {
  // expected-error @below {{kernel reaches over 5 elements of depth but the padded input has 4}}
  %0 = nn.conv3d %x, %w stride = [1, 1, 1] padding = [0, 0, 0, 0, 0, 0] dilation = [2, 1, 1] acc = i32
    : (tensor<1x4x4x4x2xi8>, tensor<3x3x1x1x2xi8>) -> tensor<1x1x4x4x3xi32>
  return
}

// -----

func.func @stride(%x: tensor<1x4x4x4x2xi8>, %w: tensor<3x1x1x1x2xi8>) {
  // expected-error @below {{stride has 2 entries where 3 are needed}}
  %0 = nn.conv3d %x, %w stride = [1, 1] padding = [0, 0, 0, 0, 0, 0] acc = i32
    : (tensor<1x4x4x4x2xi8>, tensor<3x1x1x1x2xi8>) -> tensor<1x4x4x4x3xi32>
  return
}

// -----

func.func @padding(%x: tensor<1x4x4x4x2xi8>, %w: tensor<3x1x1x1x2xi8>) {
  // expected-error @below {{padding has the entry -1, outside 0 ... 8192}}
  %0 = nn.conv3d %x, %w stride = [1, 1, 1] padding = [0, 0, 0, 0, 0, -1] acc = i32
    : (tensor<1x4x4x4x2xi8>, tensor<3x1x1x1x2xi8>) -> tensor<1x4x4x3x3xi32>
  return
}

// -----

func.func @channels(%x: tensor<1x4x4x4x2xi8>, %w: tensor<3x1x1x1x5xi8>) {
  // expected-error @below {{weights have 5 input channels but the input has 2}}
  %0 = nn.conv3d %x, %w stride = [1, 1, 1] padding = [0, 0, 0, 0, 0, 0] acc = i32
    : (tensor<1x4x4x4x2xi8>, tensor<3x1x1x1x5xi8>) -> tensor<1x4x4x4x3xi32>
  return
}

// -----

func.func @bias(%x: tensor<1x4x4x4x2xi8>, %w: tensor<3x1x1x1x2xi8>, %b: tensor<2xi32>) {
  // expected-error @below {{bias has 2 elements where 1 or 3 are needed}}
  %0 = nn.conv3d %x, %w bias %b stride = [1, 1, 1] padding = [0, 0, 0, 0, 0, 0] acc = i32
    : (tensor<1x4x4x4x2xi8>, tensor<3x1x1x1x2xi8>, tensor<2xi32>) -> tensor<1x4x4x4x3xi32>
  return
}

// -----

func.func @result_width(%x: tensor<1x4x4x2xi8>, %w: tensor<3x3x3x2xi8>) {
  // expected-error @below {{result width must be 9, not 8}}
  %0 = nn.transpose_conv2d %x, %w stride = [2, 2] out_padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x4x4x2xi8>, tensor<3x3x3x2xi8>) -> tensor<1x9x8x3xi32>
  return
}

// -----

func.func @cut(%x: tensor<1x4x4x2xi8>, %w: tensor<3x3x3x2xi8>) {
  // expected-error @below {{out_padding -3 cuts off the kernel's extent 3}}
  %0 = nn.transpose_conv2d %x, %w stride = [2, 2] out_padding = [0, -3, 0, 0] acc = i32
    : (tensor<1x4x4x2xi8>, tensor<3x3x3x2xi8>) -> tensor<1x6x9x3xi32>
  return
}

// -----

func.func @out_padding(%x: tensor<1x4x4x2xi8>, %w: tensor<3x3x3x2xi8>) {
  // expected-error @below {{out_padding has the entry 8193, outside -8192 ... 8192}}
  %0 = nn.transpose_conv2d %x, %w stride = [2, 2] out_padding = [0, 8193, 0, 0] acc = i32
    : (tensor<1x4x4x2xi8>, tensor<3x3x3x2xi8>) -> tensor<1x8202x9x3xi32>
  return
}

// -----

func.func @batch(%x: tensor<2x4x4x2xi8>, %w: tensor<3x3x3x2xi8>) {
  // expected-error @below {{result needs batch 2 and 3 channels, not 1 and 3}}
  %0 = nn.transpose_conv2d %x, %w stride = [2, 2] out_padding = [0, 0, 0, 0] acc = i32
    : (tensor<2x4x4x2xi8>, tensor<3x3x3x2xi8>) -> tensor<1x9x9x3xi32>
  return
}
