// RUN: lacuna-opt %s --split-input-file --verify-diagnostics

// expected-error@+1 {{loop has no field 'cuont'; did you mean 'count'?}}
isa.loop cuont=1 {
}

// -----

// expected-error@+1 {{count: 0 is not within 1 to 4294967295}}
isa.loop count=0 {
}

// -----

// expected-error@+1 {{attribute 'run' is given twice}}
isa.fill pad=pad[0], run=1, value=0 {run = 5 : i64}

// -----

// expected-error@+1 {{attribute 'value' failed to satisfy constraint}}
"isa.fill"() {pad = #isa.ring<pad[0]>, run = 1 : i64, value = 256 : i64} : () -> ()

// -----

// expected-error@+1 {{attribute 'pad' failed to satisfy constraint: ring in an on-chip memory in the scratchpad}}
"isa.fill"() {pad = #isa.ring<acc[0]>, run = 1 : i64, value = 5 : i64} : () -> ()

// -----

// expected-error@+1 {{requires attribute 'pad'}}
"isa.fill"() {run = 1 : i64, value = 5 : i64} : () -> ()

// -----

// expected-error@+1 {{'isa.fill' op pad_strides: there must be 1 strides, one for each coordinate, not 2}}
"isa.fill"() {pad = #isa.ring<pad[0]>, run = 1 : i64, value = 5 : i64, dims = #isa.extents<[3]>, pad_strides = array<i64: 1, 2>} : () -> ()

// -----

// expected-error@+1 {{'isa.fill' op pad: i0 is not the index of an open loop}}
isa.fill pad=pad[0 at i0], run=1, value=0

// -----

isa.loop count=4294967295 {
  // expected-error@+1 {{'isa.fill' op pad: passes 2^47 in magnitude within its loops}}
  isa.fill pad=pad[0 at 1000000*i0], run=1, value=0
}

// -----

isa.loop count=1 { isa.loop count=1 { isa.loop count=1 {
isa.loop count=1 { isa.loop count=1 { isa.loop count=1 {
  // expected-error@+1 {{'isa.loop' op loops nest to a depth of 6}}
  isa.loop count=1 {
  }
}}}}}}

// -----

// expected-error@+1 {{expected an integer or the index of a loop, i0 (the outermost) to i5}}
#address = #isa.address<4*i7>
