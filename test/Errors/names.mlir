// Names of inputs, outputs and layers: told apart, and always text.
// RUN: not lacuna compile %s --entry inputs --machine nano -o %t.elf 2>&1 | FileCheck %s --check-prefix=INPUTS
// RUN: not lacuna-compiler reference %s --entry outputs 2>&1 | FileCheck %s --check-prefix=OUTPUTS
// RUN: not ls %t.elf

// INPUTS: names.mlir:[[#@LINE+2]]:
// INPUTS-SAME: error: inputs 0 and 1 are both called 'input1'; give each its own tosa.tensor_name
func.func @inputs(%a: tensor<2xi8> {tosa.tensor_name = "input1"}, %b: tensor<2xi8>) -> tensor<2xi8> {
  %0 = nn.elementwise bitwise_xor %a, %b : (tensor<2xi8>, tensor<2xi8>) -> tensor<2xi8>
  return %0 : tensor<2xi8>
}

// OUTPUTS: names.mlir:[[#@LINE+1]]:1: error: outputs 0 and 1 are both called 'y'
func.func @outputs(%a: tensor<2xi8>) -> (tensor<2xi8> {tosa.tensor_name = "y"}, tensor<2xi8> {tosa.tensor_name = "y"}) {
  %0 = nn.elementwise bitwise_xor %a, %a : (tensor<2xi8>, tensor<2xi8>) -> tensor<2xi8>
  return %0, %0 : tensor<2xi8>, tensor<2xi8>
}

// Bytes that are no UTF-8 and control characters stand escaped in the program.
// RUN: lacuna compile %s --entry bytes --machine nano -o %t.bytes.elf
// RUN: lacuna disasm %t.bytes.elf | FileCheck %s --check-prefix=BYTES
// RUN: lacuna check %s --entry bytes --machine nano
// BYTES-DAG: .tensor input "x\\xff"
// BYTES-DAG: .tensor output "\\x01y"
// BYTES-DAG: .layer "la\\xc3yer"
func.func @bytes(%a: tensor<2xi8> {tosa.tensor_name = "x\FF"}) -> (tensor<2xi8> {tosa.tensor_name = "\01y"}) {
  %0 = nn.elementwise bitwise_xor %a, %a : (tensor<2xi8>, tensor<2xi8>) -> tensor<2xi8> loc("la\C3yer")
  return %0 : tensor<2xi8>
}
