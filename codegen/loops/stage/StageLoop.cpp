//===- StageLoop.cpp - A loop over the steps of sequences -----------------===//
//
// A carried value lies in one place from the first step to the last; the next
// one is written over it where nothing of the step still reads the old one.
//
//===----------------------------------------------------------------------===//

#include "codegen/loops/stage/StageEmitter.h"
#include "dialects/arena/ArenaStageOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;

namespace dlc::loops {

//===----------------------------------------------------------------------===//
// Where the next value of a carried one may lie
//===----------------------------------------------------------------------===//

namespace {
/// Of a body, in the order in which its nests are emitted.
class StepOrder {
public:
  explicit StepOrder(Block &body) : body(body) {
    for (Operation &op : body)
      position[&op] = position.size();
  }

  /// Whether `next` may be computed into the memory of the carried `old`.
  bool mayReplace(BlockArgument old, Value next) const {
    Operation *maker = next.getDefiningOp();
    if (!maker || maker->getBlock() != &body || isTensorView(maker))
      return false;
    auto branch = dyn_cast<scf::IfOp>(maker);
    bool isFree = llvm::all_of(old.getUses(), [&](OpOperand &use) {
      Operation *reader = body.findAncestorOpInBlock(*use.getOwner());
      // What stands around a branch has been asked of its uses.
      return !reader || (branch && reader == maker) || isBefore(use, maker) ||
             isInPlace(use, maker);
    });
    return isFree && (!branch || mayReplaceIn(branch, old, next));
  }

private:
  /// Whether each branch writes over the old value only behind what reads it.
  /// What it does not compute itself is copied at its end.
  static bool mayReplaceIn(scf::IfOp branch, BlockArgument old, Value next) {
    unsigned number = cast<OpResult>(next).getResultNumber();
    return llvm::all_of(
        ArrayRef<Block *>{branch.thenBlock(), branch.elseBlock()},
        [&](Block *block) {
          Value value = block->getTerminator()->getOperand(number);
          Operation *maker = value.getDefiningOp();
          return !maker || maker->getBlock() != block || isTensorView(maker) ||
                 StepOrder(*block).mayReplace(old, value);
        });
  }

  /// Whether the reader, and all that reads a view of the value, is emitted
  /// before `maker`.
  bool isBefore(OpOperand &use, Operation *maker) const {
    Operation *reader = body.findAncestorOpInBlock(*use.getOwner());
    if (reader == body.getTerminator())
      return false;
    // A root is emitted with its epilogue.
    if (auto generic = dyn_cast<linalg::GenericOp>(reader))
      if (linalg::GenericOp epilogue = fusableEpilogue(generic))
        reader = epilogue;
    if (position.lookup(reader) >= position.lookup(maker))
      return false;
    if (!isTensorView(reader))
      return true;
    return llvm::all_of(reader->getResult(0).getUses(), [&](OpOperand &inner) {
      return isBefore(inner, maker);
    });
  }

  /// Whether the maker reads each element only to write the one in its place.
  static bool isInPlace(OpOperand &use, Operation *maker) {
    if (use.getOwner() != maker)
      return false;
    if (auto insert = dyn_cast<tensor::InsertSliceOp>(maker))
      return use.get() == insert.getDest();
    if (isa<arith::SelectOp>(maker))
      return use.getOperandNumber() != 0;
    auto generic = dyn_cast<linalg::GenericOp>(maker);
    return generic && generic.getNumResults() == 1 &&
           generic.getNumReductionLoops() == 0 && generic.isDpsInput(&use) &&
           generic.getMatchingIndexingMap(&use) ==
               generic.getMatchingIndexingMap(generic.getDpsInitOperand(0)) &&
           generic.getMatchingIndexingMap(&use).isPermutation();
  }

