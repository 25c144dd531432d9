//===- LowerPad.cpp - nn.pad ----------------------------------------------===//
//
// Constant padding is tensor.pad. The other modes read the operand at a
// position computed from the loop's. Negative pads crop first.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Build.h"
#include "codegen/lower/Patterns.h"
#include "codegen/lower/Scalar.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace dlc::lower {

/// x modulo size, within [0, size).
static Value floorMod(ImplicitLocOpBuilder &b, Value x, int64_t size) {
  Value divisor = createIndex(b, size);
  Value rest = arith::RemSIOp::create(b, x, divisor);
  Value negative = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, rest,
                                         createIndex(b, 0));
  return arith::SelectOp::create(b, negative,
                                 arith::AddIOp::create(b, rest, divisor), rest);
}

/// Where in a dimension of `size` elements `x`, counted from its first one,
/// reads.
static Value sourcePosition(ImplicitLocOpBuilder &b, nn::PadMode mode, Value x,
                            int64_t size) {
  Value last = createIndex(b, size - 1);
  switch (mode) {
  case nn::PadMode::Edge: {
    Value bounded = arith::MaxSIOp::create(b, x, createIndex(b, 0));
    return arith::MinSIOp::create(b, bounded, last);
  }
  case nn::PadMode::Wrap:
    return floorMod(b, x, size);
  case nn::PadMode::Reflect: {
    if (size == 1)
      return createIndex(b, 0);
    int64_t period = 2 * (size - 1);
    Value phase = floorMod(b, x, period);
    Value back = arith::SubIOp::create(b, createIndex(b, period), phase);
    return arith::MinSIOp::create(b, phase, back);
  }
  case nn::PadMode::Constant:
    break;
  }
  llvm_unreachable("constant padding reads no position");
}

namespace {
struct PadLowering : OpConversionPattern<nn::PadOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::PadOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    unsigned rank = op.getType().getRank();
    SmallVector<int64_t> low(op.getPads().take_front(rank));
    SmallVector<int64_t> high(op.getPads().drop_front(rank));
    Value input = crop(b, adaptor.getInput(), low, high);
    if (op.getMode() == nn::PadMode::Constant)
      rewriter.replaceOp(
          op, createPad(b, input, low, high, padValue(b, op, adaptor)));
    else
      rewriter.replaceOp(op, createMirror(b, op, input, low));
    return success();
  }

private:
  /// Takes away what negative pads remove and leaves 0 of them.
  static Value crop(ImplicitLocOpBuilder &b, Value input,
                    SmallVector<int64_t> &low, SmallVector<int64_t> &high) {
    SmallVector<int64_t> starts(low.size(), 0), steps(low.size(), 1);
    SmallVector<int64_t> shape(shapeOf(input));
    for (unsigned i = 0; i < low.size(); ++i) {
      starts[i] = std::max<int64_t>(0, -low[i]);
      shape[i] -= starts[i] + std::max<int64_t>(0, -high[i]);
      low[i] = std::max<int64_t>(0, low[i]);
      high[i] = std::max<int64_t>(0, high[i]);
    }
    if (ArrayRef<int64_t>(shape) == shapeOf(input))
      return input;
    return createSlice(b, input, starts, shape, steps);
  }

  static Value padValue(ImplicitLocOpBuilder &b, nn::PadOp op,
                        OpAdaptor adaptor) {
    Type element = op.getInput().getType().getElementType();
    Value value = adaptor.getValue();
    if (!value)
      return arith::ConstantOp::create(b, scalar::zero(b, element));
    SmallVector<Value> first(shapeOf(value).size(), createIndex(b, 0));
    return extractElement(b, value, first);
  }

  static Value createMirror(ImplicitLocOpBuilder &b, nn::PadOp op, Value input,
                            ArrayRef<int64_t> low) {
    auto type = cast<RankedTensorType>(signless(op.getType()));
    return createParallel(
        b, type, {}, {}, [&](ImplicitLocOpBuilder &b, ValueRange) {
          SmallVector<Value> position;
          for (unsigned i = 0; i < low.size(); ++i) {
            int64_t size = shapeOf(input)[i];
            Value x = loopIndex(b, i);
            if (size != type.getDimSize(i)) {
              x = arith::SubIOp::create(b, x, createIndex(b, low[i]));
              x = sourcePosition(b, op.getMode(), x, size);
            }
            position.push_back(x);
          }
          return extractElement(b, input, position);
        });
  }
};
} // namespace

void populatePadPatterns(TypeConverter &converter,
                         RewritePatternSet &patterns) {
  patterns.add<PadLowering>(converter, patterns.getContext());
}

} // namespace dlc::lower
