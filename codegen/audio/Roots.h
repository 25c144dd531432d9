//===- Roots.h - Square roots in integers -----------------------*- C++ -*-===//
//
// They call nothing but what divides words on a machine that has no instruction
// for it.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_AUDIO_ROOTS_H
#define DLC_CODEGEN_AUDIO_ROOTS_H

#include "codegen/audio/Code.h"

namespace dlc::audio {

class Roots {
public:
  using Value = llvm::Value;

  explicit Roots(Code &code);

  /// Of 64 bits, less than 2^59, to the nearest; of one word it is 65535 at
  /// most.
  Value *rounded(Value *low, Value *high);
  /// Of a float32 that is not negative, to the nearest; of an infinity or NaN
  /// itself; 0 of what is less than
  /// any normal one, without a floating-point unit.
  Value *ofFloat(Value *x);

private:
  Value *ofNormal(Value *x);
  Value *ofWord(Value *low);
  Value *ofLong(Value *low, Value *high);
  Value *byDigits(Value *low, Value *high);
  Value *round(Value *root, Value *rest, Value *high);

  Code &c;
  Value *table = nullptr;
};

} // namespace dlc::audio

#endif
