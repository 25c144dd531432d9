//===- FixedTransform.h - A Fourier transform in 16 bits --------*- C++ -*-===//

#ifndef DLC_CODEGEN_AUDIO_FIXEDTRANSFORM_H
#define DLC_CODEGEN_AUDIO_FIXEDTRANSFORM_H

#include "codegen/audio/Butterflies.h"

namespace dlc::audio {

/// Of `size` real samples of 16 bits, as kissfft computes it (nn.micro_features
/// says how). Numbers of 16 bits, in pairs where the machine has them.
class FixedTransform : private Arithmetic {
public:
  FixedTransform(Code &code, int64_t size) : c(code), pairs(size / 2) {}

  /// Transforms pairs of samples in memory, times 2^shift, into `work`, which
  /// has 4 bytes for each pair. No sample times 2^shift leaves 16 bits.
  void transform(Value *samples, Value *shift, Value *work);
  /// Puts the energies of bins in place of what transform() made: i32, those of
  /// `first` to `last`, which are between 0 and the middle.
  void energies(Value *work, int64_t first, int64_t last);

private:
  using Value = llvm::Value;

  Complex load(Value *base, Value *index) override;
  void store(const Complex &x, Value *base, Value *index) override;
  Complex divide(const Complex &x, int64_t radix) override;
  Complex times(const Complex &x, const Complex &by) override;
  Complex add(const Complex &x, const Complex &y) override;
  Complex sub(const Complex &x, const Complex &y) override;
  Complex withMinusI(const Complex &x, const Complex &y) override;
  Complex withI(const Complex &x, const Complex &y) override;
  Value *turns(llvm::ArrayRef<double> phases) override;

  Complex pack(Value *re, Value *im);
  Complex conjugate(const Complex &x);
  Value *square(const Complex &x);
  std::pair<Value *, Value *> energiesOf(const Complex &even, Complex odd);

  Code &c;
  int64_t pairs; ///< size of the complex transform
};

} // namespace dlc::audio

#endif
