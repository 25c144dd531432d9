//===- LowerTopK.cpp - nn.top_k by a heap of the best so far --------------===//
//
// A line is gone through once. The heap's root is the worst of the k best: most
// elements are no better and take a load and a comparison, the others replace
// it and sink to their place in log2(k) steps. At the end the heap is sorted,
// the worst to the back. Floats are compared as integers in their order, with
// NaN above all others, which a core without a floating-point unit does in a
// few instructions.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Patterns.h"
#include "codegen/lower/Procedure.h"
#include "codegen/lower/Scalar.h"
#include "dialects/nn/NnOps.h"

using namespace mlir;

namespace dlc::lower {

namespace {
class Heap {
public:
  Heap(Code &code, nn::TopKOp op, Value keys, Value numbers)
      : code(code), b(code.builder()), keys(keys), numbers(numbers),
        element(op.getInput().getType().getElementType()),
        largest(op.getLargest()) {
    isFloat = isa<FloatType>(element);
    Type type = getElementTypeOrSelf(keys.getType());
    order = isFloat ? type : element;
  }

  /// What is compared in an element's place.
  Value keyOf(Value x) {
    if (!isFloat)
      return x;
    auto type = cast<IntegerType>(getElementTypeOrSelf(keys.getType()));
    auto real = cast<FloatType>(element);
    auto number = [&](const APInt &value) {
      return code.constant(b.getIntegerAttr(type, value));
    };
    unsigned width = type.getWidth();
    Value bits = arith::BitcastOp::create(b, type, x);
    Value size =
        arith::AndIOp::create(b, bits, number(APInt::getSignedMaxValue(width)));
    Value negative = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, bits,
                                           number(APInt::getZero(width)));
    Value isNan = arith::CmpIOp::create(
        b, arith::CmpIPredicate::ugt, size,
        number(APFloat::getInf(real.getFloatSemantics()).bitcastToAPInt()));
    Value below = arith::SubIOp::create(b, number(APInt::getZero(width)), size);
    Value positive = arith::OrIOp::create(
        b, isNan,
        arith::XOrIOp::create(
            b, negative, arith::ConstantOp::create(b, b.getBoolAttr(true))));
    return code.select(positive, size, below);
  }

  /// The key that none is worse than.
  TypedAttr worstKey() {
    return largest ? scalar::lowest(b, order) : scalar::highest(b, order);
  }

  Value isBetter(Value x, Value y) {
    return scalar::compare(
        b, order, largest ? scalar::Order::Greater : scalar::Order::Less, x, y);
  }

  /// Puts an element where the root was, in a heap of `size`.
  void sink(Value key, Value number, Value size) {
    Code::Values end = code.loop(
        code.index(0),
        {b.getIndexType(), getElementTypeOrSelf(keys), b.getI32Type()},
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
          Value takesRight =
              isWorse(rightKey, rightNumber, leftKey, leftNumber);
          Value child = code.select(takesRight, right, left);
          Value childKey = code.select(takesRight, rightKey, leftKey);
          Value childNumber = code.select(takesRight, rightNumber, leftNumber);
          Value goesOn =
              code.both(exists, isWorse(childKey, childNumber, key, number));
          return {goesOn, {child, childKey, childNumber}};
        },
        [&](ValueRange at, ValueRange child) -> Code::Values {
          code.write(child[1], keys, at[0]);
          code.write(child[2], numbers, at[0]);
          return {child[0]};
        });
    code.write(key, keys, end[0]);
    code.write(number, numbers, end[0]);
  }

private:
  /// Of equal ones the later.
  Value isWorse(Value key, Value number, Value otherKey, Value otherNumber) {
    Value equal =
        arith::CmpIOp::create(b, arith::CmpIPredicate::eq, key, otherKey);
    Value later = arith::CmpIOp::create(b, arith::CmpIPredicate::sgt, number,
                                        otherNumber);
    return code.either(isBetter(otherKey, key), code.both(equal, later));
  }

