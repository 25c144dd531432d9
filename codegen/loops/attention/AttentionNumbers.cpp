//===- AttentionNumbers.cpp - What an attention computes in ---------------===//
//
// The softmax is float32, and so are the sums of all tiles. Where a chip is
// fast at halves, shared memory has halves, and two products are added by one
// instruction: of two neighbouring steps of a score, or of two neighbouring
// values, whose sums go to float32 after each tile. Elsewhere halves become
// float32 on their way to shared memory.
//
//===----------------------------------------------------------------------===//

#include "codegen/loops/attention/AttentionEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include <cmath>

using namespace mlir;

namespace dlc::loops {

Type AttentionEmitter::sharedElement() const {
  return schedule.hasPairs ? Type(b.getF16Type()) : b.getF32Type();
}

Value AttentionEmitter::as(Type element, Value value) {
  Type from = getElementTypeOrSelf(value.getType()), type = element;
  if (from == element)
    return value;
  if (auto vector = dyn_cast<VectorType>(value.getType()))
    type = vector.clone(element);
  if (from.isF16())
    return arith::ExtFOp::create(b, loc, type, value);
  return arith::TruncFOp::create(b, loc, type, value);
}

/// A register of sums of nothing.
Value AttentionEmitter::noProducts() {
  return constant(b.getZeroAttr(sharedElement()), schedule.together());
}

/// Elements as factors of what `addProduct` adds: neighbours in one register.
AttentionEmitter::Values AttentionEmitter::unitsOf(const Values &elements) {
  if (!schedule.hasPairs)
    return elements;
  auto type = VectorType::get({schedule.together()}, b.getF16Type());
  Values units;
  for (size_t i = 0; i + 1 < elements.size(); i += 2)
    units.push_back(vector::FromElementsOp::create(
        b, loc, type, ValueRange{elements[i], elements[i + 1]}));
  return units;
}

/// Elements as factors of all products of a register.
AttentionEmitter::Values AttentionEmitter::copiesOf(const Values &elements) {
  if (!schedule.hasPairs)
    return elements;
  auto type = VectorType::get({schedule.together()}, b.getF16Type());
  Values copies;
  for (Value element : elements)
    copies.push_back(vector::BroadcastOp::create(b, loc, type, element));
  return copies;
}

Value AttentionEmitter::addProduct(Value one, Value other, Value sum) {
  if (schedule.hasPairs)
    return vector::FMAOp::create(b, loc, one, other, sum);
  return math::FmaOp::create(b, loc, one, other, sum);
}

/// Scores as the network has them before a mask.
AttentionEmitter::Values AttentionEmitter::scoresOfSums(const Values &sums) {
  Values scores;
  for (Value sum : sums) {
    if (schedule.hasPairs) {
      Value even = vector::ExtractOp::create(b, loc, sum, 0),
            odd = vector::ExtractOp::create(b, loc, sum, 1);
      sum = arith::AddFOp::create(b, loc, even, odd);
    }
    scores.push_back(as(attention.score, sum));
  }
  return scores;
}

/// What is subtracted from a score before its power is taken. Powers that are
/// halves are at most 1 / keys of a tile: a tile's sum of values stays in their
/// range, as the shares' sum would. Sums of powers are less by the same factor.
Value AttentionEmitter::fromWhich(Value largest) {
  if (!schedule.hasPairs)
    return largest;
  auto logarithm = static_cast<float>(std::log(schedule.keys));
  return arith::AddFOp::create(b, loc, largest,
                               constant(b.getF32FloatAttr(logarithm), 1));
}

/// What a tile's products are added to.
AttentionEmitter::Values AttentionEmitter::sumsToBeginWith(const State &state) {
  const int64_t values = schedule.valuesOfThread;
  if (schedule.hasPairs)
    return Values(kQueriesOfThread * values / schedule.together(),
                  noProducts());
  Values sums;
  for (auto [i, context] : llvm::enumerate(state.context))
    sums.push_back(arith::MulFOp::create(
        b, loc, context, state.less[static_cast<int64_t>(i) / values]));
  return sums;
}

/// Takes what a tile's products were added up to.
void AttentionEmitter::takeSums(State &state, ValueRange sums) {
  if (!schedule.hasPairs) {
    state.context = Values(sums);
    return;
  }
  const int64_t together = schedule.together();
  for (auto [i, context] : llvm::enumerate(state.context)) {
    auto number = static_cast<int64_t>(i);
    Value half = vector::ExtractOp::create(b, loc, sums[number / together],
                                           number % together);
    context = math::FmaOp::create(b, loc, context,
                                  state.less[number / schedule.valuesOfThread],
                                  as(b.getF32Type(), half));
  }
}

} // namespace dlc::loops
