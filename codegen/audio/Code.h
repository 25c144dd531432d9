//===- Code.h - LLVM IR of loops on memory ----------------------*- C++ -*-===//

#ifndef DLC_CODEGEN_AUDIO_CODE_H
#define DLC_CODEGEN_AUDIO_CODE_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

namespace dlc::audio {

/// What the code may use of the machine.
struct Machine {
  unsigned indexBits = 32;
  bool pairs = false;       ///< two numbers of 16 bits in a word (Arm's DSP)
  bool longProducts = true; ///< 32 x 32 bits to 64, and leading zeros
  bool fpu = false;         ///< arithmetic on float32
  unsigned align = 8;       ///< of the scratch memory, in bytes
};

/// Writes one function. Indices and counts are words, as wide as an address;
/// numbers are i32 unless they are said to be something else.
class Code {
public:
  using Value = llvm::Value;
  using Values = llvm::SmallVector<Value *>;

  Code(llvm::Function *function, const Machine &machine);

  const Machine machine;
  llvm::IRBuilder<> b;

  llvm::Type *i8() { return b.getInt8Ty(); }
  llvm::Type *i16() { return b.getInt16Ty(); }
  llvm::Type *i32() { return b.getInt32Ty(); }
  llvm::Type *i64() { return b.getInt64Ty(); }
  llvm::Type *f32() { return b.getFloatTy(); }

  Value *number(int64_t value) {
    return b.getInt32(static_cast<uint32_t>(value));
  }
  Value *word(int64_t value) {
    return llvm::ConstantInt::get(wordType(), static_cast<uint64_t>(value));
  }
  llvm::Type *wordType() { return b.getIntNTy(machine.indexBits); }
  Value *toWord(Value *value) { return b.CreateZExtOrTrunc(value, wordType()); }

  /// Memory `bytes` behind `base`.
  Value *behind(Value *base, int64_t bytes);
  /// The address of an element.
  Value *at(llvm::Type *element, Value *base, Value *index);
  /// `align` in bytes; 0: the element's own.
  Value *load(llvm::Type *element, Value *base, Value *index,
              unsigned align = 0);
  void store(Value *value, Value *base, Value *index);
  /// A signed or unsigned element as i32.
  Value *loadSigned(llvm::Type *element, Value *base, Value *index);
  Value *loadUnsigned(llvm::Type *element, Value *base, Value *index);

  // Constants in memory, aligned to 4 bytes.
  Value *table(llvm::ArrayRef<int8_t> values);
  Value *table(llvm::ArrayRef<uint8_t> values);
  Value *table(llvm::ArrayRef<int16_t> values);
  Value *table(llvm::ArrayRef<uint16_t> values);
  Value *table(llvm::ArrayRef<float> values);

  /// What a round makes of the values that are carried to the next one.
  using Round =
      llvm::function_ref<Values(Value *index, llvm::ArrayRef<Value *>)>;
  /// Rounds from `begin` on, `step` apart, below `end`, of which there are some
  /// unless `mayBeNone`. Returns what is carried at the end.
  Values loop(Value *begin, Value *end, int64_t step,
              llvm::ArrayRef<Value *> carried, Round round,
              bool mayBeNone = false);
  /// The same where nothing is carried, from 0 on.
  void loop(int64_t end, llvm::function_ref<void(Value *)> round);

  /// One of two computations.
  Value *either(Value *condition, llvm::function_ref<Value *()> yes,
                llvm::function_ref<Value *()> no);

  Value *select(Value *condition, Value *yes, Value *no) {
    return b.CreateSelect(condition, yes, no);
  }
  Value *smaller(Value *x, Value *y); ///< unsigned
  Value *larger(Value *x, Value *y);  ///< unsigned
  /// Bits 0 to 15 as a signed number.
  Value *low16(Value *x) {
    return b.CreateSExt(b.CreateTrunc(x, i16()), i32());
  }
  /// An instruction that LLVM has a name for, on and to i32.
  Value *arm(llvm::StringRef name, llvm::ArrayRef<Value *> operands);

private:
  Value *makeTable(llvm::Constant *data);

  llvm::Function *function;
};

} // namespace dlc::audio

#endif
