//===- Kernels.cpp - A kernel from its text -------------------------------===//

#include "Kernels.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace mlir;

namespace dlc::kernel {

ParsedKernel::ParsedKernel(const std::string &text) {
  context.loadDialect<arith::ArithDialect, func::FuncDialect, KernelDialect>();
  module = parseSourceString<ModuleOp>(
      "func.func @f(%x: index, %w: index, %y: index, %f: f32, %i: i32, "
      "%v: vector<4xf32>, %u: vector<4xi32>) {\n"
      "  %s = arith.constant " +
          std::to_string(kStride) +
          " : index\n"
          "  %n = arith.constant " +
          std::to_string(kSteps) + " : index\n" + text + "\n  return\n}",
      &context);
  if (module)
    module->walk([&](KernelOpInterface kernel) { op = kernel; });
  EXPECT_TRUE(op) << text;
}

std::string ParsedKernel::nameOf(Value address) {
  unsigned number = cast<BlockArgument>(address).getArgNumber();
  return std::string(1, "xwy"[number]);
}

} // namespace dlc::kernel
