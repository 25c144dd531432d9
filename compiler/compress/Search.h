//===- Search.h - Which forms are worth what they lose ----------*- C++ -*-===//

#ifndef DLC_COMPILER_COMPRESS_SEARCH_H
#define DLC_COMPILER_COMPRESS_SEARCH_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <optional>
#include <vector>

namespace dlc::compress {

/// One form of a layer: what it saves, and what it loses alone.
struct Option {
  size_t layer = 0;
  int64_t saved = 0;
  double noise = 0;
};

enum class Step { Taken, Refused, Enough };

/// Takes options one after the other: each time the one that saves most for
/// what it loses beyond the option that its layer has. `attempt` gets the
/// choice for each layer (an option's number, or none) with the option that is
/// new, and says whether it stays; one that is refused takes all of its layer
/// with it that lose as much. Returns the choice, and the options that were
/// refused.
struct Choice {
  std::vector<std::optional<size_t>> chosen; ///< by layer
  std::vector<bool> refused;                 ///< by option
  bool isEnough = false;
};
llvm::Expected<Choice>
search(size_t layers, llvm::ArrayRef<Option> options,
       llvm::function_ref<llvm::Expected<Step>(
           llvm::ArrayRef<std::optional<size_t>> chosen, size_t added)>
           attempt);

/// Takes back what a choice can do without: of each layer, those that lose most
/// first, its own option becomes the one that loses least and that `attempt`
/// does not refuse, or none. What saves more is refused less: options are
/// halved.
llvm::Error relax(Choice &choice, llvm::ArrayRef<Option> options,
                  llvm::function_ref<llvm::Expected<Step>(
                      llvm::ArrayRef<std::optional<size_t>> chosen)>
                      attempt);

} // namespace dlc::compress

#endif
