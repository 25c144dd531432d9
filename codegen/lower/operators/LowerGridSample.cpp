//===- LowerGridSample.cpp - nn.grid_sample to reads at computed places ---===//
//
//   out[n, c, o...] = sum over taps of weight * input[n, c, tap...]
//
// with the taps and weights of each dimension computed from the grid. Whatever
// the grid holds, no tap lies outside of the input: a coordinate is brought
// near the image before it becomes an integer, and what padding of zeros leaves
// out is read within and dropped.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Build.h"
#include "codegen/lower/Patterns.h"
#include "codegen/lower/Scalar.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::lower {

namespace {
using scalar::Order;

/// A place along one dimension. Absent weight: 1; absent inside: true.
struct Tap {
  Value index, weight, inside;
};

/// Arithmetic of one dimension of `size` elements, in floats of `number`.
class Axis {
public:
  Axis(ImplicitLocOpBuilder &b, nn::GridSampleOp op, Type number, int64_t size)
      : b(b), mode(op.getMode()), padding(op.getPadding()),
        corners(op.getAlignCorners()), number(number), size(size),
        low(corners ? 0 : -0.5), high(corners ? size - 1 : size - 0.5) {}

  /// From a coordinate between -1 and 1.
  SmallVector<Tap> taps(Value normalised) const {
    Value x = padded(denormalised(normalised));
    if (mode == nn::ResizeMode::Nearest)
      return {tap(index(x), {})};
    Value first = math::FloorOp::create(b, x);
    Value fraction = arith::SubFOp::create(b, x, first);
    Value base = index(first);
    if (mode == nn::ResizeMode::Linear) {
      Value rest = arith::SubFOp::create(b, constant(1), fraction);
      return {tap(base, rest), tap(shifted(base, 1), fraction)};
    }
    SmallVector<Tap> taps;
    for (int64_t i = -1; i <= 2; ++i)
      taps.push_back(tap(shifted(base, i), cubicWeight(fraction, i)));
    return taps;
  }

private:
  Value constant(double value) const {
    return scalar::constant(b, number, value);
  }
  Value shifted(Value index, int64_t by) const {
    return by == 0 ? index : arith::AddIOp::create(b, index, integer(by));
  }
  Value index(Value x) const {
    return arith::FPToSIOp::create(b, b.getI32Type(), x);
  }
  Value isLess(Value x, Value y) const {
    return scalar::compare(b, number, Order::Less, x, y);
  }
  Value select(Value condition, Value x, Value y) const {
    return arith::SelectOp::create(b, condition, x, y);
  }

  /// As ONNX computes it, without fused operations: how a half rounds must not
  /// depend on the machine.
  Value denormalised(Value normalised) const {
    Value x = arith::AddFOp::create(b, normalised, constant(1));
    if (corners)
      x = arith::MulFOp::create(b, x, constant((size - 1) / 2.0));
    else
      x = arith::MulFOp::create(
          b,
          arith::SubFOp::create(
              b, arith::MulFOp::create(b, x, constant(double(size))),
              constant(1)),
          constant(0.5));
    if (mode == nn::ResizeMode::Nearest)
      x = math::RoundEvenOp::create(b, x);
    return x;
  }

  /// `x`, but at least `least` (which NaN becomes) and at most `most`.
  Value between(Value x, double least, double most) const {
    Value above =
        scalar::compare(b, number, Order::Greater, x, constant(least));
    x = select(above, x, constant(least));
    return select(isLess(x, constant(most)), x, constant(most));
  }

  /// Where padding says that x is, near enough for an integer of 32 bits.
  Value padded(Value x) const {
    switch (padding) {
    case nn::GridPadding::Zeros: // all taps outside, of cubic windows too
      return between(x, -3, size + 2);
    case nn::GridPadding::Border: {
      // What lies between the outermost element and the border stays there,
      // which the sum of cubic weights alone shows.
      Value clamped = between(x, 0, size - 1);
      if (mode != nn::ResizeMode::Cubic || corners)
        return clamped;
      Value inside = arith::AndIOp::create(
          b,
          scalar::compare(b, number, Order::GreaterOrEqual, x, constant(low)),
          scalar::compare(b, number, Order::LessOrEqual, x, constant(high)));
      return select(inside, x, clamped);
    }
    case nn::GridPadding::Reflection:
      return between(reflected(x), low, high);
    }
    llvm_unreachable("unknown padding");
  }

  /// Folded at the borders until it lies between them.
  Value reflected(Value x) const {
    double range = high - low;
    if (range == 0)
      return x;
    Value below = isLess(x, constant(low)), above = isLess(constant(high), x);
    Value beyond = select(below, arith::SubFOp::create(b, constant(low), x),
                          arith::SubFOp::create(b, x, constant(high)));
    Value folds = math::FloorOp::create(
        b, arith::DivFOp::create(b, beyond, constant(range)));
    Value rest = arith::SubFOp::create(
        b, beyond, arith::MulFOp::create(b, folds, constant(range)));
    Value half = arith::MulFOp::create(b, folds, constant(0.5));
    Value odd = scalar::compare(b, number, Order::Less,
                                math::FloorOp::create(b, half), half);
    Value fromLow = arith::XOrIOp::create(b, below, odd);
    Value folded =
        select(fromLow, arith::AddFOp::create(b, constant(low), rest),
               arith::SubFOp::create(b, constant(high), rest));
    return select(arith::OrIOp::create(b, below, above), folded, x);
  }

