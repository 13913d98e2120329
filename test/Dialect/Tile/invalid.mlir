// RUN: lacuna-opt %s --split-input-file --verify-diagnostics

tile.program "edge" {
  // expected-error @+1 {{has the role 'guest'; roles are input, output, activation, weights and parameters}}
  tile.tensor @x guest i8 [1] bytes = 1 at = 0
}

// -----

tile.program "edge" {
  // expected-error @+1 {{has elements of the unknown type 'i7'}}
  tile.tensor @x input i7 [1] bytes = 1 at = 0
}

// -----

tile.program "edge" {
  tile.group "g" layer = 0 {
    // expected-error @+1 {{lies in neither "scratchpad" nor "accumulators"}}
    %0 = tile.buffer "src" at = 0 level = 0 slots = 1 scope = 0 load -> ["matrix"] : memref<96xi8>
  }
}

// -----

tile.program "edge" {
  tile.group "g" layer = 0 {
    // expected-error @+1 {{names 'sequencer', which is no engine that works on buffers}}
    %0 = tile.buffer "src" at = 0 level = 0 slots = 1 scope = 0 load -> ["sequencer"] : memref<96xi8, "scratchpad">
  }
}

// -----

tile.program "edge" {
  tile.group "g" layer = 0 {
    // expected-error @+1 {{has no slots}}
    %0 = tile.buffer "src" at = 0 level = 0 slots = 0 scope = 0 load -> ["matrix"] : memref<96xi8, "scratchpad">
  }
}

// -----

tile.program "edge" {
  tile.tensor @x input i8 [1] bytes = 1 at = 0
  tile.group "g" layer = 0 {
    %0 = tile.buffer "src" at = 0 level = 0 slots = 1 scope = 0 load -> ["matrix"] : memref<96xi8, "scratchpad">
    // expected-error @+1 {{has a buffer for "src", which is no on-chip operand of its instruction}}
    tile.step layer = 0 @x (%0 as "src" : memref<96xi8, "scratchpad">) {
      isa.load dram=0, pad=pad[0], run=16
    }
  }
}

// -----

tile.program "edge" {
  tile.group "g" layer = 0 {
    %0 = tile.buffer "src" at = 0 level = 0 slots = 1 scope = 0 load -> ["matrix"] : memref<96xi8, "scratchpad">
    // expected-error @+1 {{names the tensor @y, which the program does not hold}}
    tile.step layer = 0 @y (%0 as "pad" : memref<96xi8, "scratchpad">) {
      isa.load dram=0, pad=pad[0], run=16
    }
  }
}

// -----

tile.program "edge" {
  tile.group "g" layer = 0 {
    // expected-error @+1 {{holds one instruction}}
    tile.step layer = 0 () {
    }
  }
}

// -----

tile.program "edge" {
  tile.group "g" layer = 0 {
    isa.loop count=2 {
      // expected-error @+1 {{a group holds buffers, steps, loops, signals and waits}}
      %c = arith.constant 1 : i32
    }
  }
}
