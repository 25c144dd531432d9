//===- LowerSearch.cpp - Boxes without those they overlap -----------------===//

#include "codegen/lower/Patterns.h"
#include "codegen/lower/Procedure.h"
#include "codegen/lower/Scalar.h"
#include "dialects/nn/search/NnSearchOps.h"

using namespace mlir;

namespace dlc::lower {

//===----------------------------------------------------------------------===//
// Suppression
//===----------------------------------------------------------------------===//

namespace {
/// Of each of two dimensions.
struct Box {
  Value low[2], high[2];
};

/// Whether boxes overlap by more than a limit.
class Overlap {
public:
  Overlap(Code &code, Type number, Value limit)
      : code(code), b(code.builder()), number(number), limit(limit) {}

  /// Whether their intersection over union is too large. Most boxes do not
  /// meet, which one dimension shows. No operations are fused, so that a ratio
  /// at the limit is the same on every machine.
  Value overlap(const Box &x, const Box &y) {
    Value no = code.constant(b.getBoolAttr(false)), side[2];
    Type isTrue = b.getI1Type();
    auto along = [&](int d) {
      Value low = select(scalar::Order::Greater, x.low[d], y.low[d]);
      Value high = select(scalar::Order::Less, x.high[d], y.high[d]);
      side[d] = arith::SubFOp::create(b, high, low);
      return scalar::compare(b, number, scalar::Order::Greater, high, low);
    };
    auto otherwise = [&]() -> Code::Values { return {no}; };
    return code.choose(
        along(0), isTrue,
        [&] {
          return code.choose(
              along(1), isTrue,
              [&]() -> Code::Values {
                return {isTooLarge(x, y,
                                   arith::MulFOp::create(b, side[0], side[1]))};
              },
              otherwise);
        },
        otherwise)[0];
  }

private:
  Value isTooLarge(const Box &x, const Box &y, Value common) {
    Value together = arith::SubFOp::create(
        b, arith::AddFOp::create(b, areaOf(x), areaOf(y)), common);
    Value ratio = arith::DivFOp::create(b, common, together);
    return scalar::compare(b, number, scalar::Order::Greater, ratio, limit);
  }

  Value areaOf(const Box &x) {
    return arith::MulFOp::create(b,
                                 arith::SubFOp::create(b, x.high[0], x.low[0]),
                                 arith::SubFOp::create(b, x.high[1], x.low[1]));
  }

  Value select(scalar::Order order, Value x, Value y) {
    return code.select(scalar::compare(b, number, order, x, y), x, y);
  }

  Code &code;
  ImplicitLocOpBuilder &b;
  Type number;
  Value limit;
};

/// The boxes of one class that may still be taken are a list, in their order,
/// with the best one known. Taking it goes through the list once: what it
/// overlaps leaves, and the best of the rest is found on the way. So the list
/// gets shorter, and boxes below the score are looked at once.
class Suppression {
public:
  Suppression(Code &code, nn::SuppressOp op, ValueRange memory)
      : code(code), b(code.builder()), op(op), boxes(memory[0]),
        scores(memory[1]), given(memory.drop_front(2).drop_back(3)),
        selected(memory.drop_back(2).back()), count(memory.drop_back().back()),
        list(memory.back()), element(op.getScores().getType().getElementType()),
        number(sumType(element)), most(mostBoxes()),
        overlaps(code, number,
                 limit(op.getIouGiven(), op.getIou().convertToDouble())),
        n(op.getBoxes().getType().getDimSize(1)) {
    if (op.getScore() || op.getScoreGiven())
      least = limit(op.getScoreGiven(),
                    op.getScore() ? op.getScore()->convertToDouble() : 0);
  }

