//===- Passes.td - From networks to loops over tensors --------------------===//

#ifndef DLC_CODEGEN_LOWER_PASSES
#define DLC_CODEGEN_LOWER_PASSES

include "mlir/Pass/PassBase.td"

def LowerToLinalg : Pass<"dlc-lower-to-linalg", "::mlir::ModuleOp"> {
  let summary = "Turns nn ops into linalg.generic on tensors and fuses elementwise chains";
  let description = [{
    Needs static shapes. Every function is lowered. In one that computes
    nothing itself but calls stages, the ops that only lay out memory
    (`nn.reshape`, `nn.slice`, `nn.concat`) stay for the memory plan.

    Guarantees, for whoever makes loops of the result:

    * The only structured ops are `linalg.generic` and `linalg.fill`. Beside
      them: `tensor.empty`, `tensor.pad` (feeding its only user),
      `tensor.expand_shape`/`collapse_shape`, `tensor.extract_slice`/
      `insert_slice`, and in bodies `tensor.extract`, `arith`, `math`. What is
      no nest of loops over a result (a sort, a search) is an `arena.procedure`,
      but on a GPU.
    * Loops are ordered: parallel ones as the result's dimensions, then
      reductions. A result's map is a projected permutation.
    * A reduction starts from a `linalg.fill` of its neutral element. What
      follows it (bias, activation, residual) is one elementwise generic,
      never part of it.
    * Integers are signless. An argument or result of `main` that was unsigned
      carries `nn.unsigned`.

    ```mlir
    %0 = nn.add %x, %y : (tensor<4x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
    %1 = nn.relu %0 : (tensor<4x8xf32>) -> tensor<4x8xf32>
    // becomes
    %1 = linalg.generic {indexing_maps = [(d0, d1) -> (d0, d1), (d0, d1) -> (d1), (d0, d1) -> (d0, d1)],
                         iterator_types = ["parallel", "parallel"]} ins(%x, %y) outs(%empty) {
      %sum = arith.addf %a, %b
      %negative = arith.cmpf olt, %sum, %zero
      %result = arith.select %negative, %zero, %sum
      linalg.yield %result
    }
    ```
  }];
  let dependentDialects = [
    "::dlc::arena::ArenaDialect", "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect", "::mlir::vector::VectorDialect"
  ];
}

#endif
