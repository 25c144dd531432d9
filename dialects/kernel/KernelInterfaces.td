//===- KernelInterfaces.td - What passes ask of a kernel ------------------===//

#ifndef DLC_DIALECTS_KERNEL_KERNELINTERFACES
#define DLC_DIALECTS_KERNEL_KERNELINTERFACES

include "mlir/IR/OpBase.td"

def KernelOpInterface : OpInterface<"KernelOpInterface"> {
  let cppNamespace = "::dlc::kernel";
  let description = [{
    A kernel: instructions of one function, told apart by its attributes.
  }];
  let methods = [
    InterfaceMethod<[{
      What it reads and writes. An access is complete before the next one that
      writes begins, and a write before whatever follows it; reads that follow each
      other come in any order, element by element.
    }], "::llvm::SmallVector<::dlc::kernel::Access, 2>", "getAccesses">,
    InterfaceMethod<"What its instructions are taken from.",
      "::dlc::kernel::InstructionsAttr", "getInstructions">
  ];
}

#endif