  void run() {
    ArrayRef<int64_t> shape = op.getScores().getType().getShape();
    Value zero = code.index(0);
    Code::Values taken = code.each(
        zero, code.index(shape[0]), zero, [&](Value batch, ValueRange sum) {
          return code.each(zero, code.index(shape[1]), sum[0],
                           [&](Value kind, ValueRange inner) -> Code::Values {
                             return {oneClass(batch, kind, inner[0])};
                           });
        });
    auto rows = cast<RankedTensorType>(op.getSelected().getType());
    code.each(code.mul(taken[0], 3), code.index(rows.getNumElements()),
              [&](Value i) {
                code.write(code.constant(b.getI64IntegerAttr(0)), selected, i);
              });
    code.write(code.store(taken[0], b.getI32Type()), count, zero);
  }

private:
  /// The next number that the network is given, if it is given, or else a known
  /// one.
  Value limit(Value isGiven, double known) {
    if (!isGiven)
      return scalar::constant(b, number, known);
    Value next = given.front();
    given = given.drop_front();
    return scalar::cast(b, code.load(next, code.index(0)), element, number);
  }

  /// Of each class; the first of what is given.
  Value mostBoxes() {
    auto known = static_cast<int64_t>(op.getMost());
    if (!op.getMostGiven())
      return code.index(known);
    Value number = code.load(given.front(), code.index(0));
    given = given.drop_front();
    auto bound = [&](int64_t value) {
      return code.constant(b.getI64IntegerAttr(value));
    };
    number = arith::MaxSIOp::create(b, number, bound(0));
    number = arith::MinSIOp::create(b, number, bound(known));
    return code.position(number);
  }

  /// How many of the list are left, which is the best and its score.
  struct Left {
    Value size, best, score;
    Left(Value size, Value best, Value score)
        : size(size), best(best), score(score) {}
    explicit Left(ValueRange values)
        : size(values[0]), best(values[1]), score(values[2]) {}
    Code::Values values() const { return {size, best, score}; }
  };

  Left none() {
    return {code.index(0), code.index(0), scalar::constant(b, number, 0)};
  }

  Value scoreOf(Value at) {
    return scalar::cast(b, code.load(scores, at), element, number);
  }

  /// `box`, whose score is at `at`, put behind the list, if it stays.
  Left keep(const Left &left, Value box, Value stays, Value score) {
    code.write(code.store(box, b.getI32Type()), list, left.size);
    Value isFirst = code.isEqual(left.size, code.index(0));
    Value higher =
        scalar::compare(b, number, scalar::Order::Greater, score, left.score);
    // NaN gives way to any score.
    Value noNumber = arith::CmpFOp::create(b, arith::CmpFPredicate::UNO,
                                           left.score, left.score);
    Value isNumber =
        arith::CmpFOp::create(b, arith::CmpFPredicate::ORD, score, score);
    Value better = code.either(higher, code.both(noNumber, isNumber));
    better = code.both(stays, code.either(isFirst, better));
    Value grown = code.select(stays, code.add(left.size, 1), left.size);
    return {grown, code.select(better, box, left.best),
            code.select(better, score, left.score)};
  }

  /// All boxes above the score.
  Left candidates(Value row) {
    return Left(ValueRange(code.each(
        code.index(0), code.index(n), none().values(),
        [&](Value box, ValueRange so) -> Code::Values {
          Value score = scoreOf(code.add(row, box));
          auto take = [&] {
            Value stays = code.constant(b.getBoolAttr(true));
            return keep(Left(so), box, stays, score).values();
          };
          if (!least)
            return take();
          // Most boxes are none of a class.
          Value isAbove =
              scalar::compare(b, number, scalar::Order::Greater, score, least);
          return code.choose(isAbove, so.getTypes(), take, [&] {
            return Code::Values(so.begin(), so.end());
          });
        })));
  }

