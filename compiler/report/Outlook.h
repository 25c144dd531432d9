//===- Outlook.h - What a network will need, by estimate ---------*- C++
//-*-===//
//
// Read off the stages while they hold nn ops (dlc-mark-costs); rewrites
// nothing.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_REPORT_OUTLOOK_H
#define DLC_COMPILER_REPORT_OUTLOOK_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/raw_ostream.h"
#include <string>
#include <vector>

namespace dlc::report {

/// Work of a node that the target has no instructions for.
struct SlowNode {
  std::string node;   // "node 'conv_1' (Conv)"
  std::string reason; // "arithmetic in float32, which is calls of a library"
  uint64_t operations = 0;
};

struct Outlook {
  size_t stages = 0;
  uint64_t macs = 0;       // of convolutions and products
  uint64_t operations = 0; // besides
  /// Bytes of tensors alive at once: the least that the arena takes, but for
  /// results that lie over parts of their operands.
  uint64_t tensorBytes = 0;
  uint64_t stateBytes = 0; // beside them, from call to call
  /// Bytes of constants as the network has them, and an estimate of the code.
  uint64_t weightBytes = 0, codeBytes = 0;
  std::vector<SlowNode> slow; // from the most work on
};

/// Of a module whose stages are outlined and ordered and hold nn ops.
Outlook lookAhead(mlir::ModuleOp outlined);

/// For a terminal.
void writeText(const Outlook &outlook, llvm::StringRef target,
               llvm::raw_ostream &os);

} // namespace dlc::report

#endif
