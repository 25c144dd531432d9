//===- LowerScatter.cpp - Scatters ----------------------------------------===//
//
// The data is copied and each update goes to its place, in the order that ONNX
// gives them; one whose index is out of range goes nowhere.
//
// On a GPU each element looks for its updates: a reduction over the updates,
// starting from the data, so that duplicates meet in that order too and every
// element is written by one thread.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Build.h"
#include "codegen/lower/Patterns.h"
#include "codegen/lower/Procedure.h"
#include "codegen/lower/Scalar.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;

namespace dlc::lower {

static Value emitMeet(ImplicitLocOpBuilder &b, nn::ScatterReduction reduction,
                      Type type, Value old, Value update) {
  switch (reduction) {
  case nn::ScatterReduction::None:
    return update;
  case nn::ScatterReduction::Add:
    return scalar::add(b, old, update);
  case nn::ScatterReduction::Mul:
    return scalar::mul(b, old, update);
  case nn::ScatterReduction::Max:
    return scalar::max(b, type, old, update);
  case nn::ScatterReduction::Min:
    return scalar::min(b, type, old, update);
  }
  llvm_unreachable("unknown reduction");
}

/// Whether an index, negative from the end, is the position of `loop`. An index
/// out of range is nobody's.
static Value isHere(ImplicitLocOpBuilder &b, Value index, unsigned loop,
                    int64_t size) {
  Value x = arith::IndexCastOp::create(b, b.getIndexType(), index);
  Value negative =
      arith::CmpIOp::create(b, arith::CmpIPredicate::slt, x, createIndex(b, 0));
  Value fromEnd = arith::AddIOp::create(b, x, createIndex(b, size));
  Value wrapped = arith::SelectOp::create(b, negative, fromEnd, x);
  return arith::CmpIOp::create(b, arith::CmpIPredicate::eq, wrapped,
                               loopIndex(b, loop));
}

//===----------------------------------------------------------------------===//
// Update by update
//===----------------------------------------------------------------------===//

/// How far apart the elements of each dimension are.
static SmallVector<int64_t> distancesIn(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> distances(shape.size(), 1);
  for (size_t i = shape.size(); i-- > 1;)
    distances[i - 1] = distances[i] * shape[i];
  return distances;
}

namespace {
/// Where an index leads, and whether it is within a dimension of `size`.
struct Target {
  Value distance, inside;

  Target(Code &code, Value index, int64_t size, int64_t stride) {
    ImplicitLocOpBuilder &b = code.builder();
    Value x = code.position(index), end = code.index(size);
    Value negative = code.isLess(x, code.index(0));
    x = code.select(negative, code.add(x, end), x);
    inside = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, x, end);
    distance = code.mul(x, stride);
  }
};

template <typename OpT> class UpdateLowering : public OpConversionPattern<OpT> {
public:
  using OpConversionPattern<OpT>::OpConversionPattern;

  LogicalResult
  matchAndRewrite(OpT op, typename OpT::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (!prefersProcedures(op))
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value data = adaptor.getData();
    rewriter.replaceOp(
        op,
        createProcedure(b, {data, adaptor.getIndices(), adaptor.getUpdates()},
                        data.getType(), {}, [&](Code &code, ValueRange memory) {
                          Value size =
                              code.index(op.getType().getNumElements());
                          code.each(size, [&](Value i) {
                            code.write(code.load(memory[0], i), memory[3], i);
                          });
                          emitUpdates(code, op, memory);
                        }));
    return success();
  }

private:
  static void meet(Code &code, OpT op, ValueRange memory, Value update,
                   Value at) {
    Type type = op.getType().getElementType();
    Value x = code.load(memory[2], update);
    if (op.getReduction() != nn::ScatterReduction::None)
      x = emitMeet(code.builder(), op.getReduction(), type,
                   code.load(memory[3], at), x);
    code.write(x, memory[3], at);
  }

  /// From dimension `dim` on, of the update and the element at `from` and `to`.
  static void emitAlong(Code &code, nn::ScatterElementsOp op, ValueRange memory,
                        size_t dim, Value from, Value to) {
    ArrayRef<int64_t> shape = op.getData().getType().getShape();
    ArrayRef<int64_t> updates = op.getUpdates().getType().getShape();
    if (dim == shape.size()) {
      Target target(code, code.load(memory[1], from), shape[op.getAxis()],
                    distancesIn(shape)[op.getAxis()]);
      code.when(target.inside, [&] {
        meet(code, op, memory, from, code.add(to, target.distance));
      });
      return;
    }
    code.each(code.index(updates[dim]), [&](Value i) {
      Value next = code.add(from, code.mul(i, distancesIn(updates)[dim]));
      Value there = dim == op.getAxis()
                        ? to
                        : code.add(to, code.mul(i, distancesIn(shape)[dim]));
      emitAlong(code, op, memory, dim + 1, next, there);
    });
  }

  static void emitUpdates(Code &code, nn::ScatterElementsOp op,
                          ValueRange memory) {
    emitAlong(code, op, memory, 0, code.index(0), code.index(0));
  }

  static void emitUpdates(Code &code, nn::ScatterNdOp op, ValueRange memory) {
    ArrayRef<int64_t> shape = op.getData().getType().getShape();
    auto indices = op.getIndices().getType();
    int64_t tuple = indices.getShape().back();
    SmallVector<int64_t> distances = distancesIn(shape);
    int64_t slice = 1;
    for (int64_t size : shape.drop_front(tuple))
      slice *= size;
    code.each(code.index(indices.getNumElements() / tuple), [&](Value point) {
      Value first = code.mul(point, tuple), to, inside;
      for (int64_t entry = 0; entry < tuple; ++entry) {
        Target target(code, code.load(memory[1], code.add(first, entry)),
                      shape[entry], distances[entry]);
        to = to ? code.add(to, target.distance) : target.distance;
        inside = inside ? code.both(inside, target.inside) : target.inside;
      }
      Value from = code.mul(point, slice);
      code.when(inside, [&] {
        code.each(code.index(slice), [&](Value i) {
          meet(code, op, memory, code.add(from, i), code.add(to, i));
        });
      });
    });
  }
};
} // namespace

