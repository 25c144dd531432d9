//===- RandomNetwork.h - Networks that no one would draw ------------------===//

#ifndef DLC_TEST_UNIT_COMPILER_PIPELINE_RANDOMNETWORK_H
#define DLC_TEST_UNIT_COMPILER_PIPELINE_RANDOMNETWORK_H

#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include <random>

namespace dlc::test {

/// A module with a function `main` of random small nn ops on channels_first
/// maps: spatial ops, element-wise ones with constants of all ranks, channel
/// shuffles, padding, flattening into products. The same seed makes the same
/// network.
class RandomNetwork {
public:
  RandomNetwork(mlir::MLIRContext &context, unsigned seed);

  mlir::OwningOpRef<mlir::ModuleOp> build(int ops);

private:
  using Shape = llvm::SmallVector<int64_t>;

  int64_t pick(int64_t low, int64_t high);
  mlir::RankedTensorType type(llvm::ArrayRef<int64_t> shape);
  mlir::Value constant(llvm::ArrayRef<int64_t> shape);
  mlir::Value anyMap();
  llvm::ArrayRef<int64_t> shapeOf(mlir::Value value);

  mlir::Value randomOp(mlir::Value x);
  mlir::Value conv(mlir::Value x);
  mlir::Value pool(mlir::Value x);
  mlir::Value unary(mlir::Value x);
  mlir::Value binary(mlir::Value x);
  mlir::Value pad(mlir::Value x);
  mlir::Value slice(mlir::Value x);
  mlir::Value shuffle(mlir::Value x);
  mlir::Value reduceAndScale(mlir::Value x);
  mlir::Value transposeTwice(mlir::Value x);
  mlir::Value throughSequence(mlir::Value x);
  mlir::Value alongAxis(mlir::Value x);
  mlir::Value flattenAndMultiply(mlir::Value x);

  mlir::OpBuilder builder;
  mlir::Location loc;
  std::mt19937 random;
  llvm::SmallVector<mlir::Value> maps; // rank 4, any of them may be used again
};

} // namespace dlc::test

#endif
