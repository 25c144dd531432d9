//===- StageBuffers.cpp - Where the tensors of a stage lie ----------------===//

#include "codegen/loops/nest/BuildNest.h"
#include "codegen/loops/nest/ModuleIndex.h"
#include "codegen/loops/stage/StageEmitter.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/Declarations.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;

namespace dlc::loops {

namespace {
SmallVector<int64_t> rowMajor(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (size_t i = shape.size(); i-- > 1;)
    strides[i - 1] = strides[i] * shape[i];
  return strides;
}

/// The memref as one dimension from its first element to its last.
Value flatten(OpBuilder &builder, Location loc, Value memref,
              ArrayRef<int64_t> shape, ArrayRef<int64_t> strides) {
  int64_t extent = 1;
  for (auto [size, stride] : llvm::zip(shape, strides))
    extent += (size - 1) * stride;
  auto type = cast<MemRefType>(memref.getType());
  if (type.getRank() == 1 && type.getLayout().isIdentity())
    return memref;
  auto flat = MemRefType::get({extent}, type.getElementType());
  return memref::ReinterpretCastOp::create(
      builder, loc, flat, memref, /*offset=*/int64_t(0),
      ArrayRef<int64_t>{extent}, ArrayRef<int64_t>{1});
}
} // namespace

FailureOr<Buffer> StageEmitter::argumentBuffer(BlockArgument argument) {
  auto known = buffers.find(argument);
  if (known != buffers.end())
    return known->second;
  auto type = cast<MemRefType>(argument.getType());
  Buffer buffer;
  int64_t offset = 0;
  if (failed(type.getStridesAndOffset(buffer.strides, offset)) || offset != 0 ||
      llvm::any_of(buffer.strides, ShapedType::isDynamic) ||
      !type.hasStaticShape())
    return stage.emitError("argument ")
           << argument.getArgNumber() << " has no static strides from offset 0";
  buffer.shape.assign(type.getShape().begin(), type.getShape().end());
  buffer.element = type.getElementType();
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&stage.front());
  buffer.flat =
      flatten(b, stage.getLoc(), argument, buffer.shape, buffer.strides);
  if (nn::constantAttr.isAt(stage, argument.getArgNumber()) &&
      type.getLayout().isIdentity())
    buffer.constant = argument;
  buffers[argument] = buffer;
  return buffer;
}

FailureOr<Buffer> StageEmitter::constantBuffer(Operation *op,
                                               ElementsAttr elements) {
  auto type = cast<RankedTensorType>(elements.getType());
  Buffer buffer;
  buffer.shape.assign(type.getShape().begin(), type.getShape().end());
  buffer.strides = rowMajor(buffer.shape);
  buffer.element = type.getElementType();
  if (TypedAttr splat = splatOf(op->getResult(0))) {
    buffer.splat = splat;
    return buffer;
  }
  auto memref = MemRefType::get({type.getNumElements()}, buffer.element);
  auto flatType =
      RankedTensorType::get({type.getNumElements()}, buffer.element);
  ElementsAttr flat = nn::retypeConstant(elements, flatType);
  if (!flat)
    return op->emitError("unexpected kind of constant");
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(index.module().getBody());
  std::string name = index.freeName((stage.getSymName() + "_constant_").str());
  index.add(memref::GlobalOp::create(
      b, op->getLoc(), name, b.getStringAttr("private"), memref, flat,
      /*constant=*/true, /*alignment=*/IntegerAttr()));
  b.setInsertionPointToStart(&stage.front());
  buffer.flat = memref::GetGlobalOp::create(b, op->getLoc(), memref, name);
  return buffer;
}

FailureOr<Buffer> StageEmitter::viewOf(Operation *op) {
  Value source = op->getOperand(0);
  FailureOr<Buffer> buffer = findBuffer(source);
  if (failed(buffer))
    return failure();
  if (!source.hasOneUse())
    buffer->constant = nullptr;
  std::optional<Buffer> view;
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op)) {
    view = expandBuffer(*buffer, expand.getReassociationIndices(),
                        expand.getResultType().getShape());
  } else if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op)) {
    view = collapseBuffer(*buffer, collapse.getReassociationIndices());
  } else {
    auto slice = cast<tensor::ExtractSliceOp>(op);
    view = movingSlice(*buffer, slice, slice.getDroppedDims(), op->getLoc());
  }
  return view ? *view : reshapedCopy(op, *buffer);
}

/// A reshape of what has gaps between its rows, whose elements are brought
/// together.
FailureOr<Buffer> StageEmitter::reshapedCopy(Operation *op,
                                             const Buffer &source) {
  if (!source.paddedShape.empty())
    return op->emitError("a reshape of what is padded by bounds of loops");
  auto type = cast<RankedTensorType>(op->getOperand(0).getType());
  Buffer together = makeScratch(type, op->getLoc());
  if (failed(emitCopy(op->getLoc(), source, together)))
    return failure();
  auto shape = cast<RankedTensorType>(op->getResult(0).getType()).getShape();
  together.shape.assign(shape.begin(), shape.end());
  together.strides = rowMajor(shape);
  return together;
}

