//===- LowerRescale.cpp - nn.rescale and nn.piecewise in integers ---------===//
//
// A rescale is
//
//   v = x * multiplier + addend in 64 bits,  q = v >> shift,  clamp(q)
//
// A multiplier of 64 bits is in units of 2^-32: of its low word, with a sign,
// the product's upper part is added to that of the rest.
//
// and where there is a tie, q - 1 for those v that are less than it above a
// multiple of 2^shift and whose q is odd (or even).
//
// Polynomials of segments have their coefficients side by side in a table.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Build.h"
#include "codegen/lower/ElementwiseLowering.h"
#include "codegen/lower/Patterns.h"
#include "codegen/lower/Scalar.h"
#include "dialects/nn/NnOps.h"
#include "dialects/nn/interfaces/WideMultiplier.h"
#include "dialects/nn/search/NnSearchOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace dlc::lower {

/// q, less one where v is a tie that it must not be rounded up for.
static Value emitTie(ImplicitLocOpBuilder &b, bool tiesToOdd, Value v, Value q,
                     Value shift, Value tie) {
  Type wide = v.getType();
  Value start = arith::ShLIOp::create(b, q, shift);
  Value above = arith::SubIOp::create(b, v, start);
  Value isTie = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, above, tie);
  Value one = arith::ConstantOp::create(b, b.getOneAttr(wide));
  Value last = arith::AndIOp::create(b, q, one);
  if (tiesToOdd)
    last = arith::XOrIOp::create(b, last, one);
  Value zero = arith::ConstantOp::create(b, b.getZeroAttr(wide));
  return arith::SubIOp::create(b, q,
                               arith::SelectOp::create(b, isTie, last, zero));
}

/// The low word of an integer of 64 bits, with a sign or without.
static Value lowWord(ImplicitLocOpBuilder &b, Value x, bool isSigned) {
  Type wide = x.getType();
  Value low = arith::TruncIOp::create(b, b.getI32Type(), x);
  if (isSigned)
    return arith::ExtSIOp::create(b, wide, low);
  return arith::ExtUIOp::create(b, wide, low);
}

/// (x * multiplier) >> 32. An integer of more than 32 bits is two words: what
/// its upper one and the multiplier's lower one make needs no shift.
static Value emitWideProduct(ImplicitLocOpBuilder &b, Value x, Value multiplier,
                             bool isLong) {
  Value word = arith::ConstantOp::create(b, b.getIntegerAttr(x.getType(), 32));
  Value low = lowWord(b, multiplier, /*isSigned=*/true);
  Value high = arith::ShRSIOp::create(
      b, arith::SubIOp::create(b, multiplier, low), word);
  Value product = arith::MulIOp::create(b, x, high), lower = x;
  if (isLong) {
    lower = lowWord(b, x, /*isSigned=*/false);
    Value upper = arith::ShRSIOp::create(b, x, word);
    product =
        arith::AddIOp::create(b, product, arith::MulIOp::create(b, upper, low));
  }
  Value carried =
      arith::ShRSIOp::create(b, arith::MulIOp::create(b, lower, low), word);
  return arith::AddIOp::create(b, product, carried);
}

static Value emitRescale(ImplicitLocOpBuilder &b, Operation *op,
                         ValueRange args) {
  auto rescale = cast<nn::RescaleOp>(op);
  Type wide = b.getI64Type();
  SmallVector<Value> values;
  for (auto [i, operand] : llvm::enumerate(op->getOperands()))
    values.push_back(
        scalar::cast(b, args[i], getElementTypeOrSelf(operand), wide));
  Value product =
      nn::isWideMultiplier(rescale.getMultiplier())
          ? emitWideProduct(
                b, values[0], values[1],
                rescale.getInput().getType().getElementTypeBitWidth() > 32)
          : scalar::mul(b, values[0], values[1]);
  Value v = scalar::add(b, product, values[2]);
  Value q = arith::ShRSIOp::create(b, v, values[3]);
  if (rescale.getTie())
    q = emitTie(b, rescale.getTiesToOdd(), v, q, values[3], values[4]);
  auto bound = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(b, b.getIntegerAttr(wide, value));
  };
  q = arith::MaxSIOp::create(b, q, bound(rescale.getMin()));
  q = arith::MinSIOp::create(b, q, bound(rescale.getMax()));
  return scalar::cast(b, q, wide, rescale.getStorage());
}

namespace {
struct PiecewiseLowering : OpConversionPattern<nn::PiecewiseOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::PiecewiseOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto type = cast<RankedTensorType>(signless(op.getType()));
    Value table = createTable(b, op.getCoefficients());
    rewriter.replaceOp(
        op, createParallel(b, type, adaptor.getInput(),
                           b.getMultiDimIdentityMap(type.getRank()),
                           [&](ImplicitLocOpBuilder &b, ValueRange args) {
                             return emit(b, op, table, args[0]);
                           }));
    return success();
  }

private:
  static Value word(ImplicitLocOpBuilder &b, int64_t value) {
    return arith::ConstantOp::create(
        b, b.getI32IntegerAttr(static_cast<int32_t>(value)));
  }

  static Value emit(ImplicitLocOpBuilder &b, nn::PiecewiseOp op, Value table,
                    Value x) {
    auto least = static_cast<int64_t>(op.getLeast()),
         greatest = static_cast<int64_t>(op.getGreatest());
    const size_t degree = op.getShifts().size();
    Value q = scalar::cast(b, x, op.getInput().getType().getElementType(),
                           b.getI32Type());
    q = arith::MaxSIOp::create(b, q, word(b, least));
    q = arith::MinSIOp::create(b, q, word(b, greatest));
    Value above = arith::SubIOp::create(b, q, word(b, least));
    Value segment = arith::ShRUIOp::create(b, above, word(b, op.getBits()));
    for (int64_t place : op.getBreaks()) {
      Value beyond = arith::CmpIOp::create(b, arith::CmpIPredicate::sge, q,
                                           word(b, place));
      segment = arith::AddIOp::create(
          b, segment, arith::ExtUIOp::create(b, b.getI32Type(), beyond));
    }
    Value first = arith::IndexCastOp::create(
        b, b.getIndexType(),
        arith::MulIOp::create(b, segment, word(b, degree + 1)));
    auto coefficient = [&](size_t k) {
      return extractElement(
          b, table,
          arith::AddIOp::create(b, first, createIndex(b, k)).getResult());
    };
    Value u = arith::AndIOp::create(b, above,
                                    word(b, (int64_t(1) << op.getBits()) - 1));
    Value v = coefficient(degree);
    for (size_t k = degree; k-- > 0;) {
      v = arith::MulIOp::create(b, v, u);
      v = arith::ShRSIOp::create(b, v, word(b, op.getShifts()[k]));
      v = arith::AddIOp::create(b, v, coefficient(k));
    }
    v = arith::ShRSIOp::create(b, v, word(b, op.getShift()));
    v = arith::MaxSIOp::create(b, v, word(b, op.getMin()));
    v = arith::MinSIOp::create(b, v, word(b, op.getMax()));
    return scalar::cast(b, v, b.getI32Type(), op.getStorage());
  }
};
} // namespace

void populateRescalePatterns(TypeConverter &converter,
                             RewritePatternSet &patterns) {
  patterns.add<PiecewiseLowering>(converter, patterns.getContext());
  addElementwise(converter, patterns,
                 {{nn::RescaleOp::getOperationName(), emitRescale}});
}

} // namespace dlc::lower
