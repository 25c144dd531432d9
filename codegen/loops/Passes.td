//===- Passes.td - Passes of codegen/loops --------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_PASSES
#define DLC_CODEGEN_LOOPS_PASSES

include "mlir/Pass/PassBase.td"

def EmitLoops : Pass<"dlc-emit-loops", "::mlir::ModuleOp"> {
  let summary = "Turn stage bodies into register-blocked vector loops";
  let description = [{
    Needs bufferised stages: functions marked `nn.stage` whose arguments are
    memrefs and whose bodies are `linalg` on tensors between
    `bufferization.to_tensor` and `bufferization.materialize_in_destination`.

    Every `linalg.generic` becomes a loop nest. One parallel dimension is
    computed in vectors, a second in a block of positions, so that a block of
    accumulators stays in registers over the whole reduction; an elementwise
    consumer is applied to the accumulators before they are stored. Windows
    that reach into padding are computed by choosing loop bounds: nothing is
    padded in memory. Constant operands are packed into the order in which the
    innermost loop reads them; the `memref.global`s at the callers are replaced.

    On targets with `load_multiple`, products and convolutions whose constant
    operand is packed are computed by kernels on tiles (docs/dialects/kernel.md),
    which `dlc-define-kernels` writes with fixed registers. Positions near padding
    are tiles by themselves. An epilogue that needs nothing but a tile's values is
    the region of a `kernel.finish`. Where arithmetic is in vectors,
    `load_multiple` makes the product of one row and a packed matrix `kernel.row`,
    one for each block of vectors.

    A 3x3 convolution of stride 1 with a constant filter is computed by
    Winograd's algorithm where that is estimated to be faster
    (docs/decisions/winograd.md); its filter is transformed before it is packed.
    `arena.max_scratch` on a stage is the most bytes of scratch memory that this
    may take. Of bytes it is computed so where an instruction multiplies and adds
    up pairs of halfwords (docs/decisions/integer-winograd.md), as long as there
    is flash for its weights: `dlc.flash_limit` on the module says how much there
    is, `dlc.optimise_size` that weights are not to grow.

    Sums of products of bytes are kernels where the machine has instructions for them
    (docs/decisions/integer-kernels.md). Weights whose values fit 4 or 2 bits take these
    where that is fewer instructions, with `dlc.optimise_size` where it is fewer bytes and
    at most a quarter more instructions, with `dlc.dense_storage` never; `dlc.storage` on
    the stage says so.

    Where there is no floating-point unit, sums of products with finite constant
    weights are computed in integers (docs/decisions/block-fixed-point.md): the
    weights are packed as integers, and a function is added to the module that
    makes floats of the sums.

    Guarantees: no tensor is left in a stage; scratch is `memref.alloc`.

    ```mlir
    %acc:8 = scf.for %k = %c0 to %c576 step %c1 iter_args(...) {
      %w = vector.load %panel[%i] : memref<36864xf32>, vector<16xf32>
      %x = memref.load %input[%j] : memref<4096xf32>
      %b = vector.broadcast %x : f32 to vector<16xf32>
      ...
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::gpu::GPUDialect", "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect",
    "::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect",
    "::dlc::arena::ArenaDialect", "::dlc::kernel::KernelDialect", "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"];
}

#endif