  Code &code;
  ImplicitLocOpBuilder &b;
  Value keys, numbers;
  Type element, order;
  bool largest, isFloat = false;
};

struct TopKHeapLowering : OpConversionPattern<nn::TopKOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::TopKOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    const int64_t k = op.getK();
    if (!prefersProcedures(op) || k == 0)
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value input = adaptor.getInput();
    Type stored = getElementTypeOrSelf(input);
    auto key =
        MemRefType::get({k}, b.getIntegerType(stored.getIntOrFloatBitWidth()));
    auto number = MemRefType::get({k}, b.getI32Type());
    SmallVector<Type> makes;
    for (Type type : op->getResultTypes())
      makes.push_back(signless(type));
    rewriter.replaceOp(op, createProcedure(b, input, makes, {key, number},
                                           [&](Code &code, ValueRange memory) {
                                             emitLines(code, op, memory);
                                           }));
    return success();
  }

private:
  static void emitLines(Code &code, nn::TopKOp op, ValueRange memory) {
    ArrayRef<int64_t> shape = op.getInput().getType().getShape();
    size_t axis = op.getAxis();
    int64_t outer = 1, inner = 1;
    for (auto [i, size] : llvm::enumerate(shape))
      if (i != axis)
        (i < axis ? outer : inner) *= size;
    int64_t size = shape[axis], k = op.getK();
    code.each(code.index(outer), [&](Value o) {
      code.each(code.index(inner), [&](Value i) {
        Value from = code.add(code.mul(o, size * inner), i);
        Value to = code.add(code.mul(o, k * inner), i);
        emitLine(code, op, memory, from, to, inner);
      });
    });
  }

  static void emitLine(Code &code, nn::TopKOp op, ValueRange memory, Value from,
                       Value to, int64_t stride) {
    ImplicitLocOpBuilder &b = code.builder();
    Value input = memory[0], values = memory[1], indices = memory[2],
          keys = memory[3], numbers = memory[4];
    Heap heap(code, op, keys, numbers);
    int64_t size = op.getInput().getType().getDimSize(op.getAxis());
    Value k = code.index(static_cast<int64_t>(op.getK()));
    Value worst = code.constant(heap.worstKey());
    Value nobody = code.constant(b.getI32IntegerAttr(INT32_MAX));
    code.each(k, [&](Value i) {
      code.write(worst, keys, i);
      code.write(nobody, numbers, i);
    });
    code.each(code.index(0), code.index(size), worst,
              [&](Value i, ValueRange root) -> Code::Values {
                Value x = code.load(input, code.add(from, code.mul(i, stride)));
                Value key = heap.keyOf(x);
                Value enters =
                    code.either(heap.isBetter(key, root[0]), code.isLess(i, k));
                return code.choose(
                    enters, key.getType(),
                    [&]() -> Code::Values {
                      heap.sink(key, code.store(i, b.getI32Type()), k);
                      return {code.load(keys, code.index(0))};
                    },
                    [&]() -> Code::Values { return {root[0]}; });
              });
    // The worst of those left to the end, again and again.
    code.each(code.index(1), k, [&](Value i) {
      Value last = code.sub(k, i), first = code.index(0);
      Value key = code.load(keys, last), number = code.load(numbers, last);
      code.write(code.load(keys, first), keys, last);
      code.write(code.load(numbers, first), numbers, last);
      heap.sink(key, number, last);
    });
    code.each(k, [&](Value i) {
      Value number = code.load(numbers, i);
      Value at = code.add(to, code.mul(i, stride));
      code.write(arith::ExtSIOp::create(b, b.getI64Type(), number), indices,
                 at);
      Value place = code.mul(code.position(number), stride);
      code.write(code.load(input, code.add(from, place)), values, at);
    });
  }
};
} // namespace

void populateTopKPatterns(TypeConverter &converter,
                          RewritePatternSet &patterns) {
  patterns.add<TopKHeapLowering>(converter, patterns.getContext());
}

} // namespace dlc::lower
