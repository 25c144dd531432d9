//===- Header.h - net.h ---------------------------------------------------===//

#ifndef DLC_CODEGEN_HEADER_HEADER_H
#define DLC_CODEGEN_HEADER_HEADER_H

#include "codegen/header/Network.h"

#include "llvm/Support/raw_ostream.h"

namespace dlc::header {

/// Writes the C99 (and C++) header that declares the network of an object.
/// `ioOnDevice`: inputs and outputs are in the memory of a GPU, and runs can be
/// queued.
void writeHeader(const Network &network, llvm::raw_ostream &os,
                 bool ioOnDevice = false);

} // namespace dlc::header

#endif // DLC_CODEGEN_HEADER_HEADER_H
