//===- LowerRegions.cpp - nn.roi_align and nn.roi_pool --------------------===//
//
// How many points or elements a part has is known when the network runs. What
// depends on a point alone (its place, four weights) is computed once for all
// channels, which are the innermost loop and with channels last a row of
// memory.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Patterns.h"
#include "codegen/lower/Procedure.h"
#include "codegen/lower/Scalar.h"
#include "dialects/nn/search/NnSearchOps.h"

using namespace mlir;
using dlc::lower::scalar::Order;

namespace dlc::lower {

namespace {
/// Elements of [n, c, h, w] in memory.
struct Image {
  int64_t channels, height, width;
  int64_t image, channel, row, column; // how far apart two are

  Image(ArrayRef<int64_t> shape, nn::Layout layout) {
    int64_t first = nn::firstSpatialDim(layout);
    channels = shape[nn::channelDim(layout, 4)];
    height = shape[first];
    width = shape[first + 1];
    image = channels * height * width;
    bool last = layout == nn::Layout::ChannelsLast;
    channel = last ? 1 : height * width;
    column = last ? channels : 1;
    row = width * column;
  }
};

/// Arithmetic on floats, none of which is fused: where a point lies on the edge
/// of an element must not depend on the machine.
class Reals {
public:
  Reals(Code &code, Type type) : code(code), b(code.builder()), type(type) {}

  Value constant(double value) { return scalar::constant(b, type, value); }
  Value add(Value x, Value y) { return arith::AddFOp::create(b, x, y); }
  Value sub(Value x, Value y) { return arith::SubFOp::create(b, x, y); }
  Value mul(Value x, Value y) { return arith::MulFOp::create(b, x, y); }
  Value div(Value x, Value y) { return arith::DivFOp::create(b, x, y); }
  Value compare(Order order, Value x, Value y) {
    return scalar::compare(b, type, order, x, y);
  }
  Value larger(Value x, Value y) {
    return code.select(compare(Order::Greater, x, y), x, y);
  }
  /// At least `least`, which NaN becomes, and at most `most`.
  Value between(Value x, double least, double most) {
    x = larger(x, constant(least));
    return code.select(compare(Order::Less, x, constant(most)), x,
                       constant(most));
  }
  /// Of a position, and back: rounded towards zero.
  Value real(Value position) {
    return arith::SIToFPOp::create(b, type,
                                   code.store(position, b.getI32Type()));
  }
  Value position(Value x) {
    return code.position(arith::FPToSIOp::create(b, b.getI32Type(), x));
  }
  /// The smallest position not below a number that is not negative.
  Value above(Value x) {
    Value whole = position(x);
    Value part = compare(Order::Less, real(whole), x);
    return code.select(part, code.add(whole, 1), whole);
  }
  /// The largest position not above.
  Value below(Value x) {
    Value whole = position(x);
    Value part = compare(Order::Greater, real(whole), x);
    return code.select(part, code.sub(whole, code.index(1)), whole);
  }
  /// The nearest position, halves away from zero.
  Value nearest(Value x) {
    Value negative = compare(Order::Less, x, constant(0));
    Value size = code.select(negative, sub(constant(0), x), x);
    Value whole = position(size);
    Value half =
        compare(Order::GreaterOrEqual, sub(size, real(whole)), constant(0.5));
    whole = code.select(half, code.add(whole, 1), whole);
    return code.select(negative, code.sub(code.index(0), whole), whole);
  }

  Code &code;
  ImplicitLocOpBuilder &b;
  Type type;
};
} // namespace

/// The image of a region that a number, which may be any, says.
static Value imageOf(Code &code, Value number, int64_t images) {
  ImplicitLocOpBuilder &b = code.builder();
  Value least = arith::MaxSIOp::create(b, number, code.index(0));
  return code.min(least, code.index(images - 1));
}

//===----------------------------------------------------------------------===//
// Interpolated
//===----------------------------------------------------------------------===//

namespace {
class Alignment {
public:
  Alignment(Code &code, nn::RoiAlignOp op, ValueRange memory)
      : code(code), b(code.builder()), op(op), memory(memory),
        element(op.getType().getElementType()), number(sumType(element)),
        reals(code, number),
        from(op.getInput().getType().getShape(), op.getLayout()),
        to(op.getType().getShape(), op.getLayout()),
        mean(op.getKind() == nn::ReduceKind::Mean) {}

  void run() {
    int64_t regions = op.getRois().getType().getDimSize(0);
    code.each(code.index(regions), [&](Value region) {
      Value image = imageOf(code, code.position(code.load(memory[2], region)),
                            op.getInput().getType().getDimSize(0));
      Axis rows = axisOf(region, 1, to.height, from.height);
      Axis columns = axisOf(region, 0, to.width, from.width);
      Value source = code.mul(image, from.image);
      code.each(code.index(to.height), [&](Value i) {
        code.each(code.index(to.width), [&](Value j) {
          Value target =
              code.add(code.mul(region, to.image),
                       code.add(code.mul(i, to.row), code.mul(j, to.column)));
          emitPart(rows, columns, i, j, source, target);
        });
      });
    });
  }

private:
  /// Of a region: where it begins, the size of a part and of a cell of its
  /// grid, and how many cells a part has.
  struct Axis {
    Value start, part, count, divisor;
    int64_t size; // of the image
  };

