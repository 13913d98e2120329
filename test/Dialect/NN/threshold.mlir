// Small results become the zero point, by a table; where a table ends the epilogue, in it.
// REQUIRES: numpy
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %python -c "import numpy as n; n.save('x.npy', n.array([[-128, -127, -126, -126, -118, -100, -90, 7]], n.int8).reshape(1, 1, 1, 8, 1))"
// RUN: lacuna-opt %s --nn-threshold-activations="inputs=x.npy snr=34" --remarks-filter=nn-threshold-activations --remark-format=emitRemark -o out.mlir 2>remarks
// RUN: FileCheck %s --input-file=out.mlir
// RUN: FileCheck %s --check-prefix=REMARK --input-file=remarks

// "first" is the input itself: the squares of its distances from -128 add up to 20562, of
// which 34 dB below leaves 8.2 and not 9. "second" sees it as it has become.
// REMARK: first: values within 1 of -128 become it, zeros 12.5 % -> 25.0 %, signal to noise 43.1 dB
// REMARK: second: values within 2 of -128 become it, zeros 25.0 % -> 50.0 %, signal to noise 34.1 dB

// CHECK: func.func @main({{.*}}nn.origin
// CHECK: nn.conv2d %arg0, {{.*}} epilogue [#nn.rescale<{{.*}}>, #nn.table<i8 -> i8, dense<"0x80808283{{[0-9A-F]*}}7F"> : tensor<256xi8>>]
// The table that was there adds 0 to each value; now it does both.
// CHECK: nn.conv2d %{{.*}} epilogue [#nn.rescale<{{.*}}>, #nn.table<i8 -> i8, dense<"0x80808083{{[0-9A-F]*}}7F"> : tensor<256xi8>>]

// A table of its own is for more than a few zeros; one that is there costs nothing.
// RUN: lacuna-opt %s --nn-threshold-activations="inputs=x.npy snr=34 min-gain=0.2" --remarks-filter=nn-threshold-activations --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=GAIN
// GAIN: first: zeros not worth a table (min-gain), zeros 12.5 % -> 25.0 %
// GAIN: second: values within 1 of -128 become it, zeros 12.5 % -> 25.0 %

// By a policy: numbers need no samples.
// RUN: echo 'threshold: {first: 3, second: none}' > p.yaml
// RUN: lacuna-opt %s --nn-threshold-activations="snr=0 policy=p.yaml" | FileCheck %s --check-prefix=POLICY
// POLICY: dense<"0x8080808084
// POLICY: dense<"0x808182

// Results that are no candidates say why.
// RUN: echo 'threshold: {last: 3}' > last.yaml
// RUN: not lacuna-opt %s --nn-threshold-activations="policy=last.yaml inputs=x.npy" 2>&1 | FileCheck %s --check-prefix=LAST
// LAST: last.yaml:1:13: error: layer 'last' can't have a threshold: its result is not of i8
// RUN: not lacuna-opt %s --nn-threshold-activations 2>&1 | FileCheck %s --check-prefix=SAMPLES
// SAMPLES: threshold.mlir:{{.*}}error: a threshold by its error needs samples
// RUN: not lacuna-opt %s --nn-threshold-activations="inputs=x.npy snr=-3" 2>&1 | FileCheck %s --check-prefix=SNR
// SNR: error: snr is in dB, above 0 and at most 200
// RUN: not lacuna-opt %s --nn-threshold-activations="inputs=x.npy min-gain=2" 2>&1 | FileCheck %s --check-prefix=SHARE
// SHARE: error: min-gain is a share from 0 to 1
// RUN: echo 'func.func @main(%%x: tensor<1xi32>) -> tensor<1xi32> { return %%x : tensor<1xi32> }' > none.mlir
// RUN: not lacuna-opt none.mlir --nn-threshold-activations 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: none.mlir:1:1: error: there is no layer whose small activations could become zero
// NONE: note: the model has no layer

func.func @main(%x: tensor<1x1x8x1xi8> {tosa.tensor_name = "x"}) -> tensor<1x1x8x1xi32> {
  %w = nn.constant dense<1> : tensor<1x1x1x1xi8>
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] input_zp = -128 acc = i32
         epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [30], zp = 0 -> -128, rounding = single>]
    : (tensor<1x1x8x1xi8>, tensor<1x1x1x1xi8>) -> tensor<1x1x8x1xi8> loc("first")
  %1 = nn.conv2d %0, %w stride = [1, 1] padding = [0, 0, 0, 0] input_zp = -128 acc = i32
         epilogue [#nn.rescale<i32 -> i8, multiplier = [1073741824], shift = [30], zp = 0 -> -128, rounding = single>,
                   #nn.table<i8 -> i8, dense<[-128, -127, -126, -125, -124, -123, -122, -121, -120, -119, -118, -117, -116, -115, -114, -113, -112, -111, -110, -109, -108, -107, -106, -105, -104, -103, -102, -101, -100, -99, -98, -97, -96, -95, -94, -93, -92, -91, -90, -89, -88, -87, -86, -85, -84, -83, -82, -81, -80, -79, -78, -77, -76, -75, -74, -73, -72, -71, -70, -69, -68, -67, -66, -65, -64, -63, -62, -61, -60, -59, -58, -57, -56, -55, -54, -53, -52, -51, -50, -49, -48, -47, -46, -45, -44, -43, -42, -41, -40, -39, -38, -37, -36, -35, -34, -33, -32, -31, -30, -29, -28, -27, -26, -25, -24, -23, -22, -21, -20, -19, -18, -17, -16, -15, -14, -13, -12, -11, -10, -9, -8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127]> : tensor<256xi8>>]
    : (tensor<1x1x8x1xi8>, tensor<1x1x1x1xi8>) -> tensor<1x1x8x1xi8> loc("second")
  %2 = nn.conv2d %1, %w stride = [1, 1] padding = [0, 0, 0, 0] input_zp = -128 acc = i32
    : (tensor<1x1x8x1xi8>, tensor<1x1x1x1xi8>) -> tensor<1x1x8x1xi32> loc("last")
  return %2 : tensor<1x1x8x1xi32>
}
