//===- Passes.td - Passes that choose the numbers -------------------------===//

#ifndef DLC_COMPILER_PRECISION_PASSES
#define DLC_COMPILER_PRECISION_PASSES

include "mlir/Pass/PassBase.td"

def SplitLongSums : Pass<"dlc-split-long-sums", "::mlir::func::FuncOp"> {
  let summary = "Makes long products sums of products that half precision can do";
  let description = [{
    Where the module says `nn.half`: a product whose sums have more than 1024
    terms becomes several, of parts of the input's channels or of a matrix's
    columns, which are added.

    ```mlir
    %0 = nn.matmul %x, %w : (tensor<1x1500xf32>, tensor<1500x7xf32>) -> tensor<1x7xf32>
    // becomes
    %1 = nn.slice %x {starts = array<i64: 0, 0>, sizes = array<i64: 1, 752>, ...}
    %2 = nn.matmul %1, %w0 : (tensor<1x752xf32>, tensor<752x7xf32>) -> tensor<1x7xf32>
    %3 = nn.slice %x {starts = array<i64: 0, 752>, sizes = array<i64: 1, 748>, ...}
    %4 = nn.matmul %3, %w1 : (tensor<1x748xf32>, tensor<748x7xf32>) -> tensor<1x7xf32>
    %5 = nn.add %2, %4
    ```

    A sum of 1024 equal halves grows up to its last term, and sums of parts are
    of one size. It does not fire on convolutions in groups, where the window
    alone has too many terms, and where weights keep the product in float32.
  }];
  let dependentDialects = ["::dlc::nn::NnDialect"];
}

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
    does the arithmetic that follows it up to the next product. On a GPU an image
    that a convolution reads through a transposition is rounded before that.

    An operator keeps float32, with a remark and a note for the report, where

    * a weight does not fit (beyond 65504),
    * all weights are below 2^-14, where half precision loses digits,
    * a product's sum has more than 1024 terms (dlc-split-long-sums leaves few such).
      Equal terms stop counting at 2048, when the last digit of the sum is worth
      more than a term.

    A quantised network is an error: its integers are exact already.
  }];
  let dependentDialects = ["::dlc::nn::NnDialect"];
}

#endif
