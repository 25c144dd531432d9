//===- Kernels.h - A kernel from its text ---------------------------------===//

#ifndef DLC_TEST_UNIT_DIALECTS_KERNEL_KERNELS_H
#define DLC_TEST_UNIT_DIALECTS_KERNEL_KERNELS_H

#include "dialects/kernel/KernelOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace dlc::kernel {

/// The one kernel of a text. `%x`, `%w` and `%y` are addresses, `%s` is a
/// stride of 100 bytes and `%n` 6 steps; `%f`, `%i`, `%v` and `%u` are
/// accumulators of f32, i32, vector<4xf32> and vector<4xi32>.
class ParsedKernel {
public:
  explicit ParsedKernel(const std::string &text);

  KernelOpInterface operator->() { return op; }
  KernelOpInterface op;

  /// The name of the operand that is an address: x, w or y.
  std::string nameOf(mlir::Value address);

private:
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

/// What `%s` and `%n` are.
constexpr int64_t kStride = 100, kSteps = 6;

} // namespace dlc::kernel

#endif // DLC_TEST_UNIT_DIALECTS_KERNEL_KERNELS_H
