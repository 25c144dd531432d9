//===- LiveResources.h - Which constants' bytes are still needed ----------===//

#ifndef DLC_COMPILER_SIMPLIFY_LIVERESOURCES_H
#define DLC_COMPILER_SIMPLIFY_LIVERESOURCES_H

#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseMap.h"

namespace dlc::simplify {

/// Counts how often the ops of a module mention each resource, so that its
/// bytes can be freed with the last mention. Resources belong to the context
/// and never go on their own.
class LiveResources {
public:
  explicit LiveResources(mlir::Operation *module);

  /// Notes a new mention.
  void add(mlir::Attribute attribute);
  /// Notes that a mention is gone; frees the bytes after the last one.
  void drop(mlir::Attribute attribute);
  /// Frees every resource of the context that has no mention.
  void releaseOthers(mlir::MLIRContext *context);

private:
  using Entry = mlir::DialectResourceBlobManager::BlobEntry;
  llvm::DenseMap<const Entry *, int64_t> mentions;
};

} // namespace dlc::simplify

#endif
