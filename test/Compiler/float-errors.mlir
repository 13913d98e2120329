// What a machine lacks for floats, and which one has it.
// RUN: not lacuna compile %s --entry main --machine edge -o %t.elf 2>&1 | FileCheck %s
// RUN: not lacuna compile %s --entry nowhere --machine edge -o %t.elf 2>&1 | FileCheck %s --check-prefix=NOWHERE

func.func @main(%x: tensor<1x4x4x8xf32>, %w: tensor<8x1x1x8xf32>) -> (tensor<1x4x4x8xf32>, tensor<1x4x4x8xbf16>) {
  // CHECK: float-errors.mlir:[[#@LINE+2]]:8: error: nn.conv2d: machine 'edge' does not multiply fp32 by fp32 into fp32
  // CHECK-NEXT: note: machine 'float' can (--machine float)
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = f32
    : (tensor<1x4x4x8xf32>, tensor<8x1x1x8xf32>) -> tensor<1x4x4x8xf32>
  // CHECK: float-errors.mlir:[[#@LINE+2]]:8: error: nn.elementwise: machine 'edge' cannot run it: map-types: VECTOR works on these types
  // CHECK-NEXT: note: machine 'float' can (--machine float)
  %1 = nn.elementwise exp %0 epilogue [#nn.cast<f32 -> bf16>]
    : (tensor<1x4x4x8xf32>) -> tensor<1x4x4x8xbf16>
  return %0, %1 : tensor<1x4x4x8xf32>, tensor<1x4x4x8xbf16>
}

// No machine here has it.
func.func @nowhere(%x: tensor<1x4x4x8xf32>, %w: tensor<8x1x1x8xbf16>) -> tensor<1x4x4x8xf32> {
  // NOWHERE: float-errors.mlir:[[#@LINE+2]]:8: error: nn.conv2d: machine 'edge' does not multiply fp32 by bf16 into fp32
  // NOWHERE-NEXT: note: 'lacuna machine show' lists the types of each engine
  %0 = nn.conv2d %x, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = f32
    : (tensor<1x4x4x8xf32>, tensor<8x1x1x8xbf16>) -> tensor<1x4x4x8xf32>
  return %0 : tensor<1x4x4x8xf32>
}