  /// Takes boxes of a class; gives how many are taken then, all in all.
  Value oneClass(Value batch, Value kind, Value before) {
    ArrayRef<int64_t> shape = op.getScores().getType().getShape();
    Value scoresAt = code.mul(code.add(code.mul(batch, shape[1]), kind), n);
    Value end = code.add(before, most);
    Code::Values state{before};
    llvm::append_range(state, candidates(scoresAt).values());
    Code::Values last = code.loop(
        state, {},
        [&](ValueRange so) -> std::pair<Value, Code::Values> {
          Value some = code.isLess(code.index(0), so[1]);
          return {code.both(some, code.isLess(so[0], end)), {}};
        },
        [&](ValueRange so, ValueRange) -> Code::Values {
          Value at = code.mul(so[0], 3), next = code.add(so[0], 1);
          const Value row[] = {batch, kind, so[2]};
          for (int64_t i = 0; i < 3; ++i)
            code.write(code.store(row[i], b.getI64Type()), selected,
                       code.add(at, i));
          // Nothing is taken any more: nobody asks what is left.
          Value size =
              code.select(code.isLess(next, end), so[1], code.index(0));
          Code::Values result{next};
          llvm::append_range(
              result,
              withoutOverlapping(batch, scoresAt, so[2], size).values());
          return result;
        });
    return last[0];
  }

  Left withoutOverlapping(Value batch, Value row, Value best, Value size) {
    Box taken = boxAt(batch, best);
    return Left(ValueRange(code.each(
        code.index(0), size, none().values(),
        [&](Value i, ValueRange so) -> Code::Values {
          Value box = code.position(code.load(list, i));
          Value isBest = code.isEqual(box, best);
          Value gone =
              code.either(isBest, overlaps.overlap(taken, boxAt(batch, box)));
          Value stays = arith::XOrIOp::create(
              b, gone, code.constant(b.getBoolAttr(true)));
          return keep(Left(so), box, stays, scoreOf(code.add(row, box)))
              .values();
        })));
  }

  Box boxAt(Value batch, Value box) {
    Value first = code.mul(code.add(code.mul(batch, n), box), 4);
    Value x[4];
    for (int i = 0; i < 4; ++i)
      x[i] = scalar::cast(b, code.load(boxes, code.add(first, i)), element,
                          number);
    Box made;
    for (int d = 0; d < 2; ++d) {
      if (op.getCenter()) {
        Value half = arith::MulFOp::create(b, x[2 + d],
                                           scalar::constant(b, number, 0.5));
        made.low[d] = arith::SubFOp::create(b, x[d], half);
        made.high[d] = arith::AddFOp::create(b, x[d], half);
        continue;
      }
      Value inOrder = scalar::compare(b, number, scalar::Order::LessOrEqual,
                                      x[d], x[2 + d]);
      made.low[d] = code.select(inOrder, x[d], x[2 + d]);
      made.high[d] = code.select(inOrder, x[2 + d], x[d]);
    }
    return made;
  }

  Code &code;
  ImplicitLocOpBuilder &b;
  nn::SuppressOp op;
  Value boxes, scores;
  ValueRange given; // that has not been read yet
  Value selected, count, list;
  Type element, number;
  Value most;
  Overlap overlaps;
  Value least; // score; none: all are above it
  int64_t n;
};

struct SuppressLowering : OpConversionPattern<nn::SuppressOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::SuppressOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value boxes = adaptor.getBoxes();
    auto list = MemRefType::get({shapeOf(boxes)[1]}, b.getI32Type());
    rewriter.replaceOp(
        op, createProcedure(b, adaptor.getOperands(),
                            SmallVector<Type>(op->getResultTypes()), {list},
                            [&](Code &code, ValueRange memory) {
                              Suppression(code, op, memory).run();
                            }));
    return success();
  }
};
} // namespace

//===----------------------------------------------------------------------===//
// Boxes that are apart
//===----------------------------------------------------------------------===//

namespace {
/// Each box is compared with those that are kept, until one overlaps it. The
/// list ends where scores do.
class Apart {
public:
  Apart(Code &code, nn::KeepApartOp op, ValueRange memory)
      : code(code), b(code.builder()), op(op), boxes(memory[0]),
        scores(memory[1]), classes(memory.drop_front(2).drop_back(2)),
        kept(memory[memory.size() - 2]), count(memory.back()),
        element(op.getScores().getType().getElementType()),
        number(sumType(element)),
        overlaps(code, number,
                 scalar::constant(b, number, op.getIou().convertToDouble())),
        n(op.getScores().getType().getDimSize(1)) {}