  /// Keys' cubic convolution with a = -0.75, `offset` from the element before.
  Value cubicWeight(Value fraction, int64_t offset) const {
    constexpr double a = -0.75;
    Value x = offset <= 0 ? scalar::add(b, fraction, constant(double(-offset)))
                          : arith::SubFOp::create(b, constant(double(offset)),
                                                  fraction);
    auto polynomial = [&](std::initializer_list<double> coefficients) {
      Value sum;
      for (double coefficient : coefficients)
        sum =
            sum ? scalar::add(b, scalar::mul(b, sum, x), constant(coefficient))
                : constant(coefficient);
      return sum;
    };
    bool inner = offset == 0 || offset == 1;
    return inner ? polynomial({a + 2, -(a + 3), 0, 1})
                 : polynomial({a, -5 * a, 8 * a, -4 * a});
  }

  Value integer(int64_t value) const {
    return scalar::constant(b, b.getI32Type(), static_cast<double>(value));
  }
  /// The nearest of the dimension's indices.
  Value within(Value index) const {
    Value least = arith::MaxSIOp::create(b, index, integer(0));
    return arith::MinSIOp::create(b, least, integer(size - 1));
  }

  /// The element at `index` or what padding puts there.
  Tap tap(Value index, Value weight) const {
    if (padding == nn::GridPadding::Reflection)
      return {within(reflectedIndex(index)), weight, {}};
    Tap tap{within(index), weight, {}};
    if (padding == nn::GridPadding::Zeros)
      tap.inside =
          arith::CmpIOp::create(b, arith::CmpIPredicate::eq, index, tap.index);
    return tap;
  }

  /// Of an index at most 2 outside of the borders.
  Value reflectedIndex(Value index) const {
    int64_t period = corners ? 2 * (size - 1) : 2 * size;
    if (period == 0)
      return integer(0);
    int64_t periods = llvm::divideCeil(2, period);
    Value positive = arith::AddIOp::create(b, index, integer(periods * period));
    Value place = arith::RemSIOp::create(b, positive, integer(period));
    Value mirrored =
        arith::SubIOp::create(b, integer(corners ? period : period - 1), place);
    return arith::MinSIOp::create(b, place, mirrored);
  }

  ImplicitLocOpBuilder &b;
  nn::ResizeMode mode;
  nn::GridPadding padding;
  bool corners;
  Type number;
  int64_t size;
  double low, high; // the borders that coordinates are reflected at
};

struct GridSampleLowering : OpConversionPattern<nn::GridSampleOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::GridSampleOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto type = cast<RankedTensorType>(op.getType());
    Value input = adaptor.getInput(), grid = adaptor.getGrid();
    Type element = type.getElementType(), number = sumType(element);
    int64_t first = nn::firstSpatialDim(op.getLayout());
    int64_t spatial = shapeOf(input).size() - 2;
    int64_t places = shapeOf(grid).size() - 2; // dimensions of the result

    // One operand for each coordinate; the last one is that of dimension 0.
    SmallVector<Value> inputs(spatial, grid);
    SmallVector<AffineMap> maps;
    for (int64_t dim = 0; dim < spatial; ++dim) {
      SmallVector<AffineExpr> read{b.getAffineDimExpr(0)};
      for (int64_t place = 0; place < places; ++place)
        read.push_back(b.getAffineDimExpr(first + place));
      read.push_back(b.getAffineConstantExpr(spatial - 1 - dim));
      maps.push_back(AffineMap::get(type.getRank(), 0, read, b.getContext()));
    }
    auto emit = [&](ImplicitLocOpBuilder &b, ValueRange args) {
      SmallVector<SmallVector<Tap>> taps;
      for (int64_t dim = 0; dim < spatial; ++dim)
        taps.push_back(Axis(b, op, number, shapeOf(input)[first + dim])
                           .taps(scalar::cast(b, args[dim], element, number)));
      SmallVector<Value> position(shapeOf(input).size());
      position[0] = loopIndex(b, 0);
      int64_t channel = nn::channelDim(op.getLayout(), type.getRank());
      int64_t from = nn::channelDim(op.getLayout(), position.size());
      position[from] = loopIndex(b, channel);
      Value sum = sumOf(b, input, taps, 0, first, position, number);
      return scalar::cast(b, sum, number, element);
    };
    rewriter.replaceOp(op, createParallel(b, type, inputs, maps, emit));
    return success();
  }

private:
  /// Over the taps of dimension `dim` and of those behind it.
  static Value sumOf(ImplicitLocOpBuilder &b, Value input,
                     ArrayRef<SmallVector<Tap>> taps, size_t dim, int64_t first,
                     SmallVector<Value> &position, Type number) {
    if (dim == taps.size())
      return scalar::cast(b, extractElement(b, input, position),
                          getElementTypeOrSelf(input), number);
    Value sum;
    for (const Tap &tap : taps[dim]) {
      position[first + dim] =
          arith::IndexCastOp::create(b, b.getIndexType(), tap.index);
      Value x = sumOf(b, input, taps, dim + 1, first, position, number);
      if (tap.inside)
        x = arith::SelectOp::create(b, tap.inside, x,
                                    scalar::constant(b, number, 0));
      if (tap.weight)
        x = scalar::mul(b, x, tap.weight);
      sum = sum ? scalar::add(b, sum, x) : x;
    }
    return sum;
  }
};
} // namespace

void populateGridSamplePatterns(TypeConverter &converter,
                                RewritePatternSet &patterns) {
  patterns.add<GridSampleLowering>(converter, patterns.getContext());
}

} // namespace dlc::lower
