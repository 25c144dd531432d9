//===- Places.h - Where the memory of launches lies -------------*- C++ -*-===//

#ifndef DLC_CODEGEN_PTX_PLACES_H
#define DLC_CODEGEN_PTX_PLACES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"

namespace dlc::ptx {

/// Where bytes of the device are, as runtime/include/dlc/cuda.h numbers it.
enum class Source { Arena = 0, Weights = 1, Input = 2, Output = 3 };

/// So many bytes of a source; of a constant, an input or an output by its name
/// or number.
struct DevicePlace {
  Source source = Source::Arena;
  int64_t offset = 0, bytes = 0;
  unsigned index = 0;
  llvm::StringRef constant;

  bool isApartFrom(const DevicePlace &other) const;
};

/// What the planned @main gives to the stages that it calls, and what makers of
/// constants get.
class Places {
public:
  explicit Places(mlir::ModuleOp module);

  llvm::ArrayRef<mlir::func::CallOp> calls() const { return mainCalls; }
  /// Those that make constants when the network is opened.
  llvm::ArrayRef<mlir::func::CallOp> callsAtOpen() const { return openCalls; }
  unsigned inputs() const { return inputCount; }
  mlir::func::FuncOp main() const { return mainOp; }

  /// Of memory as a stage has it at one of its calls; fails, with a diagnostic,
  /// where it is none of @main's.
  mlir::FailureOr<DevicePlace> placeOf(mlir::func::CallOp call,
                                       mlir::Value memory) const;
  /// Whether at no call of the stage the two have a byte in common.
  bool areApart(mlir::func::FuncOp stage, mlir::Value one,
                mlir::Value other) const;

private:
  mlir::FailureOr<DevicePlace> placeInMain(mlir::Value memory) const;

  mlir::func::FuncOp mainOp;
  unsigned inputCount = 0;
  llvm::SmallVector<mlir::func::CallOp> mainCalls, openCalls;
};

} // namespace dlc::ptx

#endif // DLC_CODEGEN_PTX_PLACES_H
