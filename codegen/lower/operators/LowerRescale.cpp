//===- LowerRescale.cpp - nn.rescale as integer arithmetic ----------------===//
//
//   v = x * multiplier + addend in 64 bits,  q = v >> shift,  clamp(q)
//
// A multiplier of 64 bits is in units of 2^-32: of its low word, with a sign,
// the product's upper part is added to that of the rest.
//
// and where there is a tie, q - 1 for those v that are less than it above a
// multiple of 2^shift and whose q is odd (or even).
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/ElementwiseLowering.h"
#include "codegen/lower/Patterns.h"
#include "codegen/lower/Scalar.h"
#include "dialects/nn/NnOps.h"
#include "dialects/nn/interfaces/WideMultiplier.h"
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

/// (x * multiplier) >> 32 of an integer of at most 32 bits.
static Value emitWideProduct(ImplicitLocOpBuilder &b, Value x,
                             Value multiplier) {
  Type wide = x.getType();
  Value low = arith::ExtSIOp::create(
      b, wide, arith::TruncIOp::create(b, b.getI32Type(), multiplier));
  Value word = arith::ConstantOp::create(b, b.getIntegerAttr(wide, 32));
  Value high = arith::ShRSIOp::create(
      b, arith::SubIOp::create(b, multiplier, low), word);
  Value carried =
      arith::ShRSIOp::create(b, arith::MulIOp::create(b, x, low), word);
  return arith::AddIOp::create(b, arith::MulIOp::create(b, x, high), carried);
}

static Value emitRescale(ImplicitLocOpBuilder &b, Operation *op,
                         ValueRange args) {
  auto rescale = cast<nn::RescaleOp>(op);
  Type wide = b.getI64Type();
  SmallVector<Value> values;
  for (auto [i, operand] : llvm::enumerate(op->getOperands()))
    values.push_back(
        scalar::cast(b, args[i], getElementTypeOrSelf(operand), wide));
  Value product = nn::isWideMultiplier(rescale.getMultiplier())
                      ? emitWideProduct(b, values[0], values[1])
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

void populateRescalePatterns(TypeConverter &converter,
                             RewritePatternSet &patterns) {
  addElementwise(converter, patterns,
                 {{nn::RescaleOp::getOperationName(), emitRescale}});
}

} // namespace dlc::lower
