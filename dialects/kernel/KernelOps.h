//===- KernelOps.h - Operators of the kernel dialect ------------*- C++ -*-===//

#ifndef DLC_DIALECTS_KERNEL_KERNELOPS_H
#define DLC_DIALECTS_KERNEL_KERNELOPS_H

#include "dialects/kernel/KernelDialect.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"

#include "dialects/kernel/KernelEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/kernel/KernelAttributes.h.inc"

namespace dlc::kernel {

/// A number that is known or that an operand has.
struct Count {
  int64_t known = 0;
  mlir::Value value = {}; // in place of `known`
};

/// A read or a write of `rows` rows of elements whose beginnings are `stride`
/// bytes apart; the first begins at `address`. A row has whole bytes.
struct Access {
  mlir::Value address;
  bool writes = false;
  Count rows = {1, {}}, stride = {};
  Count elements = {1, {}};
  int64_t elementBits = 8;
};

} // namespace dlc::kernel

#include "dialects/kernel/KernelInterfaces.h.inc"

#define GET_OP_CLASSES
#include "dialects/kernel/KernelOps.h.inc"

namespace dlc::kernel {

/// The name of the function that a kernel becomes: what it computes, the types
/// of its elements, its shape and its instructions. Ops of one name are one
/// function; the name of kernel.finish, whose region it does not tell, is the
/// stem of several.
std::string nameOf(KernelOpInterface kernel);

/// The order in which kernel.windows reads the groups of a row.
llvm::SmallVector<int64_t> orderOfGroups(int64_t groups, int64_t apart);

} // namespace dlc::kernel

#endif // DLC_DIALECTS_KERNEL_KERNELOPS_H
