//===- Passes.td - Passes that compute less for the same result -----------===//

#ifndef DLC_COMPILER_SIMPLIFY_PASSES
#define DLC_COMPILER_SIMPLIFY_PASSES

include "mlir/Pass/PassBase.td"

def FoldConstants : Pass<"dlc-fold-constants", "::mlir::ModuleOp"> {
  let summary = "Computes nn ops whose operands are all constants";
  let description = [{
    Replaces an op by the constant that reference evaluation gives, in program
    order, so that whole chains of shape arithmetic or weight preparation go.

    An op stays when its result would have more elements than its largest
    operand (a concatenation: than all of them) and more than `max-growth`: a
    broadcast or tiled constant is cheaper to compute than to store. Splats stay splats and are always folded. An op
    that is not defined on its operands (an index out of range, an integer
    division by 0) stays too.

    Constants that nothing uses any more are erased and their bytes freed at
    once: weights are the largest thing in the compiler's memory.

    ```mlir
    %0 = arith.constant dense<[1, 2]> : tensor<2xi64>
    %1 = nn.add %0, %0 : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi64>
    // becomes
    %1 = arith.constant dense<[2, 4]> : tensor<2xi64>
    ```
  }];
  let options = [
    Option<"maxGrowth", "max-growth", "int64_t", "16384",
           "Elements that a result larger than its operands may have">,
    Option<"keepDequantized", "keep-dequantized", "bool", "false",
           "Leaves nn.dequantize of constants, for passes that compute in integers">];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def FoldPixelValues : Pass<"dlc-fold-pixel-values", "::mlir::func::FuncOp"> {
  let summary = "Makes one table of what is computed of an image's bytes";
  let description = [{
    A byte has 256 values: whatever is computed of each pixel of an image by itself
    (conversion to float, mean, scale, activations, quantisation), the same for all
    pixels of a channel, is an nn.lookup. The table's elements are what reference
    evaluation gives for each byte. Transposes and reshapes on the way move behind
    it.

    ```mlir
    %1 = nn.cast %image : (tensor<96x96x3xui8>) -> tensor<96x96x3xf32>
    %2 = nn.sub %1, %mean : (tensor<96x96x3xf32>, tensor<3xf32>) -> tensor<96x96x3xf32>
    %3 = nn.quantize %2, %scale, %zero {axis = 0 : i64} : (tensor<96x96x3xf32>, tensor<f32>, tensor<i8>) -> tensor<96x96x3xi8>
    // becomes
    %3 = nn.lookup %image {table = dense<...> : tensor<3x256xi8>} : (tensor<96x96x3xui8>) -> tensor<96x96x3xi8>
    ```

    It begins at an nn.color_convert, an nn.resample or an nn.pad of one of them,
    follows values that are used once, and ends before nn.dequantize, so that
    stored integers stay what the network computes in; before an operand that is
    not constant, or differs between pixels; and before anything that is neither
    elementwise nor nn.quantize.
  }];
}

def FuseSpectra : Pass<"dlc-fuse-spectra", "::mlir::func::FuncOp"> {
  let summary = "Makes energies in bands of what is computed of spectra";
  let description = [{
    Where all that is read of an nn.spectrum are sums of squares of both parts, they are nn.mel_energies, which needs memory for
    one frame only. With them go roots, squares of these, positive factors, and a product with a constant matrix whose
    columns have few weights, side by side: mel bands. So do samples of 16 bits that have been converted to float and multiplied.

    ```mlir
    %0 = nn.spectrum %x {fft_size = 512 : i64, hop = 160 : i64, window = ...} : (tensor<16000xf32>) -> tensor<97x257x2xf32>
    %1 = nn.mul %0, %0 : (tensor<97x257x2xf32>, tensor<97x257x2xf32>) -> tensor<97x257x2xf32>
    %2 = nn.reduce %1 {axes = array<i64: 2>, keepdims = false, kind = #nn.reduce_kind<sum>} : (tensor<97x257x2xf32>) -> tensor<97x257xf32>
    %3 = nn.matmul %2, %mel : (tensor<97x257xf32>, tensor<257x40xf32>) -> tensor<97x40xf32>
    // becomes
    %3 = nn.mel_energies %x {fft_size = 512 : i64, hop = 160 : i64, starts = ..., weights = ..., widths = ..., window = ...} : (tensor<16000xf32>) -> tensor<97x40xf32>
    ```

    Transposes and dimensions of one element may lie between; real and imaginary parts may be sliced or gathered. It ends before a value
    that is read twice. A matrix of which more than a quarter lies between the first and the last weight of each band
    stays a product.
  }];
}

def GatherEarly : Pass<"dlc-gather-early", "::mlir::func::FuncOp"> {
  let summary = "Computes only what a gather chooses";
  let description = [{
    A gather of fewer positions than there are moves before the op that makes what it chooses from, if each position of
    the result is made of the same position of the operands: element-wise ops, quantisation by one scale, reshapes that
    keep the dimension, transposes, slices, concats, softmax and reductions along other dimensions, convolutions with one
    tap along it. So a detector's boxes are decoded for those alone that have been found to have a score.

    ```mlir
    %1 = nn.softmax %x {axis = 1 : i64} : (tensor<1x16x756xf32>) -> tensor<1x16x756xf32>
    %2 = nn.gather %1, %places {axis = 2 : i64} : (tensor<1x16x756xf32>, tensor<64xi64>) -> tensor<1x16x64xf32>
    // becomes
    %1 = nn.gather %x, %places {axis = 2 : i64} : (tensor<1x16x756xf32>, tensor<64xi64>) -> tensor<1x16x64xf32>
    %2 = nn.softmax %1 {axis = 1 : i64} : (tensor<1x16x64xf32>) -> tensor<1x16x64xf32>
    ```

    It does not move before what is computed as a whole all the same, for another reader than the same gather, nor before
    a slice if what that leaves out is read by others. Transposes, reshapes and dequantisation are done once more for what
    is chosen, whoever else reads them. Transposes that the layout has put before it are of what it chooses.

    What the bodies of loops and branches choose positions of, and nothing else reads, is computed in these bodies of what
    they choose: in branches if that is not more than all of it in all steps, else if it is at most a fourth. So a
    detector's boxes are decoded of those candidates that exist.

    ```mlir
    %0 = nn.exp %x : (tensor<2x16xf32>) -> tensor<2x16xf32>
    nn.loop over(%places) carry() with(%0) {steps = 3 : i64 ...} {
    ^bb0(%place: tensor<1xi32>, %a: tensor<2x16xf32>):
      %1 = nn.gather %a, %place {axis = 1 : i64} : (tensor<2x16xf32>, tensor<1xi32>) -> tensor<2x1xf32>
    // becomes
    nn.loop over(%places) carry() with(%x) {steps = 3 : i64 ...} {
    ^bb0(%place: tensor<1xi32>, %a: tensor<2x16xf32>):
      %0 = nn.gather %a, %place {axis = 1 : i64} : (tensor<2x16xf32>, tensor<1xi32>) -> tensor<2x1xf32>
      %1 = nn.exp %0 : (tensor<2x1xf32>) -> tensor<2x1xf32>
    ```
  }];
  let dependentDialects = ["::dlc::nn::NnDialect"];
}

def UnrollLoops : Pass<"dlc-unroll-loops", "::mlir::func::FuncOp"> {
  let summary = "Writes out the steps of short loops, and of all where no loop can run";
  let description = [{
    A loop of at most four steps is written out: its first step computes on the initial values, which are constant
    mostly, so that at least a fourth of the work on carried values goes, and calls of the steps' stages take little. A
    longer one stays, so that the code does not grow with its steps
    (docs/decisions/loops.md).

    On a GPU, where a network is a list of launches, all are written out. One of more than 4096 steps is an error there.

    ```mlir
    %r:2 = nn.loop over(%x) carry(%h) with() {backwards = array<i1: false, false>, steps = 2 : i64} : ... {
    ^bb0(%xt: tensor<4xf32>, %state: tensor<4xf32>):
      %next = nn.add %xt, %state
      nn.yield %next, %next
    }
    // becomes
    %x0 = nn.reshape (nn.slice %x {starts = [0, 0] ...})
    %0 = nn.add %x0, %h
    %x1 = nn.reshape (nn.slice %x {starts = [1, 0] ...})
    %1 = nn.add %x1, %0
    %all = nn.concat (nn.reshape %0), (nn.reshape %1) {axis = 0 : i64}
    ```
  }];
  let options = [
    Option<"most", "most", "int64_t", "4", "Steps of the longest loop that is written out">
  ];
}

def FoldScaleIntoConv : Pass<"dlc-fold-scale-into-conv", "::mlir::func::FuncOp"> {
  let summary = "Folds constant scales and offsets per channel into a convolution or product";
  let description = [{
    A batch normalisation at inference is a multiplication and an addition per
    channel. Beside a convolution, a transposed one or a matmul whose weights
    are constants, they become part of the filter and the bias:

    ```
    conv(x, w, b) * s + t   ->  conv(x, w * s, b * s + t)
    conv(x, w, b) / s       ->  conv(x, w / s, b / s)
    conv(x * s, w, b)       ->  conv(x, w * s', b)
    conv(x + t, w, b)       ->  conv(x, w, b + sum(w * t'))     only without padding
    ```

    The products are left as nn ops on constants: run dlc-fold-constants after.

    It does not fire when the convolution's result is used elsewhere too, the
    weights are not constant, the factor varies along another dimension than the
    channel's, or it broadcasts the result to another shape.

    Nor does it when digits would be lost (docs/decisions/folding.md): a product
    that is infinite or not normal, or beyond 2^20 where the factor enlarges it;
    weights that are short, as integers are, and would not be any more; offsets
    before the convolution that are not small beside its bias.
  }];
  let dependentDialects = ["::dlc::nn::NnDialect"];
}

def SimplifyArithmetic : Pass<"dlc-simplify-arithmetic", "::mlir::func::FuncOp"> {
  let summary = "Element-wise ops and reductions that do nothing or have a cheaper form";
  let description = [{
    Neutral operands (`x + 0`, `x * 1`, `x ^ 1`) go; `x ^ 2` becomes a product,
    `x ^ 0.5` a root where x is known not to be negative,
    `x - c` an addition, `x / c` a product where the reciprocal of every element
    is exact. Maxima, minima, clips and relus with constant bounds are joined into
    one clip, a clip at 0 alone is a relu. A reduction over dimensions of size 1
    is a reshape, a pool over the whole map a reduction.

    Results are the same to the last bit, except for the sign of a zero, and that
    too where a quotient or a power may see it: `x + 0` stays before `1 / x`.
  }];
  let dependentDialects = ["::dlc::nn::NnDialect", "::mlir::arith::ArithDialect"];
}

def SimplifyDataMovement : Pass<"dlc-simplify-data-movement", "::mlir::func::FuncOp"> {
  let summary = "Removes and joins ops that only move elements";
  let description = [{
    Identities (a transpose, reshape, slice, pad, cast, broadcast, tile, concat
    or resize that changes nothing) go; pairs of transposes, reshapes, slices and
    concats become one, and transposes around a reshape that merges dimensions which
    the second one moves together; a transpose that only moves dimensions of size 1 is a
    reshape; a slice of a concat reads the one part it lies in; a gather of evenly
    spaced constant indices is a slice; a broadcast whose user broadcasts by
    itself goes.
  }];
  let dependentDialects = ["::dlc::nn::NnDialect"];
}

def FoldPadding : Pass<"dlc-fold-padding", "::mlir::func::FuncOp"> {
  let summary = "Folds explicit padding into the convolution or pool that reads it";
  let description = [{
    Zero padding of the spatial dimensions becomes part of the pads of the
    convolution or average pool that uses it (there it counts in the divisor).
    For a max pool the value must be the lowest of its type, or 0 where the
    padded tensor is known not to be negative and no window lies in the padding
    alone.

    It does not fire for other modes than constant, negative pads, or padding of
    the batch or channel dimension, nor for a convolution whose weights are not
    known or not finite: zeros times infinity are NaN.
  }];
  let dependentDialects = ["::dlc::nn::NnDialect"];
}

def ReleaseConstants : Pass<"dlc-release-constants", "::mlir::ModuleOp"> {
  let summary = "Frees the bytes of resources that no op of the module mentions";
  let description = [{
    A resource lives as long as the context, whether or not an op still uses it.
    After rewrites have replaced weights, this pass frees those left behind. The
    module must be the only one of its context.
  }];
}

#endif