//===----------------------------------------------------------------------===//
// Element by element
//===----------------------------------------------------------------------===//

namespace {

/// Loops (o... | u): u runs over the updates along the axis.
struct ScatterElementsLowering : OpConversionPattern<nn::ScatterElementsOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::ScatterElementsOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (prefersProcedures(op))
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    MLIRContext *context = rewriter.getContext();
    auto type = op.getData().getType();
    unsigned rank = type.getRank(), axis = op.getAxis();
    // Updates may cover only the first rows of the other dimensions.
    SmallVector<int64_t> shape(shapeOf(adaptor.getIndices()));
    shape[axis] = type.getDimSize(axis);
    SmallVector<int64_t> starts(rank, 0), steps(rank, 1);
    bool whole = type.getShape() == ArrayRef<int64_t>(shape);
    Value init = adaptor.getData();
    if (!whole)
      init = createSlice(b, init, starts, shape, steps);

    SmallVector<AffineExpr> read;
    for (unsigned i = 0; i < rank; ++i)
      read.push_back(getAffineDimExpr(i == axis ? rank : i, context));
    AffineMap map = AffineMap::get(rank + 1, 0, read, context);
    Value result = createReduction(
        b, init, 1, {adaptor.getIndices(), adaptor.getUpdates()}, {map, map},
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> Value {
          Value here = isHere(b, args[0], axis, shape[axis]);
          Value met = emitMeet(b, op.getReduction(), type.getElementType(),
                               args[2], args[1]);
          return arith::SelectOp::create(b, here, met, args[2]);
        });
    if (!whole)
      result = createInsert(b, result, adaptor.getData(), starts, steps);
    rewriter.replaceOp(op, result);
    return success();
  }
};

/// Loops (o... | p...): p runs over the index tuples.
struct ScatterNdLowering : OpConversionPattern<nn::ScatterNdOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::ScatterNdOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (prefersProcedures(op))
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    MLIRContext *context = rewriter.getContext();
    auto type = op.getData().getType();
    ArrayRef<int64_t> indexShape = shapeOf(adaptor.getIndices());
    unsigned rank = type.getRank(), points = indexShape.size() - 1;
    int64_t tuple = indexShape.back();

    SmallVector<AffineExpr> point;
    for (unsigned i = 0; i < points; ++i)
      point.push_back(getAffineDimExpr(rank + i, context));
    SmallVector<Value> inputs(tuple, adaptor.getIndices());
    SmallVector<AffineMap> maps;
    for (int64_t entry = 0; entry <= tuple; ++entry) {
      SmallVector<AffineExpr> read(point);
      if (entry < tuple)
        read.push_back(getAffineConstantExpr(entry, context));
      else
        for (unsigned i = tuple; i < rank; ++i)
          read.push_back(getAffineDimExpr(i, context));
      maps.push_back(AffineMap::get(rank + points, 0, read, context));
    }
    inputs.push_back(adaptor.getUpdates());
    rewriter.replaceOp(
        op, createReduction(
                b, adaptor.getData(), points, inputs, maps,
                [&](ImplicitLocOpBuilder &b, ValueRange args) -> Value {
                  Value here =
                      arith::ConstantOp::create(b, b.getBoolAttr(true));
                  for (int64_t entry = 0; entry < tuple; ++entry)
                    here = arith::AndIOp::create(
                        b, here,
                        isHere(b, args[entry], entry, type.getDimSize(entry)));
                  Value old = args[tuple + 1];
                  Value met = emitMeet(b, op.getReduction(),
                                       type.getElementType(), old, args[tuple]);
                  return arith::SelectOp::create(b, here, met, old);
                }));
    return success();
  }
};

} // namespace

void populateScatterPatterns(TypeConverter &converter,
                             RewritePatternSet &patterns) {
  patterns.add<ScatterElementsLowering, ScatterNdLowering,
               UpdateLowering<nn::ScatterElementsOp>,
               UpdateLowering<nn::ScatterNdOp>>(converter,
                                                patterns.getContext());
}

} // namespace dlc::lower
