// nn-fuse: trees of 8-bit operations into tables.
// RUN: lacuna-opt %s --nn-fuse --split-input-file | FileCheck %s
// RUN: lacuna-opt %s --nn-fuse=tables=false --split-input-file | FileCheck %s --check-prefix=OFF

// Two rescales in a row and a square: 256 values, one table. 3 -> (3 * 2)^2 = 36.
// CHECK-LABEL: @square
// OFF-LABEL: @square
func.func @square(%x: tensor<4xi8>) -> tensor<4xi8> {
  // CHECK-NEXT: %[[T:.*]] = nn.elementwise identity %arg0 epilogue [#nn.table<i8 -> i8, dense<"0x7F{{[0-9A-F]+}}"> : tensor<256xi8>>]
  // CHECK-NEXT: return %[[T]]
  // OFF: nn.elementwise mul
  // OFF-NOT: #nn.table
  %0 = nn.elementwise identity %x
         epilogue [#nn.rescale<i8 -> i32, multiplier = [1073741824],
                     shift = [29], zp = 0 -> 0, rounding = single>]
    : (tensor<4xi8>) -> tensor<4xi32>
  %1 = nn.elementwise mul %0, %0 : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  %2 = nn.elementwise identity %1
         epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824],
                     shift = [30], zp = 0 -> 0, rounding = single>]
    : (tensor<4xi32>) -> tensor<4xi8>
  return %2 : tensor<4xi8>
}

// -----

// A table after a clamp takes the clamp in: index 128 + v holds 2 * clamp(v).
// CHECK-LABEL: @clamped_table
// OFF-LABEL: @clamped_table
func.func @clamped_table(%x: tensor<4xi8>) -> tensor<4xi8> {
  // CHECK-NEXT: nn.elementwise identity %arg0 epilogue [#nn.table<i8 -> i8, dense<5> : tensor<256xi8>>]
  // CHECK-NEXT: return
  %0 = nn.elementwise identity %x
         epilogue [#nn.clamp<min = 0 : i8, max = 9 : i8>]
    : (tensor<4xi8>) -> tensor<4xi8>
  %1 = nn.elementwise identity %0
         epilogue [#nn.table<i8 -> i8, dense<5> : tensor<256xi8>>]
    : (tensor<4xi8>) -> tensor<4xi8>
  return %1 : tensor<4xi8>
}

// -----

// An overflow for some value is undefined in TOSA: such a tree stays.
// CHECK-LABEL: @overflow
func.func @overflow(%x: tensor<4xi8>) -> tensor<4xi32> {
  // CHECK-NOT: #nn.table
  // CHECK: nn.elementwise mul
  %c = nn.constant dense<2147483647> : tensor<1xi32>
  %0 = nn.elementwise identity %x
         epilogue [#nn.rescale<i8 -> i32, multiplier = [1073741824],
                     shift = [30], zp = 0 -> 0, rounding = single>]
    : (tensor<4xi8>) -> tensor<4xi32>
  %1 = nn.elementwise mul %0, %c
    : (tensor<4xi32>, tensor<1xi32>) -> tensor<4xi32>
  return %1 : tensor<4xi32>
}

// -----

// Two variable tensors are no table.
// CHECK-LABEL: @two_leaves
func.func @two_leaves(%x: tensor<4xi8>, %y: tensor<4xi8>) -> tensor<4xi32> {
  // CHECK-NEXT: nn.elementwise mul %arg0, %arg1
  %0 = nn.elementwise mul %x, %y : (tensor<4xi8>, tensor<4xi8>) -> tensor<4xi32>
  return %0 : tensor<4xi32>
}

// -----

// One rescale with its clamp is cheaper than 256 entries.
// CHECK-LABEL: @one_rescale
func.func @one_rescale(%x: tensor<4xi8>) -> tensor<4xi8> {
  // CHECK-NEXT: nn.elementwise identity %arg0 epilogue [#nn.rescale<{{.*}}>, #nn.clamp<min = 0 : i8, max = 9 : i8>]
  %0 = nn.elementwise identity %x
         epilogue [#nn.rescale<i8 -> i8, multiplier = [1073741824],
                     shift = [31], zp = 0 -> 0, rounding = single>]
    : (tensor<4xi8>) -> tensor<4xi8>
  %1 = nn.elementwise identity %0
         epilogue [#nn.clamp<min = 0 : i8, max = 9 : i8>]
    : (tensor<4xi8>) -> tensor<4xi8>
  return %1 : tensor<4xi8>
}

// -----

// How softmax begins: each element less the largest, then a 16-bit table. The
// difference is an i8 tensor; what follows is a table of it.
// CHECK-LABEL: @softmax
func.func @softmax(%x: tensor<1x12xi8>) -> tensor<1x12xi32> {
  // CHECK-NEXT: %[[M:.*]] = nn.reduce max %arg0 axis = 1 : (tensor<1x12xi8>) -> tensor<1x1xi8>
  // CHECK-NEXT: %[[D:.*]] = nn.elementwise sub %arg0, %[[M]] prologue {{.*}} epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [30], zp = 0 -> 127, rounding = single>, #nn.table<i8 -> i32, dense<384> : tensor<256xi32>>] : (tensor<1x12xi8>, tensor<1x1xi8>) -> tensor<1x12xi32>
  // CHECK-NEXT: return %[[D]]
  %0 = nn.elementwise identity %x
         epilogue [#nn.rescale<i8 -> i32, multiplier = [1073741824],
                     shift = [30], zp = 14 -> 0, rounding = single>]
    : (tensor<1x12xi8>) -> tensor<1x12xi32>
  %1 = nn.reduce max %0 axis = 1 : (tensor<1x12xi32>) -> tensor<1x1xi32>
  %2 = nn.elementwise sub %0, %1
    : (tensor<1x12xi32>, tensor<1x1xi32>) -> tensor<1x12xi32>
  %3 = nn.elementwise identity %2
         epilogue [#nn.rescale<i32 -> i16, multiplier = [1073741824],
                     shift = [23], zp = 0 -> 0, rounding = single>]
    : (tensor<1x12xi32>) -> tensor<1x12xi16>
  %4 = nn.elementwise identity %3
         epilogue [#nn.table<i16 -> i32, dense<3> : tensor<513xi16>>]
    : (tensor<1x12xi16>) -> tensor<1x12xi32>
  return %4 : tensor<1x12xi32>
}
