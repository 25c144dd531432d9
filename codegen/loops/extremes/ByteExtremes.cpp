//===- ByteExtremes.cpp - Maxima and minima of bytes in words -------------===//

#include "codegen/loops/extremes/ByteExtremes.h"
#include "codegen/loops/strategy/NestCode.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kLanes = 4;
/// Words of a round of the loop.
constexpr int64_t kUnrolled = 4;
/// Cycles: a load, a subtraction and a selection for a word; what a result
/// takes, with the three steps from a word to a byte.
constexpr double kWord = 4, kResult = 14;

/// The operation that two elements become one by; null if the body is another.
Operation *extremeOf(linalg::GenericOp root) {
  Block &body = *root.getBody();
  if (root.getNumDpsInputs() != 1 || root.getNumDpsInits() != 1 ||
      body.getOperations().size() != 2)
    return nullptr;
  Operation &op = body.front();
  if (!isa<arith::MaxSIOp, arith::MinSIOp, arith::MaxUIOp, arith::MinUIOp>(op))
    return nullptr;
  bool ofBoth = llvm::all_of(
      op.getOperands(), [&](Value value) { return isa<BlockArgument>(value); });
  bool isResult = body.getTerminator()->getOperand(0) == op.getResult(0);
  return ofBoth && op.getOperand(0) != op.getOperand(1) && isResult ? &op
                                                                    : nullptr;
}

/// Whether the extreme of `value` and anything is that.
bool isNeutral(Operation *extreme, TypedAttr value) {
  auto number = dyn_cast_or_null<IntegerAttr>(value);
  if (!number || number.getValue().getBitWidth() != 8)
    return false;
  APInt bits = number.getValue();
  if (isa<arith::MaxSIOp>(extreme))
    return bits.isMinSignedValue();
  if (isa<arith::MinSIOp>(extreme))
    return bits.isMaxSignedValue();
  return isa<arith::MaxUIOp>(extreme) ? bits.isMinValue() : bits.isMaxValue();
}

/// The one dimension that is reduced, along which bytes lie side by side; -1:
/// the nest is another.
int rowOf(const Nest &nest) {
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

class ExtremesEmitter : NestCode {
public:
  ExtremesEmitter(StageContext &context, Nest &nest, Operation *extreme,
                  int row)
      : NestCode(context, nest), extreme(extreme), row(row),
        word(VectorType::get({kLanes}, b.getI8Type())) {}

  void emit() { loopOver(0); }

private:
  void loopOver(unsigned dimension);
  void emitRow();
  Value load(Value place, int64_t behind);
  Value both(Value x, Value y) {
    OperationState state(loc, extreme->getName(), {x, y}, {x.getType()});
    return b.create(state)->getResult(0);
  }
  Value toByte(Value extremes);

  Operation *extreme;
  int row;
  VectorType word;
};

void ExtremesEmitter::loopOver(unsigned dimension) {
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

Value ExtremesEmitter::load(Value place, int64_t behind) {
  Value from = behind ? plus(place, index(behind)) : place;
  return vector::LoadOp::create(b, loc, word, nest.inputs.front().buffer.flat,
                                ValueRange{from});
}

/// Of the four bytes of a word.
Value ExtremesEmitter::toByte(Value extremes) {
  auto one = VectorType::get({1}, b.getI32Type());
  for (int64_t bits : {16, 8}) {
    Value bytes = vector::BitCastOp::create(b, loc, one, extremes);
    Value shifted = arith::ShRUIOp::create(
        b, loc, bytes,
        arith::ConstantOp::create(
            b, loc, DenseElementsAttr::get(one, static_cast<int32_t>(bits))));
    extremes = both(extremes, vector::BitCastOp::create(b, loc, word, shifted));
  }
  return vector::ExtractOp::create(b, loc, extremes, ArrayRef<int64_t>{0});
}

void ExtremesEmitter::emitRow() {
  int64_t bytes = nest.sizes[row], words = bytes / kLanes;
  Value start = startOf(nest.inputs.front().address);
  Value found = load(start, 0);
  int64_t next = 1, rounds = (words - 1) / kUnrolled;
  if (rounds > 1) {
    auto loop = scf::ForOp::create(
        b, loc, index(kLanes), index((1 + rounds * kUnrolled) * kLanes),
        index(kUnrolled * kLanes), ValueRange{found});
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Value place = plus(start, loop.getInductionVar());
    Value sofar = loop.getRegionIterArg(0);
    for (int64_t i = 0; i < kUnrolled; ++i)
      sofar = both(sofar, load(place, i * kLanes));
    scf::YieldOp::create(b, loc, ValueRange{sofar});
    found = loop.getResult(0);
    next += rounds * kUnrolled;
  }
  for (; next < words; ++next)
    found = both(found, load(start, next * kLanes));
  if (bytes % kLanes)
    found = both(found, load(start, bytes - kLanes));
  Value result = toByte(found);
  SmallVector<Value> results =
      throughEpilogue(result, /*bias=*/-1, [] { return Value(); });
  for (auto [value, output] : llvm::zip(results, nest.outputs))
    memref::StoreOp::create(b, loc, value, output.buffer.flat,
                            ValueRange{startOf(output.address)});
}

class ExtremesPlan : public Plan {
public:
  ExtremesPlan(Nest &nest, Operation *extreme, int row)
      : nest(nest), extreme(extreme), row(row) {}

  double cycles() const override {
    double results = 1;
    for (auto [d, size] : llvm::enumerate(nest.sizes))
      if (static_cast<int>(d) != row)
        results *= static_cast<double>(size);
    double words = static_cast<double>(nest.sizes[row]) / kLanes;
    return results * (kWord * words + kResult);
  }
  void emit(StageContext &context, std::optional<ChunkRange>) override {
    ExtremesEmitter(context, nest, extreme, row).emit();
  }

private:
  Nest &nest;
  Operation *extreme;
  int row;
};

/// Cores whose words hold four bytes that instructions know: those that have
/// products of pairs too.
bool isAvailable(const Machine &machine) {
  return machine.vectorBits == 0 &&
         llvm::any_of(machine.forms,
                      [](const targets::MultiplyAccumulate &form) {
                        return form.instruction == "smlad";
                      });
}

std::unique_ptr<Plan> planNest(const Problem &problem) {
  Nest &nest = problem.nest;
  if (nest.inputs.size() != 1 || nest.inits.size() != 1 || nest.scalarOnly ||
      nest.needsIndices)
    return nullptr;
  Operation *extreme = extremeOf(nest.root);
  int row = extreme ? rowOf(nest) : -1;
  auto isGuardedAccess = [](const Access &access) {
    return !access.guards.empty();
  };
  if (row < 0 || !isNeutral(extreme, nest.inits.front()) ||
      llvm::any_of(nest.outputs, isGuardedAccess) ||
      llvm::any_of(
          nest.epilogueInputs,
          [&](const auto &access) {
            return access && isGuardedAccess(*access);
          }))
    return nullptr;
  return std::make_unique<ExtremesPlan>(nest, extreme, row);
}
} // namespace

Strategy byteExtremesStrategy() {
  return {"extremes of bytes", isAvailable, planNest};
}

} // namespace dlc::loops
