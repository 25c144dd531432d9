//===- StageEmitter.cpp - The body of one stage as loops ------------------===//

#include "codegen/loops/stage/StageEmitter.h"
#include "codegen/loops/nest/BodyEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace dlc::loops {

StageEmitter::StageEmitter(func::FuncOp stage, ModuleIndex &index,
                           const Machine &machine, ChoosePlan choosePlan)
    : stage(stage), index(index), machine(machine), choosePlan(choosePlan),
      b(stage.getContext()) {}

LogicalResult StageEmitter::run(std::vector<EncodedArgument> &encodings) {
  Block &body = stage.front();
  SmallVector<Operation *> old;
  for (Operation &op : body.without_terminator())
    old.push_back(&op);
  b.setInsertionPoint(body.getTerminator());
  findLaunches();
  for (Operation *op : old)
    if (failed(visit(*op)))
      return failure();
  for (Operation *op : llvm::reverse(old))
    if (op->use_empty())
      op->erase();
  for (const Encoded &each : encoded) {
    encodings.push_back({each.argument.getArgNumber(), each.encoding});
    for (BlockArgument other : each.beside)
      encodings.back().beside.push_back(other.getArgNumber());
  }
  SmallVector<BlockArgument> unread = dropUnread();
  for (BlockArgument argument : unread)
    encodings.push_back({argument.getArgNumber(), nullptr});
  setArguments(unread);
  return success();
}

/// Those arguments that went into other constants and that nothing reads now.
SmallVector<BlockArgument> StageEmitter::dropUnread() {
  llvm::SmallSetVector<BlockArgument, 4> beside;
  for (const Encoded &each : encoded)
    beside.insert(each.beside.begin(), each.beside.end());
  for (BlockArgument argument : beside) {
    Operation *view = buffers[argument].flat.getDefiningOp();
    if (view && view->use_empty())
      view->erase();
  }
  return llvm::to_vector(llvm::make_filter_range(
      beside, [](BlockArgument argument) { return argument.use_empty(); }));
}

/// Gives encoded arguments the types of their constants, of which those that
/// are further ones come to stand behind the first, and the function its type,
/// without those that nothing reads.
void StageEmitter::setArguments(ArrayRef<BlockArgument> unread) {
  Block &body = stage.front();
  SmallVector<DictionaryAttr> old, attributes;
  stage.getAllArgAttrs(old);
  old.resize(body.getNumArguments(), b.getDictionaryAttr({}));
  SmallVector<unsigned> copies(old.size(), 1);
  for (Encoded &each : encoded) {
    // The flattened view of such an argument is the argument itself.
    Value flat = buffers[each.argument].flat;
    each.argument.setType(each.encoding->constants().front());
    if (flat != each.argument) {
      flat.replaceAllUsesWith(each.argument);
      flat.getDefiningOp()->erase();
    }
    copies[each.argument.getArgNumber()] += each.further.size();
    for (BlockArgument further : each.further)
      copies[further.getArgNumber()] = 0;
  }
  for (BlockArgument argument : unread)
    copies[argument.getArgNumber()] = 0;
  for (auto [attribute, count] : llvm::zip_equal(old, copies))
    attributes.append(count, attribute);
  for (Encoded &each : encoded)
    for (BlockArgument further : llvm::reverse(each.further)) {
      BlockArgument moved =
          body.insertArgument(each.argument.getArgNumber() + 1,
                              further.getType(), further.getLoc());
      further.replaceAllUsesWith(moved);
      body.eraseArgument(further.getArgNumber());
    }
  for (BlockArgument argument : unread)
    body.eraseArgument(argument.getArgNumber());
  stage.setType(b.getFunctionType(body.getArgumentTypes(), {}));
  stage.setAllArgAttrs(attributes);
}

