// No call of libm is left on any machine: what the object asks of others is the
// compiler's own arithmetic at most.

// RUN: sed 's/TARGET/fpu = false, index_bits = 32/' %s | dlc-opt --dlc-expand-math --convert-scf-to-cf --dlc-convert-to-llvm | mlir-translate --mlir-to-llvmir | llc -mtriple=thumbv7m-none-eabi -mcpu=cortex-m3 -filetype=obj -o %t.m3.o
// RUN: llvm-nm -u %t.m3.o | not grep -v __aeabi_
// RUN: sed 's/TARGET/fpu = true, fma = true, index_bits = 32/' %s | dlc-opt --dlc-expand-math --convert-scf-to-cf --dlc-convert-to-llvm | mlir-translate --mlir-to-llvmir | llc -mtriple=thumbv7em-none-eabihf -mcpu=cortex-m4 -filetype=obj -o %t.m4.o
// RUN: llvm-nm -u %t.m4.o | not grep -v __aeabi_
// RUN: sed 's/TARGET/fpu = true, vector_bits = 128/' %s | dlc-opt --dlc-expand-math --convert-scf-to-cf --dlc-convert-to-llvm | mlir-translate --mlir-to-llvmir | llc -mtriple=x86_64-linux-gnu -mcpu=x86-64-v2 -filetype=obj -o %t.x86.o
// RUN: llvm-nm -u %t.x86.o | count 0

