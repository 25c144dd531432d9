//===- Specimens.h - One function for each nn op ---------------*- C++ -*-===//

#ifndef DLC_TEST_UNIT_DIALECTS_NN_SPECIMENS_H
#define DLC_TEST_UNIT_DIALECTS_NN_SPECIMENS_H

#include "compiler/evaluate/Tensor.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include <functional>

namespace dlc::test {

using Tensors = llvm::SmallVector<evaluate::Tensor>;

/// The functions of specimens/*.mlir, and copies of them in which the op is
/// computed in another way.
class Specimens {
public:
  Specimens();

  /// Null if the file is not a valid module.
  mlir::ModuleOp module() { return *parsed; }
  mlir::MLIRContext &context() { return ctx; }

  /// The op that a function is about.
  static mlir::Operation *opOf(mlir::func::FuncOp function);

  /// A function whose results are what `build` makes of a copy of the op.
  /// Arguments and constants are the same. Null if it is not valid.
  mlir::OwningOpRef<mlir::ModuleOp>
  variant(mlir::func::FuncOp function,
          std::function<llvm::SmallVector<mlir::Value>(mlir::OpBuilder &,
                                                       mlir::Operation *)>
              build);

  /// Different multiples of 1/8 in no order (floats), small integers, bools.
  static Tensors inputsFor(mlir::func::FuncOp function, unsigned seed = 0);

  /// Empty when the function cannot be evaluated.
  static Tensors run(mlir::func::FuncOp function,
                     llvm::ArrayRef<evaluate::Tensor> inputs);

private:
  mlir::MLIRContext ctx;
  mlir::OwningOpRef<mlir::ModuleOp> parsed;
};

/// The elements as numbers.
llvm::SmallVector<double> numbersOf(const evaluate::Tensor &tensor);
/// A tensor of floats with other elements.
evaluate::Tensor mapped(const evaluate::Tensor &tensor,
                        std::function<double(double)> function);

} // namespace dlc::test

#endif
