//===- FilterPoints.cpp - Points of filters that the stage makes ----------===//

#include "codegen/loops/winograd_integers/FilterPoints.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kTaps = 9, kHalfword = 2;
} // namespace

FilterPoints::FilterPoints(StageContext &context, Nest &nest,
                           const IntegerWinogradPlan &plan,
                           ArrayRef<Value> constants)
    : IntegerCode(context, nest), plan(plan), bytes(constants[0]),
      words(constants[1]) {
  halfwords = context.scratch(plan.filterHalfwords(), b.getI16Type());
}

void FilterPoints::emit(Value block) {
  int64_t head = IntegerWinogradWeights::headWords(plan.shift);
  int64_t numbers =
      plan.block * IntegerWinogradWeights::numberWords(plan.shift);
  int64_t filters = plan.blockFilters();
  for (int64_t i = 0; i < head; ++i)
    copyWord(index(i), index(2 * i));
  kernel::WinogradFiltersOp::create(
      b, loc, TypeRange(),
      plus(addressOf(bytes), times(block, filters * kTaps)),
      plus(address(), index(2 * head * kHalfword)), filters,
      kernel::InstructionsAttr::get(b.getContext(), plan.instructions->set,
                                    plan.instructions->load));
  forEach(numbers, [&](Value i) {
    Value from = plus(plus(times(block, numbers), i), index(head));
    Value to = plus(times(i, 2), index(2 * head + kPoints * filters));
    copyWord(from, to);
  });
}

void FilterPoints::copyWord(Value from, Value to) {
  Value word = memref::LoadOp::create(b, loc, words, from);
  for (int64_t half = 0; half < 2; ++half) {
    Value shift = arith::ConstantIntOp::create(b, loc, 16 * half, 32);
    Value bits = arith::ShRUIOp::create(b, loc, word, shift);
    bits = arith::TruncIOp::create(b, loc, b.getI16Type(), bits);
    memref::StoreOp::create(b, loc, bits, halfwords, plus(to, index(half)));
  }
}

} // namespace dlc::loops