FailureOr<Buffer> StageEmitter::findBuffer(Value value) {
  auto known = buffers.find(value);
  if (known != buffers.end())
    return known->second;
  Operation *op = value.getDefiningOp();
  FailureOr<Buffer> buffer = failure();
  if (auto toTensor = dyn_cast_or_null<bufferization::ToTensorOp>(op)) {
    auto argument = dyn_cast<BlockArgument>(toTensor.getBuffer());
    if (!argument)
      return op->emitError("does not name an argument of the stage");
    buffer = argumentBuffer(argument);
    if (succeeded(buffer) && !argument.hasOneUse() &&
        llvm::count_if(argument.getUsers(), [](Operation *user) {
          return isa<bufferization::ToTensorOp>(user);
        }) > 1)
      buffer->constant = nullptr;
  } else if (auto constant = dyn_cast_or_null<arith::ConstantOp>(op)) {
    buffer = constantBuffer(op, cast<ElementsAttr>(constant.getValue()));
  } else if (isa_and_nonnull<tensor::ExpandShapeOp, tensor::CollapseShapeOp,
                             tensor::ExtractSliceOp>(op)) {
    buffer = viewOf(op);
  } else if (isa_and_nonnull<tensor::EmptyOp, linalg::FillOp>(op)) {
    auto type = cast<RankedTensorType>(value.getType());
    buffer = Buffer();
    buffer->shape.assign(type.getShape().begin(), type.getShape().end());
    buffer->strides = rowMajor(buffer->shape);
    buffer->element = type.getElementType();
    buffer->splat = splatOf(value);
    if (!buffer->splat)
      buffer->splat = b.getZeroAttr(type.getElementType());
  } else {
    return stage.emitError("a tensor of the stage has no buffer: ") << value;
  }
  if (failed(buffer))
    return failure();
  buffers[value] = *buffer;
  return buffer;
}

Buffer StageEmitter::makeScratch(RankedTensorType type, Location loc) {
  Buffer buffer;
  buffer.shape.assign(type.getShape().begin(), type.getShape().end());
  buffer.strides = rowMajor(buffer.shape);
  buffer.element = type.getElementType();
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&stage.front());
  buffer.flat = memref::AllocOp::create(
      b, loc, MemRefType::get({type.getNumElements()}, type.getElementType()));
  return buffer;
}

namespace {
/// Whether nothing but slices is ever inserted into the tensor.
bool insertsIntoNothing(tensor::InsertSliceOp insert) {
  while (auto inner = insert.getDest().getDefiningOp<tensor::InsertSliceOp>())
    insert = inner;
  Value into = insert.getDest();
  // What a loop collects; each step makes an element of it.
  if (auto collected = dyn_cast<BlockArgument>(into)) {
    auto loop = dyn_cast<scf::ForOp>(collected.getOwner()->getParentOp());
    if (!loop || !collected.hasOneUse())
      return false;
    into = loop.getTiedLoopInit(collected)->get();
  }
  return into.getDefiningOp<tensor::EmptyOp>() != nullptr;
}
} // namespace

/// Where a result is wanted: in the stage's own output where its only use
/// leads there, in scratch memory otherwise.
Buffer StageEmitter::destinationOf(Value value) {
  auto known = destinations.find(value);
  if (known != destinations.end())
    return known->second;
  auto type = cast<RankedTensorType>(value.getType());
  std::optional<Buffer> target;
  if (value.hasOneUse()) {
    OpOperand &use = *value.use_begin();
    Operation *user = use.getOwner();
    if (auto done = dyn_cast<bufferization::MaterializeInDestinationOp>(user)) {
      auto argument = dyn_cast<BlockArgument>(done.getDest());
      FailureOr<Buffer> buffer = failure();
      if (argument && use.getOperandNumber() == 0)
        buffer = argumentBuffer(argument);
      if (succeeded(buffer))
        target = *buffer;
    } else if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(user)) {
      target =
          expandBuffer(destinationOf(collapse.getResult()),
                       collapse.getReassociationIndices(), type.getShape());
    } else if (auto expand = dyn_cast<tensor::ExpandShapeOp>(user)) {
      target = collapseBuffer(destinationOf(expand.getResult()),
                              expand.getReassociationIndices());
    } else if (auto insert = dyn_cast<tensor::InsertSliceOp>(user)) {
      // What is inserted into is copied first, over a part that lay there.
      bool part = use.get() == insert.getSource();
      if (!part)
        target = destinationOf(insert.getResult());
      else if (insertsIntoNothing(insert))
        target = partOf(insert, destinationOf(insert.getResult()));
    }
  }
  if (!target)
    target = makeScratch(type, value.getLoc());
  destinations[value] = *target;
  return *target;
}

} // namespace dlc::loops
