// Convolutions, matrix products and pools that are refused.
// RUN: lacuna-opt %s --split-input-file --verify-diagnostics

func.func @types(%x: tensor<1x4x4x2xi8>, %w: tensor<3x1x1x2xi16>) {
  // expected-error @below {{cannot multiply 'i8' by 'i16' into 'i32'}}
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x4x4x2xi8>, tensor<3x1x1x2xi16>) -> tensor<1x4x4x3xi32>
  return
}

// -----

func.func @accumulator(%x: tensor<1x4x4x2xi8>, %w: tensor<3x1x1x2xi8>) {
  // expected-error @below {{accumulates in 'i32' but its epilogue or result takes 'i16'}}
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x4x4x2xi8>, tensor<3x1x1x2xi8>) -> tensor<1x4x4x3xi16>
  return
}

// -----

func.func @input_channels(%x: tensor<1x4x4x2xi8>, %w: tensor<3x1x1x5xi8>) {
  // expected-error @below {{weights have 5 input channels but the input has 2}}
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x4x4x2xi8>, tensor<3x1x1x5xi8>) -> tensor<1x4x4x3xi32>
  return
}

// -----

func.func @output_channels(%x: tensor<1x4x4x2xi8>, %w: tensor<3x1x1x2xi8>) {
  // expected-error @below {{result needs batch 1 and 3 channels, not 1 and 4}}
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x4x4x2xi8>, tensor<3x1x1x2xi8>) -> tensor<1x4x4x4xi32>
  return
}

// -----

func.func @height(%x: tensor<1x4x4x2xi8>, %w: tensor<3x3x3x2xi8>) {
  // expected-error @below {{result height must be 2, not 3}}
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x4x4x2xi8>, tensor<3x3x3x2xi8>) -> tensor<1x3x2x3xi32>
  return
}

// -----

func.func @reach(%x: tensor<1x4x4x2xi8>, %w: tensor<3x3x3x2xi8>) {
  // expected-error @below {{kernel reaches over 5 elements of height but the padded input has 4}}
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] dilation = [2, 1] acc = i32
    : (tensor<1x4x4x2xi8>, tensor<3x3x3x2xi8>) -> tensor<1x1x2x3xi32>
  return
}

// -----

func.func @stride(%x: tensor<1x4x4x2xi8>, %w: tensor<3x1x1x2xi8>) {
  // expected-error @below {{stride has the entry 0, outside 1 ... 8192}}
  %0 = nn.conv2d %x, %w stride = [0, 1] padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x4x4x2xi8>, tensor<3x1x1x2xi8>) -> tensor<1x4x4x3xi32>
  return
}

// -----

func.func @padding(%x: tensor<1x4x4x2xi8>, %w: tensor<3x1x1x2xi8>) {
  // expected-error @below {{padding has 2 entries where 4 are needed}}
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0] acc = i32
    : (tensor<1x4x4x2xi8>, tensor<3x1x1x2xi8>) -> tensor<1x4x4x3xi32>
  return
}

// -----

func.func @huge_padding(%x: tensor<1x4x4x2xi8>, %w: tensor<3x1x1x2xi8>) {
  // expected-error @below {{padding has the entry 9223372036854775807, outside 0 ... 8192}}
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [9223372036854775807, 0, 0, 0] acc = i32
    : (tensor<1x4x4x2xi8>, tensor<3x1x1x2xi8>) -> tensor<1x4x4x3xi32>
  return
}

// -----

func.func @bias_length(%x: tensor<1x4x4x2xi8>, %w: tensor<3x1x1x2xi8>, %b: tensor<2xi32>) {
  // expected-error @below {{bias has 2 elements where 1 or 3 are needed}}
  %0 = nn.conv2d %x, %w bias %b stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x4x4x2xi8>, tensor<3x1x1x2xi8>, tensor<2xi32>) -> tensor<1x4x4x3xi32>
  return
}

// -----

func.func @bias_type(%x: tensor<1x4x4x2xi8>, %w: tensor<3x1x1x2xi8>, %b: tensor<3xi16>) {
  // expected-error @below {{bias has elements of 'i16' but the accumulator is 'i32'}}
  %0 = nn.conv2d %x, %w bias %b stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x4x4x2xi8>, tensor<3x1x1x2xi8>, tensor<3xi16>) -> tensor<1x4x4x3xi32>
  return
}

// -----

func.func @zero_point(%x: tensor<1x4x4x2xi8>, %w: tensor<3x1x1x2xi8>) {
  // expected-error @below {{input_zp 128 is outside -128 ... 127}}
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] input_zp = 128 acc = i32
    : (tensor<1x4x4x2xi8>, tensor<3x1x1x2xi8>) -> tensor<1x4x4x3xi32>
  return
}

