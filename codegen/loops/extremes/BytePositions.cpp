//===- BytePositions.cpp - Where the extreme of bytes is, in words --------===//

#include "codegen/loops/extremes/ByteExtremes.h"
#include "codegen/loops/extremes/ByteRows.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Cycles: of a word that is looked at, of which half are on the average; of a
/// result.
constexpr double kLook = 11, kFound = 24;

/// The operation that makes the byte which the body's comparison chooses; empty
/// where the body is no search for the first one of a row.
StringRef combineOf(linalg::GenericOp root, int row) {
  Block &body = *root.getBody();
  if (root.getNumDpsInputs() != 1 || root.getNumDpsInits() != 2)
    return {};
  Value byte = body.getArgument(0), best = body.getArgument(1),
        position = body.getArgument(2);
  auto yield = cast<linalg::YieldOp>(body.getTerminator());
  auto choice = yield.getOperand(0).getDefiningOp<arith::SelectOp>();
  auto place = yield.getOperand(1).getDefiningOp<arith::SelectOp>();
  if (!choice || !place || choice.getCondition() != place.getCondition() ||
      choice.getTrueValue() != byte || choice.getFalseValue() != best ||
      place.getFalseValue() != position)
    return {};
  auto better = choice.getCondition().getDefiningOp<arith::CmpIOp>();
  auto number = place.getTrueValue().getDefiningOp<arith::IndexCastOp>();
  auto along =
      number ? number.getIn().getDefiningOp<linalg::IndexOp>() : nullptr;
  if (!better || !along || static_cast<int>(along.getDim()) != row ||
      better.getLhs() != byte || better.getRhs() != best)
    return {};
  switch (better.getPredicate()) {
  case arith::CmpIPredicate::sgt:
    return arith::MaxSIOp::getOperationName();
  case arith::CmpIPredicate::slt:
    return arith::MinSIOp::getOperationName();
  case arith::CmpIPredicate::ugt:
    return arith::MaxUIOp::getOperationName();
  case arith::CmpIPredicate::ult:
    return arith::MinUIOp::getOperationName();
  default:
    return {}; // of equal ones the last
  }
}

class PositionsEmitter : public ByteRows {
public:
  using ByteRows::ByteRows;

private:
  void emitRow() override;
  /// The extreme of four bytes in all of them.
  Value spread(Value extremes);
  Value findFirst(Value place, Value extreme);
  /// The top bit of each byte that is the extreme, in a word; above the first
  /// one of others too.
  Value equalBytes(Value bytes, Value extreme);
};

Value PositionsEmitter::spread(Value extremes) {
  for (uint32_t bits : {16, 8}) {
    Value word = toWord(extremes);
    Value turned = arith::OrIOp::create(
        b, loc, arith::ShRUIOp::create(b, loc, word, wordOf(bits)),
        arith::ShLIOp::create(b, loc, word, wordOf(32 - bits)));
    extremes = both(extremes, toBytes(turned));
  }
  return extremes;
}

Value PositionsEmitter::equalBytes(Value bytes, Value extreme) {
  Value other = arith::XOrIOp::create(b, loc, toWord(bytes), toWord(extreme));
  Value less = arith::SubIOp::create(b, loc, other, wordOf(0x01010101));
  Value isNone = arith::XOrIOp::create(b, loc, other, wordOf(UINT32_MAX));
  Value found = arith::AndIOp::create(
      b, loc, arith::AndIOp::create(b, loc, less, isNone), wordOf(0x80808080));
  return vector::ExtractOp::create(b, loc, found, ArrayRef<int64_t>{0});
}

/// From word to word, of which the last one overlaps another where the row is
/// no whole number of words: what both have was looked at before.
Value PositionsEmitter::findFirst(Value place, Value extreme) {
  Type word = b.getI32Type();
  int64_t last = nest.sizes[row] - kLanes;
  bool isWhole = last % kLanes == 0;
  auto search = scf::WhileOp::create(
      b, loc, TypeRange{b.getIndexType(), word}, ValueRange{index(0)},
      [&](OpBuilder &, Location, ValueRange at) {
        OpBuilder::InsertionGuard guard(b);
        b.setInsertionPointToEnd(at[0].getParentBlock());
        Value found = equalBytes(load(place, at[0], isWhole), extreme);
        Value isNone = arith::CmpIOp::create(
            b, loc, arith::CmpIPredicate::eq, found,
            arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(0)));
        Value isBehind = arith::CmpIOp::create(
            b, loc, arith::CmpIPredicate::slt, at[0], index(last));
        scf::ConditionOp::create(
            b, loc, arith::AndIOp::create(b, loc, isNone, isBehind),
            ValueRange{at[0], found});
      },
      [&](OpBuilder &, Location, ValueRange at) {
        OpBuilder::InsertionGuard guard(b);
        b.setInsertionPointToEnd(at[0].getParentBlock());
        Value next = plus(at[0], index(kLanes));
        if (!isWhole)
          next = arith::MinSIOp::create(b, loc, next, index(last));
        scf::YieldOp::create(b, loc, next);
      });
  Value bit = math::CountTrailingZerosOp::create(b, loc, search.getResult(1));
  Value byte = arith::ShRUIOp::create(
      b, loc, bit, arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(3)));
  return plus(search.getResult(0),
              arith::IndexCastOp::create(b, loc, b.getIndexType(), byte));
}

void PositionsEmitter::emitRow() {
  Value place = start(), extreme = spread(ofWords(place));
  Value number = findFirst(place, extreme);
  const Access &best = nest.outputs[0], &position = nest.outputs[1];
  if (!nest.root.getResult(0).use_empty())
    memref::StoreOp::create(
        b, loc,
        vector::ExtractOp::create(b, loc, extreme, ArrayRef<int64_t>{0}),
        best.buffer.flat, ValueRange{startOf(best.address)});
  memref::StoreOp::create(
      b, loc,
      arith::IndexCastOp::create(b, loc, position.buffer.element, number),
      position.buffer.flat, ValueRange{startOf(position.address)});
}

class PositionsPlan : public Plan {
public:
  PositionsPlan(const Problem &problem, StringRef combine, int row)
      : problem(problem), combine(combine), row(row) {}

  double cycles() const override {
    double words =
        static_cast<double>(problem.nest.sizes[row]) / ByteRows::kLanes;
    return ByteRows::countResults(problem.nest, row) *
           ((ByteRows::kWord + kLook / 2) * words + kFound);
  }
  void emit(StageContext &context, std::optional<ChunkRange>) override {
    PositionsEmitter(context, problem, combine, row).emit();
  }

private:
  Problem problem;
  StringRef combine;
  int row;
};

std::unique_ptr<Plan> planPositions(const Problem &problem) {
  Nest &nest = problem.nest;
  if (nest.inputs.size() != 1 || nest.inits.size() != 2 || nest.epilogue)
    return nullptr;
  int row = ByteRows::rowOf(nest);
  StringRef combine = row < 0 ? StringRef() : combineOf(nest.root, row);
  auto first = dyn_cast_or_null<IntegerAttr>(nest.inits[1]);
  if (combine.empty() || !ByteRows::isNeutral(combine, nest.inits[0]) ||
      !first || !first.getValue().isZero() ||
      llvm::any_of(nest.outputs,
                   [](const Access &access) { return !access.guards.empty(); }))
    return nullptr;
  return std::make_unique<PositionsPlan>(problem, combine, row);
}
} // namespace

Strategy bytePositionsStrategy() {
  return {"positions of bytes", ByteRows::isAvailable, planPositions};
}

} // namespace dlc::loops
