//===- Roots.cpp - Square roots in integers -------------------------------===//

#include "codegen/audio/Roots.h"

#include <cmath>

using namespace dlc::audio;

Roots::Roots(Code &code) : c(code) {
  if (!c.machine.longProducts)
    return;
  std::vector<uint16_t> values;
  for (int i = 64; i < 256; ++i)
    values.push_back(
        static_cast<uint16_t>(std::lround(4096 * std::sqrt(i + 0.5))));
  table = c.table(values);
}

/// Rounded down, of 2^30 to 2^32 - 1. A table is 1/258 off at most, a step of
/// Newton's then less than one, upwards.
llvm::Value *Roots::ofNormal(Value *x) {
  Value *place = c.b.CreateSub(c.b.CreateLShr(x, 24), c.number(64));
  Value *guess = c.loadUnsigned(c.i16(), table, c.toWord(place));
  Value *better =
      c.b.CreateLShr(c.b.CreateAdd(guess, c.b.CreateUDiv(x, guess)), 1);
  better = c.smaller(better, c.number(0xFFFF));
  Value *isAbove = c.b.CreateICmpUGT(c.b.CreateMul(better, better), x);
  return c.b.CreateSub(better, c.b.CreateZExt(isAbove, c.i32()));
}

/// Rounded down, of less than 2^32 and not 0.
llvm::Value *Roots::ofWord(Value *low) {
  Value *zeros = c.b.CreateIntrinsic(llvm::Intrinsic::ctlz, {c.i32()},
                                     {low, c.b.getTrue()});
  Value *shift = c.b.CreateAnd(zeros, c.number(30));
  return c.b.CreateLShr(ofNormal(c.b.CreateShl(low, shift)),
                        c.b.CreateLShr(shift, 1));
}

/// Rounded down, of 2^32 and more: as a number of 58 to 60 bits, whose upper
/// half gives 15 bits of the root, and a division of what is left the others.
llvm::Value *Roots::ofLong(Value *low, Value *high) {
  Value *zeros = c.b.CreateIntrinsic(llvm::Intrinsic::ctlz, {c.i32()},
                                     {high, c.b.getTrue()});
  Value *shift = c.b.CreateAnd(c.b.CreateSub(zeros, c.number(4)), c.number(30));
  Value *carried = c.b.CreateLShr(c.b.CreateLShr(low, 1),
                                  c.b.CreateSub(c.number(31), shift));
  Value *upper = c.b.CreateOr(c.b.CreateShl(high, shift), carried);
  Value *lower = c.b.CreateShl(low, shift);
  // Four parts of 15 bits: two are `top`.
  Value *top = c.b.CreateOr(c.b.CreateShl(upper, 2), c.b.CreateLShr(lower, 30));
  auto part = [&](int64_t from) {
    return c.b.CreateAnd(c.b.CreateLShr(lower, from), c.number(0x7FFF));
  };
  Value *first = c.b.CreateLShr(ofNormal(c.b.CreateShl(top, 2)), 1);
  Value *rest = c.b.CreateSub(top, c.b.CreateMul(first, first));
  Value *dividend = c.b.CreateOr(c.b.CreateShl(rest, 15), part(15));
  Value *divisor = c.b.CreateShl(first, 1);
  Value *second = c.b.CreateUDiv(dividend, divisor);
  Value *left = c.b.CreateSub(dividend, c.b.CreateMul(second, divisor));
  Value *remaining = c.b.CreateOr(c.b.CreateShl(left, 15), part(0));
  Value *isAbove = c.b.CreateICmpUGT(c.b.CreateMul(second, second), remaining);
  Value *root = c.b.CreateAdd(c.b.CreateShl(first, 15), second);
  root = c.b.CreateSub(root, c.b.CreateZExt(isAbove, c.i32()));
  return c.b.CreateLShr(root, c.b.CreateLShr(shift, 1));
}

