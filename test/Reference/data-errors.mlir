// Errors that depend on the data: each at its layer, none undefined.
// RUN: not lacuna-compiler reference %s --entry=gather 2>&1 | FileCheck %s --check-prefix=GATHER
// RUN: not lacuna-compiler reference %s --entry=outside 2>&1 | FileCheck %s --check-prefix=OUTSIDE
// RUN: not lacuna-compiler reference %s --entry=divide 2>&1 | FileCheck %s --check-prefix=DIVIDE

func.func @gather() -> tensor<1x1x1xi8> {
  %values = nn.constant dense<0> : tensor<1x3x1xi8>
  %at = nn.constant dense<-1> : tensor<1x1xi32>
  // GATHER: data-errors.mlir:[[#@LINE+1]]:8: error: nn.gather: index -1 at [0, 0] is outside 0 to 2
  %0 = nn.gather %values at %at : (tensor<1x3x1xi8>, tensor<1x1xi32>) -> tensor<1x1x1xi8>
  return %0 : tensor<1x1x1xi8>
}

func.func @outside() -> tensor<1x3x1xi8> {
  %values = nn.constant dense<0> : tensor<1x3x1xi8>
  %new = nn.constant dense<0> : tensor<1x1x1xi8>
  %at = nn.constant dense<3> : tensor<1x1xi32>
  // OUTSIDE: data-errors.mlir:[[#@LINE+1]]:8: error: nn.scatter: index 3 at [0, 0] is outside 0 to 2
  %0 = nn.scatter %new into %values at %at
    : (tensor<1x3x1xi8>, tensor<1x1xi32>, tensor<1x1x1xi8>) -> tensor<1x3x1xi8>
  return %0 : tensor<1x3x1xi8>
}

func.func @divide() -> tensor<2xi32> {
  %a = nn.constant dense<1> : tensor<2xi32>
  %b = nn.constant dense<[1, 0]> : tensor<2xi32>
  // DIVIDE: data-errors.mlir:[[#@LINE+1]]:8: error: nn.elementwise: division by zero
  %0 = nn.elementwise intdiv %a, %b : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
  return %0 : tensor<2xi32>
}
