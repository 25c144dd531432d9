//===- WritePostprocess.h - What comes after a network, as YAML -*- C++ -*-===//

#ifndef DLC_COMPILER_PREPARE_WRITEPOSTPROCESS_H
#define DLC_COMPILER_PREPARE_WRITEPOSTPROCESS_H

#include "compiler/prepare/Description.h"
#include "llvm/Support/raw_ostream.h"

namespace dlc::prepare {

/// "postprocess:" behind what writeChain has written, which can be read again
/// from any folder; nothing where there is none.
void writePostprocess(const Description &description, llvm::raw_ostream &os);

} // namespace dlc::prepare

#endif
