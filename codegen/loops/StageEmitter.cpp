//===- StageEmitter.cpp - The body of one stage as loops ------------------===//

#include "codegen/loops/StageEmitter.h"
#include "codegen/loops/BodyEmitter.h"
#include "codegen/loops/NestEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/APFloat.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Steps of the innermost body below which waking a thread costs more than it
/// saves (some tens of microseconds of work).
constexpr int64_t kParallelWork = 1 << 19;
} // namespace

StageEmitter::StageEmitter(func::FuncOp stage, const Machine &machine)
    : stage(stage), machine(machine), builder(stage.getContext()) {}

LogicalResult StageEmitter::run(std::vector<Packing> &packings) {
  Block &body = stage.front();
  SmallVector<Operation *> old;
  for (Operation &op : body.without_terminator())
    old.push_back(&op);
  builder.setInsertionPoint(body.getTerminator());
  for (Operation *op : old)
    if (failed(visit(*op)))
      return failure();
  for (Operation *op : llvm::reverse(old))
    if (op->use_empty())
      op->erase();
  for (const Packing &packing : packed) {
    // The flattened view of a packed argument is the packed argument itself.
    BlockArgument argument = body.getArgument(packing.argument);
    Value flat = buffers[argument].flat;
    argument.setType(MemRefType::get({packing.elements()}, packing.element));
    if (flat != argument) {
      flat.replaceAllUsesWith(argument);
      flat.getDefiningOp()->erase();
    }
  }
  SmallVector<DictionaryAttr> attributes;
  stage.getAllArgAttrs(attributes);
  attributes.resize(body.getNumArguments(), builder.getDictionaryAttr({}));
  stage.setType(builder.getFunctionType(body.getArgumentTypes(), {}));
  stage.setAllArgAttrs(attributes);
  packings = packed;
  return success();
}

LogicalResult StageEmitter::visit(Operation &op) {
  if (auto generic = dyn_cast<linalg::GenericOp>(op))
    return visitGeneric(generic);
  if (auto insert = dyn_cast<tensor::InsertSliceOp>(op))
    return visitInsertSlice(insert);
  if (auto done = dyn_cast<bufferization::MaterializeInDestinationOp>(op))
    return visitMaterialize(done);
  if (auto pad = dyn_cast<tensor::PadOp>(op))
    return visitPad(pad);
  if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
    FailureOr<Buffer> buffer = bufferOf(extract.getTensor());
    if (failed(buffer))
      return failure();
    extract.getResult().replaceAllUsesWith(
        loadElement(builder, op.getLoc(), *buffer, extract.getIndices()));
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
  return success();
}

namespace {
/// The value that leaves an accumulator unchanged under the root's combination,
/// or nullopt when the body is not a plain combination with its last argument.
std::optional<TypedAttr> neutralElement(linalg::GenericOp root, Builder &b) {
  if (root.getNumResults() != 1)
    return std::nullopt;
  Value yielded = root.getBody()->getTerminator()->getOperand(0);
  Operation *combine = yielded.getDefiningOp();
  Type type = yielded.getType();
  if (!combine || !llvm::is_contained(combine->getOperands(),
                                      root.getRegionOutputArgs().front()))
    return std::nullopt;
  if (isa<arith::AddFOp, arith::AddIOp>(combine))
    return b.getZeroAttr(type);
  if (auto floating = dyn_cast<FloatType>(type)) {
    bool largest = isa<arith::MaximumFOp, arith::MaxNumFOp>(combine);
    bool smallest = isa<arith::MinimumFOp, arith::MinNumFOp>(combine);
    if (largest || smallest)
      return b.getFloatAttr(
          floating,
          llvm::APFloat::getInf(floating.getFloatSemantics(), largest));
  }
  return std::nullopt;
}

/// Whether a zero operand makes the value combined into the accumulator zero.
bool isProductOf(linalg::GenericOp root, BlockArgument argument) {
  Value yielded = root.getBody()->getTerminator()->getOperand(0);
  for (Value operand : yielded.getDefiningOp()->getOperands()) {
    if (operand == argument)
      return true;
    Operation *product = operand.getDefiningOp();
    if (isa_and_nonnull<arith::MulFOp, arith::MulIOp>(product) &&
        llvm::is_contained(product->getOperands(), argument))
      return true;
  }
  return false;
}
} // namespace