LogicalResult StageEmitter::visit(Operation &op) {
  if (auto generic = dyn_cast<linalg::GenericOp>(op))
    return ofAttention.contains(generic) ? visitAttention(generic)
                                         : visitGeneric(generic);
  if (auto insert = dyn_cast<tensor::InsertSliceOp>(op))
    return visitInsertSlice(insert);
  if (auto done = dyn_cast<bufferization::MaterializeInDestinationOp>(op))
    return visitMaterialize(done);
  if (auto pad = dyn_cast<tensor::PadOp>(op))
    return visitPad(pad);
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return visitLoop(loop);
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return visitIf(branch);
  if (auto select = dyn_cast<arith::SelectOp>(op);
      select && isa<TensorType>(select.getType()))
    return visitSelect(select);
  if (auto procedure = dyn_cast<arena::ProcedureOp>(op))
    return visitProcedure(procedure);
  // What moves is computed once in a step, before all that reads it.
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op);
      slice && ShapedType::isDynamicShape(slice.getStaticOffsets()))
    return findBuffer(slice.getResult());
  if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
    FailureOr<Buffer> buffer = findBuffer(extract.getTensor());
    if (failed(buffer))
      return failure();
    extract.getResult().replaceAllUsesWith(
        loadElement(b, op.getLoc(), *buffer, extract.getIndices()));
    return success();
  }
  // Everything else is looked up by whoever uses it, or is scalar code.
  if (isa<tensor::EmptyOp, linalg::FillOp, tensor::ExpandShapeOp,
          tensor::CollapseShapeOp, tensor::ExtractSliceOp, arith::ConstantOp,
          bufferization::ToTensorOp>(op))
    return success();
  if (llvm::any_of(op.getResultTypes(),
                   [](Type type) { return isa<TensorType>(type); }))
    return op.emitError("has no loops: ") << op.getName().getStringRef();
  if (op.getBlock() != &stage.front() || op.getNumOperands() > 0)
    op.moveBefore(b.getInsertionBlock(), b.getInsertionPoint());
  return success();
}

LogicalResult StageEmitter::visitInsertSlice(tensor::InsertSliceOp op) {
  Buffer whole = destinationOf(op.getResult());
  FailureOr<Buffer> target = findBuffer(op.getDest());
  if (failed(target))
    return failure();
  bool unwritten = op.getDest().getDefiningOp<tensor::EmptyOp>();
  if (!unwritten && target->flat != whole.flat &&
      failed(emitCopy(op.getLoc(), *target, whole)))
    return failure();
  FailureOr<Buffer> source = findBuffer(op.getSource());
  if (failed(source))
    return failure();
  Buffer part = partOf(op, whole);
  buffers[op.getResult()] = whole;
  if (source->flat == part.flat && source->offset == part.offset)
    return success();
  return emitCopy(op.getLoc(), *source, part);
}

LogicalResult
StageEmitter::visitMaterialize(bufferization::MaterializeInDestinationOp op) {
  auto argument = dyn_cast<BlockArgument>(op.getDest());
  if (!argument)
    return op.emitError("does not name an argument of the stage");
  FailureOr<Buffer> source = findBuffer(op.getSource());
  FailureOr<Buffer> target = argumentBuffer(argument);
  if (failed(source) || failed(target))
    return failure();
  if (source->flat == target->flat)
    return success();
  return emitCopy(op.getLoc(), *source, *target);
}

LogicalResult StageEmitter::emitCopy(Location loc, const Buffer &source,
                                     const Buffer &target) {
  // A copy is the nest of an identity body.
  auto type = RankedTensorType::get(target.shape, target.element);
  OpBuilder::InsertionGuard guard(b);
  Value from = tensor::EmptyOp::create(b, loc, type, ValueRange());
  Value into = tensor::EmptyOp::create(b, loc, type, ValueRange());
  AffineMap identity = b.getMultiDimIdentityMap(type.getRank());
  SmallVector<utils::IteratorType> iterators(type.getRank(),
                                             utils::IteratorType::parallel);
  auto copy = linalg::GenericOp::create(
      b, loc, type, from, into, ArrayRef<AffineMap>{identity, identity},
      iterators, [](OpBuilder &inner, Location bodyLoc, ValueRange arguments) {
        linalg::YieldOp::create(inner, bodyLoc, arguments.front());
      });
  Buffer plain = source;
  plain.constant = nullptr;
  buffers[from] = plain;
  destinations[copy.getResult(0)] = target;
  LogicalResult emitted = emitNest(copy, nullptr);
  for (Value value : {copy.getResult(0), from})
    buffers.erase(value);
  destinations.erase(copy.getResult(0));
  copy.erase();
  into.getDefiningOp()->erase();
  from.getDefiningOp()->erase();
  return emitted;
}

} // namespace dlc::loops
