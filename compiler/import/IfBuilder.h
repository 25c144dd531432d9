//===- IfBuilder.h - One of two bodies, as the network says -----*- C++ -*-===//

#ifndef DLC_COMPILER_IMPORT_IFBUILDER_H
#define DLC_COMPILER_IMPORT_IFBUILDER_H

#include "compiler/import/Build.h"

namespace dlc::import {

/// Builds an nn.if: the ops of both bodies are built where they always are, and
/// then moved into it. Constants stay outside, so that weights are packed.
class IfBuilder {
public:
  using Body = llvm::function_ref<llvm::SmallVector<mlir::Value>()>;

  /// `condition` is one i1 without dimensions.
  IfBuilder(Build &build, mlir::Value condition)
      : build(build), condition(condition) {}

  /// Builds a body; gives what it yields.
  llvm::ArrayRef<mlir::Value> addThen(Body body) { return add(body, 0); }
  llvm::ArrayRef<mlir::Value> addElse(Body body) { return add(body, 1); }
  /// One more value that both yield, of each body or from outside.
  void addResult(mlir::Value ofThen, mlir::Value ofElse) {
    parts[0].yielded.push_back(ofThen);
    parts[1].yielded.push_back(ofElse);
  }
  /// Both bodies yield values of the same types.
  llvm::SmallVector<mlir::Value> finish();

private:
  struct Part {
    llvm::SmallVector<mlir::Operation *> ops;
    llvm::SmallVector<mlir::Value> yielded;
  };

  llvm::ArrayRef<mlir::Value> add(Body body, unsigned number);

  Build &build;
  mlir::Value condition;
  Part parts[2];
};

} // namespace dlc::import

#endif
