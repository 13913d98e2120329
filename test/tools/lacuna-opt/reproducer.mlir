// When a pass fails, the input and the pipeline are written to a file that shows
// the failure again; a local reproducer holds what came into the failing pass and
// that pass alone.
// RUN: rm -f %t.whole.mlir %t.local.mlir
// RUN: not lacuna-opt %s --pass-pipeline='builtin.module(cse,func.func(nn-schedule{machine=elsewhere}))' \
// RUN:   --mlir-pass-pipeline-crash-reproducer=%t.whole.mlir 2>&1 | FileCheck %s
// RUN: FileCheck %s --check-prefix=WHOLE < %t.whole.mlir
// RUN: not lacuna-opt %t.whole.mlir --run-reproducer 2>&1 | FileCheck %s --check-prefix=AGAIN

// RUN: not lacuna-opt %s --pass-pipeline='builtin.module(cse,func.func(nn-schedule{machine=elsewhere}))' \
// RUN:   --mlir-pass-pipeline-crash-reproducer=%t.local.mlir \
// RUN:   --mlir-pass-pipeline-local-reproducer --mlir-disable-threading 2>&1 | FileCheck %s
// RUN: FileCheck %s --check-prefix=LOCAL < %t.local.mlir
// RUN: not lacuna-opt %t.local.mlir --run-reproducer 2>&1 | FileCheck %s --check-prefix=AGAIN

// CHECK: error: there is no machine called 'elsewhere'
// CHECK: reproducer generated at `{{.*}}.mlir`
// AGAIN: error: there is no machine called 'elsewhere'
func.func @main(%x: tensor<4xi32>) -> tensor<4xi32> {
  // WHOLE-COUNT-2: nn.elementwise abs
  // LOCAL-COUNT-1: nn.elementwise abs
  // LOCAL-NOT: nn.elementwise abs
  %a = nn.elementwise abs %x : (tensor<4xi32>) -> tensor<4xi32>
  %b = nn.elementwise abs %x : (tensor<4xi32>) -> tensor<4xi32>
  // WHOLE: nn.elementwise add
  // LOCAL: nn.elementwise add
  %y = nn.elementwise add %a, %b : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  return %y : tensor<4xi32>
}
// WHOLE: pipeline: "builtin.module(cse, func.func(nn-schedule{{.*}}))"
// LOCAL-NOT: cse
// LOCAL: nn-schedule
