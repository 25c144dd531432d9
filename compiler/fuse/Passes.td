//===- Passes.td - From operators to stages -------------------------------===//

#ifndef DLC_COMPILER_FUSE_PASSES
#define DLC_COMPILER_FUSE_PASSES

include "mlir/Pass/PassBase.td"

def SinkReshape : Pass<"dlc-sink-reshape", "::mlir::ModuleOp"> {
  let summary = "Moves reshapes below the elementwise ops that follow them";
  let description = [{
    A reshape between an operator and its activation would keep the two in
    different stages. It moves below an elementwise op when the other operands
    can be read in the shape before the reshape: scalars, tensors of the
    reshape's own shape (which are reshaped the other way) and tensors that
    broadcast along trailing dimensions that the reshape leaves alone.

    ```mlir
    %r = nn.reshape %x : (tensor<1x8x1x1xf32>) -> tensor<1x8xf32>
    %0 = nn.relu %r : (tensor<1x8xf32>) -> tensor<1x8xf32>
    // becomes
    %1 = nn.relu %x : (tensor<1x8x1x1xf32>) -> tensor<1x8x1x1xf32>
    %0 = nn.reshape %1 : (tensor<1x8x1x1xf32>) -> tensor<1x8xf32>
    ```
  }];
}

def OutlineStages : Pass<"dlc-outline-stages", "::mlir::ModuleOp"> {
  let summary = "Groups the operators of @main into stages, each a function";
  let description = [{
    A stage is one root operator with what fuses into it:

    * before it, constant padding of a convolution or pool that has none of
      its own, and the transposition of a network input that only a
      convolution reads (on a GPU also of one that was rounded to halves);
    * after it, the elementwise ops that compute on its result, as long as
      nobody outside the stage reads a value in between. Chains and diamonds
      (`x * clip(x + 3) / 6`) count alike. Other operands of these ops (a bias,
      a residual) become arguments. A stage takes in 64 operators at most; a longer
      chain goes on in the next stage.

    Elementwise ops that follow no root form stages of their own. On a GPU
    the product of scores, the scale and masks behind it, the softmax and its
    product with values are one stage of float32 or halves, "attention", with
    the transposes of what it reads and of its result, and what rounds these to
    halves or extends them.
    Reshapes, slices with unit steps and concatenations are views of memory:
    they stay in @main. Constants with one element, and splats that elementwise
    ops read, are sunk into the stage; other constants are passed as arguments
    marked `nn.constant`, so that stages which differ by them alone share one
    function. An argument whose every element is read only to compute the
    result's element at the same place is marked `nn.inplace`: the result may
    be written over it.

    Needs one function @main in which every op is an nn op or a constant.
    Guarantees that @main holds constants, calls, views and a return. A stage is
    named after the model's node its root comes from, made a C identifier.

    ```mlir
    func.func @main(%x: tensor<1x8x8x4xf32>) -> tensor<1x8x8x8xf32> {
      %w = arith.constant dense_resource<w> : tensor<8x4x1x1xf32>
      %0 = nn.conv %x, %w {...}
      %1 = nn.relu %0
      return %1
    }
    // becomes
    func.func @main(%x: tensor<1x8x8x4xf32>) -> tensor<1x8x8x8xf32> {
      %w = arith.constant dense_resource<w> : tensor<8x4x1x1xf32>
      %0 = call @conv_1(%x, %w)
      return %0
    }
    func.func private @conv_1(%x, %w {nn.constant}) attributes {nn.stage = "conv"} {
      %0 = nn.conv %x, %w {...}
      %1 = nn.relu %0
      return %1
    }
    ```
  }];
  let dependentDialects = ["::mlir::func::FuncDialect"];
}

def RecomputeCheap : Pass<"dlc-recompute-cheap", "::mlir::ModuleOp"> {
  let summary = "Computes cheap tensors again where a RAM budget asks for it";
  let description = [{
    Does nothing unless the module has an attribute `dlc.ram_budget`, in bytes,
    that the stages' live bytes exceed in any order.

    A cheap op (elementwise, padding, broadcast, tile, transposition) whose
    result is read early and late is cloned in front of a late reader, which
    with all later ones reads the clone, if the largest sum of live bytes
    becomes lower by it, or is reached at fewer stages: in between the result
    need not be kept. That is where its operands are alive anyway, or belong to
    the network's caller. Notes on the module name what is computed again.

    ```mlir
    %0 = nn.relu %x : (tensor<1x8xf32>) -> tensor<1x8xf32>
    %1 = call @f(%0)
    %2 = call @g(%1, %0)
    // becomes
    %0 = nn.relu %x : (tensor<1x8xf32>) -> tensor<1x8xf32>
    %1 = call @f(%0)
    %3 = nn.relu %x : (tensor<1x8xf32>) -> tensor<1x8xf32>
    %2 = call @g(%1, %3)
    ```
  }];
}

