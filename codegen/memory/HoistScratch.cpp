//===- HoistScratch.cpp - Memory of stages from the arena -----------------===//

#include "codegen/memory/Passes.h"
#include "codegen/memory/plan/Liveness.h"
#include "dialects/arena/Declarations.h"
#include "dialects/dlc/Declarations.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "targets/description/TargetAttr.h"

namespace dlc::memory {
#define GEN_PASS_DEF_HOISTSCRATCH
#include "codegen/memory/Passes.h.inc"
} // namespace dlc::memory

using namespace mlir;

namespace dlc::memory {
namespace {

/// Arguments behind which scratch does not go: the bounds of the chunks that a
/// call computes stay last (dlc-share-stages).
unsigned trailingArguments(func::FuncOp stage) {
  return phases::chunksAttr.isOn(stage) ? 2 : 0;
}

struct HoistScratch : impl::HoistScratchBase<HoistScratch> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    func::FuncOp main = findMain(module);
    if (!main)
      return signalPassFailure();
    DenseMap<StringRef, SmallVector<MemRefType>> scratch;
    for (auto stage : module.getOps<func::FuncOp>()) {
      if (stage == main || stage.isExternal())
        continue;
      FailureOr<SmallVector<MemRefType>> types = hoist(stage);
      if (failed(types))
        return signalPassFailure();
      if (!types->empty())
        scratch[stage.getName()] = std::move(*types);
    }
    int64_t align = targets::getTargetInfo(module).align;
    SymbolTable symbols(module);
    for (auto call : llvm::make_early_inc_range(main.getOps<func::CallOp>()))
      if (auto types = scratch.find(call.getCallee()); types != scratch.end())
        passBuffers(call, symbols.lookup<func::FuncOp>(call.getCallee()),
                    types->second, align);
  }

  /// Makes arguments of the stage's allocations and returns their types.
  FailureOr<SmallVector<MemRefType>> hoist(func::FuncOp stage) {
    SmallVector<memref::AllocOp> allocs;
    SmallVector<memref::DeallocOp> deallocs;
    stage.walk([&](memref::AllocOp op) { allocs.push_back(op); });
    stage.walk([&](memref::DeallocOp op) { deallocs.push_back(op); });
    SmallVector<MemRefType> types;
    for (memref::AllocOp op : allocs) {
      MemRefType type = op.getType();
      if (!type.hasStaticShape() || !type.getLayout().isIdentity())
        return op.emitError("memory of unknown size cannot be planned: ")
               << type;
      if (op->getParentOfType<scf::ForallOp>() ||
          op->getParentOfType<scf::ParallelOp>())
        return op.emitError("memory allocated in a parallel loop cannot be "
                            "planned: each thread needs its own");
      types.push_back(type);
    }
    for (memref::DeallocOp op : deallocs)
      op.erase();
    Builder builder(&getContext());
    auto marked = builder.getDictionaryAttr(
        arena::scratchAttr.named(builder.getUnitAttr()));
    for (memref::AllocOp op : allocs) {
      unsigned position = stage.getNumArguments() - trailingArguments(stage);
      if (failed(stage.insertArgument(position, op.getType(), marked,
                                      op.getLoc())))
        return failure();
      op.replaceAllUsesWith(stage.getArgument(position));
      op.erase();
    }
    return types;
  }

  void passBuffers(func::CallOp call, func::FuncOp stage,
                   ArrayRef<MemRefType> types, int64_t align) {
    OpBuilder builder(call);
    OperandRange operands = call.getOperands();
    unsigned trailing = trailingArguments(stage);
    SmallVector<Value> arguments(operands.drop_back(trailing));
    for (auto [i, type] : llvm::enumerate(types)) {
      std::string name = stepName(call) + ".scratch";
      if (i > 0)
        name += std::to_string(i);
      arguments.push_back(arena::BufferOp::create(
          builder, call.getLoc(), type, name, arena::extentInBytes(type), align,
          /*offset=*/IntegerAttr()));
    }
    llvm::append_range(arguments, operands.take_back(trailing));
    call.getOperandsMutable().assign(arguments);
  }
};

} // namespace
} // namespace dlc::memory
