//===- Lines.h - A frame that comes in lines, as calls in C -----*- C++ -*-===//

#ifndef DLC_CODEGEN_HEADER_LINES_H
#define DLC_CODEGEN_HEADER_LINES_H

#include "codegen/header/Network.h"
#include "llvm/Support/raw_ostream.h"

namespace dlc::header {

/// How something is passed on: a parameter with a comma before (the arena) or
/// behind, if there is one, and the argument of the call inside.
struct ArenaPassing {
  std::string parameter = ", void *arena", argument = "arena";
};

ArenaPassing arenaOf(const Network &network);

/// The arena as the one parameter of a call that has it whatever it is.
llvm::StringRef arenaParameterOf(const Network &network);

/// The macros of format and size.
void writeFrameMacros(const Frame &frame, const std::string &prefix,
                      llvm::raw_ostream &os);

/// NET_begin and NET_line.
void writeLines(const Network &network, const std::string &macro,
                llvm::raw_ostream &os);

} // namespace dlc::header

#endif
