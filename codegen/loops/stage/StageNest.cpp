//===- StageNest.cpp - The nests of a stage and their epilogues ---------===//

#include "codegen/loops/nest/BuildNest.h"
#include "codegen/loops/stage/StageEmitter.h"
#include "codegen/loops/strategy/StageWithin.h"
#include "dialects/dlc/Declarations.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace dlc::loops {

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
  auto source = [&](Value value) { return findBuffer(value); };
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
    FailureOr<Buffer> source = findBuffer(root.getDpsInits()[i]);
    if (failed(source))
      return failure();
    if (source->flat != nest.outputs[i].buffer.flat &&
        failed(emitCopy(root.getLoc(), *source, nest.outputs[i].buffer)))
      return failure();
  }
  coalesce(nest);
  FailureOr<Contraction> contraction = findContraction(nest);
  std::unique_ptr<Plan> plan = choosePlan(
      {nest, succeeded(contraction) ? &*contraction : nullptr, stage, machine});
  nestLocation = root.getLoc();
  std::optional<ChunkRange> range;
  if (canShare(nest, plan->chunks()))
    range = shareChunks(plan->chunks());
  plan->emit(*this, range);
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
    if (isa<tensor::InsertSliceOp, scf::ForOp, scf::IfOp, arith::SelectOp,
            arena::ProcedureOp>(op))
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
  return machine.threads > 1 && work >= machine.parallelSteps && chunks > 1 &&
         isOneNest();
}

/// Makes the stage one of so many chunks; returns the bounds of those that a
/// call asks for.
ChunkRange StageEmitter::shareChunks(int64_t chunks) {
  phases::chunksAttr.put(stage, chunks);
  Location loc = stage.getLoc();
  Value begin = stage.front().addArgument(b.getIndexType(), loc);
  Value end = stage.front().addArgument(b.getIndexType(), loc);
  return {begin, end};
}

Buffer StageEmitter::bufferOf(Value tensor) {
  FailureOr<Buffer> buffer = findBuffer(tensor);
  return succeeded(buffer) ? *buffer : Buffer();
}

Value StageEmitter::scratch(int64_t elements, Type type) {
  return makeScratch(RankedTensorType::get({elements}, type), *nestLocation)
      .flat;
}

Value StageEmitter::local(int64_t elements, Type type) {
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&stage.front());
  return memref::AllocaOp::create(b, *nestLocation,
                                  MemRefType::get({elements}, type));
}

SmallVector<Value>
StageEmitter::encode(const Access &operand,
                     std::shared_ptr<const WeightEncoding> encoding,
                     ArrayRef<BlockArgument> beside) {
  SmallVector<Value> constants{operand.buffer.flat};
  Encoded each{operand.buffer.constant, encoding, {}, {}};
  each.beside.append(beside.begin(), beside.end());
  SmallVector<MemRefType> types = encoding->constants();
  for (MemRefType type : llvm::drop_begin(types)) {
    each.further.push_back(
        stage.front().addArgument(type, each.argument.getLoc()));
    constants.push_back(each.further.back());
  }
  encoded.push_back(std::move(each));
  return constants;
}

namespace {
/// The stage for a step of a plan, whose operands are stored by `wrap`.
class StepContext : public StageWithin {
public:
  StepContext(StageContext &stage, Wrap wrap)
      : StageWithin(stage), wrap(wrap) {}

  SmallVector<Value> encode(const Access &operand,
                            std::shared_ptr<const WeightEncoding> encoding,
                            ArrayRef<BlockArgument> beside) override {
    return stage.encode(operand, wrap(std::move(encoding)), beside);
  }
  void emitStep(Nest &nest, Wrap inner) override {
    stage.emitStep(nest, [&](std::shared_ptr<const WeightEncoding> encoding) {
      return wrap(inner(std::move(encoding)));
    });
  }

private:
  Wrap wrap;
};
} // namespace

void StageEmitter::emitStep(Nest &nest, Wrap wrap) {
  FailureOr<Contraction> contraction = findContraction(nest);
  std::unique_ptr<Plan> plan = choosePlan(
      {nest, succeeded(contraction) ? &*contraction : nullptr, stage, machine});
  StepContext step(*this, wrap);
  plan->emit(step, std::nullopt);
}

} // namespace dlc::loops
