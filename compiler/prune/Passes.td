//===- Passes.td - Passes that leave out channels -------------------------===//

#ifndef DLC_COMPILER_PRUNE_PASSES
#define DLC_COMPILER_PRUNE_PASSES

include "mlir/Pass/PassBase.td"

def RemoveChannels : Pass<"dlc-remove-channels", "::mlir::ModuleOp"> {
  let summary = "Leaves out channels that are constant or that nothing reads";
  let description = [{
    Trained networks have filters of zeros: their channels hold the bias,
    whatever the input. A forward analysis bounds each channel by an interval
    and finds those that are constants (dlc-print-channels shows it); what they
    add to a convolution or product goes into its bias, their columns out of its
    weights. Channels that then nobody reads are removed backwards, with their
    filters, through depthwise convolutions, sums and concats, until nothing
    changes. The decision [constant channels](../decisions/constant-channels.md)
    states when a float counts as constant.

    ```mlir
    %1 = nn.conv %0, %w, %b                      // filter 1 of 2 is zero, its bias is 0.5
      : (tensor<1x3x8x8xf32>, tensor<2x3x1x1xf32>, tensor<2xf32>) -> tensor<1x2x8x8xf32>
    %2 = nn.conv %1, %v
      : (tensor<1x2x8x8xf32>, tensor<4x2x1x1xf32>) -> tensor<1x4x8x8xf32>
    // becomes, with b' = v[:, 1] * 0.5
    %1 = nn.conv %0, %w', %b0
      : (tensor<1x3x8x8xf32>, tensor<1x3x1x1xf32>, tensor<1xf32>) -> tensor<1x1x8x8xf32>
    %2 = nn.conv %1, %v', %b'
      : (tensor<1x1x8x8xf32>, tensor<4x1x1x1xf32>, tensor<4xf32>) -> tensor<1x4x8x8xf32>
    ```

    Where a convolution pads, a constant channel other than 0 adds something
    else at the borders: all it adds becomes a constant of the result's shape, if
    that is smaller than the weights that go for it.

    Channels stay that a result of the network, an op that mixes channels in
    another way, or an op with weights that are computed reads; in a convolution
    in groups a group stays as a whole. At least one channel stays of each value,
    and their number is rounded up to a multiple of 16, 8 or 4 where nine tenths
    of what could be saved still are. A note says what was left out.
  }];
  let dependentDialects = ["::dlc::nn::NnDialect", "::mlir::arith::ArithDialect"];
}

def PrintChannels : Pass<"dlc-print-channels", "::mlir::ModuleOp"> {
  let summary = "Prints what each channel can hold and which are kept";
  let description = [{
    For tests and for people: a line for each op whose result is known of, with
    the dimension that channels are counted along and, for each channel, its
    constant, `map` and the bounds of a constant that differs from position to
    position, or the interval it is in. Then a line for each value with
    channels: those that dlc-remove-channels keeps. The IR stays as it is.
  }];
}

#endif
