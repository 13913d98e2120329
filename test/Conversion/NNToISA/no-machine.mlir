// RUN: not lacuna-opt %s --pass-pipeline='builtin.module(func.func(nn-schedule))' 2>&1 | FileCheck %s
// RUN: not lacuna-opt %s --pass-pipeline='builtin.module(convert-nn-to-tile{machine=edge})' 2>&1 | FileCheck %s --check-prefix=UNSCHEDULED
// CHECK: no-machine.mlir:[[#@LINE+1]]:1: error: the pass needs a machine: machine=edge
func.func @main(%x: tensor<4xi32>) -> tensor<4xi32> {
  // UNSCHEDULED: no-machine.mlir:[[#@LINE+1]]:8: error: {{.*}}has no schedule: run nn-schedule first
  %y = nn.elementwise add %x, %x : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  return %y : tensor<4xi32>
}
