//===- Passes.td - Passes of codegen/ptx ----------------------------------===//

#ifndef DLC_CODEGEN_PTX_PASSES
#define DLC_CODEGEN_PTX_PASSES

include "mlir/Pass/PassBase.td"

def OutlineKernels : Pass<"dlc-outline-kernels", "::mlir::ModuleOp"> {
  let summary = "Makes functions of a GPU module out of the launches of stages";
  let description = [{
    Comes after the memory plan. Each `gpu.launch` of a stage becomes a function
    of `gpu.module @kernels`, named after its stage, and a `gpu.launch_func`. A
    kernel takes memory alone: scalars that a stage computes (an element that it
    reads, a constant) are computed in each kernel that uses them. An argument is
    marked `llvm.noalias` if at no call another argument lies over it, and
    `llvm.readonly` if the kernel does not write to it.

    A scalar that is read from memory to which the stage writes, and control flow
    around a launch, are errors.

    ```mlir
    gpu.launch blocks(...) in (...) threads(...) in (...) {
      %0 = memref.load %x[%i] : memref<64xf32>
      ...
    }
    // becomes
    gpu.launch_func @kernels::@relu_1 blocks in (...) threads in (...) args(%x : memref<64xf32>, ...)
    ```
  }];
  let dependentDialects = [
    "::mlir::gpu::GPUDialect", "::mlir::NVVM::NVVMDialect"
  ];
}

def MergeLaunches : Pass<"dlc-merge-launches", "::mlir::ModuleOp"> {
  let summary = "Puts small launches that follow each other into one";
  let description = [{
    Comes after dlc-outline-kernels. Between two launches lies some time in which
    the device does nothing, more than small ones take. Where the estimates of the
    launches (`dlc.launch_cost`) say that a block alone is faster, the launches
    of calls that follow each other become one of a single block, which goes
    through the blocks of each, several at a time, and meets between them. So a
    softmax is one launch, and a small network a few.

    Calls have `dlc.stage_number` from then on, that of a merged one is the
    first's.

    ```mlir
    gpu.launch_func @kernels::@a blocks in (%c4, ...) threads in (%c128, ...)
    gpu.launch_func @kernels::@b blocks in (%c1, ...) threads in (%c64, ...)
    // become
    gpu.launch_func @kernels::@a_merged blocks in (%c1, ...) threads in (%c256, ...)
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::gpu::GPUDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect",
    "::mlir::NVVM::NVVMDialect", "::mlir::scf::SCFDialect"
  ];
}

def ConvertKernels : Pass<"dlc-convert-kernels", "::mlir::gpu::GPUModuleOp"> {
  let summary = "Turns kernels into the LLVM dialect for NVIDIA's GPUs";
  let description = [{
    Needs kernels without structured control flow. Memory becomes bare pointers
    and indices 32 bits wide: a buffer of 2^31 elements or more is an error.
    Functions of the mathematical library have to be expanded before
    (dlc-expand-math): nothing of CUDA's libraries is called.
  }];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::NVVM::NVVMDialect"
  ];
}

def WritePtx : Pass<"dlc-write-ptx", "::mlir::ModuleOp"> {
  let summary = "Writes the kernels as PTX";
  let description = [{
    Has LLVM optimise the `gpu.module` (dlc-convert-kernels) and write it for the
    compute capability and the version of PTX that `dlc.target` names. The text
    becomes `dlc.ptx` on the module and takes the kernels' place.
  }];
}

def TabulateLaunches : Pass<"dlc-tabulate-launches", "::mlir::ModuleOp"> {
  let summary = "Makes a table of the launches of @main";
  let description = [{
    Goes through the calls of the planned @main and the launches of their stages,
    in order, and writes for each its kernel, grid, block and arguments: offsets
    into the arena, the weights, an input or an output. `dlc.launches` and
    `dlc.kernels` on the module hold them; all constants become one
    `llvm.mlir.global @weights`, in which each begins at a multiple of 256 bytes.
    @main and the stages go away.

    Constants without a value are made of others when the network is opened, by
    the calls of a function with `dlc.at_open`, each of a function with
    `dlc.maker` and one launch. They lie behind the others on the device, and
    `dlc.constant_bytes` says how many bytes both have; `dlc.open_launches` has
    these launches, and which of the weights' bytes are to lie at the begin of
    the arena before each. What only they read lies behind the weights that the
    device keeps.

    The arena comes to be what the device gives: behind the planned buffers lie
    places for the inputs and outputs.

    ```mlir
    func.call @relu_1(%x, %0)
    // becomes an entry
    {kernel = 0 : i64, stage = 0 : i64, grid = array<i64: 4, 1, 1>, block = array<i64: 128, 1, 1>,
     arguments = array<i64: 0, 2, 0, 512, 0, 0>} // value, source and index of each
    ```
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

#endif // DLC_CODEGEN_PTX_PASSES
