//===- LowerArena.cpp - Buffers as views of the arena argument ------------===//

#include "codegen/memory/Passes.h"
#include "dialects/arena/ArenaOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/Support/MathExtras.h"

namespace dlc::memory {
#define GEN_PASS_DEF_LOWERARENA
#include "codegen/memory/Passes.h.inc"
} // namespace dlc::memory

using namespace mlir;

namespace dlc::memory {
namespace {

struct LowerArena : impl::LowerArenaBase<LowerArena> {
  void runOnOperation() override {
    auto main = getOperation().lookupSymbol<func::FuncOp>("main");
    if (!main || main.isExternal()) {
      getOperation().emitError("the arena is that of a function @main");
      return signalPassFailure();
    }
    Value arena = main.getNumArguments() ? main.getArguments().back() : Value();
    auto bytes = arena ? dyn_cast<MemRefType>(arena.getType()) : MemRefType();
    if (!bytes || bytes.getRank() != 1 ||
        !bytes.getElementType().isInteger(8)) {
      main.emitError("has no arena: its last argument is no memref<?xi8>");
      return signalPassFailure();
    }
    SmallVector<arena::ViewOp> views;
    SmallVector<arena::BufferOp> buffers(main.getOps<arena::BufferOp>());
    main.walk([&](arena::ViewOp op) { views.push_back(op); });
    for (arena::BufferOp buffer : buffers)
      if (!buffer.getOffset()) {
        buffer.emitError("buffer '") << buffer.getName() << "' has no offset";
        return signalPassFailure();
      }
    // A view of a view needs its source still to be one.
    for (arena::ViewOp view : llvm::reverse(views))
      if (failed(lowerView(view, arena)))
        return signalPassFailure();
    for (arena::ViewOp view : llvm::reverse(views))
      view.erase();
    for (arena::BufferOp buffer : buffers) {
      OpBuilder builder(buffer);
      buffer.replaceAllUsesWith(
          viewAt(builder, buffer.getLoc(), arena, *buffer.getOffset(),
                 cast<MemRefType>(buffer.getMemory().getType())));
      buffer.erase();
    }
  }

  /// Makes an input or output an array of bytes, so that a view can begin at
  /// any of them.
  static void exposeBytes(BlockArgument argument) {
    auto type = cast<MemRefType>(argument.getType());
    if (type.getRank() == 1 && type.getElementType().isInteger(8))
      return;
    auto main = cast<func::FuncOp>(argument.getOwner()->getParentOp());
    OpBuilder builder = OpBuilder::atBlockBegin(argument.getOwner());
    SmallVector<OpOperand *> uses;
    for (OpOperand &use : argument.getUses())
      if (!isa<arena::ViewOp>(use.getOwner()))
        uses.push_back(&use);
    argument.setType(
        MemRefType::get({arena::extentInBytes(type)}, builder.getI8Type()));
    Value typed = viewAt(builder, argument.getLoc(), argument, 0, type);
    for (OpOperand *use : uses)
      use->set(typed);
    main.setType(builder.getFunctionType(main.front().getArgumentTypes(),
                                         main.getResultTypes()));
  }

  static Value viewAt(OpBuilder &builder, Location loc, Value arena,
                      int64_t offset, MemRefType type) {
    Value at = arith::ConstantIndexOp::create(builder, loc, offset);
    return memref::ViewOp::create(builder, loc, type, arena, at, ValueRange());
  }

  /// A view begins at its own place in the arena, so that what it is passed to
  /// sees offset 0.
  LogicalResult lowerView(arena::ViewOp view, Value arena) {
    int64_t offset = 0;
    Value source = view.getResult();
    while (auto inner = source.getDefiningOp<arena::ViewOp>()) {
      offset += inner.getByteOffset();
      source = inner.getSource();
    }
    auto buffer = source.getDefiningOp<arena::BufferOp>();
    auto argument = dyn_cast<BlockArgument>(source);
    if (!buffer && !argument)
      return view.emitError(
          "is a view of neither a buffer nor an argument of @main");
    if (buffer) {
      source = arena;
      offset += *buffer.getOffset();
    } else {
      exposeBytes(argument);
    }
    auto type = cast<MemRefType>(view.getResult().getType());
    OpBuilder builder(view);
    int64_t elementBytes = llvm::divideCeil(type.getElementTypeBitWidth(), 8);
    auto [strides, zero] = type.getStridesAndOffset();
    bool identity = type.getLayout().isIdentity();
    MemRefType flat =
        identity ? type
                 : MemRefType::get({arena::extentInBytes(type) / elementBytes},
                                   type.getElementType());
    Value memory = viewAt(builder, view.getLoc(), source, offset, flat);
    if (!identity)
      memory = memref::ReinterpretCastOp::create(
          builder, view.getLoc(), type, memory, zero, type.getShape(), strides);
    view.replaceAllUsesWith(memory);
    return success();
  }
};

} // namespace
} // namespace dlc::memory
