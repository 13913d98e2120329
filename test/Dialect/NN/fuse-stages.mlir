// nn-fuse: rescales, clamps and tables into the layers beside them.
// RUN: lacuna-opt %s --nn-fuse --split-input-file | FileCheck %s

#narrow = #nn.rescale<i32 -> i8, multiplier = [1518500250], shift = [40], zp = 0 -> -3, rounding = double>

// CHECK-LABEL: @epilogue
func.func @epilogue(%x: tensor<1x4x4x8xi8>, %w: tensor<8x1x1x8xi8>)
    -> tensor<1x4x4x8xi8> {
  // CHECK-NEXT: %[[C:.*]] = nn.conv2d {{.*}} epilogue [#nn.rescale<i32 -> i8, multiplier = [1518500250], shift = [40], zp = 0 -> -3, rounding = double>, #nn.clamp<min = 0 : i8, max = 100 : i8>]
  // CHECK-NEXT: return %[[C]]
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x4x4x8xi8>, tensor<8x1x1x8xi8>) -> tensor<1x4x4x8xi32>
  %1 = nn.elementwise identity %0 epilogue [#narrow]
    : (tensor<1x4x4x8xi32>) -> tensor<1x4x4x8xi8>
  %2 = nn.elementwise identity %1
         epilogue [#nn.clamp<min = 0 : i8, max = 100 : i8>]
    : (tensor<1x4x4x8xi8>) -> tensor<1x4x4x8xi8>
  return %2 : tensor<1x4x4x8xi8>
}

// -----

#narrow = #nn.rescale<i32 -> i8, multiplier = [1518500250], shift = [40], zp = 0 -> -3, rounding = double>

// A layer that something else reads as it is keeps its result.
// CHECK-LABEL: @two_readers
func.func @two_readers(%x: tensor<4x4xi32>) -> (tensor<4x4xi32>, tensor<4x4xi8>) {
  // CHECK-NEXT: %[[A:.*]] = nn.elementwise abs %arg0 : (tensor<4x4xi32>) -> tensor<4x4xi32>
  // CHECK-NEXT: %[[B:.*]] = nn.elementwise identity %[[A]] epilogue [#nn.rescale
  // CHECK-NEXT: return %[[A]], %[[B]]
  %0 = nn.elementwise abs %x : (tensor<4x4xi32>) -> tensor<4x4xi32>
  %1 = nn.elementwise identity %0 epilogue [#narrow]
    : (tensor<4x4xi32>) -> tensor<4x4xi8>
  return %0, %1 : tensor<4x4xi32>, tensor<4x4xi8>
}

// -----

// Clamps to all of i8 do nothing; neighbours become one, even where their
// ranges do not meet.
// CHECK-LABEL: @clamps
func.func @clamps(%x: tensor<4xi8>, %y: tensor<4xi8>)
    -> (tensor<4xi8>, tensor<4xi8>, tensor<4xi8>) {
  // CHECK-NEXT: %[[A:.*]] = nn.elementwise identity %arg0 epilogue [#nn.clamp<min = 2 : i8, max = 5 : i8>]
  // CHECK-NEXT: %[[B:.*]] = nn.elementwise identity %arg1 epilogue [#nn.clamp<min = 9 : i8, max = 9 : i8>]
  // CHECK-NEXT: return %arg0, %[[A]], %[[B]]
  %0 = nn.elementwise identity %x
         epilogue [#nn.clamp<min = -128 : i8, max = 127 : i8>]
    : (tensor<4xi8>) -> tensor<4xi8>
  %1 = nn.elementwise identity %x
         epilogue [#nn.clamp<min = 0 : i8, max = 5 : i8>,
                   #nn.clamp<min = 2 : i8, max = 9 : i8>]
    : (tensor<4xi8>) -> tensor<4xi8>
  %2 = nn.elementwise identity %y
         epilogue [#nn.clamp<min = 0 : i8, max = 5 : i8>,
                   #nn.clamp<min = 9 : i8, max = 12 : i8>]
    : (tensor<4xi8>) -> tensor<4xi8>
  return %0, %1, %2 : tensor<4xi8>, tensor<4xi8>, tensor<4xi8>
}

// -----

// A residual addition as importers write it: two scales on one side, one on
// the other, one on the sum. One layer, and no i32 tensor is left.
// CHECK-LABEL: @residual
func.func @residual(%x: tensor<1x4x4x8xi8>, %y: tensor<1x4x4x8xi8>)
    -> tensor<1x4x4x8xi8> {
  // CHECK-NEXT: %[[A:.*]] = nn.elementwise add %arg0, %arg1 prologue {{\[\[}}#nn.rescale<i8 -> i32, multiplier = [1073741824], shift = [10], zp = 5 -> 0, rounding = double>, #nn.rescale<i32 -> i32, multiplier = [1623821475], shift = [33], zp = 0 -> 0, rounding = double>], [#nn.rescale<i8 -> i32, multiplier = [1073741824], shift = [11], zp = 4 -> 0, rounding = double>]] epilogue [#nn.rescale<i32 -> i8, multiplier = [1098017566], shift = [48], zp = 0 -> -128, rounding = double>] : (tensor<1x4x4x8xi8>, tensor<1x4x4x8xi8>) -> tensor<1x4x4x8xi8>
  // CHECK-NEXT: return %[[A]]
  %0 = nn.elementwise identity %x
         epilogue [#nn.rescale<i8 -> i32, multiplier = [1073741824],
                     shift = [10], zp = 5 -> 0, rounding = double>]
    : (tensor<1x4x4x8xi8>) -> tensor<1x4x4x8xi32>
  %1 = nn.elementwise identity %0
         epilogue [#nn.rescale<i32 -> i32, multiplier = [1623821475],
                     shift = [33], zp = 0 -> 0, rounding = double>]
    : (tensor<1x4x4x8xi32>) -> tensor<1x4x4x8xi32>
  %2 = nn.elementwise identity %y
         epilogue [#nn.rescale<i8 -> i32, multiplier = [1073741824],
                     shift = [11], zp = 4 -> 0, rounding = double>]
    : (tensor<1x4x4x8xi8>) -> tensor<1x4x4x8xi32>
  %3 = nn.elementwise add %1, %2
    : (tensor<1x4x4x8xi32>, tensor<1x4x4x8xi32>) -> tensor<1x4x4x8xi32>
  %4 = nn.elementwise identity %3
         epilogue [#nn.rescale<i32 -> i8, multiplier = [1098017566],
                     shift = [48], zp = 0 -> -128, rounding = double>]
    : (tensor<1x4x4x8xi32>) -> tensor<1x4x4x8xi8>
  return %4 : tensor<1x4x4x8xi8>
}

// -----

// What narrows before the addition belongs to the layer that it follows, what
// widens to the addition: the tensor between them is the 8-bit one.
// CHECK-LABEL: @narrow_between
func.func @narrow_between(%x: tensor<1x4xi32>, %y: tensor<1x4xi32>)
    -> tensor<1x4xi32> {
  // CHECK-NEXT: %[[M:.*]] = nn.elementwise abs %arg0 epilogue [#nn.rescale<i32 -> i8, {{.*}}>] : (tensor<1x4xi32>) -> tensor<1x4xi8>
  // CHECK-NEXT: nn.elementwise add %[[M]], %arg1 prologue {{\[\[}}#nn.rescale<i8 -> i32, {{.*}}>], []]
  %0 = nn.elementwise abs %x : (tensor<1x4xi32>) -> tensor<1x4xi32>
  %1 = nn.elementwise identity %0
         epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824],
                     shift = [34], zp = 0 -> 1, rounding = double>]
    : (tensor<1x4xi32>) -> tensor<1x4xi8>
  %2 = nn.elementwise identity %1
         epilogue [#nn.rescale<i8 -> i32, multiplier = [1073741824],
                     shift = [10], zp = 1 -> 0, rounding = double>]
    : (tensor<1x4xi8>) -> tensor<1x4xi32>
  %3 = nn.elementwise add %2, %y
    : (tensor<1x4xi32>, tensor<1x4xi32>) -> tensor<1x4xi32>
  return %3 : tensor<1x4xi32>
}

// -----

// The largest of rescaled elements is the rescaled largest.
// CHECK-LABEL: @maximum
func.func @maximum(%x: tensor<2x5xi8>) -> tensor<2x1xi32> {
  // CHECK-NEXT: nn.reduce max %arg0 axis = 1 epilogue [#nn.rescale<i8 -> i32, {{.*}}>] : (tensor<2x5xi8>) -> tensor<2x1xi32>
  %0 = nn.elementwise identity %x
         epilogue [#nn.rescale<i8 -> i32, multiplier = [1073741824],
                     shift = [12], zp = 3 -> 0, rounding = single>]
    : (tensor<2x5xi8>) -> tensor<2x5xi32>
  %1 = nn.reduce max %0 axis = 1 : (tensor<2x5xi32>) -> tensor<2x1xi32>
  return %1 : tensor<2x1xi32>
}

// -----

// But not where the elements are unsigned, whose order the maximum of i8 is not.
// CHECK-LABEL: @unsigned_maximum
func.func @unsigned_maximum(%x: tensor<2x5xi8>) -> tensor<2x1xi32> {
  // CHECK-NEXT: nn.elementwise identity
  // CHECK-NEXT: nn.reduce max
  %0 = nn.elementwise identity %x
         epilogue [#nn.rescale<i8 -> i32, multiplier = [1073741824],
                     shift = [12], zp = 3 -> 0, rounding = single,
                     unsigned_input>]
    : (tensor<2x5xi8>) -> tensor<2x5xi32>
  %1 = nn.reduce max %0 axis = 1 : (tensor<2x5xi32>) -> tensor<2x1xi32>
  return %1 : tensor<2x1xi32>
}
