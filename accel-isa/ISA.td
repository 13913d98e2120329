//===- ISA.td - The whole instruction set ---------------------------------===//

include "Sequencer.td"
include "Transfer.td"
include "Matrix.td"
include "Vector.td"
