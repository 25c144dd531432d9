//===- LowerTopK.cpp - nn.top_k and nn.best_above by a heap ---------------===//
//
// A line is gone through once. The heap's root is the worst of the k best: most
// elements are no better and take a load and a comparison, the others replace
// it and sink to their place in log2(k) steps. At the end the heap is sorted,
// the worst to the back. The best of many bytes are counted instead.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Patterns.h"
#include "codegen/lower/Procedure.h"
#include "codegen/lower/Scalar.h"
#include "codegen/lower/operators/Heap.h"
#include "dialects/nn/NnOps.h"
#include "dialects/nn/search/NnSearchOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "targets/description/TargetAttr.h"

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

/// The best of many bytes. A first pass counts how often each value above the
/// level is there. From the best value down counts become the places where
/// values begin, until those are full, and a second pass puts elements there.
/// Words none of whose bytes is above the level are passed over.
class CountedBytes {
public:
  /// Fewer elements take fewer steps in a heap than counters do.
  static bool suits(nn::BestAboveOp op) {
    auto type = dyn_cast<IntegerType>(op.getInput().getType().getElementType());
    Values values(op);
    return type && type.getWidth() == 8 && values.count() > 0 &&
           op.getInput().getType().getNumElements() >= kLeast;
  }
  static MemRefType countersOf(nn::BestAboveOp op) {
    bool few = op.getInput().getType().getNumElements() <= INT16_MAX;
    return MemRefType::get({Values(op).count()},
                           IntegerType::get(op.getContext(), few ? 16 : 32));
  }

  CountedBytes(Code &code, nn::BestAboveOp op, ValueRange memory)
      : code(code), b(code.builder()), op(op), input(memory[0]),
        places(memory[1]), found(memory[2]), counters(memory[3]), values(op),
        element(op.getInput().getType().getElementType()),
        counter(getElementTypeOrSelf(counters)),
        size(op.getInput().getType().getDimSize(0)) {}

  void emit() {
    Value zero = code.index(0),
          most = code.index(static_cast<int64_t>(op.getMost()));
    code.each(code.index(values.count()), [&](Value i) {
      code.write(code.constant(b.getIntegerAttr(counter, 0)), counters, i);
    });
    Value above =
        eachAbove(zero, [&](Value, Value key, ValueRange so) -> Code::Values {
          take(numberOf(key));
          return {code.add(so[0], 1)};
        })[0];
    Value count = code.min(above, most);
    Value end = placeValues(count);
    code.when(code.isLess(zero, count), [&] {
      eachAbove({}, [&](Value i, Value key, ValueRange) -> Code::Values {
        Value number = numberOf(key);
        code.when(code.isLess(number, end), [&] {
          Value place = take(number);
          code.when(code.isLess(place, most), [&] {
            code.write(code.store(i, b.getI32Type()), places, place);
          });
        });
        return {};
      });
    });
    code.each(count, most, [&](Value i) {
      code.write(code.constant(b.getI32IntegerAttr(0)), places, i);
    });
    code.write(code.store(count, b.getI32Type()), found, zero);
  }

private:
  static constexpr int64_t kLeast = 64;

  /// Those above the level, by numbers: 0 is the largest.
  struct Values {
    explicit Values(nn::BestAboveOp op) {
      auto type =
          dyn_cast<IntegerType>(op.getInput().getType().getElementType());
      bool isUnsigned = type && type.isUnsigned();
      lowest = isUnsigned ? 0 : INT8_MIN;
      largest = isUnsigned ? UINT8_MAX : INT8_MAX;
      least = lowest;
      if (op.getLevel())
        least = static_cast<int64_t>(
                    std::clamp<double>(op.getLevel()->convertToDouble(),
                                       static_cast<double>(lowest) - 1,
                                       static_cast<double>(largest))) +
                1;
    }
    int64_t count() const { return largest - least + 1; }
    bool areAll() const { return least == lowest; }

    int64_t lowest, largest, least;
  };

  using Body =
      llvm::function_ref<Code::Values(Value i, Value key, ValueRange so)>;

  /// Of each element above the level, in their order.
  Code::Values eachAbove(ValueRange initial, Body body) {
    auto one = [&](Value i, ValueRange so) -> Code::Values {
      Value key = code.load(input, i);
      if (values.areAll())
        return body(i, key, so);
      Value isAbove = scalar::compare(
          b, element, scalar::Order::GreaterOrEqual, key,
          code.constant(b.getI8IntegerAttr(static_cast<int8_t>(values.least))));
      return when(isAbove, so, [&] { return body(i, key, so); });
    };
    const int64_t lanes = wordBits() / 8;
    const int64_t words = values.areAll() ? 0 : size / lanes;
    Code::Values state(initial);
    if (words)
      state =
          code.each(code.index(0), code.index(words), state,
                    [&](Value word, ValueRange so) {
                      Value from = code.mul(word, lanes);
                      return when(hasAbove(from), so, [&] {
                        return code.each(from, code.add(from, lanes), so, one);
                      });
                    });
    if (words * lanes < size)
      state =
          code.each(code.index(words * lanes), code.index(size), state, one);
    return state;
  }

