// Tensors between layers stay in the scratchpad from the layer that makes them to the
// last that reads them: they are neither stored nor loaded, and have no place off-chip.
// RUN: lacuna compile %s --machine nano --emit asm -o - | FileCheck %s
// CHECK-DAG: .tensor resident "a", type=i8, shape=[1, 4000], address=
// CHECK-DAG: .tensor resident "b", type=i8, shape=[1, 4000], address=
// CHECK-DAG: .tensor resident "c", type=i8, shape=[1, 4000], address=
// CHECK-NOT: .tensor spill
// CHECK-NOT: .region spill
// RUN: lacuna check %s --machine nano | FileCheck %s --check-prefix=EQUAL
// EQUAL: equal on nano: 4 layers, 1 sample (random); counted as predicted

// Each layer by itself, they do not.
// RUN: lacuna compile %s --machine nano -O0 --emit asm -o - | FileCheck %s --check-prefix=LAYERS
// LAYERS: .tensor spill "a"
// LAYERS-NOT: tensor resident

// Passes do the same, and say so in the schedule.
// RUN: lacuna-opt %s --nn-schedule=machine=nano | FileCheck %s --check-prefix=SCHEDULE
// SCHEDULE: nn.elementwise bitwise_not {{.*}}#nn.schedule<{{.*}}resident]
// SCHEDULE: nn.elementwise max {{.*}}#nn.schedule<{{.*}}[resident
// RUN: lacuna compile %s --machine nano --emit isa -o - | grep -E 'isa.(load|map|store)' | sed 's/^ *isa.//' > %t.passes
// RUN: lacuna compile %s --machine nano --emit asm -o - | sed 's/^ *//' | grep -E '^(load|map|store)' > %t.program
// RUN: diff %t.passes %t.program
// RUN: lacuna-opt %s --nn-schedule='machine=nano effort=0' | FileCheck %s --check-prefix=EFFORT
// EFFORT-NOT: resident
// RUN: not lacuna-opt %s --nn-schedule='machine=nano effort=9' 2>&1 | FileCheck %s --check-prefix=NINE
// NINE: error: effort is 0, 1 or 2, not 9

// Where not all fit, those stay that save most together: "b" would save 12,000 bytes by
// itself, but "a" and "c" take turns and save 16,000.
// RUN: lacuna machine show nano | sed '/^scratchpad:/,/bytes:/s/bytes: .*/bytes: 6144/' > %t.yaml
// RUN: lacuna compile %s --machine %t.yaml -O1 --emit asm -o - | FileCheck %s --check-prefix=SMALL
// SMALL-DAG: .tensor spill "b"
// SMALL-DAG: .tensor resident "a"
// SMALL-DAG: .tensor resident "c"
// RUN: lacuna check %s --machine %t.yaml -O1 | FileCheck %s --check-prefix=AGREES
// AGREES: 4 layers, 1 sample (random); counted as predicted

// A wrong element of a tensor that never leaves the chip is found, and who made it.
// RUN: lacuna compile %s --machine nano --emit asm -o %t.s
// RUN: sed 's/operation=not/operation=and/' %t.s > %t.broken.s
// RUN: not diff %t.s %t.broken.s
// RUN: lacuna asm %t.broken.s -o %t.elf
// RUN: not lacuna check %s --program %t.elf 2>&1 | FileCheck %s --check-prefix=BROKEN
// BROKEN: error: layer 'a' differs in sample 0: element [0, 0] of tensor 'a' is
// BROKEN: note: computed by the instruction at byte {{[0-9]+}}: map operation=and
// BROKEN-NOT: note: stored
func.func @main(%x: tensor<1x4000xi8>) -> tensor<1x4000xi8> {
  %0 = nn.elementwise bitwise_not %x : (tensor<1x4000xi8>) -> tensor<1x4000xi8> loc("a")
  %1 = nn.elementwise max %0, %x : (tensor<1x4000xi8>, tensor<1x4000xi8>) -> tensor<1x4000xi8> loc("b")
  %2 = nn.elementwise bitwise_xor %1, %x : (tensor<1x4000xi8>, tensor<1x4000xi8>) -> tensor<1x4000xi8> loc("c")
  %3 = nn.elementwise min %2, %1 : (tensor<1x4000xi8>, tensor<1x4000xi8>) -> tensor<1x4000xi8> loc("d")
  return %3 : tensor<1x4000xi8>
}
