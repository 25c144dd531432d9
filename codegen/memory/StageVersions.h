//===- StageVersions.h - Stages as functions on memory ----------*- C++ -*-===//

#ifndef DLC_CODEGEN_MEMORY_STAGEVERSIONS_H
#define DLC_CODEGEN_MEMORY_STAGEVERSIONS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/MapVector.h"

namespace dlc::memory {

/// Makes of a stage on tensors one function for each list of memref types it
/// is called with.
class StageVersions {
public:
  explicit StageVersions(mlir::SymbolTable &symbols) : symbols(symbols) {}

  /// The stage `name` on arguments of these types, operands then results.
  /// `inplace` is the operand that this call's result is written over.
  mlir::func::FuncOp get(mlir::func::FuncOp stage, mlir::TypeRange types,
                         std::optional<unsigned> inplace);

  /// A stage that copies from the first argument to the second.
  mlir::func::FuncOp getCopy(mlir::Location loc, mlir::MemRefType from,
                             mlir::MemRefType to);

  /// Takes `nn.inplace` from operands that no call's result is written over.
  void finish();

private:
  mlir::func::FuncOp build(mlir::func::FuncOp stage, mlir::TypeRange types);

  struct Version {
    llvm::SmallVector<mlir::Type> types;
    mlir::func::FuncOp func;
    llvm::SmallVector<bool> inplace;
  };
  mlir::SymbolTable &symbols;
  llvm::MapVector<mlir::Operation *, llvm::SmallVector<Version, 1>> versions;
  llvm::MapVector<mlir::Type, mlir::func::FuncOp> copies;
};

} // namespace dlc::memory

#endif
