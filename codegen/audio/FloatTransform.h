//===- FloatTransform.h - A Fourier transform in float32 --------*- C++ -*-===//

#ifndef DLC_CODEGEN_AUDIO_FLOATTRANSFORM_H
#define DLC_CODEGEN_AUDIO_FLOATTRANSFORM_H

#include "codegen/audio/Butterflies.h"
#include "codegen/audio/Roots.h"

namespace dlc::audio {

/// Of `size` real numbers. Complex numbers are two floats, one behind the
/// other.
class FloatTransform : private Arithmetic {
public:
  using Value = llvm::Value;

  FloatTransform(Code &code, int64_t size)
      : c(code), roots(code), pairs(size / 2) {}

  /// Transforms what `input` gives for each place of a pair, into `work`: a
  /// float for each number.
  void transform(Butterflies::Input input, Value *work);
  /// What is done with a bin: the number is `scale` times `x`.
  using Sink =
      llvm::function_ref<void(Value *bin, const Complex &x, double scale)>;
  /// Hands on each bin from 0 to the middle one of what is in `work`, whose
  /// floats 2 k and 2 k + 1 are not read any more when bin k comes.
  void bins(Value *work, Sink sink);
  /// Puts |X|^2, or its root, of bin k into float 2 k of `work`, which has one
  /// more float than there are numbers.
  void energies(Value *work, bool magnitude);

private:
  Complex load(Value *base, Value *index) override;
  void store(const Complex &x, Value *base, Value *index) override;
  Complex divide(const Complex &x, int64_t) override { return x; }
  Complex times(const Complex &x, const Complex &by) override;
  Complex add(const Complex &x, const Complex &y) override;
  Complex sub(const Complex &x, const Complex &y) override;
  Complex withMinusI(const Complex &x, const Complex &y) override;
  Complex withI(const Complex &x, const Complex &y) override;
  Value *turns(llvm::ArrayRef<double> phases) override;

  Value *energy(Value *re, Value *im, double scale, bool magnitude);

  Code &c;
  Roots roots;
  int64_t pairs; ///< size of the complex transform
};

} // namespace dlc::audio

#endif
