//===- ByteRows.cpp - Rows of bytes in words of four ----------------------===//

#include "codegen/loops/extremes/ByteRows.h"
#include "codegen/loops/weights/CallerConstants.h"
#include "dialects/arena/ArenaStageOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;

namespace dlc::loops {

/// Words of a round of the loop.
static constexpr int64_t kUnrolled = 4;

bool ByteRows::isAvailable(const Machine &machine) {
  return machine.vectorBits == 0 &&
         llvm::any_of(machine.forms,
                      [](const targets::MultiplyAccumulate &form) {
                        return form.instruction == "smlad";
                      });
}

int ByteRows::rowOf(const Nest &nest) {
  int row = -1;
  for (auto [d, reduced] : llvm::enumerate(nest.reduction)) {
    if (!reduced)
      continue;
    if (row >= 0)
      return -1;
    row = static_cast<int>(d);
  }
  const Access &input = nest.inputs.front();
  bool fits = row >= 0 && nest.sizes[row] >= 2 * kLanes && input.buffer.flat &&
              input.guards.empty() && input.address.coefficients[row] == 1;
  return fits ? row : -1;
}

bool ByteRows::isNeutral(StringRef combine, TypedAttr value) {
  auto number = dyn_cast_or_null<IntegerAttr>(value);
  if (!number || number.getValue().getBitWidth() != 8)
    return false;
  APInt bits = number.getValue();
  if (combine == arith::MaxSIOp::getOperationName())
    return bits.isMinSignedValue();
  if (combine == arith::MinSIOp::getOperationName())
    return bits.isMaxSignedValue();
  return combine == arith::MaxUIOp::getOperationName() ? bits.isMinValue()
                                                       : bits.isMaxValue();
}

double ByteRows::countResults(const Nest &nest, int row) {
  double results = 1;
  for (auto [d, size] : llvm::enumerate(nest.sizes))
    if (static_cast<int>(d) != row)
      results *= static_cast<double>(size);
  return results;
}

/// Whether a position is a multiple of words wherever it is.
static bool isAtWords(Value elements) {
  IntegerAttr factor;
  if (auto sum = elements.getDefiningOp<arith::AddIOp>())
    return isAtWords(sum.getLhs()) && isAtWords(sum.getRhs());
  auto product = elements.getDefiningOp<arith::MulIOp>();
  return product && matchPattern(product.getRhs(), m_Constant(&factor)) &&
         factor.getInt() % ByteRows::kLanes == 0;
}

/// Whether all rows begin at words of the memory.
static bool startsAtWords(const Nest &nest, int row, func::FuncOp stage) {
  const Access &access = nest.inputs.front();
  for (auto [d, coefficient] : llvm::enumerate(access.address.coefficients))
    if (static_cast<int>(d) != row && nest.sizes[d] > 1 &&
        coefficient % ByteRows::kLanes != 0)
      return false;
  Value memory = access.buffer.flat;
  while (auto view = memory.getDefiningOp<ViewLikeOpInterface>()) {
    auto advance = dyn_cast<arena::AdvanceOp>(view.getOperation());
    if (advance && !isAtWords(advance.getElements()))
      return false;
    memory = view.getViewSource();
  }
  auto argument = dyn_cast<BlockArgument>(memory);
  return access.address.constant % ByteRows::kLanes == 0 && argument &&
         argument.getOwner() == &stage.front() &&
         isAlignedAtCallers(*nest.module, stage, argument, ByteRows::kLanes);
}

ByteRows::ByteRows(StageContext &context, const Problem &problem,
                   StringRef combine, int row)
    : NestCode(context, problem.nest), row(row),
      bytesType(VectorType::get({kLanes}, b.getI8Type())),
      wordType(VectorType::get({1}, b.getI32Type())), combine(combine),
      alignment(startsAtWords(problem.nest, row, problem.stage) ? kLanes : 1) {}

void ByteRows::loopOver(unsigned dimension) {
  if (dimension == nest.sizes.size())
    return emitRow();
  if (static_cast<int>(dimension) == row)
    return loopOver(dimension + 1);
  auto loop = scf::ForOp::create(b, loc, index(0), index(nest.sizes[dimension]),
                                 index(1));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  at[dimension] = loop.getInductionVar();
  loopOver(dimension + 1);
}

Value ByteRows::load(Value place, Value behind, bool isWhole) {
  Value from = behind ? plus(place, behind) : place;
  return vector::LoadOp::create(
      b, loc, bytesType, nest.inputs.front().buffer.flat, ValueRange{from},
      /*nontemporal=*/false,
      isWhole && alignment > 1 ? llvm::MaybeAlign(alignment)
                               : llvm::MaybeAlign());
}

Value ByteRows::load(Value place, int64_t behind) {
  return load(place, behind ? index(behind) : Value(), behind % kLanes == 0);
}

Value ByteRows::both(Value x, Value y) {
  OperationState state(loc, combine, {x, y}, {x.getType()});
  return b.create(state)->getResult(0);
}

Value ByteRows::ofWords(Value place) {
  int64_t bytes = nest.sizes[row], words = bytes / kLanes;
  Value found = load(place, 0);
  int64_t next = 1, rounds = (words - 1) / kUnrolled;
  if (rounds > 1) {
    auto loop = scf::ForOp::create(
        b, loc, index(kLanes), index((1 + rounds * kUnrolled) * kLanes),
        index(kUnrolled * kLanes), ValueRange{found});
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Value round = plus(place, loop.getInductionVar());
    Value sofar = loop.getRegionIterArg(0);
    for (int64_t i = 0; i < kUnrolled; ++i)
      sofar = both(sofar, load(round, i * kLanes));
    scf::YieldOp::create(b, loc, ValueRange{sofar});
    found = loop.getResult(0);
    next += rounds * kUnrolled;
  }
  for (; next < words; ++next)
    found = both(found, load(place, next * kLanes));
  if (bytes % kLanes)
    found = both(found, load(place, bytes - kLanes));
  return found;
}

Value ByteRows::toWord(Value bytes) {
  return vector::BitCastOp::create(b, loc, wordType, bytes);
}

Value ByteRows::toBytes(Value word) {
  return vector::BitCastOp::create(b, loc, bytesType, word);
}

Value ByteRows::wordOf(uint32_t value) {
  return arith::ConstantOp::create(
      b, loc, DenseElementsAttr::get(wordType, static_cast<int32_t>(value)));
}

} // namespace dlc::loops
