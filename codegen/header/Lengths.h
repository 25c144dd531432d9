//===- Lengths.h - Sizes that are given for each run, in C ------*- C++ -*-===//

#ifndef DLC_CODEGEN_HEADER_LENGTHS_H
#define DLC_CODEGEN_HEADER_LENGTHS_H

#include "codegen/header/Network.h"
#include "llvm/Support/raw_ostream.h"

namespace dlc::header {

/// What run returns for a length that it is not for.
inline constexpr int kLengthError = -2;

/// The macros of all lengths; nothing where there are none.
void writeLengths(const Network &network, const std::string &macro,
                  llvm::raw_ostream &os);

/// SHAPE_AT and BYTES_AT of a tensor whose size depends on lengths.
void writeSizeMacros(const Network &network, const Tensor &tensor,
                     const std::string &prefix, llvm::raw_ostream &os);

/// The names of the lengths as C's parameters and macros' have them.
std::vector<std::string> lengthNames(const Network &network);

} // namespace dlc::header

#endif // DLC_CODEGEN_HEADER_LENGTHS_H
