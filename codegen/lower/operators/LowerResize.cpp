//===- LowerResize.cpp - nn.resize to reads through constant tables -------===//
//
// The tables hold, for each position of a resized dimension, the indices and
// weights of what it is made of, so that no coordinate is computed at run time.
// Linear and cubic interpolation go one dimension at a time.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Build.h"
#include "codegen/lower/Interpolation.h"
#include "codegen/lower/Patterns.h"
#include "codegen/lower/Scalar.h"
#include "dialects/nn/NnOps.h"
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
} // namespace

void populateResizePatterns(TypeConverter &converter,
                            RewritePatternSet &patterns) {
  patterns.add<ResizeLowering>(converter, patterns.getContext());
}

} // namespace dlc::lower
