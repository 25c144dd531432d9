//===- MicroMath.h - Curves and logarithms in integers ----------*- C++ -*-===//
//
// Each is exact, as nn.micro_features defines it, and calls nothing.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_AUDIO_MICROMATH_H
#define DLC_CODEGEN_AUDIO_MICROMATH_H

#include "codegen/audio/Code.h"

namespace dlc::audio {

class MicroMath {
public:
  using Value = llvm::Value;

  MicroMath(Code &code, llvm::ArrayRef<int16_t> gains);

  /// The number of bits of a number. `normal`: it, shifted so that its first
  /// bit is bit 31. 0 has none, and a `normal` of 0.
  struct Bits {
    Value *count, *normal;
  };
  Bits bitsOf(Value *x);

  /// (x * factor + y * (2^14 - factor)) >> 14, and x * factor >> 14, of 32
  /// bits; factors are 0 to 2^14.
  Value *mix(Value *x, Value *y, Value *factor);
  Value *fraction14(Value *x, int64_t factor);
  /// x * factor >> shift in 32 bits: a factor of 15 bits, a shift of 0 to 16.
  Value *scale(Value *x, Value *factor, int64_t shift);

  /// The curve of the gains.
  Value *gain(Value *x);
  /// To base e in 16 bits of a fraction; x is more than 1.
  Value *logarithm(Value *x);

private:
  Value *lowerHalf(Value *x) { return c.b.CreateAnd(x, c.number(0xFFFF)); }
  Value *upperHalf(Value *x) { return c.b.CreateLShr(x, 16); }

  Code &c;
  Value *gains, *lines;
};

} // namespace dlc::audio

#endif
