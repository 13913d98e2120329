// RUN: lacuna-opt %s --split-input-file --verify-diagnostics --isa-verify

module @good attributes {isa.machine = "edge",
    isa.memory = {input = array<i64: 0, 64>, output = array<i64: 64, 128>}} {
  isa.load dram=0, pad=pad[0], run=64
  isa.signal engine=load, semaphore=0
  isa.wait engine=store, semaphore=0
  isa.store dram=64, pad=pad[0], run=64
  isa.halt
}

// -----

module @race attributes {isa.machine = "edge",
    isa.memory = {input = array<i64: 0, 64>, output = array<i64: 64, 128>}} {
  // expected-note @+1 {{the other is 'pad' of 'load}}
  isa.load dram=0, pad=pad[0], run=64
  // expected-error @+2 {{store: operand 'pad' reads scratchpad bytes 0 to 63, which LOAD writes, and no semaphore orders the two (rule race)}}
  // expected-note @+1 {{the instruction is}}
  isa.store dram=64, pad=pad[0], run=64
  isa.halt
}

// -----

module @bounds attributes {isa.machine = "edge",
    isa.memory = {input = array<i64: 0, 64>}} {
  // expected-error @+2 {{load: operand 'dram' reaches dram bytes 48 to 111, which are not inside one region (rule region)}}
  // expected-note @+1 {{the instruction is}}
  isa.load dram=48, pad=pad[0], run=64
  isa.halt
}

// -----

// expected-error @+1 {{has no dictionary 'isa.memory'}}
module @unknown attributes {isa.machine = "edge"} {
  isa.halt
}

// -----

// expected-error @+1 {{'input' is no range array<i64: begin, end> of constants, input, output or spill}}
module @lies attributes {isa.machine = "edge", isa.memory = {input = array<i64: 64, 0>}} {
  isa.halt
}

// -----

// expected-error @+1 {{the pass needs a machine}}
module @anywhere attributes {isa.memory = {}} {
  isa.halt
}
