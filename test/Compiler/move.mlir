// Layers that move elements: through LOAD and STORE where runs are long, else
// through VECTOR.
// REQUIRES: numpy
// DEFINE: %{agree} = %python %S/Inputs/agree.py %s --entry
// DEFINE: %{tight} = --machine nano --set scratchpad.bytes=1024
// DEFINE: %{count} = lacuna compile %s --machine edge --emit asm -o - --entry

// RUN: %{agree} short
// RUN: %{agree} short %{tight}
func.func @short(%x: tensor<3x4x5xi16>) -> (tensor<5x4x6xi16>, tensor<5x3x4xi16>, tensor<3x4x5xi16>,
    tensor<6x4x10xi16>, tensor<2x2x3xi16>, tensor<3x9x5xi16>) {
  %0 = nn.pad %x low = [1, 0, 1] high = [1, 0, 0] value = -300 : (tensor<3x4x5xi16>) -> tensor<5x4x6xi16>
  %1 = nn.transpose %x perms = [2, 0, 1] : (tensor<3x4x5xi16>) -> tensor<5x3x4xi16>
  %2 = nn.reverse %x axis = 2 : (tensor<3x4x5xi16>) -> tensor<3x4x5xi16>
  %3 = nn.tile %x : (tensor<3x4x5xi16>) -> tensor<6x4x10xi16>
  %4 = nn.slice %x start = [1, 2, 2] : (tensor<3x4x5xi16>) -> tensor<2x2x3xi16>
  %y = nn.constant dense<5> : tensor<3x1x5xi16>
  %5 = nn.concat %x, %y, %x axis = 1
    : (tensor<3x4x5xi16>, tensor<3x1x5xi16>, tensor<3x4x5xi16>) -> tensor<3x9x5xi16>
  return %0, %1, %2, %3, %4, %5 : tensor<5x4x6xi16>, tensor<5x3x4xi16>, tensor<3x4x5xi16>,
    tensor<6x4x10xi16>, tensor<2x2x3xi16>, tensor<3x9x5xi16>
}

// RUN: %{agree} long
// RUN: %{agree} long %{tight}
// RUN: %{count} long | FileCheck %s --check-prefix=LONG
// LONG-NOT: map operation
// LONG: load
// LONG: store
func.func @long(%x: tensor<4x6x3000xi8>) -> (tensor<2x6x3000xi8>, tensor<4x6x3000xi8>, tensor<6x4x3000xi8>) {
  %0 = nn.slice %x start = [1, 0, 0] : (tensor<4x6x3000xi8>) -> tensor<2x6x3000xi8>
  %1 = nn.reverse %x axis = 0 : (tensor<4x6x3000xi8>) -> tensor<4x6x3000xi8>
  %2 = nn.transpose %x perms = [1, 0, 2] : (tensor<4x6x3000xi8>) -> tensor<6x4x3000xi8>
  return %0, %1, %2 : tensor<2x6x3000xi8>, tensor<4x6x3000xi8>, tensor<6x4x3000xi8>
}

// An argument or a constant as a result, and a result given twice, are copied;
// a reshape moves nothing.
// RUN: %{agree} boundary
// RUN: %{count} boundary | FileCheck %s --check-prefix=BOUNDARY
// BOUNDARY-COUNT-4: {{^  store}}
// BOUNDARY-NOT: {{^  store}}
func.func @boundary(%x: tensor<2x3xi8>) -> (tensor<2x3xi8>, tensor<6xi8>, tensor<4xi8>, tensor<3x2xi8>) {
  %c = nn.constant dense<[1, -2, 3, 4]> : tensor<4xi8>
  %0 = nn.elementwise max %x, %x : (tensor<2x3xi8>, tensor<2x3xi8>) -> tensor<2x3xi8>
  %1 = nn.reshape %0 : (tensor<2x3xi8>) -> tensor<6xi8>
  %2 = nn.reshape %1 : (tensor<6xi8>) -> tensor<3x2xi8>
  return %x, %1, %c, %2 : tensor<2x3xi8>, tensor<6xi8>, tensor<4xi8>, tensor<3x2xi8>
}
