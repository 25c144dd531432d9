// Instruction.h - a PTX instruction as it stands in the text.
#ifndef DLC_EMULATOR_CUDA_PARSE_INSTRUCTION_H
#define DLC_EMULATOR_CUDA_PARSE_INSTRUCTION_H

#include "runtime/emulator/cuda/Types.h"

#include <string_view>
#include <vector>

namespace dlc::ptx {

struct Operand {
  std::string_view text; ///< a register, a number, a symbol, a label
  std::vector<std::string_view> list; ///< {a, b}
  bool isMemory = false;              ///< [text + offset]
  bool isNegated = false;             ///< !text or -text
  std::string_view second;            ///< text|second
  int64_t offset = 0;
};

struct Instruction {
  std::string_view name;
  std::vector<std::string_view> parts; ///< of the name
  std::vector<Operand> operands;
  uint32_t guard = 0;
  bool guardNegated = false;
  unsigned line = 0;

  bool has(std::string_view part) const {
    for (size_t i = 1; i < parts.size(); ++i)
      if (parts[i] == part)
        return true;
    return false;
  }
  /// The types in the name: cvt.rn.f32.s32 has two.
  Type firstType() const;
  Type lastType() const;
};

} // namespace dlc::ptx

#endif
