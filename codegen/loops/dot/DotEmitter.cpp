//===- DotEmitter.cpp - Sums of integers with features in lanes -----------===//

#include "codegen/loops/dot/DotEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Instructions that follow without a loop at most. LLVM loads the data of all
/// groups first and stores what has no register on the stack: with 16 registers
/// of 256 bits half as many were faster than with others, measured on Zen 4.
constexpr int64_t kUnrolled = 128, kBroadcast = 64, kBroadcast256 = 32;
/// Groups of a run at most, where runs are joined.
constexpr int64_t kJoinedGroups = 9;
} // namespace

DotEmitter::DotEmitter(StageContext &context, Nest &nest, const DotPlan &plan,
                       const Machine &machine)
    : TiledNest(context, nest, plan.schedule, plan.bias, /*inKernels=*/false,
                static_cast<int>(plan.weights)),
      plan(plan), vectorBits(machine.vectorBits),
      vectorRegisters(machine.vectorRegisters),
      encoding(std::make_shared<DotWeights>(plan.operand)),
      startAddress(encoding->startAddress()) {
  SmallVector<BlockArgument> beside;
  if (plan.bias >= 0)
    beside.push_back(nest.epilogueInputs[plan.bias]->buffer.constant);
  SmallVector<Value> constants =
      context.encode(nest.inputs[plan.weights], encoding, beside);
  packed = constants[0];
  starts = constants[1];
  if (!plan.gather)
    return;
  scratch = context.scratch(plan.gather->elements, gatheredType());
  fillScratch();
}

void DotEmitter::enterLevel(LoopLevel::Kind kind) {
  if (!plan.gather)
    return;
  bool inTile = plan.gather->perTile || plan.schedule.blockedDim < 0;
  if (kind == (inTile ? LoopLevel::Blocks : LoopLevel::Tiles))
    gatherData();
}

/// What the sums of a piece's features begin with.
Value DotEmitter::loadStart(const Piece &piece) {
  int64_t constant = constantOf(startAddress) + piece.offset;
  Value &value = loadedAt(startAddress, constant, piece.lanes);
  if (!value)
    value = vector::LoadOp::create(
        b, loc, VectorType::get({piece.lanes}, b.getI32Type()), starts,
        ValueRange{indexOf(startAddress, piece.offset)});
  return value;
}

DotEmitter::Values DotEmitter::startSums() {
  weightAddress = encoding->address(*block);
  Values sums;
  forEachAccumulator([&](int64_t position, const Piece &piece, unsigned) {
    if (!hasSumsBeside()) {
      Value start = loadStart(piece);
      if (plan.form->multipliesRows())
        start = startOfRows(position, start);
      sums.push_back(start);
      return;
    }
    auto type =
        VectorType::get({plan.form->sumsInLane * piece.lanes}, b.getI32Type());
    sums.push_back(arith::ConstantOp::create(b, loc, b.getZeroAttr(type)));
  });
  return sums;
}

DotEmitter::Values DotEmitter::reduceTile(Values sums) {
  ArrayRef<unsigned> reduction = plan.operand.order.reduction;
  if (plan.depthwise)
    return reduceDepthwise(reduction, std::move(sums));
  sums = reduceRows(reduction.drop_back(plan.operand.runDims), std::move(sums));
  return plan.form->multipliesRows() ? separateRows(std::move(sums)) : sums;
}

DotEmitter::Values
DotEmitter::addSteps(unsigned dim, const Range &steps, int64_t step,
                     Values sums, llvm::function_ref<Values(Values)> each) {
  return emitReductionLoop(dim, steps, step, std::move(sums),
                           [&](Value variable, Values carried) {
                             at[dim] = {variable, 0};
                             return each(std::move(carried));
                           });
}

