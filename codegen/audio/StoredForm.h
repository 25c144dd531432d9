//===- StoredForm.h - Features as bytes -------------------------*- C++ -*-===//

#ifndef DLC_CODEGEN_AUDIO_STOREDFORM_H
#define DLC_CODEGEN_AUDIO_STOREDFORM_H

#include "codegen/audio/Code.h"
#include <array>
#include <optional>

namespace dlc::audio {

/// How a feature of 16 bits is stored: as it is, or (feature * factor + offset)
/// / divisor + zero in a signed byte, by one multiplication, addition and shift
/// that is equal for each feature, where there is one.
class StoredForm {
public:
  /// factor, offset, divisor, zero
  explicit StoredForm(std::optional<std::array<int64_t, 4>> form);

  llvm::Type *element(Code &c) const { return form ? c.i8() : c.i16(); }
  /// The stored element of a feature, which is i32.
  llvm::Value *write(Code &c, llvm::Value *feature) const;

private:
  bool findProduct();

  std::optional<std::array<int64_t, 4>> form;
  int64_t limit = 0; ///< the least feature that is stored as 127
  int64_t multiplier = 0, addend = 0, shift = -1;
};

} // namespace dlc::audio

#endif
