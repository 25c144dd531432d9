//===- ByteExtremes.cpp - Maxima and minima of bytes in words -------------===//

#include "codegen/loops/extremes/ByteExtremes.h"
#include "codegen/loops/extremes/ByteRows.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Cycles of a result, with the three steps from a word to a byte.
constexpr double kResult = 14;

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

class ExtremesEmitter : public ByteRows {
public:
  using ByteRows::ByteRows;

private:
  void emitRow() override;
  Value toByte(Value extremes);
};

/// Of the four bytes of a word.
Value ExtremesEmitter::toByte(Value extremes) {
  for (uint32_t bits : {16, 8})
    extremes = both(extremes, toBytes(arith::ShRUIOp::create(
                                  b, loc, toWord(extremes), wordOf(bits))));
  return vector::ExtractOp::create(b, loc, extremes, ArrayRef<int64_t>{0});
}

void ExtremesEmitter::emitRow() {
  Value result = toByte(ofWords(start()));
  SmallVector<Value> results =
      throughEpilogue(result, /*bias=*/-1, [] { return Value(); });
  for (auto [value, output] : llvm::zip(results, nest.outputs))
    memref::StoreOp::create(b, loc, value, output.buffer.flat,
                            ValueRange{startOf(output.address)});
}

class ExtremesPlan : public Plan {
public:
  ExtremesPlan(const Problem &problem, Operation *extreme, int row)
      : problem(problem), extreme(extreme), row(row) {}

  double cycles() const override {
    double words =
        static_cast<double>(problem.nest.sizes[row]) / ByteRows::kLanes;
    return ByteRows::countResults(problem.nest, row) *
           (ByteRows::kWord * words + kResult);
  }
  void emit(StageContext &context, std::optional<ChunkRange>) override {
    ExtremesEmitter(context, problem, extreme->getName().getStringRef(), row)
        .emit();
  }

private:
  Problem problem;
  Operation *extreme;
  int row;
};

std::unique_ptr<Plan> planNest(const Problem &problem) {
  Nest &nest = problem.nest;
  if (nest.inputs.size() != 1 || nest.inits.size() != 1 || nest.scalarOnly ||
      nest.needsIndices)
    return nullptr;
  Operation *extreme = extremeOf(nest.root);
  int row = extreme ? ByteRows::rowOf(nest) : -1;
  auto isGuardedAccess = [](const Access &access) {
    return !access.guards.empty();
  };
  if (row < 0 ||
      !ByteRows::isNeutral(extreme->getName().getStringRef(),
                           nest.inits.front()) ||
      llvm::any_of(nest.outputs, isGuardedAccess) ||
      llvm::any_of(
          nest.epilogueInputs,
          [&](const auto &access) {
            return access && isGuardedAccess(*access);
          }))
    return nullptr;
  return std::make_unique<ExtremesPlan>(problem, extreme, row);
}
} // namespace

Strategy byteExtremesStrategy() {
  return {"extremes of bytes", ByteRows::isAvailable, planNest};
}

} // namespace dlc::loops