  void run() {
    Value zero = code.index(0),
          most = code.index(static_cast<int64_t>(op.getMost()));
    Code::Values none{zero, zero};
    Code::Values end = code.loop(
        none, {},
        [&](ValueRange so) -> std::pair<Value, Code::Values> {
          Value goesOn = code.both(code.isLess(so[0], code.index(n)),
                                   code.isLess(so[1], most));
          Value last = code.min(so[0], code.index(n - 1));
          return {code.both(goesOn, isBox(last)), {}};
        },
        [&](ValueRange so, ValueRange) -> Code::Values {
          code.write(code.store(so[0], b.getI32Type()), kept, so[1]);
          Value more =
              arith::ExtUIOp::create(b, b.getI32Type(), isApart(so[0], so[1]));
          return {code.add(so[0], 1), code.add(so[1], code.position(more))};
        });
    code.each(end[1], most, [&](Value i) {
      code.write(code.constant(b.getI32IntegerAttr(0)), kept, i);
    });
    code.write(code.store(end[1], b.getI32Type()), count, zero);
  }

private:
  Value isBox(Value at) {
    Value score = scalar::cast(b, code.load(scores, at), element, number);
    double least = op.getScore().convertToDouble();
    return scalar::compare(b, number, scalar::Order::Greater, score,
                           scalar::constant(b, number, least));
  }

  /// From the first `size` that are kept.
  Value isApart(Value box, Value size) {
    Box own = boxAt(box);
    Value yes = code.constant(b.getBoolAttr(true)),
          no = code.constant(b.getBoolAttr(false));
    Code::Values state{code.index(0), yes};
    return code.loop(
        state, {},
        [&](ValueRange so) -> std::pair<Value, Code::Values> {
          return {code.both(code.isLess(so[0], size), so[1]), {}};
        },
        [&](ValueRange so, ValueRange) -> Code::Values {
          Value other = code.position(code.load(kept, so[0]));
          auto compare = [&]() -> Code::Values {
            return {code.select(overlaps.overlap(boxAt(other), own), no, yes)};
          };
          Value stays =
              classes.empty()
                  ? compare()[0]
                  : code.choose(isSameClass(box, other), b.getI1Type(), compare,
                                [&]() -> Code::Values { return {yes}; })[0];
          return {code.add(so[0], 1), stays};
        })[1];
  }

  Value isSameClass(Value x, Value y) {
    Type type = getElementTypeOrSelf(op.getClasses().front().getType());
    return scalar::compare(b, type, scalar::Order::Equal,
                           code.load(classes.front(), x),
                           code.load(classes.front(), y));
  }

  Box boxAt(Value at) {
    auto side = [&](int64_t row) {
      return scalar::cast(b, code.load(boxes, code.add(at, row * n)), element,
                          number);
    };
    return {{side(0), side(1)}, {side(2), side(3)}};
  }

  Code &code;
  ImplicitLocOpBuilder &b;
  nn::KeepApartOp op;
  Value boxes, scores;
  ValueRange classes;
  Value kept, count;
  Type element, number;
  Overlap overlaps;
  int64_t n;
};

struct KeepApartLowering : OpConversionPattern<nn::KeepApartOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::KeepApartOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    rewriter.replaceOp(op,
                       createProcedure(b, adaptor.getOperands(),
                                       SmallVector<Type>(op->getResultTypes()),
                                       {}, [&](Code &code, ValueRange memory) {
                                         Apart(code, op, memory).run();
                                       }));
    return success();
  }
};
} // namespace

void populateSearchPatterns(TypeConverter &converter,
                            RewritePatternSet &patterns) {
  patterns.add<SuppressLowering, KeepApartLowering>(converter,
                                                    patterns.getContext());
}

} // namespace dlc::lower
