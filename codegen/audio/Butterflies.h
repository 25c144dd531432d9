//===- Butterflies.h - The passes of a Fourier transform --------*- C++ -*-===//

#ifndef DLC_CODEGEN_AUDIO_BUTTERFLIES_H
#define DLC_CODEGEN_AUDIO_BUTTERFLIES_H

#include "codegen/audio/Code.h"
#include <array>
#include <vector>

namespace dlc::audio {

/// A complex number: both parts in a word, or each as a value of its own.
struct Complex {
  llvm::Value *re = nullptr, *im = nullptr, *pair = nullptr;
};

/// How complex numbers are computed with, and how they lie in memory.
class Arithmetic {
public:
  using Value = llvm::Value;

  virtual ~Arithmetic() = default;

  virtual Complex load(Value *base, Value *index) = 0;
  virtual void store(const Complex &x, Value *base, Value *index) = 0;
  /// What a pass of a radix does to a number first, so that sums fit.
  virtual Complex divide(const Complex &x, int64_t radix) = 0;
  virtual Complex times(const Complex &x, const Complex &by) = 0;
  virtual Complex add(const Complex &x, const Complex &y) = 0;
  virtual Complex sub(const Complex &x, const Complex &y) = 0;
  virtual Complex withMinusI(const Complex &x, const Complex &y) = 0; // x - i y
  virtual Complex withI(const Complex &x, const Complex &y) = 0;      // x + i y
  /// exp(i * phase) for each phase, in memory.
  virtual Value *turns(llvm::ArrayRef<double> phases) = 0;
};

/// A transform of `size` complex numbers: passes of radix 4, the first one of
/// radix 2 where the size is no power of 4.
class Butterflies {
public:
  using Value = llvm::Value;
  using Input = llvm::function_ref<Complex(Value *place)>;

  Butterflies(Code &code, Arithmetic &arithmetic, int64_t size)
      : c(code), a(arithmetic), size(size) {}

  /// The first pass reads each number once, in the order of its reversed
  /// digits, and divided by radix() already if the arithmetic divides.
  void run(Input input, Value *work);
  int64_t radix() const;

private:
  using Four = std::array<Complex, 4>;

  std::vector<uint16_t> firstOfGroups() const;
  void leaves(Input input, Value *work);
  void pass(Value *work, Value *turns, int64_t apart);
  void butterfly(Value *work, Value *first, int64_t apart, const Four &turns);
  Four combine(const Four &x);

  Code &c;
  Arithmetic &a;
  int64_t size;
};

} // namespace dlc::audio

#endif