/// Up where the half is passed; a root of one word has 16 bits.
llvm::Value *Roots::round(Value *root, Value *rest, Value *high) {
  Value *isHalf = c.b.CreateICmpUGT(rest, root);
  Value *isFull = c.b.CreateAnd(c.b.CreateICmpEQ(high, c.number(0)),
                                c.b.CreateICmpEQ(root, c.number(0xFFFF)));
  Value *up = c.b.CreateAnd(isHalf, c.b.CreateNot(isFull));
  return c.b.CreateAdd(root, c.b.CreateZExt(up, c.i32()));
}

/// Two bits after two bits, in words.
llvm::Value *Roots::byDigits(Value *low, Value *high) {
  auto digits = [&](Value *bits, Value *count, Value *root, Value *rest) {
    return c.loop(
        c.number(0), count, 1, {bits, root, rest},
        [&](Value *, llvm::ArrayRef<Value *> carried) -> Code::Values {
          Value *bits = carried[0], *root = carried[1], *rest = carried[2];
          rest = c.b.CreateOr(c.b.CreateShl(rest, 2), c.b.CreateLShr(bits, 30));
          Value *trial = c.b.CreateOr(c.b.CreateShl(root, 2), c.number(1));
          Value *fits = c.b.CreateICmpUGE(rest, trial);
          rest = c.select(fits, c.b.CreateSub(rest, trial), rest);
          root = c.b.CreateOr(c.b.CreateShl(root, 1),
                              c.b.CreateZExt(fits, c.i32()));
          return {c.b.CreateShl(bits, 2), root, rest};
        },
        /*mayBeNone=*/true);
  };
  // The first word is mostly short.
  Value *isShort = c.b.CreateICmpULT(high, c.number(1 << 16));
  Value *isNone = c.b.CreateICmpEQ(high, c.number(0));
  Value *count = c.select(isNone, c.number(0),
                          c.select(isShort, c.number(8), c.number(16)));
  Value *bits = c.select(isShort, c.b.CreateShl(high, 16), high);
  Code::Values first = digits(bits, count, c.number(0), c.number(0));
  Code::Values second = digits(low, c.number(16), first[1], first[2]);
  return round(second[1], second[2], high);
}

llvm::Value *Roots::rounded(Value *low, Value *high) {
  if (!c.machine.longProducts)
    return byDigits(low, high);
  Value *isWord = c.b.CreateICmpEQ(high, c.number(0));
  Value *root = c.either(
      isWord,
      [&] {
        return c.either(
            c.b.CreateICmpEQ(low, c.number(0)), [&] { return c.number(0); },
            [&] { return ofWord(low); });
      },
      [&] { return ofLong(low, high); });
  return round(root, c.b.CreateSub(low, c.b.CreateMul(root, root)), high);
}

/// Of the mantissa as a number of 47 or 48 bits: 24 bits of a root.
llvm::Value *Roots::ofFloat(Value *x) {
  if (c.machine.fpu)
    return c.b.CreateUnaryIntrinsic(llvm::Intrinsic::sqrt, x);
  Value *bits = c.b.CreateBitCast(x, c.i32());
  Value *exponent = c.b.CreateLShr(bits, 23);
  Value *mantissa =
      c.b.CreateOr(c.b.CreateAnd(bits, c.number(0x7FFFFF)), c.number(0x800000));
  // The exponent less its bias, 127, is even where it is odd itself.
  Value *isEven = c.b.CreateAnd(exponent, c.number(1));
  Value *shift = c.b.CreateSub(c.number(24), isEven);
  Value *low = c.b.CreateShl(mantissa, shift),
        *high = c.b.CreateLShr(mantissa, c.b.CreateSub(c.number(32), shift));
  Value *half = c.b.CreateLShr(c.b.CreateAdd(exponent, c.number(127)), 1);
  Value *root =
      c.b.CreateAdd(c.b.CreateShl(half, 23),
                    c.b.CreateSub(rounded(low, high), c.number(0x800000)));
  Value *isNone = c.b.CreateICmpEQ(exponent, c.number(0));
  Value *isFinite = c.b.CreateICmpULT(exponent, c.number(255));
  root = c.select(isFinite, root, bits);
  return c.b.CreateBitCast(c.select(isNone, c.number(0), root), c.f32());
}