module attributes {dlc.target = {TARGET}} {
  func.func @absf(%x: f32) -> f32 {
    %y = math.absf %x : f32
    return %y : f32
  }
  func.func @cbrt(%x: f32) -> f32 {
    %y = math.cbrt %x : f32
    return %y : f32
  }
  func.func @ceil(%x: f32) -> f32 {
    %y = math.ceil %x : f32
    return %y : f32
  }
  func.func @cosh(%x: f32) -> f32 {
    %y = math.cosh %x : f32
    return %y : f32
  }
  func.func @erf(%x: f32) -> f32 {
    %y = math.erf %x : f32
    return %y : f32
  }
  func.func @exp(%x: f32) -> f32 {
    %y = math.exp %x : f32
    return %y : f32
  }
  func.func @exp2(%x: f32) -> f32 {
    %y = math.exp2 %x : f32
    return %y : f32
  }
  func.func @expm1(%x: f32) -> f32 {
    %y = math.expm1 %x : f32
    return %y : f32
  }
  func.func @floor(%x: f32) -> f32 {
    %y = math.floor %x : f32
    return %y : f32
  }
  func.func @log(%x: f32) -> f32 {
    %y = math.log %x : f32
    return %y : f32
  }
  func.func @log10(%x: f32) -> f32 {
    %y = math.log10 %x : f32
    return %y : f32
  }
  func.func @log2(%x: f32) -> f32 {
    %y = math.log2 %x : f32
    return %y : f32
  }
  func.func @round(%x: f32) -> f32 {
    %y = math.round %x : f32
    return %y : f32
  }
  func.func @roundeven(%x: f32) -> f32 {
    %y = math.roundeven %x : f32
    return %y : f32
  }
  func.func @rsqrt(%x: f32) -> f32 {
    %y = math.rsqrt %x : f32
    return %y : f32
  }
  func.func @sinh(%x: f32) -> f32 {
    %y = math.sinh %x : f32
    return %y : f32
  }
  func.func @sqrt(%x: f32) -> f32 {
    %y = math.sqrt %x : f32
    return %y : f32
  }
  func.func @tanh(%x: f32) -> f32 {
    %y = math.tanh %x : f32
    return %y : f32
  }
  func.func @trunc(%x: f32) -> f32 {
    %y = math.trunc %x : f32
    return %y : f32
  }
  func.func @acos(%x: f32) -> f32 {
    %y = math.acos %x : f32
    return %y : f32
  }
  func.func @acosh(%x: f32) -> f32 {
    %y = math.acosh %x : f32
    return %y : f32
  }
  func.func @asin(%x: f32) -> f32 {
    %y = math.asin %x : f32
    return %y : f32
  }
  func.func @asinh(%x: f32) -> f32 {
    %y = math.asinh %x : f32
    return %y : f32
  }
  func.func @atan(%x: f32) -> f32 {
    %y = math.atan %x : f32
    return %y : f32
  }
  func.func @atanh(%x: f32) -> f32 {
    %y = math.atanh %x : f32
    return %y : f32
  }
  func.func @cos(%x: f32) -> f32 {
    %y = math.cos %x : f32
    return %y : f32
  }
  func.func @log1p(%x: f32) -> f32 {
    %y = math.log1p %x : f32
    return %y : f32
  }
  func.func @sin(%x: f32) -> f32 {
    %y = math.sin %x : f32
    return %y : f32
  }
  func.func @tan(%x: f32) -> f32 {
    %y = math.tan %x : f32
    return %y : f32
  }
  func.func @atan2(%x: f32, %y: f32) -> f32 {
    %r = math.atan2 %x, %y : f32
    return %r : f32
  }
  func.func @powf(%x: f32, %y: f32) -> f32 {
    %r = math.powf %x, %y : f32
    return %r : f32
  }
  func.func @remf(%x: f32, %y: f32) -> f32 {
    %r = arith.remf %x, %y : f32
    return %r : f32
  }
  func.func @minnumf(%x: f32, %y: f32) -> f32 {
    %r = arith.minnumf %x, %y : f32
    return %r : f32
  }
  func.func @maxnumf(%x: f32, %y: f32) -> f32 {
    %r = arith.maxnumf %x, %y : f32
    return %r : f32
  }
  func.func @minimumf(%x: f32, %y: f32) -> f32 {
    %r = arith.minimumf %x, %y : f32
    return %r : f32
  }
  func.func @maximumf(%x: f32, %y: f32) -> f32 {
    %r = arith.maximumf %x, %y : f32
    return %r : f32
  }
  func.func @copysign(%x: f32, %y: f32) -> f32 {
    %r = math.copysign %x, %y : f32
    return %r : f32
  }
  func.func @ctlz(%x: i32) -> i32 {
    %r = math.ctlz %x : i32
    return %r : i32
  }
  func.func @cttz(%x: i32) -> i32 {
    %r = math.cttz %x : i32
    return %r : i32
  }
  func.func @ctpop(%x: i32) -> i32 {
    %r = math.ctpop %x : i32
    return %r : i32
  }
  func.func @ipowi(%x: i32, %n: i32) -> i32 {
    %r = math.ipowi %x, %n : i32
    return %r : i32
  }
  func.func @fpowi(%x: f32, %n: i32) -> f32 {
    %r = math.fpowi %x, %n : f32, i32
    return %r : f32
  }
  func.func @fma(%x: f32, %y: f32, %z: f32) -> f32 {
    %r = math.fma %x, %y, %z : f32
    return %r : f32
  }
  func.func @clampf(%x: f32, %y: f32, %z: f32) -> f32 {
    %r = math.clampf %x to [%y, %z] : f32
    return %r : f32
  }
  func.func @ceil_f64(%x: f64) -> f64 {
    %y = math.ceil %x : f64
    return %y : f64
  }
  func.func @exp_f64(%x: f64) -> f64 {
    %y = math.exp %x : f64
    return %y : f64
  }
  func.func @exp2_f64(%x: f64) -> f64 {
    %y = math.exp2 %x : f64
    return %y : f64
  }
  func.func @floor_f64(%x: f64) -> f64 {
    %y = math.floor %x : f64
    return %y : f64
  }
  func.func @log_f64(%x: f64) -> f64 {
    %y = math.log %x : f64
    return %y : f64
  }
  func.func @round_f64(%x: f64) -> f64 {
    %y = math.round %x : f64
    return %y : f64
  }
  func.func @roundeven_f64(%x: f64) -> f64 {
    %y = math.roundeven %x : f64
    return %y : f64
  }
  func.func @rsqrt_f64(%x: f64) -> f64 {
    %y = math.rsqrt %x : f64
    return %y : f64
  }
  func.func @sqrt_f64(%x: f64) -> f64 {
    %y = math.sqrt %x : f64
    return %y : f64
  }
  func.func @tanh_f64(%x: f64) -> f64 {
    %y = math.tanh %x : f64
    return %y : f64
  }
  func.func @trunc_f64(%x: f64) -> f64 {
    %y = math.trunc %x : f64
    return %y : f64
  }
  func.func @powf_f64(%x: f64, %y: f64) -> f64 {
    %r = math.powf %x, %y : f64
    return %r : f64
  }
  func.func @remf_f64(%x: f64, %y: f64) -> f64 {
    %r = arith.remf %x, %y : f64
    return %r : f64
  }
  func.func @minnumf_f64(%x: f64, %y: f64) -> f64 {
    %r = arith.minnumf %x, %y : f64
    return %r : f64
  }
  func.func @fma_f64(%x: f64, %y: f64, %z: f64) -> f64 {
    %r = math.fma %x, %y, %z : f64
    return %r : f64
  }
}