  /// Two elements next to a point, with the second one's weight.
  struct Point {
    Value inside, low, high, rest, weight;
  };

  Axis axisOf(Value region, int64_t corner, int64_t parts, int64_t size) {
    Value first = code.mul(region, 4);
    Value scale = reals.constant(op.getScale().convertToDouble());
    Value offset = reals.constant(op.getHalfPixel() ? 0.5 : 0);
    auto at = [&](int64_t i) {
      Value x = scalar::cast(b, code.load(memory[1], code.add(first, i)),
                             element, number);
      return reals.sub(reals.mul(x, scale), offset);
    };
    Value start = at(corner), extent = reals.sub(at(corner + 2), start);
    if (!op.getHalfPixel())
      extent = reals.larger(extent, reals.constant(1));
    Value part = reals.div(extent, reals.constant(double(parts)));
    Value count = code.index(op.getSampling());
    if (op.getSampling() == 0)
      count = reals.above(reals.between(part, 0, double(size)));
    return {start, part, count, reals.real(count), size};
  }

  /// The point in cell `cell` of part `part`.
  Point pointOf(const Axis &axis, Value part, Value cell) {
    Value middle = reals.add(reals.real(cell), reals.constant(0.5));
    Value x =
        reals.add(reals.add(axis.start, reals.mul(reals.real(part), axis.part)),
                  reals.div(reals.mul(middle, axis.part), axis.divisor));
    Point point;
    point.inside =
        code.both(reals.compare(Order::GreaterOrEqual, x, reals.constant(-1)),
                  reals.compare(Order::LessOrEqual, x,
                                reals.constant(double(axis.size))));
    x = reals.between(x, 0, double(axis.size - 1));
    point.low = reals.position(x);
    point.high = code.min(code.add(point.low, 1), code.index(axis.size - 1));
    point.weight = reals.sub(x, reals.real(point.low));
    point.rest = reals.sub(reals.constant(1), point.weight);
    return point;
  }

  void emitPart(const Axis &rows, const Axis &columns, Value i, Value j,
                Value source, Value target) {
    Value output = memory[3];
    auto place = [&](Value c) {
      return code.add(target, code.mul(c, to.channel));
    };
    TypedAttr start =
        mean ? scalar::zero(b, element) : scalar::lowest(b, element);
    code.each(code.index(to.channels), [&](Value c) {
      code.write(code.constant(start), output, place(c));
    });
    code.each(rows.count, [&](Value row) {
      Point y = pointOf(rows, i, row);
      code.each(columns.count, [&](Value column) {
        Point x = pointOf(columns, j, column);
        emitPoint(y, x, source, place);
      });
    });
    Value points = reals.mul(rows.divisor, columns.divisor);
    Value some = reals.compare(Order::Greater, points, reals.constant(0));
    Value divisor = code.select(some, points, reals.constant(1));
    code.each(code.index(to.channels), [&](Value c) {
      Value x = scalar::cast(b, code.load(output, place(c)), element, number);
      x = mean ? reals.div(x, divisor)
               : code.select(some, x, reals.constant(0));
      code.write(scalar::cast(b, x, number, element), output, place(c));
    });
  }

  /// What a point gives to all channels; outside of the image zeros.
  void emitPoint(const Point &y, const Point &x, Value source,
                 llvm::function_ref<Value(Value)> place) {
    Value places[4], weights[4];
    for (int i = 0; i < 4; ++i) {
      places[i] = code.add(
          source, code.add(code.mul(i < 2 ? y.low : y.high, from.row),
                           code.mul(i % 2 ? x.high : x.low, from.column)));
      weights[i] =
          reals.mul(i < 2 ? y.rest : y.weight, i % 2 ? x.weight : x.rest);
    }
    Value inside = code.both(y.inside, x.inside);
    auto forChannels = [&](llvm::function_ref<Value(Value, Value)> next) {
      code.each(code.index(to.channels), [&](Value c) {
        Value so =
            scalar::cast(b, code.load(memory[3], place(c)), element, number);
        code.write(scalar::cast(b, next(c, so), number, element), memory[3],
                   place(c));
      });
    };
    auto product = [&](int i, Value c) {
      Value at = code.add(places[i], code.mul(c, from.channel));
      Value taken = scalar::cast(b, code.load(memory[0], at), element, number);
      return scalar::mul(b, weights[i], taken);
    };
    if (mean) {
      code.when(inside, [&] {
        forChannels([&](Value c, Value so) {
          Value sum = product(0, c);
          for (int i = 1; i < 4; ++i)
            sum = scalar::add(b, sum, product(i, c));
          return scalar::add(b, so, sum);
        });
      });
      return;
    }
    forChannels([&](Value c, Value so) {
      Value largest = so;
      for (int i = 0; i < 4; ++i)
        largest = reals.larger(
            code.select(inside, product(i, c), reals.constant(0)), largest);
      return largest;
    });
  }