def SplitIntoPatches : Pass<"dlc-split-into-patches", "::mlir::ModuleOp"> {
  let summary = "Runs stages patch by patch where a RAM budget asks for it";
  let description = [{
    Does nothing unless the module has an attribute `dlc.ram_budget`, in bytes,
    or `dlc.cheap_patches`. With a budget, stages that are left whole count as
    many live bytes as the order has that dlc-order-stages will find: patches
    are for what no order saves.

    The network can be cut wherever the result of one stage alone is alive.
    Between two cuts (or the input and a cut) stages run patch by patch (as in
    MCUNetV2): for each patch of the second cut's tensor the part of every
    tensor that it depends on is computed, the halo again for each patch, with
    padding at true borders only. Patches of one shape become one stage, since
    they differ by the place of their slices alone.

    The steps from a camera's frame to an image are made for each patch as they
    are, with a slice of the image behind them: dlc-outline-stages leaves that in
    the stage, which then makes that part alone. They count as much work as the
    part has of the image; a filter in two passes its rows of the frame. A frame
    that comes in lines (`dlc.pushed`) has its image made as a whole.

    Where all that reads the second cut's tensor is a product of the flattened
    image with a constant matrix, or a reduction over the image, patches are not
    put together: each one's part of the sum is added to that of those before,
    written over it, and bias and activation follow in the last one's stage. The
    rows of the matrix that belong to a patch become a constant of their own.

    Which regions, and how many rows and columns of patches, is the shortest
    path over the cuts: least extra work with no stage above the budget by an
    estimate of live bytes; without such a path, the lowest peak. With
    `dlc.cheap_patches` it is the lowest peak whose path takes at most a
    hundredth more work, and functions for at most a hundredth of the flash, as
    far as both are known here, if that lowers the peak by a twentieth. A region is
    left as it is when

    * an op in it computes a part of its result from more than parts of its
      operands: anything but convolutions, pools, constant padding, elementwise
      ops, transpositions, concatenations along and slices of other dimensions,
      and steps from a frame to an image;
    * an op reads a part of a constant alone;
    * a value in it, other than its last one, is read outside;
    * its last value has no one or two spatial dimensions (channels last).

    Notes on the module say what was done (`nn.notes`), and `dlc.expected_ram`
    the bytes of arena that the estimate says (with `dlc.cheap_patches` only
    where something was done). The attributes that asked for it are taken away.

    ```mlir
    %0 = nn.conv %x, %w {pads = [1, 1, 1, 1] ...} : tensor<1x8x8x4xf32>
    // becomes, with two patches of 4 rows
    %a = nn.slice %x {starts = [0, 0, 0, 0] ...} : tensor<1x5x8x3xf32>
    %b = nn.conv %a, %w {pads = [1, 1, 0, 1] ...} : tensor<1x4x8x4xf32>
    %c = nn.slice %x {starts = [0, 3, 0, 0] ...} : tensor<1x5x8x3xf32>
    %d = nn.conv %c, %w {pads = [0, 1, 1, 1] ...} : tensor<1x4x8x4xf32>
    %0 = nn.concat %b, %d {axis = 1 : i64} : tensor<1x8x8x4xf32>
    ```
  }];
}

def OrderStages : Pass<"dlc-order-stages", "::mlir::ModuleOp"> {
  let summary = "Orders the calls of stages so that fewer bytes live at once";
  let description = [{
    Needs what dlc-outline-stages guarantees. Bytes are counted as the memory
    plan will find them (dialects/storage): views share the storage of what they view, parts of a
    concatenation lie in its buffer, inputs and outputs of the network belong
    to the caller, what no view can express is copied, and a result takes the
    place of a dying `nn.inplace` operand.

    A call that all others lead to or come from splits the order into ranges
    that are searched one by one (a chain with residual sums has nothing to
    search). The search is exact (the least largest sum of live bytes over all
    orders) as long as `max-states` sets of a range's executed stages suffice,
    fewer where a range is long; beyond them the better of a greedy order and
    the original one is taken. The order changes only in ranges that hold the
    peak, and only if it becomes lower; then a note on the module says so
    (`nn.notes`, for the memory report).
  }];
  let options = [
    Option<"maxStates", "max-states", "unsigned", "100000",
           "sets of executed stages to look at before giving up the exact search">
  ];
}

def MarkCosts : Pass<"dlc-mark-costs", "::mlir::ModuleOp"> {
  let summary = "Counts the arithmetic of each stage";
  let description = [{
    Comes after dlc-outline-stages, while stages hold nn ops. Each function of
    them gets `nn.flops`, its multiplications and additions (exact for
    convolutions and products, one for each element of a result or window
    elsewhere), and `nn.macs`, the multiply-accumulates of its convolutions and
    products. A stage without any gets neither.

    ```mlir
    func.func private @dense_1(%x: tensor<1x8xf32>, %w: tensor<8x4xf32>) -> tensor<1x4xf32>
        attributes {nn.flops = 64 : i64, nn.macs = 32 : i64, nn.stage = "matmul"}
    ```
  }];
}

def MarkValues : Pass<"dlc-mark-values", "::mlir::ModuleOp"> {
  let summary = "Finds tensors whose elements are none but -1, 0 and 1";
  let description = [{
    Binary and ternary networks have activations of two or three values, which
    their sums of products can be told: each argument of a stage that is a byte and
    whose elements are -1, 0 or 1 in all calls gets `nn.values`, those of them that
    occur. They follow from what computes the tensor: comparisons and signs, with
    what follows them element by element, rescaled sums between -1 and 1 (0 is none
    of the results where no sum gives it: batch norm and sign as one comparison),
    what moves elements, and `nn.values` of an argument of @main.

    Comes after dlc-outline-stages, while stages hold nn ops.

    ```mlir
    func.func private @conv_2(%x: tensor<1x8x8x64xi8> {nn.values = array<i64: -1, 1>}, ...
    ```
  }];
}

#endif
