// Both values are read as the program's tensor says, and so is the difference between
// them: 255 is not 1 away from 0 where the boundary is unsigned.
// RUN: lacuna compile %s --machine edge --emit asm -o %t.s
// RUN: sed 's/operation=or,\(.*\) immediate=-1/operation=and,\1 immediate=0/' %t.s > %t.broken.s
// RUN: not diff %t.s %t.broken.s
// RUN: lacuna asm %t.broken.s -o %t.elf
// RUN: not lacuna check %s --program %t.elf 2>&1 | FileCheck %s
// CHECK: element [0, 0] of tensor 'output0' is 0 on the emulator and 255 in the reference; 6 elements differ, by 255 at most
func.func @main(%x: tensor<2x3xi8> {nn.unsigned}) -> (tensor<2x3xi8> {nn.unsigned}) {
  %m = nn.constant dense<-1> : tensor<2x3xi8>
  %0 = nn.elementwise bitwise_or %x, %m : (tensor<2x3xi8>, tensor<2x3xi8>) -> tensor<2x3xi8>
  return %0 : tensor<2x3xi8>
}