/// Whether all uses of the pad can skip the padded elements: reductions in
/// which they would contribute nothing.
bool StageEmitter::needsNoPadInMemory(tensor::PadOp pad) {
  Value value = pad.getConstantPaddingValue();
  TypedAttr padding;
  if (auto constant = value ? value.getDefiningOp<arith::ConstantOp>()
                            : arith::ConstantOp())
    padding = constant.getValue();
  if (!padding || !pad.getResultType().hasStaticShape() ||
      llvm::any_of(pad.getStaticLow(), [](int64_t p) { return p < 0; }) ||
      llvm::any_of(pad.getStaticHigh(), [](int64_t p) { return p < 0; }))
    return false;
  for (OpOperand &use : pad.getResult().getUses()) {
    auto root = dyn_cast<linalg::GenericOp>(use.getOwner());
    if (!root || root.getNumReductionLoops() == 0 || !root.isDpsInput(&use))
      return false;
    std::optional<TypedAttr> neutral = neutralElement(root, builder);
    if (!neutral || *neutral != padding)
      return false;
    if (padding == builder.getZeroAttr(padding.getType()) &&
        !isProductOf(root, root.getMatchingBlockArgument(&use)))
      return false;
    FailureOr<Buffer> source = bufferOf(pad.getSource());
    if (failed(source))
      return false;
    Buffer padded = *source;
    padded.padLow.assign(pad.getStaticLow().begin(), pad.getStaticLow().end());
    auto shape = pad.getResultType().getShape();
    padded.paddedShape.assign(shape.begin(), shape.end());
    SmallVector<bool> reduction = llvm::map_to_vector(
        root.getIteratorTypesArray(), [](utils::IteratorType type) {
          return type == utils::IteratorType::reduction;
        });
    FailureOr<Access> access =
        makeAccess(root.getMatchingIndexingMap(&use), padded, reduction);
    // Padding along the dimension that is contiguous in the result leaves no
    // dimension for vectors: a copy with padding costs less.
    AffineMap output = root.getMatchingIndexingMap(root.getDpsInitOperand(0));
    AffineDimExpr contiguous(nullptr);
    if (machine.vectorBits > 32 && output.getNumResults() > 0)
      contiguous = dyn_cast<AffineDimExpr>(output.getResults().back());
    auto isObstacle = [&](const Guard &guard) {
      bool backwards = llvm::any_of(guard.position.coefficients,
                                    [](int64_t c) { return c < 0; });
      bool alongVectors =
          contiguous &&
          static_cast<int>(contiguous.getPosition()) == guard.parallel;
      return guard.reduction < 0 || backwards || alongVectors;
    };
    if (failed(access) || llvm::any_of(access->guards, isObstacle))
      return false;
  }
  return true;
}

LogicalResult StageEmitter::visitPad(tensor::PadOp pad) {
  FailureOr<Buffer> source = bufferOf(pad.getSource());
  if (failed(source))
    return failure();
  if (needsNoPadInMemory(pad)) {
    Buffer padded = *source;
    padded.padLow.assign(pad.getStaticLow().begin(), pad.getStaticLow().end());
    auto shape = pad.getResultType().getShape();
    padded.paddedShape.assign(shape.begin(), shape.end());
    padded.constant = nullptr;
    buffers[pad.getResult()] = padded;
    return success();
  }
  Value value = pad.getConstantPaddingValue();
  if (!value)
    return pad.emitError("pads with values that depend on the position");
  Buffer target = destinationOf(pad.getResult());
  Buffer fill = target;
  fill.flat = nullptr;
  if (auto constant = value.getDefiningOp<arith::ConstantOp>())
    fill.splat = constant.getValue();
  else
    fill.scalar = value;
  SmallVector<int64_t> ones(target.shape.size(), 1);
  Buffer inside = sliceBuffer(target, pad.getStaticLow(), source->shape, ones,
                              llvm::SmallBitVector(target.shape.size()));
  buffers[pad.getResult()] = target;
  if (failed(emitCopy(pad.getLoc(), fill, target)))
    return failure();
  return emitCopy(pad.getLoc(), *source, inside);
}

