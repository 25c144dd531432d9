//===- MicroMath.cpp - Curves and logarithms in integers ------------------===//

#include "codegen/audio/MicroMath.h"

#include <cmath>

using namespace dlc::audio;

MicroMath::MicroMath(Code &code, llvm::ArrayRef<int16_t> gainTable) : c(code) {
  gains = c.table(gainTable);
  std::vector<uint16_t> values;
  // 128 lines from 1 to 2: how far the logarithm to base 2 is above them.
  for (int i = 0; i <= 128; ++i)
    values.push_back(static_cast<uint16_t>(
        std::lround(65536 * (std::log2(1 + i / 128.0) - i / 128.0))));
  lines = c.table(values);
}

//===----------------------------------------------------------------------===//
// Bits and products
//===----------------------------------------------------------------------===//

MicroMath::Bits MicroMath::bitsOf(Value *x) {
  if (c.machine.longProducts) {
    Value *zeros = c.b.CreateIntrinsic(llvm::Intrinsic::ctlz, {c.i32()},
                                       {x, c.b.getFalse()});
    // Of 0 there are 32, which no shift is.
    Value *shift = c.b.CreateAnd(zeros, c.number(31));
    return {c.b.CreateSub(c.number(32), zeros), c.b.CreateShl(x, shift)};
  }
  Value *count = c.number(32), *normal = x;
  for (int64_t step : {16, 8, 4, 2, 1}) {
    Value *isLow =
        c.b.CreateICmpULT(normal, c.number(int64_t(1) << (32 - step)));
    normal = c.select(isLow, c.b.CreateShl(normal, step), normal);
    count = c.select(isLow, c.b.CreateSub(count, c.number(step)), count);
  }
  // What is left of 0 is one bit.
  count = c.select(c.b.CreateICmpEQ(x, c.number(0)), c.number(0), count);
  return {count, normal};
}

MicroMath::Value *MicroMath::mix(Value *x, Value *y, Value *factor) {
  Value *other = c.b.CreateSub(c.number(1 << 14), factor);
  if (c.machine.longProducts) {
    auto product = [&](Value *value, Value *by) {
      return c.b.CreateMul(c.b.CreateZExt(value, c.i64()),
                           c.b.CreateZExt(by, c.i64()));
    };
    Value *sum = c.b.CreateAdd(product(x, factor), product(y, other));
    return c.b.CreateTrunc(c.b.CreateLShr(sum, 14), c.i32());
  }
  auto sum = [&](Value *first, Value *second) {
    return c.b.CreateAdd(c.b.CreateMul(first, factor),
                         c.b.CreateMul(second, other));
  };
  Value *upper = sum(upperHalf(x), upperHalf(y)),
        *lower = sum(lowerHalf(x), lowerHalf(y));
  return c.b.CreateAdd(c.b.CreateShl(upper, 2), c.b.CreateLShr(lower, 14));
}

MicroMath::Value *MicroMath::fraction14(Value *x, int64_t factor) {
  return scale(x, c.number(factor), 14);
}

MicroMath::Value *MicroMath::scale(Value *x, Value *factor, int64_t shift) {
  if (c.machine.longProducts) {
    Value *product = c.b.CreateMul(c.b.CreateZExt(x, c.i64()),
                                   c.b.CreateZExt(factor, c.i64()));
    return c.b.CreateTrunc(c.b.CreateLShr(product, shift), c.i32());
  }
  Value *upper = c.b.CreateMul(upperHalf(x), factor),
        *lower = c.b.CreateMul(lowerHalf(x), factor);
  return c.b.CreateAdd(c.b.CreateShl(upper, 16 - shift),
                       c.b.CreateLShr(lower, shift));
}

//===----------------------------------------------------------------------===//
// Curves
//===----------------------------------------------------------------------===//

MicroMath::Value *MicroMath::gain(Value *x) {
  return c.either(
      c.b.CreateICmpULT(x, c.number(2)),
      [&] { return c.loadSigned(c.i16(), gains, c.toWord(x)); },
      [&] {
        Bits bits = bitsOf(x);
        Value *fraction = c.b.CreateLShr(c.b.CreateShl(bits.normal, 1), 22);
        Value *place = c.b.CreateSub(c.b.CreateShl(bits.count, 2), c.number(6));
        auto coefficient = [&](int64_t i) {
          return c.loadSigned(c.i16(), gains,
                              c.toWord(c.b.CreateAdd(place, c.number(i))));
        };
        Value *slope = c.b.CreateAdd(
            c.b.CreateAShr(c.b.CreateMul(coefficient(2), fraction), 5),
            c.b.CreateShl(coefficient(1), 5));
        Value *product = c.b.CreateMul(slope, fraction);
        Value *rise =
            c.b.CreateAShr(c.b.CreateAdd(product, c.number(1 << 14)), 15);
        return c.low16(c.b.CreateAdd(rise, coefficient(0)));
      });
}

MicroMath::Value *MicroMath::logarithm(Value *x) {
  Bits bits = bitsOf(x);
  Value *whole = c.b.CreateSub(bits.count, c.number(1));
  Value *fraction = c.b.CreateLShr(c.b.CreateShl(bits.normal, 1), 16);
  Value *segment = c.b.CreateLShr(fraction, 9);
  auto line = [&](int64_t i) {
    return c.loadUnsigned(c.i16(), lines,
                          c.toWord(c.b.CreateAdd(segment, c.number(i))));
  };
  Value *from = line(0), *slope = c.b.CreateSub(line(1), from);
  Value *rise = c.b.CreateAShr(
      c.b.CreateMul(slope, c.b.CreateAnd(fraction, c.number(511))), 16);
  Value *log2 =
      c.b.CreateAdd(c.b.CreateShl(whole, 16),
                    c.b.CreateAdd(c.b.CreateAdd(fraction, from), rise));
  // 45426 is 2^16 times the logarithm of 2: by halves no sum leaves 32 bits.
  Value *factor = c.number(45426);
  Value *lower = c.b.CreateLShr(
      c.b.CreateAdd(c.b.CreateMul(lowerHalf(log2), factor), c.number(32768)),
      16);
  return c.b.CreateAdd(c.b.CreateMul(upperHalf(log2), factor), lower);
}
