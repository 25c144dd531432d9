//===- CallerConstants.cpp - What callers give a stage --------------------===//

#include "codegen/loops/weights/CallerConstants.h"
#include "dialects/arena/ArenaOps.h"
#include "dialects/interfaces/StoredSize.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;

namespace dlc::loops {

/// The constant that a caller gives; null if it gives something else.
static memref::GetGlobalOp constantOf(Operation *user, unsigned argument) {
  auto call = dyn_cast<func::CallOp>(user);
  return call ? call.getOperand(argument).getDefiningOp<memref::GetGlobalOp>()
              : memref::GetGlobalOp();
}

SmallVector<ElementsAttr> constantsAtCallers(ModuleIndex &module,
                                             func::FuncOp stage,
                                             BlockArgument argument) {
  SmallVector<ElementsAttr> constants;
  for (Operation *user : module.usersOf(stage)) {
    memref::GetGlobalOp get = constantOf(user, argument.getArgNumber());
    auto global = get ? module.lookup<memref::GlobalOp>(get.getName())
                      : memref::GlobalOp();
    auto value =
        global ? dyn_cast_or_null<ElementsAttr>(global.getInitialValueAttr())
               : ElementsAttr();
    if (!value)
      return {};
    constants.push_back(value);
  }
  return constants;
}

bool holdsAtCallers(ModuleIndex &module, func::FuncOp stage,
                    BlockArgument argument,
                    llvm::function_ref<bool(ElementsAttr)> holds) {
  if (!argument)
    return false;
  SmallVector<ElementsAttr> constants =
      constantsAtCallers(module, stage, argument);
  return !constants.empty() && llvm::all_of(constants, holds);
}

/// How many different ones callers give, before any was encoded.
static int64_t countConstants(ModuleIndex &module, func::FuncOp stage,
                              unsigned argument) {
  llvm::SmallPtrSet<const void *, 4> different;
  for (Operation *user : module.usersOf(stage))
    if (memref::GetGlobalOp get = constantOf(user, argument))
      different.insert(get.getNameAttr().getAttr().getAsOpaquePointer());
  return static_cast<int64_t>(different.size());
}

int64_t bytesAdded(ModuleIndex &module, func::FuncOp stage, TypeRange types,
                   const WeightEncoding &encoding, unsigned argument,
                   ArrayRef<unsigned> beside) {
  auto bytesOf = [&](unsigned number) {
    return storedBytes(cast<ShapedType>(types[number]));
  };
  int64_t more = encoding.bytes() - bytesOf(argument);
  for (unsigned other : beside)
    more -= bytesOf(other);
  return more * countConstants(module, stage, argument);
}

namespace {
bool isAligned(Value memory, int64_t bytes) {
  Operation *made = memory.getDefiningOp();
  if (auto buffer = dyn_cast_or_null<arena::BufferOp>(made))
    return static_cast<int64_t>(buffer.getAlign()) % bytes == 0;
  if (auto view = dyn_cast_or_null<arena::ViewOp>(made))
    return static_cast<int64_t>(view.getByteOffset()) % bytes == 0 &&
           isAligned(view.getSource(), bytes);
  return false;
}
} // namespace

bool isAlignedAtCallers(ModuleIndex &module, func::FuncOp stage,
                        BlockArgument argument, int64_t bytes) {
  return llvm::all_of(module.usersOf(stage), [&](Operation *user) {
    auto call = dyn_cast<func::CallOp>(user);
    return call && isAligned(call.getOperand(argument.getArgNumber()), bytes);
  });
}

} // namespace dlc::loops
