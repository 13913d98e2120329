// --json gives the same facts as an object, whatever is found.
// RUN: lacuna check %s --machine edge --json | %python -m json.tool --sort-keys | FileCheck %s --check-prefix=EQUAL
// EQUAL:      "counted_as_predicted": true,
// EQUAL-NEXT: "divergence": null,
// EQUAL-NEXT: "equal": true,
// EQUAL-NEXT: "layers": 2,
// EQUAL-NEXT: "layers_compared": 2,
// EQUAL-NEXT: "machine": "edge",
// EQUAL-NEXT: "samples": 1,
// EQUAL-NEXT: "schema": 1

// RUN: lacuna compile %s --machine edge -O0 --emit asm -o %t.s
// RUN: sed 's/operation=not/operation=and/' %t.s > %t.broken.s
// RUN: lacuna asm %t.broken.s -o %t.elf
// RUN: not lacuna check %s --program %t.elf --json 2> %t.err | %python -m json.tool --sort-keys | FileCheck %s
// RUN: FileCheck %s --check-prefix=ERROR --input-file %t.err
// ERROR: json.mlir:[[#@LINE+36]]:8: error: layer 'elementwise_0' differs
// CHECK:      "counted_as_predicted": null,
// CHECK-NEXT: "divergence": {
// CHECK-NEXT:   "computed_by": {
// CHECK-NEXT:     "byte": [[#]],
// CHECK-NEXT:     "instruction": "map operation=and, {{.*}}",
// CHECK-NEXT:     "loop_indices": []
// CHECK-NEXT:   },
// CHECK-NEXT:   "element": [
// CHECK-NEXT:     0,
// CHECK-NEXT:     0
// CHECK-NEXT:   ],
// CHECK-NEXT:   "elements": 6,
// CHECK-NEXT:   "emulator": [[#%d,]],
// CHECK-NEXT:   "largest_difference": [[#]],
// CHECK-NEXT:   "layer": "elementwise_0",
// CHECK-NEXT:   "location": "{{.*}}json.mlir:[[#@LINE+20]]:8",
// CHECK-NEXT:   "reference": [[#%d,]],
// CHECK-NEXT:   "sample": 0,
// CHECK-NEXT:   "stored_by": {
// CHECK-NEXT:     "byte": [[#]],
// CHECK-NEXT:     "instruction": "store {{.*}}",
// CHECK-NEXT:     "loop_indices": []
// CHECK-NEXT:   },
// CHECK-NEXT:   "tensor": "elementwise_0"
// CHECK-NEXT: },
// CHECK-NEXT: "equal": false,

// What was counted otherwise than predicted is said, too.
// RUN: sed 's/\\"macs\\": *0/\\"macs\\":1/' %t.s > %t.wrong.s
// RUN: not diff %t.s %t.wrong.s
// RUN: lacuna asm %t.wrong.s -o %t.elf
// RUN: not lacuna check %s --program %t.elf --json 2> %t.err | FileCheck %s --check-prefix=WRONG
// WRONG: "counted_as_predicted": false,
// WRONG: "misprediction": "{{.*}}macs: 0 counted, 1 predicted
func.func @main(%x: tensor<2x3xi8>) -> tensor<2x3xi8> {
  %0 = nn.elementwise bitwise_not %x : (tensor<2x3xi8>) -> tensor<2x3xi8>
  %1 = nn.elementwise bitwise_xor %0, %x : (tensor<2x3xi8>, tensor<2x3xi8>) -> tensor<2x3xi8>
  return %1 : tensor<2x3xi8>
}
