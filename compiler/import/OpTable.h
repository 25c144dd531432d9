//===- OpTable.h - From an ONNX operator to its import function -----------===//

#ifndef DLC_COMPILER_IMPORT_OPTABLE_H
#define DLC_COMPILER_IMPORT_OPTABLE_H

#include "llvm/ADT/StringRef.h"

namespace dlc::import {

class Node;

using ImportFunction = void (*)(Node &);

/// The import function of an operator, null when it has none. Operators that
/// ONNX defines by others need none: GraphImporter expands their body.
ImportFunction importFunctionFor(llvm::StringRef domain, llvm::StringRef op);

} // namespace dlc::import

#endif
