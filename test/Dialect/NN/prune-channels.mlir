// Channels leave a layer, and what belongs to them leaves the layers behind it.
// RUN: lacuna-opt %s --nn-prune="structure=channel:0.5 min-weights=1 first=true" --remarks-filter=nn-prune --remark-format=emitRemark 2>%t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remarks

// REMARK: a: channel:0.5 by magnitude, 2 of 4 channels stay
// REMARK: b: left alone: it is no convolution with constant weights and bias
// REMARK: c: left alone: channel:0.5 doesn't fit its 1 rows of 4 terms

// Rows 1 and 3 weigh most, by their multipliers and shifts too.
// CHECK: %[[BIAS:.*]] = nn.constant dense<[11, 13]> : tensor<2xi32>
// CHECK: %[[A:.*]] = nn.constant dense<{{.*}}5, 6{{.*}}-7, 8{{.*}}> : tensor<2x1x1x2xi8>
// CHECK: nn.conv2d %arg0, %[[A]] bias %[[BIAS]] {{.*}}multiplier = [1073741825, 1073741827], shift = [31, 30]{{.*}}-> tensor<1x2x2x2xi8>
// CHECK: %[[B:.*]] = nn.constant dense<{{.*}}22{{.*}}24{{.*}}> : tensor<1x1x2x1xi8>
// CHECK: nn.depthwise_conv2d %{{.*}}, %[[B]] {{.*}}-> tensor<1x2x2x2xi8>
// CHECK: nn.pool max {{.*}} -> tensor<1x1x1x2xi8>
// CHECK: %[[C:.*]] = nn.constant dense<{{.*}}32, 34{{.*}}> : tensor<1x1x1x2xi8>
// CHECK: nn.conv2d %{{.*}}, %[[C]] {{.*}} -> tensor<1x1x1x1xi32>
func.func @main(%x: tensor<1x2x2x2xi8>) -> (tensor<1x1x1x1xi32>, tensor<1x2x2x2xi8>) {
  %aw = nn.constant dense<[[[[1, 2]]], [[[5, 6]]], [[[3, 0]]], [[[-7, 8]]]]> : tensor<4x1x1x2xi8>
  %ab = nn.constant dense<[10, 11, 12, 13]> : tensor<4xi32>
  %bw = nn.constant dense<[[[[21], [22], [23], [24]]]]> : tensor<1x1x4x1xi8>
  %cw = nn.constant dense<[[[[31, 32, 33, 34]]]]> : tensor<1x1x1x4xi8>
  %q = nn.conv2d %x, %aw bias %ab stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
         epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824, 1073741825, 1073741826, 1073741827],
                   shift = [33, 31, 32, 30], zp = 0 -> 0, rounding = double>]
    : (tensor<1x2x2x2xi8>, tensor<4x1x1x2xi8>, tensor<4xi32>) -> tensor<1x2x2x4xi8> loc("a")
  %b = nn.depthwise_conv2d %q, %bw stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
         epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [38], zp = 0 -> 0, rounding = double>]
    : (tensor<1x2x2x4xi8>, tensor<1x1x4x1xi8>) -> tensor<1x2x2x4xi8> loc("b")
  %s = nn.pool max %b kernel = [2, 2] stride = [2, 2] padding = [0, 0, 0, 0]
    : (tensor<1x2x2x4xi8>) -> tensor<1x1x1x4xi8> loc("pool")
  %p = nn.conv2d %s, %cw stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
    : (tensor<1x1x1x4xi8>, tensor<1x1x1x4xi8>) -> tensor<1x1x1x1xi32> loc("c")
  return %p, %x : tensor<1x1x1x1xi32>, tensor<1x2x2x2xi8>
}