linalg::GenericOp fusableEpilogue(linalg::GenericOp root) {
  if (root.getNumResults() != 1 || !root.getResult(0).hasOneUse() ||
      root.getNumReductionLoops() == 0)
    return nullptr;
  OpOperand &use = *root.getResult(0).use_begin();
  auto epilogue = dyn_cast<linalg::GenericOp>(use.getOwner());
  if (!epilogue || epilogue->getBlock() != root->getBlock() ||
      epilogue.getNumReductionLoops() != 0 || !epilogue.isDpsInput(&use) ||
      epilogue.hasIndexSemantics())
    return nullptr;
  AffineMap map = epilogue.getMatchingIndexingMap(&use);
  AffineMap output = root.getMatchingIndexingMap(root.getDpsInitOperand(0));
  if (!map.isPermutation() || !output.isProjectedPermutation())
    return nullptr;
  for (BlockArgument argument : epilogue.getRegionOutputArgs())
    if (!argument.use_empty())
      return nullptr;
  bool reads = false;
  epilogue.getBody()->walk([&](tensor::ExtractOp) { reads = true; });
  return reads ? nullptr : epilogue;
}

LogicalResult StageEmitter::visitGeneric(linalg::GenericOp op) {
  // An epilogue is emitted with its root.
  for (Value input : op.getDpsInputs())
    if (auto root = input.getDefiningOp<linalg::GenericOp>())
      if (fusableEpilogue(root) == op && !buffers.count(input))
        return emitNest(root, op);
  if (linalg::GenericOp epilogue = fusableEpilogue(op)) {
    // With two candidate roots the first one is fused, the others are stored.
    for (Value input : epilogue.getDpsInputs())
      if (auto root = input.getDefiningOp<linalg::GenericOp>())
        if (fusableEpilogue(root) == epilogue)
          return root == op ? success() : emitNest(op, nullptr);
  }
  return emitNest(op, nullptr);
}

