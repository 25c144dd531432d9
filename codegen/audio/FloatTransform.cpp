//===- FloatTransform.cpp - A Fourier transform in float32 ----------------===//

#include "codegen/audio/FloatTransform.h"

#include <cmath>

using namespace dlc::audio;

static constexpr double kPi = 3.14159265358979323846264338327950288;

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

Complex FloatTransform::load(Value *base, Value *index) {
  Value *place = c.b.CreateShl(index, 1);
  return {c.load(c.f32(), base, place),
          c.load(c.f32(), base, c.b.CreateAdd(place, c.word(1))), nullptr};
}

void FloatTransform::store(const Complex &x, Value *base, Value *index) {
  Value *place = c.b.CreateShl(index, 1);
  c.store(x.re, base, place);
  c.store(x.im, base, c.b.CreateAdd(place, c.word(1)));
}

Complex FloatTransform::times(const Complex &x, const Complex &by) {
  return {
      c.b.CreateFSub(c.b.CreateFMul(x.re, by.re), c.b.CreateFMul(x.im, by.im)),
      c.b.CreateFAdd(c.b.CreateFMul(x.re, by.im), c.b.CreateFMul(x.im, by.re)),
      nullptr};
}

Complex FloatTransform::add(const Complex &x, const Complex &y) {
  return {c.b.CreateFAdd(x.re, y.re), c.b.CreateFAdd(x.im, y.im), nullptr};
}
Complex FloatTransform::sub(const Complex &x, const Complex &y) {
  return {c.b.CreateFSub(x.re, y.re), c.b.CreateFSub(x.im, y.im), nullptr};
}
Complex FloatTransform::withMinusI(const Complex &x, const Complex &y) {
  return {c.b.CreateFAdd(x.re, y.im), c.b.CreateFSub(x.im, y.re), nullptr};
}
Complex FloatTransform::withI(const Complex &x, const Complex &y) {
  return {c.b.CreateFSub(x.re, y.im), c.b.CreateFAdd(x.im, y.re), nullptr};
}

llvm::Value *FloatTransform::turns(llvm::ArrayRef<double> phases) {
  std::vector<float> parts;
  for (double phase : phases) {
    parts.push_back(static_cast<float>(std::cos(phase)));
    parts.push_back(static_cast<float>(std::sin(phase)));
  }
  return c.table(parts);
}

//===----------------------------------------------------------------------===//
// Spectrum
//===----------------------------------------------------------------------===//

void FloatTransform::transform(Butterflies::Input input, Value *work) {
  Butterflies(c, *this, pairs).run(input, work);
}

llvm::Value *FloatTransform::energy(Value *re, Value *im, double scale,
                                    bool magnitude) {
  Value *sum = c.b.CreateFAdd(c.b.CreateFMul(re, re), c.b.CreateFMul(im, im));
  sum = c.b.CreateFMul(sum, llvm::ConstantFP::get(c.f32(), scale));
  return magnitude ? roots.ofFloat(sum) : sum;
}

/// Bin k and its mirror come from the same two elements.
void FloatTransform::bins(Value *work, Sink sink) {
  // The first bin and the middle one are real.
  Complex both = load(work, c.word(0));
  Value *zero = llvm::ConstantFP::get(c.f32(), 0);
  sink(c.word(0), {c.b.CreateFAdd(both.re, both.im), zero, nullptr}, 1);
  sink(c.word(pairs), {c.b.CreateFSub(both.re, both.im), zero, nullptr}, 1);
  llvm::SmallVector<double> phases;
  for (int64_t k = 1; k <= pairs / 2; ++k)
    phases.push_back(
        -kPi * (static_cast<double>(k) / static_cast<double>(pairs) + 0.5));
  Value *table = turns(phases);
  c.loop(c.word(1), c.word(pairs / 2 + 1), 1, {},
         [&](Value *k, llvm::ArrayRef<Value *>) {
           Value *mirror = c.b.CreateSub(c.word(pairs), k);
           Complex x = load(work, k), y = load(work, mirror);
           y.im = c.b.CreateFNeg(y.im);
           Complex turn = load(table, c.b.CreateSub(k, c.word(1)));
           Complex even = add(x, y), odd = times(sub(x, y), turn);
           Complex sum = add(even, odd), gap = sub(even, odd);
           gap.im = c.b.CreateFNeg(gap.im);
           sink(k, sum, 0.5);
           sink(mirror, gap, 0.5);
           return Code::Values();
         });
}

void FloatTransform::energies(Value *work, bool magnitude) {
  bins(work, [&](Value *bin, const Complex &x, double scale) {
    c.store(energy(x.re, x.im, scale * scale, magnitude), work,
            c.b.CreateShl(bin, 1));
  });
}
