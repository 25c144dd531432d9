//===- Passes.td - Passes of codegen/math ---------------------------------===//

#ifndef DLC_CODEGEN_MATH_PASSES
#define DLC_CODEGEN_MATH_PASSES

include "mlir/Pass/PassBase.td"

def ExpandMath : Pass<"dlc-expand-math"> {
  let summary = "Expand functions of the mathematical library into arithmetic";
  let description = [{
    Rewrites every operation that LLVM would turn into a call of libm
    (`math.exp`, `math.powf`, `arith.remf`, `arith.minnumf` ...) into inlined
    arithmetic, the same for scalars and for vectors of any shape: no tables,
    and branches only around what is rare. What the machine does in an
    instruction stays; `dlc.target` of the module says what that is: square
    roots where there is an `fpu`, roundings where there are vectors of floats,
    fused multiply-adds where `fma`. Without the attribute nothing but `fpu` is
    counted on.

    Results are within 2 units in the last place over the whole range of f32,
    with the limits of IEEE 754 at infinities, zeros and poles, whether or not
    the machine fuses the multiply-adds that are marked `contract`. f16 and
    bf16 are computed in f32. Of f64 the exponentials, `log`, `tanh`, powers,
    square roots, roundings and remainders are covered. An operation for which
    there is no expansion is an error.

    Runs after vectorisation and before `scf` is lowered.

    ```mlir
    %y = math.floor %x : vector<4xf32>
    ```
    becomes, where there is no instruction for it,
    ```mlir
    %size = math.absf %x : vector<4xf32>
    %t = arith.addf %size, %two23 : vector<4xf32>
    %r = arith.subf %t, %two23 : vector<4xf32>
    %nearest = math.copysign %r, %x : vector<4xf32>
    %above = arith.cmpf ogt, %nearest, %x : vector<4xf32>
    %step = arith.select %above, %one, %zero : vector<4xi1>, vector<4xf32>
    %down = arith.subf %nearest, %step : vector<4xf32>
    %small = arith.cmpf olt, %size, %two23 : vector<4xf32>
    %y = arith.select %small, %down, %x : vector<4xi1>, vector<4xf32>
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"];
}

def CompareAsIntegers : Pass<"dlc-compare-as-integers"> {
  let summary = "Compare float32 with constants as integers where there is no FPU";
  let description = [{
    On a target whose `dlc.target` says `fpu = false` each comparison of floats
    is a call. The floats of one sign are ordered like their bits, so that those
    beyond a constant are one range of integers: a subtraction and a comparison
    decide, with NaNs and both zeros as IEEE 754 has them. Comparisons of two
    variables, of other types and of vectors stay. Maxima and minima are those of
    integers in the same order, NaN if either operand is one.

    Runs after all that makes comparisons: after `dlc-expand-math`.

    ```mlir
    %c = arith.cmpf olt, %x, %zero : f32
    ```
    becomes
    ```mlir
    %bits = arith.bitcast %x : f32 to i32
    %offset = arith.subi %bits, %c-2147483647 : i32  // the smallest below -0
    %c = arith.cmpi ule, %offset, %c2139095039 : i32 // up to -infinity
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def ExpandProducts : Pass<"dlc-expand-products"> {
  let summary = "Make products of 64 bits of those of 32";
  let description = [{
    On a target whose `dlc.target` says `long_multiply = false` the machine keeps
    the low 32 bits of a product, and LLVM calls a function for more
    (`__aeabi_lmul`). Each `arith.muli` of i64 becomes four products of limbs of
    16 bits, and one more for each operand whose upper word is no extension of
    the lower one. Powers of two stay: they are shifts.

    Runs after all that makes products: when the arena is proved, whose indices
    are words.

    ```mlir
    %w = arith.extsi %x : i32 to i64
    %y = arith.muli %w, %c1518500250_i64 : i64
    ```
    becomes
    ```mlir
    %x0 = arith.andi %x, %c65535_i32 : i32
    %x1 = arith.shrsi %x, %c16_i32 : i32
    ...
    %upper = arith.shli %top, %c32_i64 : i64
    %y = arith.ori %upper, %bottom : i64
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def ExpandQuotients : Pass<"dlc-expand-quotients"> {
  let summary = "Divide without calls where a loop would make them";
  let description = [{
    Two kinds of divisions that integer networks have in their loops.

    Indices divided by a constant: LLVM multiplies by the reciprocal where a
    product has a high word, and calls a function where it has none
    (`long_multiply = false`). Where the dividend is known to be small a product
    of 32 bits is exact; whether it is follows from the range of the dividend,
    which MLIR's integer range analysis knows.

    A constant of 64 bits divided by a number (the reciprocal of a softmax's
    sum) on a machine whose words have 32 (`index_bits`): where a product of words
    has 64 bits by the divisor's reciprocal, which Newton's method makes, and a few
    steps up to the quotient; where it has not, and for constants of 2^62 and more,
    in a loop that makes the quotient bit by bit. Half as much where the upper word
    of the constant is less than the divisor; and no question of that nor of signs
    where the divisor is a maximum with a constant that says so.

    Other divisions stay. Runs when the arena is proved: the proof follows
    divisions.

    ```mlir
    %row = arith.divui %i, %c25 : index // %i < 125
    ```
    becomes
    ```mlir
    %p = arith.muli %i, %c41 : index
    %row = arith.shrui %p, %c10 : index
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
    "::mlir::scf::SCFDialect"];
}

#endif // DLC_CODEGEN_MATH_PASSES
