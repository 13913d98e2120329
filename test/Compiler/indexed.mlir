// Layers of which indices choose the rows: by indexed LOAD and STORE, whatever the
// tiles. Random indices are clamped, so that many are equal: the last row stays.
// REQUIRES: numpy
// DEFINE: %{agree} = %python %S/Inputs/agree.py %s --entry
// DEFINE: %{tight} = --machine nano --set scratchpad.bytes=1024
// DEFINE: %{show} = lacuna compile %s --machine edge --emit asm -o - --entry

// RUN: %{agree} gather
// RUN: %{agree} gather %{tight}
// RUN: %{show} gather | FileCheck %s --check-prefix=GATHER
// GATHER: .layer "gather_0"
// GATHER: gather dram=0, {{.*}}run=26, indices=pad[{{.*}}], rows=9, dims=[2, {{.*}}], dram_strides=[234, 0, 26],
func.func @gather(%x: tensor<2x9x13xi16>, %at: tensor<2x35xi32>) -> tensor<2x35x13xi16> {
  %i = nn.elementwise identity %at epilogue [#nn.clamp<min = 0 : i32, max = 8 : i32>]
    : (tensor<2x35xi32>) -> tensor<2x35xi32>
  %0 = nn.gather %x at %i : (tensor<2x9x13xi16>, tensor<2x35xi32>) -> tensor<2x35x13xi16>
  return %0 : tensor<2x35x13xi16>
}

// Rows longer than a run, one row, one element.
// RUN: %{agree} odd
// RUN: %{agree} odd %{tight}
func.func @odd(%x: tensor<1x3x3000xi8>, %y: tensor<3x1x5xi32>, %z: tensor<1x7x1xi8>)
    -> (tensor<1x4x3000xi8>, tensor<3x2x5xi32>, tensor<1x600x1xi8>) {
  %i = nn.constant dense<[[2, 0, 2, 1]]> : tensor<1x4xi32>
  %0 = nn.gather %x at %i : (tensor<1x3x3000xi8>, tensor<1x4xi32>) -> tensor<1x4x3000xi8>
  %j = nn.constant dense<0> : tensor<3x2xi32>
  %1 = nn.gather %y at %j : (tensor<3x1x5xi32>, tensor<3x2xi32>) -> tensor<3x2x5xi32>
  %k = nn.constant dense<6> : tensor<1x600xi32>
  %2 = nn.gather %z at %k : (tensor<1x7x1xi8>, tensor<1x600xi32>) -> tensor<1x600x1xi8>
  return %0, %1, %2 : tensor<1x4x3000xi8>, tensor<3x2x5xi32>, tensor<1x600x1xi8>
}

// The result is a copy of the values; then rows of it are replaced.
// RUN: %{agree} scatter
// RUN: %{agree} scatter %{tight}
// RUN: %{show} scatter | FileCheck %s --check-prefix=SCATTER
// SCATTER: .layer "scatter_0"
// SCATTER: store dram=[[OUT:[0-9]+]],
// SCATTER: scatter dram=[[OUT]], {{.*}}run=13, indices=pad[{{.*}}], rows=90, dims=[2, {{.*}}], dram_strides=[1170, 0, 13],
func.func @scatter(%x: tensor<2x90x13xi8>, %at: tensor<2x80xi32>, %new: tensor<2x80x13xi8>) -> tensor<2x90x13xi8> {
  %i = nn.elementwise identity %at epilogue [#nn.clamp<min = 0 : i32, max = 89 : i32>]
    : (tensor<2x80xi32>) -> tensor<2x80xi32>
  %0 = nn.scatter %new into %x at %i
    : (tensor<2x90x13xi8>, tensor<2x80xi32>, tensor<2x80x13xi8>) -> tensor<2x90x13xi8>
  return %0 : tensor<2x90x13xi8>
}

// An index that names no row stops the program, at the instruction.
// RUN: rm -rf %t && mkdir %t
// RUN: %python -c "import numpy as n; n.save('%t/x.npy', n.zeros((1, 3, 2), 'i1')); n.save('%t/i.npy', n.array([[0, 2, 3]], 'i4'))"
// RUN: lacuna compile %s --machine edge --entry bad -o %t/p.elf
// RUN: not lacuna run %t/p.elf --input %t/x.npy --input %t/i.npy --output %t/y.npy 2>&1 | FileCheck %s --check-prefix=BAD
// BAD: p.elf(.text):byte {{[0-9]+}}: error: gather: index 3 at [2] is outside 0 to 2
// RUN: not ls %t/y.npy
func.func @bad(%x: tensor<1x3x2xi8>, %at: tensor<1x3xi32>) -> tensor<1x3x2xi8> {
  %0 = nn.gather %x at %at : (tensor<1x3x2xi8>, tensor<1x3xi32>) -> tensor<1x3x2xi8>
  return %0 : tensor<1x3x2xi8>
}