LogicalResult StageEmitter::buildNest(Nest &nest) {
  linalg::GenericOp root = nest.root, epilogue = nest.epilogue;
  for (auto [type, size] :
       llvm::zip(root.getIteratorTypesArray(), root.getStaticLoopRanges())) {
    nest.reduction.push_back(type == utils::IteratorType::reduction);
    nest.sizes.push_back(size);
  }
  auto access = [&](AffineMap map, const Buffer &buffer) {
    return makeAccess(map, buffer, nest.reduction);
  };
  for (OpOperand *operand : root.getDpsInputOperands()) {
    FailureOr<Buffer> buffer = bufferOf(operand->get());
    if (failed(buffer))
      return failure();
    FailureOr<Access> made =
        access(root.getMatchingIndexingMap(operand), *buffer);
    if (failed(made))
      return root.emitError("reads an operand at a position that is not "
                            "linear in the loops");
    made->packable = buffer->constant && operand->get().hasOneUse();
    nest.inputs.push_back(*made);
  }
  for (Value init : root.getDpsInits()) {
    TypedAttr splat = splatOf(init);
    if (!splat && init.getDefiningOp<tensor::EmptyOp>())
      splat = cast<TypedAttr>(builder.getZeroAttr(
          cast<RankedTensorType>(init.getType()).getElementType()));
    nest.inits.push_back(splat);
  }
  // Root dimension of each dimension of the epilogue.
  AffineMap output = root.getMatchingIndexingMap(root.getDpsInitOperand(0));
  SmallVector<AffineExpr> renamed;
  if (epilogue) {
    OpOperand &use = *root.getResult(0).use_begin();
    AffineMap map = epilogue.getMatchingIndexingMap(&use);
    renamed.resize(map.getNumDims());
    for (auto [inner, outer] : llvm::zip(map.getResults(), output.getResults()))
      renamed[cast<AffineDimExpr>(inner).getPosition()] = outer;
    for (OpOperand *operand : epilogue.getDpsInputOperands()) {
      if (operand->get() == root.getResult(0)) {
        nest.epilogueInputs.push_back(std::nullopt);
        continue;
      }
      FailureOr<Buffer> buffer = bufferOf(operand->get());
      if (failed(buffer))
        return failure();
      FailureOr<Access> made =
          access(epilogue.getMatchingIndexingMap(operand).replaceDimsAndSymbols(
                     renamed, {}, nest.sizes.size(), 0),
                 *buffer);
      if (failed(made))
        return epilogue.emitError("reads an operand at a position that is not "
                                  "linear in the loops");
      nest.epilogueInputs.push_back(*made);
    }
  }
  linalg::GenericOp last = epilogue ? epilogue : root;
  for (auto [i, result] : llvm::enumerate(last.getResults())) {
    Buffer target = destinationOf(result);
    AffineMap map = last.getMatchingIndexingMap(last.getDpsInitOperand(i));
    if (epilogue)
      map = map.replaceDimsAndSymbols(renamed, {}, nest.sizes.size(), 0);
    FailureOr<Access> made = access(map, target);
    if (failed(made))
      return last.emitError("writes a result at a position that is not linear "
                            "in the loops");
    nest.outputs.push_back(*made);
    buffers[result] = target;
  }
  return success();
}

LogicalResult StageEmitter::emitNest(linalg::GenericOp root,
                                     linalg::GenericOp epilogue) {
  Nest nest;
  nest.root = root;
  nest.epilogue = epilogue;
  if (failed(buildNest(nest)))
    return failure();
  nest.needsIndices = root.hasIndexSemantics();
  nest.scalarOnly = nest.needsIndices;
  root.getBody()->walk([&](tensor::ExtractOp) { nest.scalarOnly = true; });
  if (llvm::is_contained(nest.sizes, 0) && !nest.hasReduction())
    return success();
  // Contents that are not a plain value are copied in before they are read.
  for (auto [i, init] : llvm::enumerate(nest.inits)) {
    if (init || epilogue)
      continue;
    FailureOr<Buffer> source = bufferOf(root.getDpsInits()[i]);
    if (failed(source))
      return failure();
    if (source->flat != nest.outputs[i].buffer.flat &&
        failed(emitCopy(root.getLoc(), *source, nest.outputs[i].buffer)))
      return failure();
  }
  coalesce(nest);
  if (std::optional<WinogradPlan> plan = planWinograd(nest, machine)) {
    emitByWinograd(nest, *plan);
    return success();
  }
  Schedule schedule = chooseSchedule(nest, machine);
  std::vector<std::optional<Packing>> packings;
  for (const Access &access : nest.inputs) {
    packings.push_back(planPacking(nest, access, schedule));
    if (packings.back())
      packed.push_back(*packings.back());
  }
  emitScheduled(nest, schedule, packings);
  return success();
}

/// Whether the stage is a single nest, whose outermost loop may then be shared
/// among threads.
bool StageEmitter::isOneNest() {
  SmallVector<linalg::GenericOp> generics(
      stage.front().getOps<linalg::GenericOp>());
  bool fused = generics.size() == 2 &&
               fusableEpilogue(generics.front()) == generics.back();
  if (generics.size() != 1 && !fused)
    return false;
  for (Operation &op : stage.front()) {
    if (isa<tensor::InsertSliceOp>(op))
      return false;
    if (auto pad = dyn_cast<tensor::PadOp>(op))
      if (!needsNoPadInMemory(pad))
        return false;
  }
  return true;
}

