//===- Passes.td - Passes that choose the numbers -------------------------===//

#ifndef DLC_COMPILER_PRECISION_PASSES
#define DLC_COMPILER_PRECISION_PASSES

include "mlir/Pass/PassBase.td"

def ConvertToHalf : Pass<"dlc-convert-to-half", "::mlir::ModuleOp"> {
  let summary = "Computes a float32 network in half precision";
  let description = [{
    Where the module says `nn.half`, weights and the tensors between operators
    become f16. Arguments and results of a function keep their types:

    ```mlir
    %0 = nn.matmul %x, %w : (tensor<1x8xf32>, tensor<8x4xf32>) -> tensor<1x4xf32>
    %1 = nn.relu %0
    return %1
    // becomes
    %0 = nn.cast %x : (tensor<1x8xf32>) -> tensor<1x8xf16>
    %1 = nn.matmul %0, %w : (tensor<1x8xf16>, tensor<8x4xf16>) -> tensor<1x4xf16>
    %2 = nn.relu %1
    %3 = nn.cast %2 : (tensor<1x4xf16>) -> tensor<1x4xf32>
    return %3
    ```

    Products (convolution, matmul) are computed in half whatever their operands
    are. What copies elements, element-wise arithmetic, pools, means, maxima and
    softmax are as their operands are; their lowering forms sums and functions in
    float32 where it matters. Squares, powers, exponentials, sums and everything
    else that leaves the range of half precision easily stays in float32, and so
    does the arithmetic that follows it up to the next product.

    An operator keeps float32, with a remark and a note for the report, where

    * a weight does not fit (beyond 65504),
    * all weights are below 2^-14, where half precision loses digits,
    * a product's sum has more than 1024 terms. Equal terms stop counting at 2048,
      when the last digit of the sum is worth more than a term.

    A quantised network is an error: its integers are exact already.
  }];
  let dependentDialects = ["::dlc::nn::NnDialect"];
}

#endif
