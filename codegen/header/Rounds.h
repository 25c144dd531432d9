//===- Rounds.h - Loops that a run did not end ------------------*- C++ -*-===//

#ifndef DLC_CODEGEN_HEADER_ROUNDS_H
#define DLC_CODEGEN_HEADER_ROUNDS_H

#include "codegen/header/Network.h"
#include "llvm/Support/raw_ostream.h"

namespace dlc::header {

/// What run returns where a loop would have gone on after its bound.
inline constexpr int kRoundsError = -3;

inline constexpr llvm::StringLiteral kRoundsExceeded =
    "a loop would have gone on after the rounds that --rounds says, so that "
    "the outputs are not the model's: give it more";

/// Whether it may: on a GPU an output says so instead.
inline bool mayExceedRounds(const Network &network) {
  return !network.boundedLoops.empty() && !network.unfinishedIsOutput;
}

/// "loop_3=100, loop_4=7", as the model has the names.
std::string boundedLoopsText(const Network &network);

/// What the header says of such loops; nothing where there are none.
void writeRounds(const Network &network, const std::string &macro,
                 llvm::raw_ostream &os);

} // namespace dlc::header

#endif // DLC_CODEGEN_HEADER_ROUNDS_H
