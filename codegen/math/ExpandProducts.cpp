//===- ExpandProducts.cpp - Long products where a word is all there is ----===//

#include "codegen/math/Passes.h"
#include "targets/description/TargetAttr.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/Matchers.h"

namespace dlc::math {
#define GEN_PASS_DEF_EXPANDPRODUCTS
#include "codegen/math/Passes.h.inc"
} // namespace dlc::math

using namespace mlir;

namespace {

constexpr unsigned kWord = 32, kLimb = 16;

/// Whether a number of 64 bits is one of 32, with or without a sign.
bool isWord(Value value, bool isSigned) {
  APInt number;
  if (matchPattern(value, m_ConstantInt(&number)))
    return isSigned ? number.isSignedIntN(kWord) : number.isIntN(kWord);
  Operation *op = value.getDefiningOp();
  auto isFrom = [&](unsigned bits) {
    return op->getOperand(0).getType().getIntOrFloatBitWidth() <= bits;
  };
  if (isa_and_nonnull<arith::ExtUIOp>(op))
    return isFrom(isSigned ? kWord - 1 : kWord);
  return isSigned && isa_and_nonnull<arith::ExtSIOp>(op) && isFrom(kWord);
}

/// Whether a number of 64 bits is one of a limb, with a sign.
bool isLimb(Value value) {
  Operation *op = value.getDefiningOp();
  if (!isa_and_nonnull<arith::ExtSIOp, arith::ExtUIOp>(op))
    return false;
  unsigned most = isa<arith::ExtSIOp>(op) ? kLimb : kLimb - 1;
  return op->getOperand(0).getType().getIntOrFloatBitWidth() <= most;
}

/// Whether LLVM shifts in place of it.
bool isShift(arith::MulIOp op) {
  APInt number;
  return matchPattern(op.getRhs(), m_ConstantInt(&number)) &&
         number.isPowerOf2();
}

class Product {
public:
  explicit Product(arith::MulIOp op) : op(op), b(op.getLoc(), op) {}

  void replace() {
    Value x = op.getLhs(), y = op.getRhs();
    if (isLimb(x) || isLimb(y))
      return finish(isLimb(x) ? ofLimb(x, y) : ofLimb(y, x));
    bool isSigned = isWord(x, true) && isWord(y, true);
    Value product = ofWords(low(x), low(y), isSigned);
    // What lies above 64 bits is dropped, so one word is enough of these.
    if (!isSigned && !isWord(x, false))
      product = add(product, above(mul(high(x), low(y))));
    if (!isSigned && !isWord(y, false))
      product = add(product, above(mul(low(x), high(y))));
    finish(product);
  }

private:
  void finish(Value product) {
    op.replaceAllUsesWith(product);
    op.erase();
  }
  Value constant(Type type, int64_t value) {
    return arith::ConstantOp::create(b, b.getIntegerAttr(type, value));
  }
  Value word(int64_t value) { return constant(b.getI32Type(), value); }
  Value add(Value x, Value y) { return arith::AddIOp::create(b, x, y); }
  Value mul(Value x, Value y) { return arith::MulIOp::create(b, x, y); }
  Value low(Value x) { return arith::TruncIOp::create(b, b.getI32Type(), x); }
  Value high(Value x) {
    return low(arith::ShRUIOp::create(b, x, constant(b.getI64Type(), kWord)));
  }
  Value above(Value x) {
    x = arith::ExtUIOp::create(b, b.getI64Type(), x);
    return arith::ShLIOp::create(b, x, constant(b.getI64Type(), kWord));
  }
  Value lowLimb(Value x) {
    return arith::AndIOp::create(b, x, word((1 << kLimb) - 1));
  }
  Value highLimb(Value x, bool isSigned) {
    if (isSigned)
      return arith::ShRSIOp::create(b, x, word(kLimb));
    return arith::ShRUIOp::create(b, x, word(kLimb));
  }

  /// All 64 bits of a product of words (H. S. Warren, Hacker's Delight, 2nd
  /// edition, 8-2): no sum of two of the products of limbs leaves 32 bits.
  Value ofWords(Value x, Value y, bool isSigned) {
    Value x0 = lowLimb(x), x1 = highLimb(x, isSigned);
    Value y0 = lowLimb(y), y1 = highLimb(y, isSigned);
    Value least = mul(x0, y0);
    Value one = add(mul(x1, y0), highLimb(least, /*isSigned=*/false));
    Value other = add(mul(x0, y1), lowLimb(one));
    Value top = add(mul(x1, y1), highLimb(one, isSigned));
    top = add(top, highLimb(other, isSigned));
    Value bottom = arith::ShLIOp::create(b, other, word(kLimb));
    bottom = arith::OrIOp::create(b, bottom, lowLimb(least));
    bottom = arith::ExtUIOp::create(b, b.getI64Type(), bottom);
    return arith::OrIOp::create(b, above(top), bottom);
  }

  /// The product of a limb with a sign and 64 bits: the limb times one of the
  /// other's without a sign, and what the limb below carries, fit 32 bits with
  /// a sign, from end to end.
  Value ofLimb(Value limb, Value other) {
    Value x = low(limb), y = low(other);
    Value least = mul(x, lowLimb(y));
    Value next = add(mul(x, highLimb(y, /*isSigned=*/false)),
                     highLimb(least, /*isSigned=*/true));
    Value top = highLimb(next, /*isSigned=*/true);
    if (!isWord(other, /*isSigned=*/false))
      top = add(top, mul(x, high(other)));
    Value bottom = arith::ShLIOp::create(b, next, word(kLimb));
    bottom = arith::OrIOp::create(b, bottom, lowLimb(least));
    bottom = arith::ExtUIOp::create(b, b.getI64Type(), bottom);
    return arith::OrIOp::create(b, above(top), bottom);
  }

  arith::MulIOp op;
  ImplicitLocOpBuilder b;
};

struct ExpandProducts : dlc::math::impl::ExpandProductsBase<ExpandProducts> {
  void runOnOperation() override {
    if (dlc::targets::getTargetInfo(getOperation()).longMultiply)
      return;
    SmallVector<arith::MulIOp> work;
    getOperation()->walk([&](arith::MulIOp op) {
      if (op.getType().isInteger(2 * kWord) && !isShift(op))
        work.push_back(op);
    });
    for (arith::MulIOp op : work)
      Product(op).replace();
  }
};

} // namespace