/// The steps of all reduction dimensions but those of a run.
DotEmitter::Values DotEmitter::reduceRows(ArrayRef<unsigned> dims,
                                          Values sums) {
  if (dims.empty())
    return reduceRun(std::move(sums));
  if (dims.size() == 1 && joinsRows())
    return reduceJoinedRows(dims.front(), std::move(sums));
  unsigned d = dims.front();
  Range range;
  range.upper = nest.sizes[d];
  return addSteps(d, range, /*step=*/1, std::move(sums), [&](Values carried) {
    return reduceRows(dims.drop_front(), std::move(carried));
  });
}

/// Whether two groups that are multiplied together are found in two runs: one
/// has an odd number of them.
bool DotEmitter::joinsRows() const {
  int64_t groups =
      llvm::divideCeil(plan.operand.runLength(), plan.operand.group);
  return plan.form->multiplyTwo && groups % 2 != 0 && groups <= kJoinedGroups;
}

/// The runs of an even number of rows without a loop, and what is left.
DotEmitter::Values DotEmitter::reduceJoinedRows(unsigned dim, Values sums) {
  int64_t group = plan.operand.group, length = plan.operand.runLength();
  int64_t tile = positions * static_cast<int64_t>(block->pieces.size());
  int64_t size = nest.sizes[dim];
  int64_t most = kUnrolled / (tile * llvm::divideCeil(length, group));
  int64_t step = std::max<int64_t>(2, most / 2 * 2);
  if (step >= size)
    step = size;
  else
    while (step > 2 && size % step != 0)
      step -= 2;
  auto addRows = [&](int64_t rows, Values carried) {
    SmallVector<Group> groups;
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t element = 0; element < length; element += group)
        groups.push_back({row, element});
    joinedRows = static_cast<int>(dim);
    carried = addGroups(groups, std::move(carried));
    joinedRows = -1;
    return carried;
  };
  Range range;
  range.upper = size / step * step;
  if (range.upper > step)
    sums = addSteps(dim, range, step, std::move(sums), [&](Values carried) {
      return addRows(step, std::move(carried));
    });
  else
    sums = addRows(step, std::move(sums));
  if (range.upper < size) {
    at[dim] = {nullptr, range.upper};
    sums = addRows(size - range.upper, std::move(sums));
    at[dim] = {};
  }
  return sums;
}

int64_t DotEmitter::mostUnrolled() const {
  if (plan.form->factorInLane)
    return kUnrolled;
  return vectorBits == 256 ? kBroadcast256 : kBroadcast;
}

/// Groups of a run that follow without a loop: no two positions read the same
/// one, which LLVM would keep in a register, of which none is left.
int64_t DotEmitter::unrolledGroups() {
  int64_t group = plan.operand.group, stride = positionStride();
  int64_t groups = plan.operand.runLength() / group;
  if (sharesLoads(llvm::divideCeil(plan.operand.runLength(), group)))
    return groups;
  auto tile = static_cast<int64_t>(positions * block->pieces.size());
  int64_t vector = groupsInVector(*plan.form);
  // One vector where each of its lanes takes several instructions.
  int64_t unrolled = plan.form->isWhole()     ? 4
                     : plan.form->multiplyTwo ? 1
                                              : mostUnrolled() / tile;
  int64_t most = std::min(std::max(unrolled, vector), groups);
  bool isLoop = plan.operand.runDims < plan.operand.order.reduction.size();
  for (unrolled = 1; unrolled < most; ++unrolled)
    for (int64_t position = 1; position < positions; ++position)
      if (position * stride == unrolled * group)
        most = unrolled;
  // Two groups in a loop of rows: a loop of their own would move all sums in
  // every row, which costs more than some of them on the stack.
  constexpr int64_t kShort = 2;
  if (isLoop && groups <= kShort)
    most = groups;
  // Where blocks of features are a loop, LLVM would load all of the data before
  // it and store it on the stack: the sum has to be a loop, too.
  if (block->count > 1 && !isLoop && !plan.form->isWhole() && most == groups &&
      most >= 2 * vector && most > 1)
    most = llvm::divideCeil(most, 2);
  // Whole vectors, and as few left over as can be.
  if (most >= vector)
    most -= most % vector;
  else
    vector = 1;
  for (unrolled = most; 2 * unrolled > most; unrolled -= vector)
    if (groups % unrolled == 0)
      return unrolled;
  return most;
}

