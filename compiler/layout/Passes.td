//===- Passes.td - Passes that choose where channels lie ------------------===//

#ifndef DLC_COMPILER_LAYOUT_PASSES
#define DLC_COMPILER_LAYOUT_PASSES

include "mlir/Pass/PassBase.td"

def ChooseLayout : Pass<"dlc-choose-layout", "::mlir::func::FuncOp"> {
  let summary = "Makes every convolution and pool channels_last";
  let description = [{
    Channels last is what the code generator vectorises over: neighbouring
    channels are neighbours in memory. Each channels_first op gets a transpose
    of its input before it and the inverse after it:

    ```mlir
    %1 = nn.conv %x, %w {layout = #nn.layout<channels_first>, ...}
    // becomes
    %0 = nn.transpose %x {perm = array<i64: 0, 2, 3, 1>}
    %1 = nn.conv %0, %w {layout = #nn.layout<channels_last>, ...}
    %2 = nn.transpose %1 {perm = array<i64: 0, 3, 1, 2>}
    ```

    dlc-sink-transposes then removes the pairs. Filters keep their order.
  }];
  let dependentDialects = ["::dlc::nn::NnDialect"];
}

def SinkTransposes : Pass<"dlc-sink-transposes", "::mlir::func::FuncOp"> {
  let summary = "Moves transposes toward the results until they cancel";
  let description = [{
    In program order, an op of transposed operands becomes a transpose of the
    op: its axes, pads and sizes are renumbered. Two transposes that meet are
    one, or none. Of a convolutional network that is channels_last, only
    transposes of its inputs and outputs remain.

    A reshape that splits or merges dimensions is renumbered too; where it
    merges dimensions in another order than they lie in (a channel shuffle),
    just those are permuted before it.

    Operands that are not transposed get the inverse transpose (constants fold,
    dimensions of size 1 move for free). An op of several operands is left alone
    when that would take more transposes than it saves.

    ```mlir
    %0 = nn.transpose %x {perm = array<i64: 0, 3, 1, 2>}
    %1 = nn.reduce %0 {axes = array<i64: 1>, ...}
    // becomes
    %0 = nn.reduce %x {axes = array<i64: 3>, ...}
    %1 = nn.transpose %0 {perm = array<i64: 0, 3, 1, 2>}
    ```
  }];
  let dependentDialects = ["::dlc::nn::NnDialect"];
}

def PermuteDenseWeights : Pass<"dlc-permute-dense-weights", "::mlir::func::FuncOp"> {
  let summary = "Reorders the rows of a dense layer's weights instead of its input";
  let description = [{
    Where a transposed map is flattened and multiplied by constant weights, the
    weights' rows are brought into the map's own order and the transpose goes.
    Unary element-wise ops may lie between. The new weights are nn ops on the
    old: run dlc-fold-constants after.

    It does not fire when anything but such a product uses the flattened map,
    or other dimensions than the flattened ones are transposed.
  }];
  let dependentDialects = ["::dlc::nn::NnDialect"];
}

#endif
