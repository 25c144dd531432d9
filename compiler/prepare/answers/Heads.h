//===- Heads.h - What the heads of detectors answer -------------*- C++ -*-===//

#ifndef DLC_COMPILER_PREPARE_ANSWERS_HEADS_H
#define DLC_COMPILER_PREPARE_ANSWERS_HEADS_H

#include "compiler/prepare/Description.h"
#include "mlir/IR/BuiltinTypes.h"

namespace dlc::prepare {

struct HeadFacts {
  Head head;
  llvm::StringLiteral name;
  unsigned outputs;            ///< that it is made of; 0: one or more
  llvm::StringLiteral meaning; ///< of each, where there are several
  llvm::StringLiteral shapes;
  /// What is left to those who read it: boxes to suppress, cells to merge, or
  /// nothing.
  enum { Suppress, Merge, Nothing } rest;

  bool suppresses() const { return rest == Suppress; }
};
const HeadFacts &factsOf(Head head);

llvm::SmallVector<llvm::StringRef> namesOfHeads();
/// False where there is none of this name.
bool findHead(llvm::StringRef name, Head &head);

/// Whether the outputs are cells with anchors of a YOLO's.
bool hasGrids(Head head);

/// The classes that the outputs have, of these types; an error at the head's
/// place where they are not of its shapes, not of float32, or of another image.
mlir::FailureOr<int64_t> countClasses(const Detect &detect,
                                      mlir::TypeRange outputs, Size image);

} // namespace dlc::prepare

#endif
