//===- LowerResize.cpp - Interpolation to reads through constant tables ---===//
//
// The tables hold, for each position of a resized dimension, the indices and
// weights of what it is made of, so that no coordinate is computed at run time.
// Linear and cubic interpolation of floats goes one dimension at a time.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Build.h"
#include "codegen/lower/Interpolation.h"
#include "codegen/lower/Patterns.h"
#include "codegen/lower/Scalar.h"
#include "dialects/nn/search/NnSearchOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace dlc::lower {

namespace {
struct ResizeLowering : OpConversionPattern<nn::ResizeOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::ResizeOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value result = adaptor.getInput();
    bool nearest = op.getMode() == nn::ResizeMode::Nearest;
    SmallVector<Interpolation> dims;
    for (unsigned dim = 0; dim < shapeOf(result).size(); ++dim)
      dims.push_back(interpolate(op, dim));
    if (nearest && isRepetition(dims, shapeOf(result))) {
      result = createRepetition(b, result, dims, shapeOf(op.getOutput()));
    } else {
      for (auto [dim, interpolation] : llvm::enumerate(dims))
        if (!interpolation.isIdentity(shapeOf(result)[dim]))
          result = createResized(b, result, dim, interpolation);
    }
    rewriter.replaceOp(op, result);
    return success();
  }

private:
  static bool isRepetition(ArrayRef<Interpolation> dims,
                           ArrayRef<int64_t> shape) {
    return llvm::all_of(llvm::zip_equal(dims, shape), [](auto pair) {
      return std::get<0>(pair).repeats(std::get<1>(pair)) != 0;
    });
  }

  /// Each dimension as (size, repeats), the input read at the first.
  static Value createRepetition(ImplicitLocOpBuilder &b, Value input,
                                ArrayRef<Interpolation> dims,
                                ArrayRef<int64_t> outputShape) {
    SmallVector<int64_t> shape;
    SmallVector<AffineExpr> read;
    for (auto [dim, size] : llvm::zip_equal(dims, shapeOf(input))) {
      read.push_back(getAffineDimExpr(shape.size(), b.getContext()));
      shape.push_back(size);
      if (int64_t repeats = dim.repeats(size); repeats != 1)
        shape.push_back(repeats);
    }
    Value repeated = createParallel(
        b, tensorLike(input, shape), input,
        AffineMap::get(shape.size(), 0, read, b.getContext()),
        [](ImplicitLocOpBuilder &, ValueRange args) { return args[0]; });
    return createReshape(b, repeated, outputShape);
  }

  /// One dimension resized.
  static Value createResized(ImplicitLocOpBuilder &b, Value input, unsigned dim,
                             const Interpolation &interpolation) {
    SmallVector<int64_t> shape(shapeOf(input));
    shape[dim] = interpolation.indices[0].size();
    auto type = tensorLike(input, shape);
    unsigned taps = interpolation.taps();
    AffineMap read =
        AffineMap::get(shape.size(), 0, getAffineDimExpr(dim, b.getContext()));
    SmallVector<Value> tables;
    for (const auto &indices : interpolation.indices)
      tables.push_back(createTable(b, indices));
    if (taps > 1)
      for (const auto &weights : interpolation.weights)
        tables.push_back(createTable(b, weights, type.getElementType()));
    SmallVector<AffineMap> maps(tables.size(), read);
    return createParallel(
        b, type, tables, maps, [&](ImplicitLocOpBuilder &b, ValueRange args) {
          SmallVector<Value> position;
          for (unsigned i = 0; i < shape.size(); ++i)
            position.push_back(i == dim ? Value() : loopIndex(b, i));
          Value sum;
          for (unsigned tap = 0; tap < taps; ++tap) {
            position[dim] =
                arith::IndexCastOp::create(b, b.getIndexType(), args[tap]);
            Value x = extractElement(b, input, position);
            if (taps == 1)
              return x;
            x = scalar::mul(b, x, args[taps + tap]);
            sum = sum ? scalar::add(b, sum, x) : x;
          }
          return sum;
        });
  }
};

/// All axes at once, so that nothing is stored on the way.
struct InterpolateLowering : OpConversionPattern<nn::InterpolateOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::InterpolateOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    const unsigned rank = op.getType().getRank();
    SmallVector<Value> tables;
    SmallVector<AffineMap> maps;
    for (auto [number, axis] : llvm::enumerate(op.getAxes())) {
      AffineMap read =
          AffineMap::get(rank, 0, getAffineDimExpr(axis, b.getContext()));
      for (int64_t tap = 0; tap < op.getTaps()[number]; ++tap) {
        tables.push_back(createTable(b, op.indicesOf(number, tap)));
        tables.push_back(createTable(b, op.weightsOf(number, tap)));
        maps.append(2, read);
      }
    }
    rewriter.replaceOp(
        op, createParallel(b, op.getType(), tables, maps,
                           [&](ImplicitLocOpBuilder &b, ValueRange args) {
                             return sumOfTaps(b, op, adaptor.getInput(), args);
                           }));
    return success();
  }

private:
  /// `args` are index and weight of each tap of each axis.
  static Value sumOfTaps(ImplicitLocOpBuilder &b, nn::InterpolateOp op,
                         Value input, ValueRange args) {
    SmallVector<Value> position;
    for (int64_t d = 0; d < op.getType().getRank(); ++d)
      position.push_back(llvm::is_contained(op.getAxes(), d) ? Value()
                                                             : loopIndex(b, d));
    Type from = op.getInput().getType().getElementType(),
         to = op.getType().getElementType(), i32 = b.getI32Type();
    Value sum;
    int64_t elements = 1;
    for (int64_t taps : op.getTaps())
      elements *= taps;
    for (int64_t element = 0; element < elements; ++element) {
      Value weight;
      int64_t rest = element, first = 0;
      for (auto [axis, taps] : llvm::zip_equal(op.getAxes(), op.getTaps())) {
        int64_t tap = first + rest % taps;
        rest /= taps;
        first += taps;
        position[axis] =
            arith::IndexCastOp::create(b, b.getIndexType(), args[2 * tap]);
        Value own = scalar::cast(b, args[2 * tap + 1], i32, to);
        weight = weight ? scalar::mul(b, weight, own) : own;
      }
      Value x = scalar::cast(b, extractElement(b, input, position), from, to);
      x = scalar::mul(b, x, weight);
      sum = sum ? scalar::add(b, sum, x) : x;
    }
    return sum;
  }
};
} // namespace

void populateResizePatterns(TypeConverter &converter,
                            RewritePatternSet &patterns) {
  patterns.add<ResizeLowering, InterpolateLowering>(converter,
                                                    patterns.getContext());
}

} // namespace dlc::lower
