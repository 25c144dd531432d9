//===- FixedTransform.cpp - A Fourier transform in 16 bits ----------------===//

#include "codegen/audio/FixedTransform.h"

#include <cmath>

using namespace dlc::audio;

static constexpr double kPi = 3.14159265358979323846264338327950288;

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

Complex FixedTransform::load(Value *base, Value *index) {
  if (c.machine.pairs)
    return {nullptr, nullptr, c.load(c.i32(), base, index)};
  Value *place = c.b.CreateShl(index, 1);
  return {c.loadSigned(c.i16(), base, place),
          c.loadSigned(c.i16(), base, c.b.CreateAdd(place, c.word(1))),
          nullptr};
}

void FixedTransform::store(const Complex &x, Value *base, Value *index) {
  if (c.machine.pairs)
    return c.store(x.pair, base, index);
  Value *place = c.b.CreateShl(index, 1);
  c.store(c.b.CreateTrunc(x.re, c.i16()), base, place);
  c.store(c.b.CreateTrunc(x.im, c.i16()), base,
          c.b.CreateAdd(place, c.word(1)));
}

/// The upper halves of two words (`pkhtb`), which hold numbers of 16 bits.
Complex FixedTransform::pack(Value *re, Value *im) {
  Value *upper = c.b.CreateAnd(im, c.number(0xFFFF0000));
  return {nullptr, nullptr, c.b.CreateOr(upper, c.b.CreateLShr(re, 16))};
}

Complex FixedTransform::divide(const Complex &x, int64_t radix) {
  if (!c.machine.pairs) {
    auto quotient = [&](Value *part) {
      Value *product = c.b.CreateMul(part, c.number(32767 / radix));
      return c.b.CreateAShr(c.b.CreateAdd(product, c.number(1 << 14)), 15);
    };
    return {quotient(x.re), quotient(x.im), nullptr};
  }
  // Twice the factor: the quotients are upper halves.
  Value *factor = c.number(32767 / radix * 2), *half = c.number(0x8000);
  return pack(c.arm("smlabb", {x.pair, factor, half}),
              c.arm("smlatb", {x.pair, factor, half}));
}

Complex FixedTransform::times(const Complex &x, const Complex &by) {
  Value *half = c.number(1 << 14);
  if (c.machine.pairs) {
    Value *re = c.arm("smlsd", {x.pair, by.pair, half}),
          *im = c.arm("smladx", {x.pair, by.pair, half});
    Value *upper = c.b.CreateAnd(c.b.CreateShl(im, 1), c.number(0xFFFF0000));
    Value *lower = c.b.CreateAnd(c.b.CreateAShr(re, 15), c.number(0xFFFF));
    return {nullptr, nullptr, c.b.CreateOr(upper, lower)};
  }
  auto rounded = [&](Value *sum) {
    return c.b.CreateAShr(c.b.CreateAdd(sum, half), 15);
  };
  return {rounded(c.b.CreateSub(c.b.CreateMul(x.re, by.re),
                                c.b.CreateMul(x.im, by.im))),
          rounded(c.b.CreateAdd(c.b.CreateMul(x.re, by.im),
                                c.b.CreateMul(x.im, by.re))),
          nullptr};
}

Complex FixedTransform::add(const Complex &x, const Complex &y) {
  if (c.machine.pairs)
    return {nullptr, nullptr, c.arm("sadd16", {x.pair, y.pair})};
  return {c.b.CreateAdd(x.re, y.re), c.b.CreateAdd(x.im, y.im), nullptr};
}

Complex FixedTransform::sub(const Complex &x, const Complex &y) {
  if (c.machine.pairs)
    return {nullptr, nullptr, c.arm("ssub16", {x.pair, y.pair})};
  return {c.b.CreateSub(x.re, y.re), c.b.CreateSub(x.im, y.im), nullptr};
}

Complex FixedTransform::withMinusI(const Complex &x, const Complex &y) {
  if (c.machine.pairs)
    return {nullptr, nullptr, c.arm("ssax", {x.pair, y.pair})};
  return {c.b.CreateAdd(x.re, y.im), c.b.CreateSub(x.im, y.re), nullptr};
}

Complex FixedTransform::withI(const Complex &x, const Complex &y) {
  if (c.machine.pairs)
    return {nullptr, nullptr, c.arm("sasx", {x.pair, y.pair})};
  return {c.b.CreateSub(x.re, y.im), c.b.CreateAdd(x.im, y.re), nullptr};
}

