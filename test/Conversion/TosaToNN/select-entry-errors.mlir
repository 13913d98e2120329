// Modules without one clear entry, and calls that cannot be inlined.
// RUN: lacuna-opt %s --lacuna-select-entry --split-input-file --verify-diagnostics --allow-unregistered-dialect
// RUN: not lacuna-opt %S/select-entry.mlir --lacuna-select-entry=entry=triple 2>&1 | FileCheck %s
// CHECK: error: no function is called 'triple'; there are 'double', 'twice', 'main'

// expected-error @below {{no function is called 'main', so the option 'entry' must name one; there are 'a', 'b'}}
module {
  func.func @a() { return }
  func.func @b() { return }
}

// -----

// expected-error @below {{the module has no function}}
module {
}

// -----

// expected-error @below {{entry function 'main' has no body}}
func.func private @main()

// -----

func.func @main() {
  // expected-error @below {{function 'main' calls itself, directly or through others}}
  call @main() : () -> ()
  return
}

// -----

func.func @main() {
  call @even() : () -> ()
  return
}
func.func private @even() {
  call @odd() : () -> ()
  return
}
func.func private @odd() {
  // expected-error @below {{function 'even' calls itself, directly or through others}}
  call @even() : () -> ()
  return
}

// -----

func.func private @elsewhere()
func.func @main() {
  // expected-error @below {{function 'elsewhere' has no body here}}
  call @elsewhere() : () -> ()
  return
}

// -----

// expected-error @below {{entry function 'main' branches between blocks}}
func.func @main() {
  "test.branch"()[^next] : () -> ()
^next:
  return
}

// -----

// Each function calls the next twice: 2^21 operations if inlined.
func.func private @f0() {
  return
}
func.func private @f1() {
  call @f0() : () -> ()
  call @f0() : () -> ()
  return
}
func.func private @f2() {
  call @f1() : () -> ()
  call @f1() : () -> ()
  return
}
func.func private @f3() {
  call @f2() : () -> ()
  call @f2() : () -> ()
  return
}
func.func private @f4() {
  call @f3() : () -> ()
  call @f3() : () -> ()
  return
}
func.func private @f5() {
  call @f4() : () -> ()
  call @f4() : () -> ()
  return
}
func.func private @f6() {
  call @f5() : () -> ()
  call @f5() : () -> ()
  return
}
func.func private @f7() {
  call @f6() : () -> ()
  call @f6() : () -> ()
  return
}
func.func private @f8() {
  call @f7() : () -> ()
  call @f7() : () -> ()
  return
}
func.func private @f9() {
  call @f8() : () -> ()
  call @f8() : () -> ()
  return
}
func.func private @f10() {
  call @f9() : () -> ()
  call @f9() : () -> ()
  return
}
func.func private @f11() {
  call @f10() : () -> ()
  call @f10() : () -> ()
  return
}
func.func private @f12() {
  call @f11() : () -> ()
  call @f11() : () -> ()
  return
}
func.func private @f13() {
  call @f12() : () -> ()
  call @f12() : () -> ()
  return
}
func.func private @f14() {
  call @f13() : () -> ()
  call @f13() : () -> ()
  return
}
func.func private @f15() {
  call @f14() : () -> ()
  call @f14() : () -> ()
  return
}
func.func private @f16() {
  call @f15() : () -> ()
  call @f15() : () -> ()
  return
}
func.func private @f17() {
  call @f16() : () -> ()
  call @f16() : () -> ()
  return
}
// expected-error @below {{function 'f18' has more than 1000000 operations once its calls are inlined}}
func.func private @f18() {
  call @f17() : () -> ()
  call @f17() : () -> ()
  return
}
func.func @main() {
  call @f18() : () -> ()
  return
}
