//===- FlashSearch.h - An object that fits the flash ------------*- C++ -*-===//

#ifndef DLC_COMPILER_DRIVER_FLASH_FLASHSEARCH_H
#define DLC_COMPILER_DRIVER_FLASH_FLASHSEARCH_H

#include "compiler/driver/Compilation.h"

namespace dlc::driver {

/// A network on its way to an object, and the object.
struct Attempt {
  CompileOptions options;
  std::unique_ptr<Compilation> compilation;
  llvm::SmallVector<char, 0> object;

  explicit Attempt(CompileOptions options);
};

/// Makes an attempt's object; false after a diagnostic.
using MakeObject = llvm::function_ref<bool(Attempt &attempt)>;

/// Where the object of `attempt` is too large: it becomes one that fits, or the
/// smallest there is. At a price of a byte, in instructions, all layers that
/// sell one for less store their weights otherwise, so what fits at the lowest
/// price costs the fewest instructions. False after a diagnostic.
bool fitFlash(Attempt &attempt, MakeObject make);

/// An attempt with options with which the object fits the flash; its options
/// print what `options` do. Nullopt after a diagnostic: also where none fits.
std::optional<Attempt> attemptForFlash(const CompileOptions &options,
                                       MakeObject make);

/// The flash of the smallest object, or of one that fits, at a price that may
/// be higher than it has to be; nothing after a diagnostic. Where it fits,
/// fitFlash finds one.
std::optional<uint64_t> leastFlash(const CompileOptions &options,
                                   MakeObject make);

/// With the highest price of a byte, code as small as it becomes.
CompileOptions atHighestPrice(CompileOptions options);

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_FLASH_FLASHSEARCH_H
