//===- StageNest.cpp - The nests of a stage and their epilogues ---------===//

#include "codegen/loops/block_fixed/BlockFixed.h"
#include "codegen/loops/blocks/NestEmitter.h"
#include "codegen/loops/nest/BuildNest.h"
#include "codegen/loops/stage/StageEmitter.h"
#include "codegen/loops/winograd/Winograd.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Steps of the innermost body below which waking a thread costs more than it
/// saves (some tens of microseconds of work).
constexpr int64_t kParallelWork = 1 << 19;
} // namespace

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

LogicalResult StageEmitter::emitNest(linalg::GenericOp root,
                                     linalg::GenericOp epilogue) {
  auto source = [&](Value value) { return bufferOf(value); };
  auto destination = [&](Value result) {
    return buffers[result] = destinationOf(result);
  };
  FailureOr<Nest> built = buildNest(root, epilogue, {source, destination});
  if (failed(built))
    return failure();
  Nest &nest = *built;
  nest.module = &index;
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
  FailureOr<Contraction> found = findContraction(nest);
  const Contraction *contraction = succeeded(found) ? &*found : nullptr;
  if (contraction) {
    if (auto plan = planWinograd(nest, *contraction, machine)) {
      emitByWinograd(nest, *plan);
      return success();
    }
    if (auto plan = planBlockFixed(nest, *contraction, stage, machine)) {
      emitInBlockFixed(nest, *plan);
      return success();
    }
  }
  Schedule schedule = chooseSchedule(nest, contraction, machine);
  std::vector<std::optional<Packing>> packings;
  for (const Access &access : nest.inputs) {
    packings.push_back(planPacking(nest, access, schedule));
    if (packings.back())
      packed.push_back(*packings.back());
  }
  emitScheduled(nest, schedule, packings,
                startOfSums(nest, contraction, schedule));
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
                                 ArrayRef<std::optional<Packing>> packings,
                                 int bias) {
  auto lookup = [&](Value value) {
    FailureOr<Buffer> buffer = bufferOf(value);
    return succeeded(buffer) ? *buffer : Buffer();
  };
  NestEmitter emitter(builder, nest, schedule, packings, bias, lookup);
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

void StageEmitter::emitInBlockFixed(Nest &nest, const BlockFixedPlan &plan) {
  auto lookup = [&](Value value) {
    FailureOr<Buffer> buffer = bufferOf(value);
    return succeeded(buffer) ? *buffer : Buffer();
  };
  auto elements = [&](int64_t count, Type type) {
    return scratch(RankedTensorType::get({count}, type), nest.root.getLoc())
        .flat;
  };
  auto local = [&](int64_t count, Type type) -> Value {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(&stage.front());
    return memref::AllocaOp::create(builder, nest.root.getLoc(),
                                    MemRefType::get({count}, type));
  };
  if (plan.inPlace) {
    BlockArgument argument = soleArgument(nest, plan.image);
    stage.setArgAttr(argument.getArgNumber(), consumedName,
                     builder.getUnitAttr());
  }
  packed.push_back(
      emitBlockFixed(builder, nest, plan, elements, local, lookup));
}

} // namespace dlc::loops
