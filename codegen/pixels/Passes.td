//===- Passes.td - From a frame's bytes to an image -----------------------===//

#ifndef DLC_CODEGEN_PIXELS_PASSES
#define DLC_CODEGEN_PIXELS_PASSES

include "mlir/Pass/PassBase.td"

def LowerPixels : Pass<"dlc-lower-pixels", "::mlir::ModuleOp"> {
  let summary = "Stages of pixels become functions without a body";
  let description = [{
    A stage of nn.color_convert, nn.resample, nn.pad and nn.lookup, each of the one
    before, loses its body: what it does is in the attribute `dlc.pixels`, a
    dictionary for each op of its attributes, its name and its result's type.
    codegen/halide writes the code when the network is LLVM IR.

    ```mlir
    func.func private @pixels(%frame: tensor<720x640xui8>) -> tensor<96x96x3xi8> attributes {nn.stage = "pixels"} {
      %0 = nn.color_convert %frame {...} : (tensor<720x640xui8>) -> tensor<480x640x3xui8>
      %1 = nn.resample %0 {...} : (tensor<480x640x3xui8>) -> tensor<96x96x3xui8>
      %2 = nn.lookup %1 {...} : (tensor<96x96x3xui8>) -> tensor<96x96x3xi8>
      return %2 : tensor<96x96x3xi8>
    }
    // becomes
    func.func private @pixels(tensor<720x640xui8>) -> tensor<96x96x3xi8>
      attributes {nn.stage = "pixels", dlc.pixels = [{op = "color_convert", ...}, {op = "resample", ...}, {op = "lookup", ...} ]}
    ```

    One of these ops anywhere else is an error. An nn.slice behind them is the last
    entry: rows and columns of the image that the stage makes.

    An argument of @main with `dlc.pushed` is a frame that comes in lines: its stage
    loses the operand and gets `dlc.lines`, the lines of a frame and the bytes of one;
    its call, which finds the image made, becomes the first of all.

    ```mlir
    %image = call @pixels(%frame) : (tensor<720x640xui8>) -> tensor<96x96x3xi8>
    // becomes
    %image = call @pixels_0() : () -> tensor<96x96x3xi8>
    ```
  }];
  let dependentDialects = ["::dlc::phases::DlcDialect"];
}

def CompilePixels : Pass<"dlc-compile-pixels", "::mlir::ModuleOp"> {
  let summary = "Compiles what functions do to pixels, and gives line buffers a place in the arena";
  let description = [{
    A function with `dlc.pixels` gets its code, LLVM's bitcode, as the attribute
    `dlc.code`, which is linked in when the network is LLVM IR. Its line buffers,
    rows of an image between two of its steps, are no part of its stack: where
    there are any, it gets one more argument, marked `arena.scratch`, and its calls
    an `arena.buffer` for it.

    One with `dlc.lines` gets two functions as its code: one that does nothing, and
    `NAME_line`, which takes a line and makes the rows of the image that are
    complete with it. What is kept of earlier lines is its memory in the arena
    (codegen/pixels/LinePlan.h).

    Stages that make parts of one image, with as many columns, share one function,
    `NAME_shared` of the first of them, which is told where they begin and how many
    rows there are. The others' code calls it.

    The code comes from Halide. Without it (docs/decisions/pixels.md) the pass
    says so and fails.
  }];
  let dependentDialects = ["::dlc::arena::ArenaDialect"];
}

#endif