  /// What becomes of `so` where the condition holds.
  Code::Values when(Value condition, ValueRange so,
                    llvm::function_ref<Code::Values()> body) {
    if (!so.empty())
      return code.choose(condition, so.getTypes(), body,
                         [&] { return Code::Values(so); });
    code.when(condition, [&] { body(); });
    return {};
  }

  /// Whether a byte of the word at `from` is above the level. Without their top
  /// bits, to which nothing is carried, bytes reach 128 by an addition where
  /// they are large enough; those with the other top bit are above it anyway,
  /// or not at all.
  Value hasAbove(Value from) {
    auto bytes = VectorType::get({wordBits() / 8}, b.getI8Type());
    auto word = VectorType::get({1}, b.getIntegerType(wordBits()));
    Value all = vector::ExtractOp::create(
        b,
        vector::BitCastOp::create(
            b, word, vector::LoadOp::create(b, bytes, input, ValueRange{from})),
        ArrayRef<int64_t>{0});
    const int64_t rank = values.least - values.lowest;
    const bool isUpper = rank >= 128;
    Value tops = ofBytes(0x80), top = all;
    if (values.lowest < 0)
      top = arith::XOrIOp::create(b, all, ofBytes(0xff));
    Value reaches = arith::AddIOp::create(
        b, arith::AndIOp::create(b, all, ofBytes(0x7f)),
        ofBytes(static_cast<uint8_t>((isUpper ? 256 : 128) - rank)));
    Value is = isUpper ? code.both(reaches, top) : code.either(reaches, top);
    return arith::CmpIOp::create(
        b, arith::CmpIPredicate::ne, code.both(is, tops),
        code.constant(b.getIntegerAttr(b.getIntegerType(wordBits()), 0)));
  }

  Value ofBytes(uint8_t byte) {
    return code.constant(
        b.getIntegerAttr(b.getIntegerType(wordBits()),
                         APInt::getSplat(wordBits(), APInt(8, byte))));
  }

  unsigned wordBits() const {
    return static_cast<unsigned>(targets::getTargetInfo(op).indexBits);
  }

  Value numberOf(Value key) {
    Type word = b.getI32Type();
    Value wide = values.lowest < 0
                     ? arith::ExtSIOp::create(b, word, key).getResult()
                     : arith::ExtUIOp::create(b, word, key).getResult();
    return code.position(
        arith::SubIOp::create(b,
                              code.constant(b.getI32IntegerAttr(
                                  static_cast<int32_t>(values.largest))),
                              wide));
  }

  /// What the counter of a value was; it is one more then.
  Value take(Value number) {
    Value before = code.load(counters, number);
    code.write(arith::AddIOp::create(
                   b, before, code.constant(b.getIntegerAttr(counter, 1))),
               counters, number);
    return code.position(before);
  }

  /// Where each value begins among `count` places; the first value that has
  /// none.
  Value placeValues(Value count) {
    Value zero = code.index(0);
    return code.loop(
        {zero, zero}, {},
        [&](ValueRange so) -> std::pair<Value, Code::Values> {
          return {code.isLess(so[1], count), {}};
        },
        [&](ValueRange so, ValueRange) -> Code::Values {
          Value many = code.position(code.load(counters, so[0]));
          code.write(code.store(so[1], counter), counters, so[0]);
          return {code.add(so[0], 1), code.add(so[1], many)};
        })[0];
  }

  Code &code;
  ImplicitLocOpBuilder &b;
  nn::BestAboveOp op;
  Value input, places, found, counters;
  Values values;
  Type element, counter;
  int64_t size;
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
    bool counts = CountedBytes::suits(op);
    auto scratch = counts
                       ? CountedBytes::countersOf(op)
                       : MemRefType::get({static_cast<int64_t>(op.getMost())},
                                         b.getIntegerType(width));
    rewriter.replaceOp(
        op, createProcedure(b, input, SmallVector<Type>(op->getResultTypes()),
                            {scratch}, [&](Code &code, ValueRange memory) {
                              if (counts)
                                CountedBytes(code, op, memory).emit();
                              else
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
