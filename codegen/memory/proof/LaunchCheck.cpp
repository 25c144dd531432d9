//===- LaunchCheck.cpp - Whether threads may write over an operand --------===//

#include "codegen/memory/proof/LaunchCheck.h"
#include "codegen/memory/proof/StageAccess.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace dlc::memory {
namespace {

/// An argument and its views from their first element on.
llvm::SmallDenseSet<Value> viewsOf(Value argument) {
  llvm::SmallDenseSet<Value> views = {argument};
  SmallVector<Value> work = {argument};
  while (!work.empty())
    for (Operation *user : work.pop_back_val().getUsers())
      if (isa<memref::ReinterpretCastOp>(user) &&
          views.insert(user->getResult(0)).second)
        work.push_back(user->getResult(0));
  return views;
}

/// An access of a launch, and the op that it is.
struct ThreadAccess {
  Operation *op;
  StageAccess access;
};

/// Whether the access is at one index and of a number of elements that is
/// known: the same for all that have them.
bool isPlain(const StageAccess &access) {
  return !access.isAddress() && access.indices.size() == 1 && !access.mask &&
         !access.rows.value && access.rows.known == 1 && !access.elements.value;
}

bool isSame(const StageAccess &one, const StageAccess &other) {
  return isPlain(one) && isPlain(other) &&
         one.indices.front() == other.indices.front() &&
         one.elements.known == other.elements.known &&
         one.elementBits == other.elementBits;
}

/// Whether the thread comes by `first` before it comes by `second`.
bool comesBefore(Operation *first, Operation *second) {
  if (Operation *around = second->getBlock()->findAncestorOpInBlock(*first))
    return around->isBeforeInBlock(second);
  Operation *around = first->getBlock()->findAncestorOpInBlock(*second);
  return around && first->isBeforeInBlock(around);
}

/// The uses of memory in launches; false if there are others that may access
/// it.
bool collect(const llvm::SmallDenseSet<Value> &views, bool writes,
             DenseMap<Operation *, SmallVector<ThreadAccess>> &accesses) {
  for (Value view : views)
    for (Operation *user : view.getUsers()) {
      if (isa<memref::ReinterpretCastOp>(user))
        continue;
      auto launch = user->getParentOfType<gpu::LaunchOp>();
      if (!launch)
        return false;
      for (const StageAccess &access : accessesOf(user))
        if (access.memory == view) {
          if (access.writes != writes)
            return false;
          accesses[launch].push_back({user, access});
        }
    }
  return true;
}

} // namespace

std::optional<InPlace> checkLaunches(func::FuncOp stage, unsigned operand,
                                     unsigned result, int64_t distance) {
  auto launches = llvm::to_vector(stage.getOps<gpu::LaunchOp>());
  if (launches.empty())
    return std::nullopt;
  DenseMap<Operation *, SmallVector<ThreadAccess>> reads, writes;
  if (distance != 0 ||
      !collect(viewsOf(stage.getArgument(operand)), false, reads) ||
      !collect(viewsOf(stage.getArgument(result)), true, writes))
    return InPlace::Unknown;
  bool written = false;
  for (gpu::LaunchOp launch : launches) {
    if (written && !reads[launch].empty())
      return InPlace::Unsafe;
    written |= !writes[launch].empty();
    if (writes[launch].empty())
      continue;
    for (const ThreadAccess &read : reads[launch])
      if (llvm::none_of(writes[launch], [&](const ThreadAccess &write) {
            return isSame(read.access, write.access) &&
                   comesBefore(read.op, write.op);
          }))
        return InPlace::Unknown;
  }
  return InPlace::Safe;
}

} // namespace dlc::memory
