//===- Passes.td - Passes for quantised networks --------------------------===//

#ifndef DLC_COMPILER_QUANTIZE_PASSES
#define DLC_COMPILER_QUANTIZE_PASSES

include "mlir/Pass/PassBase.td"

def ComputeInIntegers : Pass<"dlc-compute-in-integers", "::mlir::func::FuncOp"> {
  let summary = "What lies between dequantise and quantise, in integers";
  let description = [{
    Each `nn.quantize` whose operand is computed from integers by way of `nn.dequantize` becomes integers itself: sums
    of products in an accumulator, which `nn.rescale` turns into stored integers. The result is the same for every
    input: clamp(round_half_even(x / scale) + zero_point) of the *real* number x that ONNX defines, so that
    parameters for which that is not proved are not taken (docs/decisions/integer-arithmetic.md).

    ```
    %x = nn.dequantize %a, ... ; %w = nn.dequantize %weights, ...
    %y = nn.relu(nn.conv %x, %w, %bias)
    %b = nn.quantize %y, ...
    // becomes
    %acc = nn.conv %a, %weights, %bias_in_units input_zero_point %z {accumulator = i32}
    %b = nn.rescale %acc, %multiplier, %addend, %shift {min = %z, max = 127}
    ```

    * A convolution or product of integers has the factor input scale * weight scale; a bias that is in these units, but
      for 2^-22, is added to the accumulator, any other in the nearest units and the rest in the rescale's addend.
    * Means and sums, windows of an average, additions and factors that are constants: the same.
    * Sums of several scales are products with constants, one sum and a shift.
    * Linear and cubic interpolation is a sum with integer weights over a common denominator.
    * What element-wise ops compute from one tensor of 8 bits is a table, of 16 bits polynomials of segments; softmax
      a table of exponentials (of 16 bits a product of two entries) and one division for each row.
    * What only moves elements, and maxima and minima, are done on the integers behind or before them.
    * Bounds (relu, clip) are the rescale's.
    * A quantised tensor that is quantised in other units is rescaled; in the same, it is itself.
    * Stored signs of sums are a rescale of these, which compares them with an integer for each channel.

    A convolution or product of quantised tensors that nothing quantises again is a sum of integers as well, which an
    `nn.dequantize` with the factor as its scale makes a real number.

    Accumulators have 32 bits where the ranges of inputs and weights say that these do, 64 elsewhere.

    It leaves an `nn.quantize` and the ops before it in floats where one of them is not computed in integers, a scale or
    zero point is no constant, or no parameters are proved.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::dlc::nn::NnDialect"];
}

def StoreSigns : Pass<"dlc-store-signs", "::mlir::func::FuncOp"> {
  let summary = "Activations of two or three values are stored integers";
  let description = [{
    Tools write binary and ternary networks in floats: activations are signs (`nn.sign`, or comparisons and selections,
    with what follows element by element), weights have one magnitude, or 0, in each output channel. A convolution or
    product of such operands gets them as `nn.dequantize` of integers, -1, 0 and 1 among them, so that
    `dlc-compute-in-integers` makes it a sum of integers. That is faster, and exact: the sums of batch-normalised
    networks are often 0 in real numbers, but not in floats, and the next sign depends on it.

    ```
    %s = nn.sign %x
    %y = nn.conv %s, %weights          // of 0.5 and -0.5
    // becomes
    %i = nn.cast %s : tensor<...xi8>
    %y = nn.conv (nn.dequantize %i, 1), (nn.dequantize %signs, 0.5)
    ```

    Padding, moves and largest elements may lie between. What the step is of NaN may change. It leaves operands that
    have another value among theirs, or more than three, and weights of several magnitudes in a channel.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::dlc::nn::NnDialect"];
}

def NameFloats : Pass<"dlc-name-floats", "::mlir::ModuleOp"> {
  let summary = "Says which nodes of a quantised network are left in floats";
  let description = [{
    After `dlc-compute-in-integers` an op of floats that lies on a way from an `nn.dequantize` (not of a constant) to an
    `nn.quantize`, both with scales and zero points that are known, is one that this pass left. Its node gets a remark and a
    note in the report; where the module has `nn.strict_integers` (`--strict-int`) an error. An `nn.quantize` is named
    itself where it follows an `nn.dequantize` at once.

    ```
    %x = nn.dequantize %a, ...
    %y = nn.sigmoid %x              // remark: is computed in floats between quantised tensors
    %b = nn.quantize %y, ...
    ```

    What leads to a float output of the network, or begins at a float input, is no part of it: there the network's
    user asked for floats. Nor are scales that are computed when the network runs (dynamic quantisation).
  }];
}

#endif
