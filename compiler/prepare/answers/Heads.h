//===- Heads.h - What the heads of detectors answer -------------*- C++ -*-===//

#ifndef DLC_COMPILER_PREPARE_ANSWERS_HEADS_H
#define DLC_COMPILER_PREPARE_ANSWERS_HEADS_H

#include "compiler/prepare/Description.h"
#include "mlir/IR/BuiltinTypes.h"

namespace dlc::prepare {

struct HeadFacts {
  Head head;
  llvm::StringLiteral name;
  unsigned outputs;            ///< that it is made of
  llvm::StringLiteral meaning; ///< of each, where there are several
  llvm::StringLiteral shapes;
  bool suppresses; ///< leaves boxes to suppress to those who read it
};
const HeadFacts &factsOf(Head head);

llvm::SmallVector<llvm::StringRef> namesOfHeads();
/// False where there is none of this name.
bool findHead(llvm::StringRef name, Head &head);

/// The classes that the outputs have, of these types; an error at the head's
/// place where they are not of its shapes, or not of float32.
mlir::FailureOr<int64_t> countClasses(const Detect &detect,
                                      mlir::TypeRange outputs);

} // namespace dlc::prepare

#endif
