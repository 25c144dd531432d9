//===- ModuleIndex.h - Symbols of a module and their users ------*- C++ -*-===//
//
// What stages ask of the module around them, found once for all of them: a
// network has as many symbols as nodes, and each stage asks many times.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_MODULEINDEX_H
#define DLC_CODEGEN_LOOPS_MODULEINDEX_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/StringMap.h"

namespace dlc::loops {

class ModuleIndex {
public:
  explicit ModuleIndex(mlir::ModuleOp module)
      : moduleOp(module), table(module) {}

  mlir::ModuleOp module() const { return moduleOp; }

  template <typename Op = mlir::Operation *> Op lookup(llvm::StringRef name) {
    return table.lookup<Op>(name);
  }
  /// Takes note of a symbol that has been added to the module; renames it where
  /// its name is taken.
  void add(mlir::Operation *symbol) { table.insert(symbol); }

  /// The ops that name a stage, as they were when this was asked first.
  llvm::ArrayRef<mlir::Operation *> usersOf(mlir::func::FuncOp stage);

  /// `stem` with the lowest number behind it that is no symbol's.
  std::string freeName(llvm::StringRef stem);

  /// What a stage has asked for before, by a key of its kind.
  mlir::func::FuncOp &shared(llvm::StringRef key) { return functions[key]; }

private:
  mlir::ModuleOp moduleOp;
  mlir::SymbolTable table;
  std::optional<llvm::StringMap<llvm::SmallVector<mlir::Operation *, 1>>> users;
  llvm::StringMap<mlir::func::FuncOp> functions;
  llvm::StringMap<unsigned> numbers; // by stem: those below are taken
};

} // namespace dlc::loops

#endif
