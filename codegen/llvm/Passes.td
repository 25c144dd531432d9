//===- Passes.td - From loops on memory to the LLVM dialect ---------------===//

#ifndef DLC_CODEGEN_LLVM_PASSES
#define DLC_CODEGEN_LLVM_PASSES

include "mlir/Pass/PassBase.td"

def MarkNoalias : Pass<"dlc-mark-noalias", "::mlir::ModuleOp"> {
  let summary = "Marks the arguments of stages that no other argument overlaps";
  let description = [{
    Runs when every buffer has its place in the arena. An argument of a stage
    is marked `llvm.noalias` if at every call its bytes lie apart from those of
    all other arguments that the stage could write through: constants, inputs,
    outputs and the arena lie apart from each other (net.h demands it), and two
    parts of the arena do if their ranges of bytes do. A stage that works in
    place therefore keeps its pair unmarked.

    ```mlir
    %a = memref.view %arena[%c0][] : memref<1024xi8> to memref<64xf32>
    %b = memref.view %arena[%c256][] : memref<1024xi8> to memref<64xf32>
    call @relu(%a, %b)
    // makes the callee
    func.func private @relu(%x: memref<64xf32> {llvm.noalias}, %y: memref<64xf32> {llvm.noalias})
    ```
  }];
}

def ConvertToLLVM : Pass<"dlc-convert-to-llvm", "::mlir::ModuleOp"> {
  let summary = "Converts functions of loops, vectors and memrefs to the LLVM dialect";
  let description = [{
    Needs control flow as branches (`convert-scf-to-cf`), no affine op, static
    memref types at function edges and no allocation; the arena, last argument
    of @main, may be dynamic if the module has `arena.bytes`. The width of an
    index is that of the module's `dlti.dl_spec`.

    Memrefs are passed as bare pointers to their first element. A
    `memref.global` becomes an array of bytes without initial value whose
    content stays in the attribute `dlc.data`, so that large weights cost
    nothing until the object is written. Functions are `nounwind`. Where
    `dlc.target` says `maximum`, `arith.maximumf` and `minimumf` of f32, and of f16 where it says `fp16`, become
    instructions; elsewhere comparisons and selections. Where it says
    `predication`, those of whole vectors are three instructions of MVE.

    Ops of the kernel dialect stay; their addresses become integers.

    ```mlir
    memref.global "private" constant @w : memref<8x4xf32> = dense_resource<w>
    // becomes
    llvm.mlir.global external constant @w() {dlc.data = dense_resource<w> : tensor<8x4xf32>} : !llvm.array<128 x i8>
    ```
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def ShareStages : Pass<"dlc-share-stages", "::mlir::ModuleOp"> {
  let summary = "Calls stages that are cut into chunks through the parallel loop";
  let description = [{
    Needs the LLVM dialect. A call of a function that carries `dlc.chunks`,
    whose two integer arguments say which chunks to compute, becomes a call of
    `dlc_parallel_for` (runtime/include/dlc/dlc.h) with a task that computes a
    part of the chunks, a few parts for each thread of the target. The module
    gets a weak `dlc_parallel_for` that runs the tasks one after the other, so
    that the object needs nothing.

    ```mlir
    llvm.call @conv(%x, %y, %c0, %c56)
    // becomes
    %context = llvm.alloca ...             // {%x, %y}
    llvm.call @dlc_parallel_for(@conv_task, %context, %c8)
    ```
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def OutlineColdPaths : Pass<"dlc-outline-cold-paths", "::mlir::ModuleOp"> {
  let summary = "Makes a function of code that hardly ever runs";
  let description = [{
    What `scf.if` does where it carries `dlc.cold` and its condition holds (an
    infinity or a NaN among activations, say) becomes a function with that name
    and `dlc.cold_function`, which takes what it reads as arguments, but for
    constants. dlc-merge-stages makes one of those that are alike. Comes after
    the proof of the memory plan, which does not look into calls.

    ```mlir
    %0 = scf.if %nonFinite -> (i32) {
      // loops
      scf.yield %1 : i32
    } else { ... } {dlc.cold = "non_finite"}
    // becomes
    %0 = scf.if %nonFinite -> (i32) {
      %1 = func.call @non_finite(%tile, %position) : (memref<145xi32>, index) -> i32
      scf.yield %1 : i32
    } else { ... }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect"
  ];
}

def MergeStages : Pass<"dlc-merge-stages", "::mlir::ModuleOp"> {
  let summary = "Makes one function of stages that differ in integers alone";
  let description = [{
    Needs the LLVM dialect. Stages of one kind often differ in the sizes of
    their tensors alone, which are constants in their loops. Where the module
    carries `dlc.optimise_size` (-Os), the functions of several stages are equal
    but for such integers, and that is estimated to be smaller, their body
    becomes one function with these integers as further arguments. Each stage
    stays a function, which calls it: its name is what profiles and size tables
    speak of. Divisors and immediate operands of instructions stay constants.

    Cold functions (dlc-outline-cold-paths) are merged at every level. Their
    callers call the one that stays, the first of them.

    ```mlir
    llvm.func @conv_1(%x: !llvm.ptr, %y: !llvm.ptr)  // a loop up to 64
    llvm.func @conv_2(%x: !llvm.ptr, %y: !llvm.ptr)  // the same up to 128
    // become
    llvm.func @conv_1_shared(%x: !llvm.ptr, %y: !llvm.ptr, %n: i32) // the loop
    llvm.func @conv_1(%x: !llvm.ptr, %y: !llvm.ptr) {
      %n = llvm.mlir.constant(64 : i32) : i32
      llvm.call @conv_1_shared(%x, %y, %n)
    ```
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

#endif // DLC_CODEGEN_LLVM_PASSES