/// The groups of a run, the last of which may have fewer elements.
DotEmitter::Values DotEmitter::reduceRun(Values sums) {
  int64_t group = plan.operand.group, length = plan.operand.runLength();
  int64_t step = std::max<int64_t>(1, unrolledGroups()) * group;
  auto addElements = [&](int64_t first, int64_t end, Values carried) {
    SmallVector<Group> groups;
    for (int64_t element = first; element < end; element += group)
      groups.push_back({0, element});
    return addGroups(groups, std::move(carried));
  };
  Range range;
  range.upper = length / step * step;
  if (range.upper <= step)
    return addElements(0, length, std::move(sums));
  sums = addSteps(runDim(), range, step, std::move(sums), [&](Values carried) {
    return addElements(0, step, std::move(carried));
  });
  return addElements(range.upper, length, std::move(sums));
}

/// The products of such groups, two at a time where the form has that.
DotEmitter::Values DotEmitter::addGroups(ArrayRef<Group> groups, Values sums) {
  size_t together = plan.form->multiplyTwo ? 2 : 1;
  planLoads(groups);
  for (size_t i = 0; i < groups.size(); i += together)
    if (plan.form->multipliesRows())
      sums = multiplyRows(i, groups[i], std::move(sums));
    else
      sums = multiply(i, groups.slice(i).take_front(together), std::move(sums));
  return sums;
}

/// A vector of the data that is not used before a sum is there: LLVM's
/// scheduler for cores that execute in order would make the products of all
/// positions first, for which there are too few registers.
Value DotEmitter::usedAfter(Value data, ArrayRef<Value> sums) {
  constexpr int64_t kWords = 4;
  Values operands{data};
  std::string constraints = "=w,0";
  for (Value sum : sums) {
    int64_t lanes = cast<VectorType>(sum.getType()).getDimSize(0);
    for (int64_t lane = 0; lane < lanes; lane += kWords) {
      operands.push_back(
          vector::ExtractStridedSliceOp::create(b, loc, sum, lane, kWords, 1));
      constraints += ",w";
    }
  }
  return LLVM::InlineAsmOp::create(
             b, loc, data.getType(), operands, /*asm=*/"", constraints,
             /*has_side_effects=*/false, /*is_align_stack=*/false,
             LLVM::tailcallkind::TailCallKind::None, LLVM::AsmDialectAttr(),
             ArrayAttr())
      .getResult(0);
}

/// One group, or two, in each lane; the first is `number` of those in hand.
DotEmitter::Values DotEmitter::multiply(size_t number, ArrayRef<Group> groups,
                                        Values sums) {
  SmallVector<Values, 2> weights;
  for (const Group &group : groups)
    weights.push_back(loadWeights(group));
  size_t next = 0, pieces = block->pieces.size();
  auto lastOf = [&](ArrayRef<Value> all, size_t end) {
    return all.slice(end - pieces, pieces);
  };
  for (int64_t position = 0; position < positions; ++position) {
    llvm::SmallDenseMap<int64_t, Values> factors; // by lanes
    for (auto [i, piece] : llvm::enumerate(block->pieces)) {
      Values &data = factors[piece.lanes];
      if (data.empty())
        for (auto [k, group] : llvm::enumerate(groups)) {
          data.push_back(factorOf(number + k, group, position, piece.lanes));
          if (plan.form->isWhole() && (number > 0 || next > 0))
            data.back() = usedAfter(
                data.back(), lastOf(sums, next > 0 ? next : sums.size()));
        }
      Value &sum = sums[next++];
      if (groups.size() == 1) {
        sum = plan.form->multiply(b, loc, sum, data[0], weights[0][i]);
        continue;
      }
      Values both{weights[0][i], weights[1][i]};
      sum = plan.form->multiplyTwo(b, loc, sum, data, both);
    }
  }
  return sums;
}

} // namespace dlc::loops
