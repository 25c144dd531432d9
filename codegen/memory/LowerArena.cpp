//===- LowerArena.cpp - Buffers as views of the arena argument ------------===//

#include "codegen/memory/Passes.h"
#include "codegen/memory/plan/Liveness.h"
#include "dialects/arena/ArenaOps.h"
#include "dialects/arena/Declarations.h"
#include "dialects/interfaces/StoredSize.h"
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
    func::FuncOp main = findMain(getOperation());
    if (!main)
      return signalPassFailure();
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
    addParts(main);
    for (arena::BufferOp buffer : buffers)
      if (failed(checkBuffer(buffer)))
        return signalPassFailure();
    // A view of a view needs its source still to be one.
    for (arena::ViewOp view : llvm::reverse(views))
      if (failed(lowerView(view)))
        return signalPassFailure();
    for (arena::ViewOp view : llvm::reverse(views))
      view.erase();
    for (arena::BufferOp buffer : buffers) {
      OpBuilder builder(buffer);
      const Part &part = partOf(buffer);
      buffer.replaceAllUsesWith(
          viewAt(builder, buffer.getLoc(), part.memory,
                 *buffer.getOffset() - part.begin,
                 cast<MemRefType>(buffer.getMemory().getType())));
      buffer.erase();
    }
  }

  /// The arena is one argument; one that is split has one more for each part
  /// behind the first.
  void addParts(func::FuncOp main) {
    parts = {{main.getArguments().back(), 0, INT64_MAX}};
    auto sizes = arena::partsAttr.get(getOperation());
    if (!sizes)
      return;
    BlockArgument first = main.getArguments().back();
    int64_t begin = 0;
    parts.clear();
    for (int64_t size : sizes.asArrayRef()) {
      Value memory = parts.empty() ? first
                                   : main.front().addArgument(first.getType(),
                                                              first.getLoc());
      parts.push_back({memory, begin, begin + size});
      begin += size;
    }
    main.setType(FunctionType::get(
        &getContext(), main.front().getArgumentTypes(), main.getResultTypes()));
    if (ArrayAttr attrs = main.getAllArgAttrs()) {
      SmallVector<Attribute> all(attrs.getValue());
      all.resize(main.getNumArguments(), DictionaryAttr::get(&getContext()));
      main.setAllArgAttrs(all);
    }
  }

  LogicalResult checkBuffer(arena::BufferOp buffer) {
    if (!buffer.getOffset())
      return buffer.emitError("buffer '")
             << buffer.getName() << "' has no offset";
    if (buffer.getSpace() == arena::Space::Device)
      return buffer.emitError("buffer '")
             << buffer.getName()
             << "' lies on a device, whose memory is no part of the arena";
    int64_t end = *buffer.getOffset() + static_cast<int64_t>(buffer.getBytes());
    if (end > partOf(buffer).end)
      return buffer.emitError("buffer '")
             << buffer.getName() << "' reaches out of its part of the arena";
    return success();
  }

  struct Part {
    Value memory;
    int64_t begin, end;
  };

  const Part &partOf(arena::BufferOp buffer) const {
    int64_t offset = *buffer.getOffset();
    for (const Part &part : parts)
      if (offset < part.end)
        return part;
    return parts.back();
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
  LogicalResult lowerView(arena::ViewOp view) {
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
      const Part &part = partOf(buffer);
      source = part.memory;
      offset += *buffer.getOffset() - part.begin;
    } else {
      exposeBytes(argument);
    }
    auto type = cast<MemRefType>(view.getResult().getType());
    OpBuilder builder(view);
    auto [strides, zero] = type.getStridesAndOffset();
    bool identity = type.getLayout().isIdentity();
    MemRefType flat = identity
                          ? type
                          : MemRefType::get({arena::extentInBytes(type) * 8 /
                                             storedBits(type.getElementType())},
                                            type.getElementType());
    Value memory = viewAt(builder, view.getLoc(), source, offset, flat);
    if (!identity)
      memory = memref::ReinterpretCastOp::create(
          builder, view.getLoc(), type, memory, zero, type.getShape(), strides);
    view.replaceAllUsesWith(memory);
    return success();
  }

  SmallVector<Part> parts;
};

} // namespace
} // namespace dlc::memory