bool StageEmitter::canShare(const Nest &nest, int64_t chunks) {
  int64_t work = 1;
  for (int64_t size : nest.sizes)
    work *= size;
  return machine.threads > 1 && work >= kParallelWork && chunks > 1 &&
         isOneNest();
}

void StageEmitter::emitScheduled(Nest &nest, const Schedule &schedule,
                                 ArrayRef<std::optional<Packing>> packings) {
  auto lookup = [&](Value value) {
    FailureOr<Buffer> buffer = bufferOf(value);
    return succeeded(buffer) ? *buffer : Buffer();
  };
  NestEmitter emitter(builder, nest, schedule, packings, lookup);
  if (!canShare(nest, emitter.chunks())) {
    emitter.emit();
    return;
  }
  auto [begin, end] = shareChunks(emitter.chunks());
  emitter.emitChunks(begin, end);
}

/// Makes the stage one of so many chunks; returns the bounds of those that a
/// call asks for.
std::pair<Value, Value> StageEmitter::shareChunks(int64_t chunks) {
  stage->setAttr(chunksName, builder.getI64IntegerAttr(chunks));
  Location loc = stage.getLoc();
  Value begin = stage.front().addArgument(builder.getIndexType(), loc);
  Value end = stage.front().addArgument(builder.getIndexType(), loc);
  return {begin, end};
}

void StageEmitter::emitByWinograd(Nest &nest, const WinogradPlan &plan) {
  Location loc = nest.root.getLoc();
  auto lookup = [&](Value value) {
    FailureOr<Buffer> buffer = bufferOf(value);
    return succeeded(buffer) ? *buffer : Buffer();
  };
  auto elements = [&](int64_t count) {
    auto type = RankedTensorType::get({count}, builder.getF32Type());
    return scratch(type, loc).flat;
  };
  bool shared = canShare(nest, plan.chunks());
  auto [begin, end] =
      shared
          ? shareChunks(plan.chunks())
          : std::pair<Value, Value>{constantIndex(builder, loc, 0),
                                    constantIndex(builder, loc, plan.chunks())};
  packed.push_back(emitWinograd(builder, nest, plan, machine, begin, end,
                                shared, elements, lookup));
}

LogicalResult StageEmitter::visitInsertSlice(tensor::InsertSliceOp op) {
  Buffer whole = destinationOf(op.getResult());
  FailureOr<Buffer> target = bufferOf(op.getDest());
  if (failed(target))
    return failure();
  bool unwritten = op.getDest().getDefiningOp<tensor::EmptyOp>();
  if (!unwritten && target->flat != whole.flat &&
      failed(emitCopy(op.getLoc(), *target, whole)))
    return failure();
  FailureOr<Buffer> source = bufferOf(op.getSource());
  if (failed(source))
    return failure();
  Buffer part = sliceBuffer(whole, op.getStaticOffsets(), op.getStaticSizes(),
                            op.getStaticStrides(), op.getDroppedDims());
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
  FailureOr<Buffer> source = bufferOf(op.getSource());
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
  OpBuilder::InsertionGuard guard(builder);
  Value from = tensor::EmptyOp::create(builder, loc, type, ValueRange());
  Value into = tensor::EmptyOp::create(builder, loc, type, ValueRange());
  AffineMap identity = builder.getMultiDimIdentityMap(type.getRank());
  SmallVector<utils::IteratorType> iterators(type.getRank(),
                                             utils::IteratorType::parallel);
  auto copy = linalg::GenericOp::create(
      builder, loc, type, from, into, ArrayRef<AffineMap>{identity, identity},
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
