//===- LowerTopK.cpp - nn.top_k and nn.best_above by a heap ---------------===//
//
// A line is gone through once. The heap's root is the worst of the k best: most
// elements are no better and take a load and a comparison, the others replace
// it and sink to their place in log2(k) steps. At the end the heap is sorted,
// the worst to the back.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Patterns.h"
#include "codegen/lower/Procedure.h"
#include "codegen/lower/Scalar.h"
#include "codegen/lower/operators/Heap.h"
#include "dialects/nn/NnOps.h"
#include "dialects/nn/search/NnSearchOps.h"

#include <limits>

using namespace mlir;

namespace dlc::lower {

namespace {
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
    Heap heap(code,
              {op.getInput().getType().getElementType(), op.getLargest(),
               /*nanIsWorst=*/!op.getLargest()},
              keys, numbers);
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
                      heap.sink(code.index(0), key,
                                code.store(i, b.getI32Type()), k);
                      return {code.load(keys, code.index(0))};
                    },
                    [&]() -> Code::Values { return {root[0]}; });
              });
    heap.sort(k);
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

/// Until there are `most` above the level they are only noted. Where that
/// happens before the end they become a heap, and the worst of them is the
/// level from then on.
struct BestAboveLowering : OpConversionPattern<nn::BestAboveOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::BestAboveOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value input = adaptor.getInput();
    unsigned width = getElementTypeOrSelf(input).getIntOrFloatBitWidth();
    auto keys = MemRefType::get({static_cast<int64_t>(op.getMost())},
                                b.getIntegerType(width));
    rewriter.replaceOp(
        op, createProcedure(b, input, SmallVector<Type>(op->getResultTypes()),
                            {keys}, [&](Code &code, ValueRange memory) {
                              emit(code, op, memory);
                            }));
    return success();
  }

private:
  static void emit(Code &code, nn::BestAboveOp op, ValueRange memory) {
    ImplicitLocOpBuilder &b = code.builder();
    Value input = memory[0], places = memory[1], keys = memory[3];
    Type element = op.getInput().getType().getElementType();
    Heap heap(code, {element, /*largest=*/true, /*nanIsWorst=*/true}, keys,
              places);
    Value size = code.index(op.getInput().getType().getDimSize(0)),
          most = code.index(static_cast<int64_t>(op.getMost()));
    // Above all of integers there is no level to compare with.
    bool isAny = !op.getLevel() && !isa<FloatType>(element);
    double number = isAny ? 0 : -std::numeric_limits<double>::infinity();
    if (op.getLevel())
      number = op.getLevel()->convertToDouble();
    Value level = heap.keyOf(scalar::constant(b, element, number));
    auto passes = [&](Value key) {
      if (isAny)
        return code.constant(b.getBoolAttr(true));
      return op.getLevel() ? heap.isBetter(key, level)
                           : heap.isNoWorse(key, level);
    };
    Code::Values none{code.index(0), code.index(0)};
    Code::Values noted = code.loop(
        none, {},
        [&](ValueRange so) -> std::pair<Value, Code::Values> {
          return {code.both(code.isLess(so[0], size), code.isLess(so[1], most)),
                  {}};
        },
        [&](ValueRange so, ValueRange) -> Code::Values {
          Value key = heap.keyOf(code.load(input, so[0]));
          return {code.add(so[0], 1),
                  code.choose(
                      passes(key), b.getIndexType(),
                      [&]() -> Code::Values {
                        heap.put(so[1], key, code.store(so[0], b.getI32Type()));
                        return {code.add(so[1], 1)};
                      },
                      [&]() -> Code::Values { return {so[1]}; })[0]};
        });
    Value count = noted[1];
    heap.build(count);
    Value root = code.load(keys, code.index(0));
    code.each(noted[0], size, root,
              [&](Value i, ValueRange worst) -> Code::Values {
                Value key = heap.keyOf(code.load(input, i));
                return code.choose(
                    heap.isBetter(key, worst[0]), key.getType(),
                    [&]() -> Code::Values {
                      heap.sink(code.index(0), key,
                                code.store(i, b.getI32Type()), count);
                      return {code.load(keys, code.index(0))};
                    },
                    [&]() -> Code::Values { return {worst[0]}; });
              });
    heap.sort(count);
    code.each(count, most, [&](Value i) {
      code.write(code.constant(b.getI32IntegerAttr(0)), places, i);
    });
    code.write(code.store(count, b.getI32Type()), memory[2], code.index(0));
  }
};
} // namespace

void populateTopKPatterns(TypeConverter &converter,
                          RewritePatternSet &patterns) {
  patterns.add<TopKHeapLowering, BestAboveLowering>(converter,
                                                    patterns.getContext());
}

} // namespace dlc::lower
