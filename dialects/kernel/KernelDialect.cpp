//===- KernelDialect.cpp - The kernel dialect -----------------------------===//

#include "dialects/kernel/KernelDialect.h"
#include "dialects/kernel/CodedKernels.h"
#include "dialects/kernel/PanelKernels.h"
#include "dialects/kernel/SparseKernels.h"
#include "dialects/kernel/TableKernels.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

#include "dialects/kernel/KernelDialect.cpp.inc"
#include "dialects/kernel/KernelEnums.cpp.inc"
#include "dialects/kernel/KernelInterfaces.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/kernel/KernelAttributes.cpp.inc"

#define GET_OP_CLASSES
#include "dialects/kernel/KernelOps.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/kernel/PanelKernels.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/kernel/SparseKernels.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/kernel/CodedKernels.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/kernel/TableKernels.cpp.inc"

namespace dlc::kernel {

void KernelDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/kernel/KernelAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/kernel/KernelOps.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/kernel/PanelKernels.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/kernel/SparseKernels.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/kernel/CodedKernels.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/kernel/TableKernels.cpp.inc"
      >();
}

} // namespace dlc::kernel
