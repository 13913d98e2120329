// Layers and stages of floats that are not defined.
// RUN: lacuna-opt %s --split-input-file --verify-diagnostics

// expected-error @below {{clamp has a limit that is no number}}
#s = #nn.clamp<min = 0x7FC00000 : f32, max = 1.0 : f32>

// -----

// expected-error @below {{clamp has min}}
#s = #nn.clamp<min = 2.0 : f32, max = 1.0 : f32>

// -----

// expected-error @below {{clamp needs two integers or floats of one type}}
#s = #nn.clamp<min = 0.0 : f32, max = 1.0 : bf16>

// -----

// expected-error @below {{clamp needs two integers or floats of one type}}
#s = #nn.clamp<min = 0.0 : f64, max = 1.0 : f64>

// -----

// expected-error @below {{only a clamp of floats ignores NaNs}}
#s = #nn.clamp<min = 0 : i8, max = 1 : i8, ignore_nan = true>

// -----

// expected-error @below {{cast is from one type of floats to another, not from 'f32' to 'i8'}}
#s = #nn.cast<f32 -> i8>

// -----

// expected-error @below {{cast is from one type of floats to another, not from 'f32' to 'f32'}}
#s = #nn.cast<f32 -> f32>

// -----

// expected-error @below {{scale needs at least one factor}}
#s = #nn.scale<[]>

// -----

// expected-error @below {{scale has a factor that is not finite}}
#s = #nn.scale<[1.0, 1.0e39]>

// -----

func.func @type(%x: tensor<4xf64>) {
  // expected-error @below {{f64}}
  %0 = nn.elementwise exp %x : (tensor<4xf64>) -> tensor<4xf64>
  return
}

// -----

func.func @mixed(%x: tensor<1x2x2x3xf32>, %w: tensor<4x1x1x3xi8>) {
  // expected-error @below {{cannot multiply 'f32' by 'i8' into 'f32'}}
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = f32 : (tensor<1x2x2x3xf32>, tensor<4x1x1x3xi8>) -> tensor<1x2x2x4xf32>
  return
}

// -----

func.func @accumulator(%x: tensor<1x2x3xf16>, %w: tensor<1x3x4xf16>) {
  // expected-error @below {{cannot multiply 'f16' by 'f16' into 'f16'}}
  %0 = nn.matmul %x, %w acc = f16 : (tensor<1x2x3xf16>, tensor<1x3x4xf16>) -> tensor<1x2x4xf16>
  return
}

// -----

func.func @zero_point(%x: tensor<1x2x3xf16>, %w: tensor<1x3x4xf16>) {
  // expected-error @below {{input_zp must be 0 for elements of type 'f16', not 3}}
  %0 = nn.matmul %x, %w input_zp = 3 acc = f32 : (tensor<1x2x3xf16>, tensor<1x3x4xf16>) -> tensor<1x2x4xf32>
  return
}

// -----

func.func @channels(%x: tensor<1x2x3xf16>, %w: tensor<1x3x4xf16>) {
  // expected-error @below {{epilogue stage 0 has 2 channels but the result's last axis has 4}}
  %0 = nn.matmul %x, %w acc = f32 epilogue [#nn.scale<[1.0, 2.0]>] : (tensor<1x2x3xf16>, tensor<1x3x4xf16>) -> tensor<1x2x4xf32>
  return
}

// -----

func.func @average(%x: tensor<1x2x2x3xf16>) {
  // expected-error @below {{pools 'f16' into 'f32' but its epilogue or result takes 'f16'}}
  %0 = nn.pool avg %x kernel = [2, 2] stride = [1, 1] padding = [0, 0, 0, 0] acc = f32 : (tensor<1x2x2x3xf16>) -> tensor<1x1x1x3xf16>
  return
}

// -----

func.func @average_nan(%x: tensor<1x2x2x3xf32>) {
  // expected-error @below {{only max of floats ignores NaNs}}
  %0 = nn.pool avg %x kernel = [2, 2] stride = [1, 1] padding = [0, 0, 0, 0] acc = f32 ignore_nan : (tensor<1x2x2x3xf32>) -> tensor<1x1x1x3xf32>
  return
}

// -----

func.func @average_acc(%x: tensor<1x2x2x3xf32>) {
  // expected-error @below {{avg needs acc = f32}}
  %0 = nn.pool avg %x kernel = [2, 2] stride = [1, 1] padding = [0, 0, 0, 0] acc = f16 : (tensor<1x2x2x3xf32>) -> tensor<1x1x1x3xf32>
  return
}

// -----

func.func @integers(%x: tensor<4xi32>) {
  // expected-error @below {{exp of 'i32' giving 'i32' is not defined}}
  %0 = nn.elementwise exp %x : (tensor<4xi32>) -> tensor<4xi32>
  return
}

// -----

func.func @narrow(%x: tensor<4xf32>) {
  // expected-error @below {{cast of 'f32' giving 'i4' is not defined}}
  %0 = nn.elementwise cast %x : (tensor<4xf32>) -> tensor<4xi4>
  return
}

// -----

func.func @ignore(%x: tensor<4xf32>) {
  // expected-error @below {{only max and min of floats ignore NaNs}}
  %0 = nn.elementwise add %x, %x ignore_nan : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @ignore_integers(%x: tensor<4x3xi8>) {
  // expected-error @below {{only max, min and argmax of floats ignore NaNs}}
  %0 = nn.reduce max %x axis = 1 ignore_nan : (tensor<4x3xi8>) -> tensor<4x1xi8>
  return
}

// -----

func.func @narrow_sum(%x: tensor<4x3xbf16>) {
  // expected-error @below {{sum of 'bf16' giving 'bf16' is not defined}}
  %0 = nn.reduce sum %x axis = 1 : (tensor<4x3xbf16>) -> tensor<4x1xbf16>
  return
}

// -----

func.func @negative_bits(%x: tensor<2xbf16>) {
  // expected-error @below {{value -1 does not fit 'bf16'}}
  %0 = nn.pad %x low = [1] high = [1] value = -1 : (tensor<2xbf16>) -> tensor<4xbf16>
  return
}
