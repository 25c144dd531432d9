//===- Passes.td - The instructions of kernels ----------------------------===//

#ifndef DLC_CODEGEN_KERNELS_PASSES
#define DLC_CODEGEN_KERNELS_PASSES

include "mlir/Pass/PassBase.td"

def DefineKernels : Pass<"dlc-define-kernels", "::mlir::ModuleOp"> {
  let summary = "Makes functions with fixed registers of kernels, and calls of kernels";
  let description = [{
    Needs the LLVM dialect around the ops of the kernel dialect (dlc-convert-to-llvm
    leaves them). Each kernel becomes the call of a function whose name is its
    specification (`kernel::nameOf`), the first one of a name makes the function.
    What it is made of follows from the op's attributes alone; one that is not
    written for the op's element types, shape or instruction set is an error.

    Tiles in `vfpv2` and `vfpv4` are inline assembly: accumulators are s0, s1, ...
    row by row, so that one `vldm` or `vstm` moves a row and nothing moves between
    two calls; Arm's floating-point calling convention passes them in those same
    registers, whatever the ABI of other functions. Rows in `neon` are a loop of
    `ld1` and `fmla` by element, in `mve` one of `ldm`, `vldrw` and `vfma` by core
    register. `kernel.finish` becomes a function that does the region to each
    accumulator and stores the tile, one for all with equal regions.

    Integers in `dsp`: `kernel.copy`, `kernel.widen` and `kernel.columns` are naked
    functions, whose text is all of them; they are never inlined.

    Loads, stores and rows are inlined always; products of tiles unless the module
    carries `dlc.optimise_size`, where one copy serves all stages; functions that
    finish tiles never.

    One step of a tile of two positions and eight columns, `vfpv4`, loads of 8:

    ```
    vldmia $18!, {s24-s31}
    vfma.f32 s0, s24, s16
    vfma.f32 s1, s25, s16
    ...
    vfma.f32 s15, s31, s20
    ```
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

#endif // DLC_CODEGEN_KERNELS_PASSES
