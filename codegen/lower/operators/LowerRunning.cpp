//===- LowerRunning.cpp - Running sums, products and positions ------------===//
//
// Along the last dimension the value so far is in a register; along others each
// row is the one before with the next row of the operand added, so that memory
// is gone through in its order. Positions have a running number.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Patterns.h"
#include "codegen/lower/Procedure.h"
#include "codegen/lower/Scalar.h"
#include "dialects/nn/search/NnSearchOps.h"

using namespace mlir;

namespace dlc::lower {

namespace {
struct Running {
  int64_t outer, size, inner;
  bool exclusive, reverse;
  TypedAttr neutral;
  Value (*combine)(ImplicitLocOpBuilder &, Value, Value);

  /// Where a line's step is, of the line that begins at `line`.
  Value placeOf(Code &code, Value line, Value step) const {
    if (reverse)
      step = code.sub(code.index(size - 1), step);
    return code.add(line, code.mul(step, inner));
  }

  void alongLast(Code &code, Value from, Value to) const {
    code.each(code.index(outer), [&](Value o) {
      Value line = code.mul(o, size);
      code.each(code.index(0), code.index(size), code.constant(neutral),
                [&](Value step, ValueRange so) -> Code::Values {
                  Value at = placeOf(code, line, step);
                  Value next =
                      combine(code.builder(), so[0], code.load(from, at));
                  code.write(exclusive ? so[0] : next, to, at);
                  return {next};
                });
    });
  }

  void alongOthers(Code &code, Value from, Value to) const {
    code.each(code.index(outer), [&](Value o) {
      Value line = code.mul(o, size * inner);
      Value first = placeOf(code, line, code.index(0));
      Value start = code.constant(neutral);
      code.each(code.index(inner), [&](Value i) {
        Value at = code.add(first, i);
        code.write(exclusive ? start : code.load(from, at), to, at);
      });
      code.each(code.index(1), code.index(size), [&](Value step) {
        Value here = placeOf(code, line, step);
        Value before = placeOf(code, line, code.sub(step, code.index(1)));
        Value taken = exclusive ? before : here;
        code.each(code.index(inner), [&](Value i) {
          Value so = code.load(to, code.add(before, i));
          Value x = code.load(from, code.add(taken, i));
          code.write(combine(code.builder(), so, x), to, code.add(here, i));
        });
      });
    });
  }
};

template <typename OpT> struct RunningLowering : OpConversionPattern<OpT> {
  RunningLowering(TypeConverter &converter, MLIRContext *context,
                  TypedAttr (*neutral)(Builder &, Type),
                  Value (*combine)(ImplicitLocOpBuilder &, Value, Value))
      : OpConversionPattern<OpT>(converter, context), neutral(neutral),
        combine(combine) {}

  LogicalResult
  matchAndRewrite(OpT op, typename OpT::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    // A running product has no other form.
    if (isa<nn::CumSumOp>(op) && !prefersProcedures(op))
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value input = adaptor.getInput();
    ArrayRef<int64_t> shape = shapeOf(input);
    size_t axis = op.getAxis();
    Running running{1,
                    shape[axis],
                    1,
                    op.getExclusive(),
                    op.getReverse(),
                    neutral(b, op.getType().getElementType()),
                    combine};
    for (auto [i, size] : llvm::enumerate(shape))
      if (i != axis)
        (i < axis ? running.outer : running.inner) *= size;
    rewriter.replaceOp(
        op, createProcedure(b, input, input.getType(), {},
                            [&](Code &code, ValueRange memory) {
                              if (running.inner == 1)
                                running.alongLast(code, memory[0], memory[1]);
                              else
                                running.alongOthers(code, memory[0], memory[1]);
                            }));
    return success();
  }

private:
  TypedAttr (*neutral)(Builder &, Type);
  Value (*combine)(ImplicitLocOpBuilder &, Value, Value);
};
} // namespace

//===----------------------------------------------------------------------===//
// Positions
//===----------------------------------------------------------------------===//

namespace {
/// Each position is written behind those that were found; the next one is
/// written over it if it was none.
struct PositionsLowering : OpConversionPattern<nn::PositionsOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::PositionsOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value mask = adaptor.getInput();
    int64_t size = shapeOf(mask)[0];
    rewriter.replaceOp(
        op,
        createProcedure(
            b, mask, SmallVector<Type>(op->getResultTypes()), {},
            [&](Code &code, ValueRange memory) {
              Value zero = code.index(0), end = code.index(size);
              Code::Values count = code.each(
                  zero, end, zero, [&](Value i, ValueRange so) -> Code::Values {
                    code.write(code.store(i, b.getI32Type()), memory[1], so[0]);
                    Value found = arith::ExtUIOp::create(
                        b, b.getI32Type(), code.load(memory[0], i));
                    return {code.add(so[0], code.position(found))};
                  });
              code.each(count[0], end, [&](Value i) {
                code.write(code.constant(b.getI32IntegerAttr(0)), memory[1], i);
              });
              code.write(code.store(count[0], b.getI32Type()), memory[2], zero);
            }));
    return success();
  }
};
} // namespace

void populateRunningPatterns(TypeConverter &converter,
                             RewritePatternSet &patterns) {
  MLIRContext *context = patterns.getContext();
  patterns.add<RunningLowering<nn::CumSumOp>>(converter, context, scalar::zero,
                                              scalar::add);
  patterns.add<RunningLowering<nn::CumProdOp>>(converter, context, scalar::one,
                                               scalar::mul);
  patterns.add<PositionsLowering>(converter, context);
}

} // namespace dlc::lower
