//===- Heap.cpp - The best elements so far, in memory ---------------------===//

#include "codegen/lower/operators/Heap.h"
#include "codegen/lower/Scalar.h"

using namespace mlir;

namespace dlc::lower {

Heap::Heap(Code &code, HeapOrder order, Value keys, Value numbers)
    : code(code), b(code.builder()), keys(keys), numbers(numbers), order(order),
      compared(isa<FloatType>(order.element)
                   ? getElementTypeOrSelf(keys.getType())
                   : order.element) {}

Value Heap::keyOf(Value x) {
  auto real = dyn_cast<FloatType>(order.element);
  if (!real)
    return x;
  auto type = cast<IntegerType>(compared);
  auto number = [&](const APInt &value) {
    return code.constant(b.getIntegerAttr(type, value));
  };
  unsigned width = type.getWidth();
  Value bits = arith::BitcastOp::create(b, type, x);
  Value size =
      arith::AndIOp::create(b, bits, number(APInt::getSignedMaxValue(width)));
  Value infinity =
      number(APFloat::getInf(real.getFloatSemantics()).bitcastToAPInt());
  Value positive = arith::CmpIOp::create(b, arith::CmpIPredicate::sge, bits,
                                         number(APInt::getZero(width)));
  Value below = arith::SubIOp::create(b, number(APInt::getZero(width)), size);
  // NaN with a sign goes where NaN without one does.
  bool nanIsLowest = order.nanIsWorst == order.largest;
  if (nanIsLowest) {
    Value isNumber =
        arith::CmpIOp::create(b, arith::CmpIPredicate::ule, size, infinity);
    return code.select(code.both(positive, isNumber), size, below);
  }
  Value isNan =
      arith::CmpIOp::create(b, arith::CmpIPredicate::ugt, size, infinity);
  return code.select(code.either(positive, isNan), size, below);
}

TypedAttr Heap::worstKey() {
  return order.largest ? scalar::lowest(b, compared)
                       : scalar::highest(b, compared);
}

Value Heap::isBetter(Value x, Value y) {
  return scalar::compare(
      b, compared, order.largest ? scalar::Order::Greater : scalar::Order::Less,
      x, y);
}

Value Heap::isNoWorse(Value x, Value y) {
  return scalar::compare(b, compared,
                         order.largest ? scalar::Order::GreaterOrEqual
                                       : scalar::Order::LessOrEqual,
                         x, y);
}

/// Of equal ones the later.
Value Heap::isWorse(Value key, Value number, Value otherKey,
                    Value otherNumber) {
  Value equal =
      arith::CmpIOp::create(b, arith::CmpIPredicate::eq, key, otherKey);
  Value later =
      arith::CmpIOp::create(b, arith::CmpIPredicate::sgt, number, otherNumber);
  return code.either(isBetter(otherKey, key), code.both(equal, later));
}

void Heap::put(Value at, Value key, Value number) {
  code.write(key, keys, at);
  code.write(number, numbers, at);
}

void Heap::sink(Value from, Value key, Value number, Value size) {
  Code::Values end = code.loop(
      from, {b.getIndexType(), getElementTypeOrSelf(keys), b.getI32Type()},
      [&](ValueRange at) -> std::pair<Value, Code::Values> {
        Value left = code.add(code.mul(at[0], 2), 1);
        Value exists = code.isLess(left, size);
        // Never behind the heap, whose elements are all there.
        Value last = code.sub(size, code.index(1));
        left = code.min(left, last);
        Value right = code.min(code.add(left, 1), last);
        Value leftKey = code.load(keys, left),
              rightKey = code.load(keys, right);
        Value leftNumber = code.load(numbers, left),
              rightNumber = code.load(numbers, right);
        Value takesRight = isWorse(rightKey, rightNumber, leftKey, leftNumber);
        Value child = code.select(takesRight, right, left);
        Value childKey = code.select(takesRight, rightKey, leftKey);
        Value childNumber = code.select(takesRight, rightNumber, leftNumber);
        Value goesOn =
            code.both(exists, isWorse(childKey, childNumber, key, number));
        return {goesOn, {child, childKey, childNumber}};
      },
      [&](ValueRange at, ValueRange child) -> Code::Values {
        put(at[0], child[1], child[2]);
        return {child[0]};
      });
  put(end[0], key, number);
}

void Heap::build(Value size) {
  Value half = arith::ShRUIOp::create(b, size, code.index(1));
  code.each(half, [&](Value i) {
    Value at = code.sub(code.sub(half, i), code.index(1));
    sink(at, code.load(keys, at), code.load(numbers, at), size);
  });
}

void Heap::sort(Value size) {
  // The worst of those left to the end, again and again.
  code.each(code.index(1), size, [&](Value i) {
    Value last = code.sub(size, i), first = code.index(0);
    Value key = code.load(keys, last), number = code.load(numbers, last);
    put(last, code.load(keys, first), code.load(numbers, first));
    sink(first, key, number, last);
  });
}

} // namespace dlc::lower
