//===- LoopRounds.h - What the rounds of a loop make ------------*- C++ -*-===//

#ifndef DLC_COMPILER_IMPORT_LOOPS_LOOPROUNDS_H
#define DLC_COMPILER_IMPORT_LOOPS_LOOPROUNDS_H

#include "compiler/import/LoopBuilder.h"
#include "compiler/import/Node.h"
#include "compiler/import/model/Rounds.h"

namespace dlc::import {

/// What a body gives in a round of a loop: carried values for the next one, and
/// what is collected of it. None where it is not the same in every round.
using Round =
    std::optional<std::pair<llvm::SmallVector<mlir::Value>,
                            llvm::SmallVector<LoopBuilder::Sequence>>>;

/// The loop whose rounds `build` makes; no value where a round needs to know
/// which it is, or does not fit the next one. `all` are those of the model.
llvm::SmallVector<mlir::Value>
tryLoop(Node &n, Rounds &all, int64_t rounds,
        llvm::ArrayRef<LoopBuilder::Sequence> sequences,
        llvm::ArrayRef<mlir::Value> initial,
        llvm::function_ref<Round(LoopBuilder &loop)> build);

/// A value of each round with a new dimension `axis`, and all of them along it.
mlir::Value stacked(Node &n, llvm::ArrayRef<mlir::Value> rounds, int64_t axis);

/// Fails where there is none: what rounds make is empty then.
void requireRounds(Node &n, int64_t rounds);

} // namespace dlc::import

#endif
