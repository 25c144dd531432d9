//===- Passes.td - What a network keeps from call to call -----------------===//

#ifndef DLC_COMPILER_STATE_PASSES
#define DLC_COMPILER_STATE_PASSES

include "mlir/Pass/PassBase.td"

def Stream : Pass<"dlc-stream", "::mlir::ModuleOp"> {
  let summary = "Makes a network of all frames one of a few new frames a call";
  let description = [{
    Inputs marked `nn.frames`, the number of the dimension that frames are counted
    along, get `nn.hop` frames a call (a number on the module; both go). An op that
    needs frames of earlier calls finds them in a state (`nn.state`): the last ones
    that its windows still reach, in front of the new ones. Before the first call a
    state holds what the op takes for the frames before the first (its padding).

    Frame t of an op with windows that end e frames behind its own is computed when
    those have come, so that its stream is late; operands that are late by different
    numbers of frames wait for each other in a state. Each output that is late is marked
    `nn.delay` with the number of frames: so many come before its first. They are
    computed of nothing that has been given; an op that would take them for frames
    (and has padding there) gets its padding instead, until they are over: a
    state counts them.

    Frames of outputs that do not reach over the end of the whole network are
    exactly those of the whole network. An op that needs all frames for one, and one
    whose strides do not divide the hop, are errors.

    ```mlir
    // Three taps over 100 frames, nothing but padding before the first.
    func.func @main(%x: tensor<1x100x8xf32> {nn.frames = 1 : i64}) -> tensor<1x100x8xf32> {
      %0 = nn.conv %x, %w {pads = array<i64: 2, 0>, ...}
    // becomes, with a hop of 4
    func.func @main(%x: tensor<1x4x8xf32>, %s: tensor<1x2x8xf32> {nn.state = dense<0.0> : tensor<1x2x8xf32>})
        -> (tensor<1x4x8xf32>, tensor<1x2x8xf32>) {
      %0 = nn.concat %s, %x {axis = 1 : i64}
      %1 = nn.slice %0 {starts = array<i64: 0, 4, 0>, sizes = array<i64: 1, 2, 8>, steps = array<i64: 1, 1, 1>}
      %2 = nn.conv %0, %w {pads = array<i64: 0, 0>, ...}
      return %2, %1
    ```
  }];
  let dependentDialects = ["::dlc::nn::NnDialect", "::mlir::arith::ArithDialect"];
}

#endif