// -----

func.func @zero_point_i4(%x: tensor<1x4x4x2xi8>, %w: tensor<3x1x1x2xi4>) {
  // expected-error @below {{weight_zp must be 0 for elements of type 'i4', not 1}}
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] weight_zp = 1 acc = i32
    : (tensor<1x4x4x2xi8>, tensor<3x1x1x2xi4>) -> tensor<1x4x4x3xi32>
  return
}

// -----

func.func @kernel(%x: tensor<1x9000x1x1xi8>, %w: tensor<1x8193x1x1xi8>) {
  // expected-error @below {{kernel height 8193 is above 8192}}
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x9000x1x1xi8>, tensor<1x8193x1x1xi8>) -> tensor<1x808x1x1xi32>
  return
}

// -----

func.func @macs(%a: tensor<1x2147483647x1xi8>, %b: tensor<1x1x2147483647xi8>) {
  // expected-error @below {{has more than 2^31 - 1 elements}}
  %0 = nn.matmul %a, %b acc = i32
    : (tensor<1x2147483647x1xi8>, tensor<1x1x2147483647xi8>) -> tensor<1x2147483647x2147483647xi32>
  return
}

// -----

func.func @depthwise_channels(%x: tensor<1x4x4x2xi8>, %w: tensor<1x1x3x1xi8>) {
  // expected-error @below {{weights have 3 channels but the input has 2}}
  %0 = nn.depthwise_conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x4x4x2xi8>, tensor<1x1x3x1xi8>) -> tensor<1x4x4x2xi32>
  return
}

// -----

func.func @matmul_shapes(%a: tensor<1x2x3xi8>, %b: tensor<1x4x5xi8>) {
  // expected-error @below {{cannot multiply matrices of types 'tensor<1x2x3xi8>' and 'tensor<1x4x5xi8>'}}
  %0 = nn.matmul %a, %b acc = i32
    : (tensor<1x2x3xi8>, tensor<1x4x5xi8>) -> tensor<1x2x5xi32>
  return
}

// -----

func.func @matmul_result(%a: tensor<1x2x3xi8>, %b: tensor<1x3x5xi8>) {
  // expected-error @below {{result has shape [1, 5, 2] where [1, 2, 5] is needed}}
  %0 = nn.matmul %a, %b acc = i32
    : (tensor<1x2x3xi8>, tensor<1x3x5xi8>) -> tensor<1x5x2xi32>
  return
}

// -----

func.func @pool_padding(%x: tensor<1x4x4x2xi8>) {
  // expected-error @below {{padding 2 is not below the kernel's extent 2}}
  %0 = nn.pool max %x kernel = [2, 2] stride = [1, 1] padding = [2, 0, 0, 0]
    : (tensor<1x4x4x2xi8>) -> tensor<1x5x3x2xi8>
  return
}

// -----

func.func @pool_type(%x: tensor<1x4x4x2xi32>) {
  // expected-error @below {{pools i8, i16 or floats, not 'i32'}}
  %0 = nn.pool max %x kernel = [2, 2] stride = [2, 2] padding = [0, 0, 0, 0]
    : (tensor<1x4x4x2xi32>) -> tensor<1x2x2x2xi32>
  return
}

// -----

func.func @pool_accumulator(%x: tensor<1x4x4x2xi8>) {
  // expected-error @below {{avg needs acc = i32}}
  %0 = nn.pool avg %x kernel = [2, 2] stride = [2, 2] padding = [0, 0, 0, 0]
    : (tensor<1x4x4x2xi8>) -> tensor<1x2x2x2xi8>
  return
}

// -----

func.func @pool_zero_point(%x: tensor<1x4x4x2xi8>) {
  // expected-error @below {{max has neither zero points nor accumulator}}
  %0 = nn.pool max %x kernel = [2, 2] stride = [2, 2] padding = [0, 0, 0, 0] input_zp = 3
    : (tensor<1x4x4x2xi8>) -> tensor<1x2x2x2xi8>
  return
}

// -----

func.func @pool_result(%x: tensor<1x4x4x2xi8>) {
  // expected-error @below {{pools 'i8' into 'i8' but its epilogue or result takes 'i16'}}
  %0 = nn.pool max %x kernel = [2, 2] stride = [2, 2] padding = [0, 0, 0, 0]
    : (tensor<1x4x4x2xi8>) -> tensor<1x2x2x2xi16>
  return
}
