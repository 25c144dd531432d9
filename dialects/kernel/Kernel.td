//===- Kernel.td - The whole kernel dialect -------------------------------===//

include "dialects/kernel/KernelOps.td"
include "dialects/kernel/PanelKernels.td"
include "dialects/kernel/SparseKernels.td"
include "dialects/kernel/CodedKernels.td"
include "dialects/kernel/TableKernels.td"