  Code &code;
  ImplicitLocOpBuilder &b;
  nn::RoiAlignOp op;
  ValueRange memory;
  Type element, number;
  Reals reals;
  Image from, to;
  bool mean;
};
} // namespace

//===----------------------------------------------------------------------===//
// The largest of whole elements
//===----------------------------------------------------------------------===//

namespace {
class Pooling {
public:
  Pooling(Code &code, nn::RoiPoolOp op, ValueRange memory)
      : code(code), b(code.builder()), op(op), memory(memory),
        element(op.getType().getElementType()), number(sumType(element)),
        reals(code, number),
        from(op.getInput().getType().getShape(), op.getLayout()),
        to(op.getType().getShape(), op.getLayout()) {}

  void run() {
    int64_t regions = op.getRois().getType().getDimSize(0);
    code.each(code.index(regions), [&](Value region) {
      Value first = code.mul(region, 5);
      Value image = imageOf(code, reals.position(loaded(first)),
                            op.getInput().getType().getDimSize(0));
      Value source = code.mul(image, from.image);
      code.each(code.index(to.height), [&](Value i) {
        Span rows = partOf(first, 2, i, to.height, from.height);
        code.each(code.index(to.width), [&](Value j) {
          Span columns = partOf(first, 1, j, to.width, from.width);
          Value target =
              code.add(code.mul(region, to.image),
                       code.add(code.mul(i, to.row), code.mul(j, to.column)));
          emitPart(rows, columns, source, target);
        });
      });
    });
  }

private:
  using Span = std::pair<Value, Value>;

  /// A number of a region, near enough for an integer.
  Value loaded(Value at) {
    constexpr double kFar = 1 << 22;
    Value x = scalar::cast(b, code.load(memory[1], at), element, number);
    return reals.between(x, -kFar, kFar);
  }

  /// The elements of part `part` along a dimension, within the image.
  Span partOf(Value first, int64_t corner, Value part, int64_t parts,
              int64_t size) {
    Value scale = reals.constant(op.getScale().convertToDouble());
    auto at = [&](int64_t i) {
      constexpr double kFar = 1 << 22;
      Value x = reals.mul(loaded(code.add(first, i)), scale);
      return reals.nearest(reals.between(x, -kFar, kFar));
    };
    Value start = at(corner), end = at(corner + 2);
    Value extent = reals.larger(reals.real(code.add(code.sub(end, start), 1)),
                                reals.constant(1));
    Value each = reals.div(extent, reals.constant(double(parts)));
    Value low = reals.below(reals.mul(reals.real(part), each));
    Value high = reals.above(reals.mul(reals.real(code.add(part, 1)), each));
    auto within = [&](Value x) {
      x = code.add(x, start);
      x = arith::MaxSIOp::create(b, x, code.index(0));
      return code.min(x, code.index(size));
    };
    return {within(low), within(high)};
  }

  void emitPart(Span rows, Span columns, Value source, Value target) {
    Value some = code.both(code.isLess(rows.first, rows.second),
                           code.isLess(columns.first, columns.second));
    Value zero = code.constant(scalar::zero(b, element));
    Value lowest = code.constant(scalar::lowest(b, element));
    code.each(code.index(to.channels), [&](Value c) {
      Value channel = code.add(source, code.mul(c, from.channel));
      Code::Values top = code.each(
          rows.first, rows.second, code.select(some, lowest, zero),
          [&](Value y, ValueRange so) {
            Value row = code.add(channel, code.mul(y, from.row));
            return code.each(columns.first, columns.second, so[0],
                             [&](Value x, ValueRange inner) -> Code::Values {
                               Value taken = code.load(
                                   memory[0],
                                   code.add(row, code.mul(x, from.column)));
                               Value larger = scalar::compare(
                                   b, element, Order::Greater, taken, inner[0]);
                               return {code.select(larger, taken, inner[0])};
                             });
          });
      code.write(top[0], memory[2], code.add(target, code.mul(c, to.channel)));
    });
  }

  Code &code;
  ImplicitLocOpBuilder &b;
  nn::RoiPoolOp op;
  ValueRange memory;
  Type element, number;
  Reals reals;
  Image from, to;
};

/// The op's results as `Worker` computes them out of its operands.
template <typename OpT, typename Worker>
struct RegionLowering : OpConversionPattern<OpT> {
  using OpConversionPattern<OpT>::OpConversionPattern;

  LogicalResult
  matchAndRewrite(OpT op, typename OpT::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    rewriter.replaceOp(op, createProcedure(b, adaptor.getOperands(),
                                           Type(op.getType()), {},
                                           [&](Code &code, ValueRange memory) {
                                             Worker(code, op, memory).run();
                                           }));
    return success();
  }
};
} // namespace

void populateRegionPatterns(TypeConverter &converter,
                            RewritePatternSet &patterns) {
  patterns.add<RegionLowering<nn::RoiAlignOp, Alignment>,
               RegionLowering<nn::RoiPoolOp, Pooling>>(converter,
                                                       patterns.getContext());
}

} // namespace dlc::lower
