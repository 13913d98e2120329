// Stages that TOSA does not define.
// RUN: lacuna-opt %s --split-input-file --verify-diagnostics

// expected-error @below {{rescale takes i8, i16, i32 or i48, not 'i4'}}
#s = #nn.rescale<i4 -> i8, multiplier = [1], shift = [2], zp = 0 -> 0, rounding = single>

// -----

// expected-error @below {{rescale gives i8, i16 or i32, not 'i48'}}
#s = #nn.rescale<i32 -> i48, multiplier = [1], shift = [2], zp = 0 -> 0, rounding = single>

// -----

// expected-error @below {{2 multipliers and 1 shifts}}
#s = #nn.rescale<i32 -> i8, multiplier = [1, 2], shift = [2], zp = 0 -> 0, rounding = single>

// -----

// expected-error @below {{0 multipliers and 0 shifts}}
#s = #nn.rescale<i32 -> i8, multiplier = [], shift = [], zp = 0 -> 0, rounding = single>

// -----

// expected-error @below {{multiplier -1 is outside 0 ... 2147483647}}
#s = #nn.rescale<i32 -> i8, multiplier = [-1], shift = [2], zp = 0 -> 0, rounding = single>

// -----

// expected-error @below {{multiplier 32768 is outside 0 ... 32767}}
#s = #nn.rescale<i32 -> i8, multiplier = [32768], shift = [2], zp = 0 -> 0, rounding = single, scale16>

// -----

// expected-error @below {{shift 1 is outside 2 ... 62}}
#s = #nn.rescale<i32 -> i8, multiplier = [1], shift = [1], zp = 0 -> 0, rounding = single>

// -----

// expected-error @below {{shift 63 is outside 2 ... 62}}
#s = #nn.rescale<i32 -> i8, multiplier = [1], shift = [63], zp = 0 -> 0, rounding = single>

// -----

// expected-error @below {{rescale of i48 needs scale16}}
#s = #nn.rescale<i48 -> i8, multiplier = [1], shift = [2], zp = 0 -> 0, rounding = single>

// -----

// expected-error @below {{double rounding does not go with scale16}}
#s = #nn.rescale<i32 -> i8, multiplier = [1], shift = [2], zp = 0 -> 0, rounding = double, scale16>

// -----

// expected-error @below {{only i8 and i16 can be unsigned}}
#s = #nn.rescale<i32 -> i8, multiplier = [1], shift = [2], zp = 0 -> 0, rounding = single, unsigned_input>

// -----

// expected-error @below {{input zero point 1 is not allowed for 'i32'}}
#s = #nn.rescale<i32 -> i8, multiplier = [1], shift = [2], zp = 1 -> 0, rounding = single>

// -----

// expected-error @below {{output zero point 128 is not allowed for 'i8'}}
#s = #nn.rescale<i32 -> i8, multiplier = [1], shift = [2], zp = 0 -> 128, rounding = single>

// -----

// expected-error @below {{output zero point -1 is not allowed for unsigned 'i8'}}
#s = #nn.rescale<i8 -> i8, multiplier = [1], shift = [2], zp = 0 -> -1, rounding = single, unsigned_output>

// -----

// expected-error @below {{input zero point 5 is not allowed for unsigned 'i16'}}
#s = #nn.rescale<i16 -> i8, multiplier = [1], shift = [2], zp = 5 -> 0, rounding = single, unsigned_input>

// -----

// expected-error @below {{rounding is single, double or inexact}}
#s = #nn.rescale<i32 -> i8, multiplier = [1], shift = [2], zp = 0 -> 0, rounding = up>

// -----

// expected-error @below {{expected scale16, unsigned_input or unsigned_output}}
#s = #nn.rescale<i32 -> i8, multiplier = [1], shift = [2], zp = 0 -> 0, rounding = single, scale8>

// -----

// expected-error @below {{clamp has min 5 : i8 above max 4 : i8}}
#s = #nn.clamp<min = 5 : i8, max = 4 : i8>

// -----

// expected-error @below {{clamp needs two integers or floats of one type, not 5 : i8 and 6 : i16}}
#s = #nn.clamp<min = 5 : i8, max = 6 : i16>

// -----

// expected-error @below {{table of 'i8' needs values of type 'tensor<256xi8>', not 'tensor<255xi8>'}}
#s = #nn.table<i8 -> i8, dense<0> : tensor<255xi8>>

// -----

// expected-error @below {{table of 'i16' needs values of type 'tensor<513xi16>', not 'tensor<513xi32>'}}
#s = #nn.table<i16 -> i32, dense<0> : tensor<513xi32>>

// -----

// expected-error @below {{table of i16 gives i32, not 'i16'}}
#s = #nn.table<i16 -> i16, dense<0> : tensor<513xi16>>

// -----

// expected-error @below {{table takes i8 or i16, not 'i32'}}
#s = #nn.table<i32 -> i8, dense<0> : tensor<256xi8>>
