//===- StageLoop.cpp - A loop over the steps of sequences -----------------===//
//
// A carried value lies in one place from the first step to the last; the next
// one is written over it where nothing of the step still reads the old one.
// A loop of rounds that may be over, each in a branch, ends with the last one.
//
//===----------------------------------------------------------------------===//

#include "codegen/loops/nest/BodyEmitter.h"
#include "codegen/loops/stage/StageEmitter.h"
#include "dialects/arena/ArenaStageOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"
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

//===----------------------------------------------------------------------===//
// Loops that are over before their last step
//===----------------------------------------------------------------------===//

namespace {
/// A loop whose steps do nothing once a carried i1 is false: carried values are
/// what they were (the i1 too), and what is collected is constant.
struct Ending {
  unsigned condition = 0; ///< which carried value
  /// What is collected, and the constant that idle steps have of it.
  SmallVector<std::pair<tensor::InsertSliceOp, Value>, 1> collected;
};

/// What `value` is in a step in which `condition` is false; null where that is
/// computed.
Value idleValue(Value value, Value condition, scf::ForOp loop) {
  while (Operation *maker = value.getDefiningOp()) {
    auto branch = dyn_cast<scf::IfOp>(maker);
    auto select = dyn_cast<arith::SelectOp>(maker);
    if (!loop->isAncestor(maker))
      return value;
    if (branch && branch.getCondition() == condition)
      value = branch.elseYield().getOperand(
          cast<OpResult>(value).getResultNumber());
    else if (select && select.getCondition() == condition)
      value = select.getFalseValue();
    else
      return {};
  }
  return value;
}

/// The same for the carried i1 that `extract` reads.
std::optional<Ending> endingBy(tensor::ExtractOp extract, scf::ForOp loop) {
  auto carriedFlag = dyn_cast<BlockArgument>(extract.getTensor());
  if (!carriedFlag || carriedFlag.getOwner() != loop.getBody() ||
      !extract.getType().isInteger(1) || !extract.getIndices().empty())
    return std::nullopt;
  Ending ending;
  ending.condition = carriedFlag.getArgNumber() - 1;
  for (auto [value, carried] :
       llvm::zip_equal(loop.getBody()->getTerminator()->getOperands(),
                       loop.getRegionIterArgs())) {
    if (idleValue(value, extract.getResult(), loop) == carried)
      continue;
    auto insert = value.getDefiningOp<tensor::InsertSliceOp>();
    if (!insert || insert.getDest() != carried || !insert->hasOneUse() ||
        insert.getMixedOffsets()[0] != OpFoldResult(loop.getInductionVar()))
      return std::nullopt;
    Value constant = idleValue(insert.getSource(), extract.getResult(), loop);
    if (!constant || !constant.getDefiningOp<arith::ConstantOp>())
      return std::nullopt;
    ending.collected.push_back({insert, constant});
  }
  return ending;
}

/// How the loop ends before its last step; nothing where it does not.
std::optional<Ending> endingOf(scf::ForOp loop) {
  for (auto extract : loop.getBody()->getOps<tensor::ExtractOp>())
    if (std::optional<Ending> ending = endingBy(extract, loop))
      return ending;
  return std::nullopt;
}
} // namespace

/// What is collected of the steps behind those that took place.
LogicalResult StageEmitter::emitIdleSteps(
    scf::ForOp loop, Value first,
    ArrayRef<std::pair<tensor::InsertSliceOp, Value>> collected) {
  if (collected.empty())
    return success();
  auto rest = scf::ForOp::create(b, loop.getLoc(), first, loop.getUpperBound(),
                                 loop.getStep());
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(rest.getBody()->getTerminator());
  for (auto [insert, constant] : collected) {
    IRMapping moved;
    moved.map(cast<Value>(insert.getMixedOffsets()[0]), rest.getInductionVar());
    auto idle = cast<tensor::InsertSliceOp>(b.clone(*insert, moved));
    FailureOr<Buffer> source = findBuffer(constant);
    if (failed(source))
      return failure();
    Buffer part = movingSlice(destinationOf(insert.getResult()), idle,
                              idle.getDroppedDims(), loop.getLoc());
    idle.erase();
    if (failed(emitCopy(loop.getLoc(), *source, part)))
      return failure();
  }
  return success();
}

/// A loop over the numbers of `loop`'s steps, as long as `place` says that
/// there is another one; gives the first that did not take place.
static scf::WhileOp createWhile(OpBuilder &b, scf::ForOp loop,
                                const Buffer &place) {
  Location loc = loop.getLoc();
  auto made =
      scf::WhileOp::create(b, loc, TypeRange(b.getIndexType()),
                           ValueRange(loop.getLowerBound()), nullptr, nullptr);
  OpBuilder::InsertionGuard guard(b);
  Block *testing = made.getBeforeBody(), *working = made.getAfterBody();
  b.setInsertionPointToEnd(testing);
  Value step = testing->getArgument(0);
  Value isBelow = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, step,
                                        loop.getUpperBound());
  Value another = loadElement(b, loc, place, {});
  scf::ConditionOp::create(
      b, loc, arith::AndIOp::create(b, loc, isBelow, another), step);
  b.setInsertionPointToEnd(working);
  Value next =
      arith::AddIOp::create(b, loc, working->getArgument(0), loop.getStep());
  scf::YieldOp::create(b, loc, next);
  return made;
}

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
  Block &body = *loop.getBody();
  std::optional<Ending> ending = endingOf(loop);
  Block *made;
  Value ended;
  if (ending) {
    scf::WhileOp steps = createWhile(b, loop, carried[ending->condition]);
    made = steps.getAfterBody();
    ended = steps.getResult(0);
  } else {
    auto steps = scf::ForOp::create(b, loop.getLoc(), loop.getLowerBound(),
                                    loop.getUpperBound(), loop.getStep());
    made = steps.getBody();
  }
  loop.getInductionVar().replaceAllUsesWith(made->getArgument(0));

  StepOrder order(body);
  OperandRange next = body.getTerminator()->getOperands();
  for (auto [i, value] : llvm::enumerate(next))
    if (order.mayReplace(loop.getRegionIterArg(i), value))
      destinations.try_emplace(value, carried[i]);

  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(&made->back());
  SmallVector<Operation *> old = llvm::map_to_vector(
      body.without_terminator(), [](Operation &op) { return &op; });
  for (Operation *op : old)
    if (failed(visit(*op)))
      return failure();
  if (failed(handOn(loop.getLoc(), next, carried)))
    return failure();
  if (!ending)
    return success();
  b.setInsertionPointAfter(made->getParentOp());
  return emitIdleSteps(loop, ended, ending->collected);
}

/// What a place that moves is part of.
static Value memoryOf(Value place) {
  while (place)
    if (auto part = place.getDefiningOp<arena::AdvanceOp>())
      place = part.getSource();
    else
      break;
  return place;
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
    Value memory = memoryOf(source->flat);
    if (memory && llvm::any_of(carried, [&](const Buffer &other) {
          return memoryOf(other.flat) == memory;
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
