//===- Execution.h - Calls of the planned @main, one after another -*- C++ -*-//

#ifndef DLC_CODEGEN_MEMORY_EXECUTION_H
#define DLC_CODEGEN_MEMORY_EXECUTION_H

#include "codegen/memory/proof/DataFlow.h"
#include "codegen/memory/proof/InPlaceCheck.h"
#include "codegen/memory/proof/NumberedMemory.h"
#include "mlir/IR/SymbolTable.h"
#include <map>

namespace dlc::memory {

/// The name of a call's node, fit to be printed.
std::string printableName(mlir::func::CallOp call);

/// The memory of @main as its calls go through it. All that fails does so with
/// a diagnostic.
class Execution {
public:
  Execution(llvm::ArrayRef<NumberedTensor> tensors,
            llvm::ArrayRef<unsigned> constants, mlir::ModuleOp module,
            mlir::func::FuncOp main, int64_t arenaBytes, bool everyStage)
      : tensors(tensors), constants(constants), symbols(module),
        memory(main, arenaBytes), everyStage(everyStage) {}

  void setInput(unsigned argument, mlir::BlockArgument value, unsigned tensor);

  /// One call of a stage that makes the results of `call`.
  mlir::LogicalResult run(mlir::func::CallOp op, const RecordedCall &call);

  /// A copy that bufferization put in: its first argument to its second.
  mlir::LogicalResult copy(mlir::func::CallOp op);

  mlir::LogicalResult read(mlir::Operation *op, const MemoryRegion &region,
                           const NumberedTensor &tensor);

  std::optional<MemoryRegion> place(mlir::Operation *op, mlir::Value value);

private:
  void write(const MemoryRegion &region, const NumberedTensor &tensor);

  struct Argument {
    unsigned number; // of the stage
    const MemoryRegion &region;
  };

  /// Whether a result may lie over part of an operand. Stages are shared: each
  /// is looked at once for each distance. One element by element in the whole
  /// place of an operand that has many takes long (0.25 s a million), so that
  /// has to be asked for.
  mlir::LogicalResult checkOverlap(mlir::func::CallOp op,
                                   mlir::func::FuncOp stage, size_t operand,
                                   Argument from, Argument to);

  std::string makerOf(uint64_t number) const;

  mlir::InFlightDiagnostic error(mlir::Operation *op);
  llvm::ArrayRef<NumberedTensor> tensors;
  llvm::ArrayRef<unsigned> constants;
  mlir::SymbolTable symbols;
  NumberedMemory memory;
  bool everyStage;
  unsigned step = 0;
  std::map<std::tuple<mlir::Operation *, unsigned, unsigned, int64_t>, InPlace>
      overlaps;
};

} // namespace dlc::memory

#endif
