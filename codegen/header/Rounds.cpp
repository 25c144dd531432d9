//===- Rounds.cpp - Loops that a run did not end --------------------------===//

#include "codegen/header/Rounds.h"
#include "codegen/header/CText.h"

#include "llvm/ADT/StringExtras.h"

using namespace dlc::header;

std::string dlc::header::boundedLoopsText(const Network &network) {
  return llvm::join(network.boundedLoops, ", ");
}

void dlc::header::writeRounds(const Network &network, const std::string &macro,
                              llvm::raw_ostream &os) {
  if (network.boundedLoops.empty())
    return;
  std::string loops = cComment(boundedLoopsText(network));
  if (network.unfinishedIsOutput) {
    os << "/* The last output is 1 where a loop would have gone on after the "
          "rounds that it was\n   compiled for; the others are then those of "
          "these rounds. Loops: "
       << loops << " */\n\n";
    return;
  }
  os << "/* What a run returns where a loop would have gone on after the "
        "rounds that it was\n   compiled for; outputs (and state) are then "
        "those of "
        "these rounds. Loops: "
     << loops << " */\n#define " << macro << "_ERROR_ROUNDS (" << kRoundsError
     << ")\n\n";
}
