// Symbols.h - what names of a module stand for, besides registers.
#ifndef DLC_EMULATOR_CUDA_PARSE_SYMBOLS_H
#define DLC_EMULATOR_CUDA_PARSE_SYMBOLS_H

#include "runtime/emulator/cuda/Types.h"
#include "runtime/emulator/cuda/parse/Reader.h"

#include <map>
#include <string_view>
#include <vector>

namespace dlc::ptx {

enum class Space : uint8_t {
  Generic,
  Global,
  Constant,
  Shared,
  Local,
  Parameter
};

/// Where shared memory begins that a launch adds to the kernel's own.
constexpr uint64_t kDynamicShared = 1 << 16;

struct Symbol {
  Space space;
  uint64_t address; ///< in its space
  uint64_t bytes;
  unsigned align;
  /// Shared memory of the module: a kernel has it where it names it.
  bool isUnplaced;
};
using Symbols = std::map<std::string_view, Symbol>;

/// `.align 16 .b8 name[32] = {1, 2}` without the space before it.
struct Variable {
  std::string_view name;
  unsigned align = 1;
  uint64_t bytes = 0;
  bool isOpen = false; ///< name[]: as large as the launch says
  std::vector<uint8_t> values;
};
Variable readVariable(Reader &reader);

inline uint64_t alignedTo(uint64_t at, uint64_t align) {
  return (at + align - 1) / align * align;
}

} // namespace dlc::ptx

#endif