llvm::Value *FixedTransform::square(const Complex &x) {
  if (c.machine.pairs)
    return c.arm("smuad", {x.pair, x.pair});
  return c.b.CreateAdd(c.b.CreateMul(x.re, x.re), c.b.CreateMul(x.im, x.im));
}

/// floor(32767 * exp(i * phase) + 0.5), both parts.
llvm::Value *FixedTransform::turns(llvm::ArrayRef<double> phases) {
  std::vector<int16_t> parts;
  for (double phase : phases)
    for (double part : {std::cos(phase), std::sin(phase)})
      parts.push_back(static_cast<int16_t>(std::floor(0.5 + 32767 * part)));
  return c.table(parts);
}

//===----------------------------------------------------------------------===//
// Spectrum
//===----------------------------------------------------------------------===//

void FixedTransform::transform(Value *samples, Value *shift, Value *work) {
  Butterflies passes(c, *this, pairs);
  // (x << shift) * factor with one multiplication. What is divided by the radix
  // stays as it is times 32767 / 32768: no turns.
  Value *factor = c.b.CreateShl(c.number(32767 / passes.radix()), shift);
  Value *half = c.number(1 << 14);
  if (c.machine.pairs) {
    factor = c.b.CreateShl(factor, 1);
    half = c.number(0x8000);
  }
  auto scaled = [&](Value *place) {
    Value *sample = c.loadSigned(c.i16(), samples, place);
    return c.b.CreateAdd(c.b.CreateMul(sample, factor), half);
  };
  passes.run(
      [&](Value *pair) -> Complex {
        Value *place = c.b.CreateShl(pair, 1);
        Value *re = scaled(place),
              *im = scaled(c.b.CreateAdd(place, c.word(1)));
        if (c.machine.pairs)
          return pack(re, im);
        return {c.b.CreateAShr(re, 15), c.b.CreateAShr(im, 15), nullptr};
      },
      work);
}

/// In 16 bits, of which -32768 is its own negative.
Complex FixedTransform::conjugate(const Complex &x) {
  if (!c.machine.pairs)
    return {x.re, c.low16(c.b.CreateNeg(x.im)), nullptr};
  Value *minus = c.arm("ssub16", {c.number(0), x.pair});
  return {nullptr, nullptr,
          c.b.CreateOr(c.b.CreateAnd(minus, c.number(0xFFFF0000)),
                       c.b.CreateAnd(x.pair, c.number(0xFFFF)))};
}

/// Of half the sum, and of half the difference, whose imaginary part is turned
/// before it is halved.
std::pair<llvm::Value *, llvm::Value *>
FixedTransform::energiesOf(const Complex &even, Complex odd) {
  if (c.machine.pairs) {
    Value *sum = c.arm("shadd16", {even.pair, odd.pair}),
          *re = c.arm("shsub16", {even.pair, odd.pair}),
          *im = c.arm("shsub16", {odd.pair, even.pair});
    return {square({nullptr, nullptr, sum}),
            c.arm("smlatt", {im, im, c.arm("smulbb", {re, re})})};
  }
  odd = {c.low16(odd.re), c.low16(odd.im), nullptr};
  auto half = [&](Value *x) { return c.b.CreateAShr(x, 1); };
  return {square({half(c.b.CreateAdd(even.re, odd.re)),
                  half(c.b.CreateAdd(even.im, odd.im)), nullptr}),
          square({half(c.b.CreateSub(even.re, odd.re)),
                  half(c.b.CreateSub(odd.im, even.im)), nullptr})};
}

/// Bin k and its mirror come from the same two elements, and take their places.
void FixedTransform::energies(Value *work, int64_t first, int64_t last) {
  int64_t from = std::max<int64_t>(1, std::min(first, pairs - last));
  llvm::SmallVector<double> phases;
  for (int64_t k = from; k <= pairs / 2; ++k)
    phases.push_back(
        -kPi * (static_cast<double>(k) / static_cast<double>(pairs) + 0.5));
  Value *table = turns(phases);
  c.loop(c.word(from), c.word(pairs / 2 + 1), 1, {},
         [&](Value *k, llvm::ArrayRef<Value *>) {
           Value *mirror = c.b.CreateSub(c.word(pairs), k);
           Complex x = divide(load(work, k), 2),
                   y = divide(conjugate(load(work, mirror)), 2);
           Complex turn = load(table, c.b.CreateSub(k, c.word(from)));
           auto [one, other] = energiesOf(add(x, y), times(sub(x, y), turn));
           c.store(one, work, k);
           c.store(other, work, mirror);
           return Code::Values();
         });
}
