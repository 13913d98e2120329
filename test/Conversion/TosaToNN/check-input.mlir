// Models that no machine can run, refused before anything else looks at them.
// RUN: lacuna-opt %s --lacuna-check-input --split-input-file --verify-diagnostics --allow-unregistered-dialect

// expected-error @below {{input 0 of type 'tensor<?x4xi8>' has a dynamic shape; export the model with fixed shapes}}
func.func @dynamic(%x: tensor<?x4xi8>) -> tensor<?x4xi8> {
  return %x : tensor<?x4xi8>
}

// -----

// expected-error @below {{input 0 of type 'tensor<*xi8>' has no rank}}
func.func @unranked(%x: tensor<*xi8>) -> tensor<*xi8> {
  return %x : tensor<*xi8>
}

// -----

// expected-error @below {{input 0 of type 'tensor<0x4xi8>' has a dimension below 1}}
func.func @empty(%x: tensor<0x4xi8>) -> tensor<0x4xi8> {
  return %x : tensor<0x4xi8>
}

// -----

// 2^62 * 4 is 0 in 64 bits.
// expected-error @below {{has more than 2^31 - 1 elements}}
func.func @overflow(%x: tensor<4611686018427387904x4xi8>) {
  return
}

// -----

// expected-error @below {{input 0 of type 'i8' is no tensor}}
func.func @scalar(%x: i8) {
  return
}

// -----

// All that is missing, in one error.
func.func @unsupported(%x: tensor<1x8x16xf32>, %y: tensor<4xi32>, %z: tensor<4xf64>) {
  // expected-error @+2 {{the accelerator cannot run these operations of the model: tosa.fft2d (2), tosa.identity on f64 (1), mystery.op (1), tosa.mul on i64 (1)}}
  // expected-note @+1 {{first tosa.fft2d}}
  %0, %1 = tosa.fft2d %x, %x {inverse = false} : (tensor<1x8x16xf32>, tensor<1x8x16xf32>) -> (tensor<1x8x16xf32>, tensor<1x8x16xf32>)
  %2, %5 = tosa.fft2d %0, %1 {inverse = true} : (tensor<1x8x16xf32>, tensor<1x8x16xf32>) -> (tensor<1x8x16xf32>, tensor<1x8x16xf32>)
  // expected-note @below {{first tosa.identity on f64}}
  %6 = "tosa.identity"(%z) : (tensor<4xf64>) -> tensor<4xf64>
  // expected-note @below {{first mystery.op}}
  %3 = "mystery.op"(%y) : (tensor<4xi32>) -> tensor<4xi64>
  %s = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-note @below {{first tosa.mul on i64}}
  %4 = tosa.mul %3, %3, %s : (tensor<4xi64>, tensor<4xi64>, tensor<1xi8>) -> tensor<4xi64>
  return
}

// -----

// Control flow and state are operations like others here.
func.func @control(%c: tensor<i1>, %x: tensor<4xi32>) -> tensor<4xi32> {
  // expected-error @+2 {{the accelerator cannot run these operations of the model: tosa.cond_if (1)}}
  // expected-note @+1 {{first tosa.cond_if}}
  %0 = "tosa.cond_if"(%c, %x) ({
  ^bb0(%a: tensor<4xi32>):
    tosa.yield %a : tensor<4xi32>
  }, {
  ^bb0(%a: tensor<4xi32>):
    tosa.yield %a : tensor<4xi32>
  }) : (tensor<i1>, tensor<4xi32>) -> tensor<4xi32>
  return %0 : tensor<4xi32>
}

// -----

// Types that say how elements are stored are not half understood.
// expected-error @+2 {{has an encoding; export dense tensors, whose zeros are found here}}
// expected-error @+1 {{has elements that are neither integers nor floats; export the integers}}
func.func @metadata(%x: tensor<4xi8, #sparse_tensor.encoding<{ map = (d0) -> (d0 : compressed) }>>, %y: tensor<2x!quant.uniform<i8:f32:7, {0.5, 0.25}>>) {
  return
}
