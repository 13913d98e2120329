// Quantised types by statistics: ranges that hold 0, weights a channel, casts at
// the boundary, around functions and around what a policy keeps.
// REQUIRES: numpy
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %python -c "import numpy as n; n.save('x.npy', n.array([[[[[-1, 0.5]]]], [[[[3, 2]]]]], n.float32))"
// RUN: lacuna-opt %s --nn-calibrate="inputs=x.npy stats=s second-order=true"
// RUN: lacuna-opt %s --nn-quantize="stats=s bias-correction=false" | FileCheck %s
// The same without a file, and from calibration to integers.
// RUN: lacuna-opt %s --pass-pipeline="builtin.module(func.func(nn-calibrate{inputs=x.npy second-order=true},nn-quantize{bias-correction=false}))" | FileCheck %s
// RUN: lacuna-opt %s --nn-quantize="stats=s" --nn-legalize-quant | FileCheck %s --check-prefix=INTEGER
// RUN: lacuna-opt %s --nn-quantize="stats=s weights=i4 activations=i8 method=gptq" --nn-legalize-quant | FileCheck %s --check-prefix=FOUR
// RUN: lacuna-opt %s --nn-quantize="stats=s activations=i16" --nn-legalize-quant | FileCheck %s --check-prefix=WIDE
// RUN: echo 'quantize: {sigmoid: float, conv: {weights: i2}}' > p.yaml
// RUN: lacuna-opt %s --nn-quantize="stats=s policy=p.yaml" | FileCheck %s --check-prefix=POLICY

// -1 to 3 in 255 steps; zero is exact at -64. Weights 0.5 and 0.25 are the
// largest of their rows.
// CHECK: %[[Q:.*]] = quant.qcast %arg0 : tensor<1x1x1x2xf32> to tensor<1x1x1x2x!quant.uniform<i8:f32, 0.015686275437474251:-64>>
// CHECK: %[[W:.*]] = quant.scast %{{.*}} : tensor<2x1x1x2xi8> to tensor<2x1x1x2x!quant.uniform<i8<-127:127>:f32:0, {0.0039370078593492508,0.0019685039296746254}>>
// CHECK: %[[C:.*]] = nn.conv2d %[[Q]], %[[W]]
// CHECK: %[[F:.*]] = quant.dcast %[[C]]
// CHECK: %[[S:.*]] = nn.elementwise sigmoid %[[F]] : (tensor<1x1x1x2xf32>)
// CHECK: %[[R:.*]] = quant.qcast %[[S]] : {{.*}}!quant.uniform<i8:f32, 0.0039215688593685627:-128>>
// CHECK: quant.dcast %[[R]]
// INTEGER: (%arg0: tensor<1x1x1x2xi8> {nn.scale
// INTEGER: nn.conv2d {{.*}} : (tensor<1x1x1x2xi8>, tensor<2x1x1x2xi8>{{.*}}) -> tensor<1x1x1x2xi8>
// INTEGER-NEXT: nn.elementwise identity %{{.*}} epilogue [#nn.table<i8 -> i8
// FOUR: nn.conv2d {{.*}} : (tensor<1x1x1x2xi8>, tensor<2x1x1x2xi4>
// WIDE: nn.conv2d {{.*}} acc = i48 {{.*}} : (tensor<1x1x1x2xi16>, tensor<2x1x1x2xi8>
// WIDE: #nn.table<i16 -> i32
// POLICY: !quant.uniform<i8<-2:1>:f32:0
// POLICY: %[[F:.*]] = nn.elementwise sigmoid
// POLICY: return %[[F]]
func.func @main(%x: tensor<1x1x1x2xf32>) -> tensor<1x1x1x2xf32> {
  %w = nn.constant dense<[[[[0.5, -0.25]]], [[[0.125, 0.25]]]]> : tensor<2x1x1x2xf32>
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = f32
    : (tensor<1x1x1x2xf32>, tensor<2x1x1x2xf32>) -> tensor<1x1x1x2xf32> loc("conv")
  %1 = nn.elementwise sigmoid %0 : (tensor<1x1x1x2xf32>) -> tensor<1x1x1x2xf32> loc("sigmoid")
  return %1 : tensor<1x1x1x2xf32>
}
