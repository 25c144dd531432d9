//===- Answers.h - What an output means, as types and calls in C ----------===//

#ifndef DLC_CODEGEN_HEADER_ANSWERS_H
#define DLC_CODEGEN_HEADER_ANSWERS_H

#include "codegen/header/Network.h"

#include "llvm/Support/raw_ostream.h"

namespace dlc::header {

/// Boxes or classes, for a network that answers them. `macro` begins the names
/// of the header's macros.
void writeAnswers(const Network &network, const std::string &macro,
                  llvm::raw_ostream &os);

} // namespace dlc::header

#endif // DLC_CODEGEN_HEADER_ANSWERS_H