  Block &body;
  DenseMap<Operation *, unsigned> position;
};

} // namespace

bool isSamePlace(const Buffer &a, const Buffer &b) {
  return a.flat && a.flat == b.flat && a.offset == b.offset &&
         a.strides == b.strides;
}

//===----------------------------------------------------------------------===//
// The loop
//===----------------------------------------------------------------------===//

LogicalResult StageEmitter::visitLoop(scf::ForOp loop) {
  SmallVector<Buffer, 0> carried;
  for (auto [i, initial] : llvm::enumerate(loop.getInitArgs())) {
    Buffer place = destinationOf(loop.getResult(i));
    if (!initial.getDefiningOp<tensor::EmptyOp>()) {
      FailureOr<Buffer> source = findBuffer(initial);
      if (failed(source) || (!isSamePlace(*source, place) &&
                             failed(emitCopy(loop.getLoc(), *source, place))))
        return failure();
    }
    buffers[loop.getRegionIterArg(i)] = buffers[loop.getResult(i)] = place;
    carried.push_back(place);
  }
  auto made = scf::ForOp::create(b, loop.getLoc(), loop.getLowerBound(),
                                 loop.getUpperBound(), loop.getStep());
  loop.getInductionVar().replaceAllUsesWith(made.getInductionVar());

  Block &body = *loop.getBody();
  StepOrder order(body);
  OperandRange next = body.getTerminator()->getOperands();
  for (auto [i, value] : llvm::enumerate(next))
    if (order.mayReplace(loop.getRegionIterArg(i), value))
      destinations.try_emplace(value, carried[i]);

  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(made.getBody()->getTerminator());
  SmallVector<Operation *> old = llvm::map_to_vector(
      body.without_terminator(), [](Operation &op) { return &op; });
  for (Operation *op : old)
    if (failed(visit(*op)))
      return failure();
  return handOn(loop.getLoc(), next, carried);
}

/// Copies the carried values of the next step that were computed elsewhere.
/// Those that lie in the place of another one are copied out of it first.
LogicalResult StageEmitter::handOn(Location loc, OperandRange next,
                                   ArrayRef<Buffer> carried) {
  SmallVector<std::pair<Buffer, Buffer>, 0> copies;
  for (auto [value, place] : llvm::zip_equal(next, carried)) {
    FailureOr<Buffer> source = findBuffer(value);
    if (failed(source))
      return failure();
    if (isSamePlace(*source, place))
      continue;
    if (llvm::any_of(carried, [&](const Buffer &other) {
          return source->flat && other.flat == source->flat;
        })) {
      Buffer between =
          makeScratch(cast<RankedTensorType>(value.getType()), loc);
      if (failed(emitCopy(loc, *source, between)))
        return failure();
      source = between;
    }
    copies.push_back({*source, place});
  }
  for (auto &[source, place] : copies)
    if (failed(emitCopy(loc, source, place)))
      return failure();
  return success();
}

//===----------------------------------------------------------------------===//
// Elements of sequences
//===----------------------------------------------------------------------===//

Buffer StageEmitter::movingSlice(const Buffer &whole,
                                 OffsetSizeAndStrideOpInterface slice,
                                 const llvm::SmallBitVector &dropped,
                                 Location loc) {
  SmallVector<int64_t> offsets(slice.getStaticOffsets());
  Value distance;
  for (auto [d, offset] : llvm::enumerate(slice.getMixedOffsets())) {
    auto value = dyn_cast<Value>(offset);
    if (!value)
      continue;
    offsets[d] = 0;
    Value term = arith::MulIOp::create(
        b, loc, value,
        arith::ConstantIndexOp::create(b, loc, whole.strides[d]));
    distance = distance ? arith::AddIOp::create(b, loc, distance, term) : term;
  }
  Buffer part = sliceBuffer(whole, offsets, slice.getStaticSizes(),
                            slice.getStaticStrides(), dropped);
  if (!distance || !whole.flat)
    return part;
  // The part begins at what moves, so that its own offset stays known.
  int64_t extent = part.offset + 1;
  for (auto [size, stride] : llvm::zip_equal(part.shape, part.strides))
    extent += (size - 1) * stride;
  part.flat = arena::AdvanceOp::create(
      b, loc, MemRefType::get({extent}, whole.element), whole.flat, distance);
  part.constant = nullptr;
  return part;
}

Buffer StageEmitter::partOf(tensor::InsertSliceOp insert, const Buffer &whole) {
  auto known = movingParts.find(insert);
  if (known != movingParts.end())
    return known->second;
  Buffer part =
      movingSlice(whole, insert, insert.getDroppedDims(), insert.getLoc());
  movingParts[insert] = part;
  return part;
}

} // namespace dlc::loops
