// A little of everything: what mutants of model text are made of.
module attributes {tosa.description = "small"} {
  func.func @main(%x: tensor<1x6x6x3xi8> {tosa.tensor_name = "image"})
      -> (tensor<1x3x2x4xi8> {tosa.tensor_name = "out"}, tensor<1x4x3x3xi8>) {
    %w = "tosa.const"() <{values = dense<[[[[1, -2, 3]]], [[[4, 5, -6]]], [[[7, 8, 9]]], [[[-1, 0, 1]]]]> : tensor<4x1x1x3xi8>}> : () -> tensor<4x1x1x3xi8>
    %b = "tosa.const"() <{values = dense<[100, -200, 300, 0]> : tensor<4xi32>}> : () -> tensor<4xi32>
    %zx = "tosa.const"() <{values = dense<-3> : tensor<1xi8>}> : () -> tensor<1xi8>
    %zw = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
    %c = tosa.conv2d %x, %w, %b, %zx, %zw {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
      : (tensor<1x6x6x3xi8>, tensor<4x1x1x3xi8>, tensor<4xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x6x6x4xi32> loc("conv")
    %m = "tosa.const"() <{values = dense<1073741824> : tensor<1xi32>}> : () -> tensor<1xi32>
    %s = "tosa.const"() <{values = dense<36> : tensor<1xi8>}> : () -> tensor<1xi8>
    %z32 = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
    %r = tosa.rescale %c, %m, %s, %z32, %zx {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true}
      : (tensor<1x6x6x4xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x6x6x4xi8>
    %k = tosa.clamp %r {min_val = -100 : i8, max_val = 100 : i8} : (tensor<1x6x6x4xi8>) -> tensor<1x6x6x4xi8>
    %p = tosa.max_pool2d %k {kernel = array<i64: 2, 3>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 3>}
      : (tensor<1x6x6x4xi8>) -> tensor<1x3x2x4xi8>
    %begin = tosa.const_shape {values = dense<[0, 1, 1, 0]> : tensor<4xindex>} : () -> !tosa.shape<4>
    %size = tosa.const_shape {values = dense<[1, 3, 4, 3]> : tensor<4xindex>} : () -> !tosa.shape<4>
    %v = tosa.slice %x, %begin, %size : (tensor<1x6x6x3xi8>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x3x4x3xi8>
    %t = tosa.transpose %v {perms = array<i32: 0, 2, 1, 3>} : (tensor<1x3x4x3xi8>) -> tensor<1x4x3x3xi8> loc("turned"("elsewhere.py":7:1))
    return %p, %t : tensor<1x3x2x4xi8>, tensor<1x4x3x3xi8>
  }
}
