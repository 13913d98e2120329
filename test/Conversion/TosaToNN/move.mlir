// convert-tosa-to-nn: constants, views, data movement.
// RUN: lacuna-opt %s --convert-tosa-to-nn | FileCheck %s

// CHECK-LABEL: @constants
func.func @constants() -> (tensor<2xi8>, tensor<2xi16>) {
  // CHECK: nn.constant dense<[1, 2]> : tensor<2xi8>
  %0 = "tosa.const"() <{values = dense<[1, 2]> : tensor<2xi8>}> : () -> tensor<2xi8>
  // CHECK: nn.constant dense<[258, 3]> : tensor<2xi16>
  %1 = "tosa.const"() <{values = dense_resource<blob> : tensor<2xi16>}> : () -> tensor<2xi16>
  return %0, %1 : tensor<2xi8>, tensor<2xi16>
}

// CHECK-LABEL: @moves
// CHECK-NOT: tosa.
func.func @moves(%x: tensor<2x3xi8>, %t: tensor<2x3xi1>, %i: tensor<1x2xi32>, %n: tensor<1x2x3xi8>, %im: tensor<1x2x2x1xi8>) {
  // CHECK: nn.reshape %arg0 : (tensor<2x3xi8>) -> tensor<1x2x3xi8>
  %shape = tosa.const_shape {values = dense<[1, 2, 3]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %0 = tosa.reshape %x, %shape : (tensor<2x3xi8>, !tosa.shape<3>) -> tensor<1x2x3xi8>
  // CHECK: nn.pad %arg0 low = [0, 2] high = [1, 3] value = -7 : (tensor<2x3xi8>) -> tensor<3x8xi8>
  %padding = tosa.const_shape {values = dense<[0, 1, 2, 3]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %value = "tosa.const"() <{values = dense<-7> : tensor<1xi8>}> : () -> tensor<1xi8>
  %1 = tosa.pad %x, %padding, %value : (tensor<2x3xi8>, !tosa.shape<4>, tensor<1xi8>) -> tensor<3x8xi8>
  // CHECK: nn.pad %arg1 {{.*}} value = 1 :
  %true = "tosa.const"() <{values = dense<true> : tensor<1xi1>}> : () -> tensor<1xi1>
  %2 = tosa.pad %t, %padding, %true : (tensor<2x3xi1>, !tosa.shape<4>, tensor<1xi1>) -> tensor<3x8xi1>
  // CHECK: nn.slice %arg0 start = [1, 1] : (tensor<2x3xi8>) -> tensor<1x2xi8>
  %start = tosa.const_shape {values = dense<[1, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %size = tosa.const_shape {values = dense<[1, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %3 = tosa.slice %x, %start, %size : (tensor<2x3xi8>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<1x2xi8>
  // CHECK: nn.concat %arg0, %arg0 axis = 1 :
  %4 = tosa.concat %x, %x {axis = 1 : i32} : (tensor<2x3xi8>, tensor<2x3xi8>) -> tensor<2x6xi8>
  // CHECK: nn.transpose %arg0 perms = [1, 0] :
  %5 = tosa.transpose %x {perms = array<i32: 1, 0>} : (tensor<2x3xi8>) -> tensor<3x2xi8>
  // CHECK: nn.reverse %arg0 axis = 1 :
  %6 = tosa.reverse %x {axis = 1 : i32} : (tensor<2x3xi8>) -> tensor<2x3xi8>
  // CHECK: nn.tile %arg0 : (tensor<2x3xi8>) -> tensor<2x6xi8>
  %7 = tosa.tile %x, %size : (tensor<2x3xi8>, !tosa.shape<2>) -> tensor<2x6xi8>
  // CHECK: nn.gather %[[V:.*]] at %arg2 :
  %8 = tosa.gather %0, %i : (tensor<1x2x3xi8>, tensor<1x2xi32>) -> tensor<1x2x3xi8>
  // CHECK: nn.scatter %arg3 into %[[V]] at %arg2 :
  %9 = tosa.scatter %0, %i, %n : (tensor<1x2x3xi8>, tensor<1x2xi32>, tensor<1x2x3xi8>) -> tensor<1x2x3xi8>
  // CHECK: nn.resize nearest %arg4 scale = [4, 2, 4, 2] offset = [-1, 0] border = [1, 2] :
  %scale = tosa.const_shape {values = dense<[4, 2, 4, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %offset = tosa.const_shape {values = dense<[-1, 0]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %border = tosa.const_shape {values = dense<[1, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %10 = tosa.resize %im, %scale, %offset, %border {mode = NEAREST_NEIGHBOR} : (tensor<1x2x2x1xi8>, !tosa.shape<4>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<1x4x4x1xi8>
  return
}

{-#
  dialect_resources: {
    builtin: {
      blob: "0x0200000002010300"
    }
  }
#-}
