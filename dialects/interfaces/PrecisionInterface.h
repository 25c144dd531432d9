//===- PrecisionInterface.h - In which numbers an op is computed *- C++ -*-===//

#ifndef DLC_DIALECTS_INTERFACES_PRECISIONINTERFACE_H
#define DLC_DIALECTS_INTERFACES_PRECISIONINTERFACE_H

#include "mlir/IR/OpDefinition.h"

namespace dlc {

/// Where half precision is asked for, an op is computed ...
enum class HalfRule {
  Half,   ///< in half, whatever the operands are
  Follow, ///< as the operands are
  Float   ///< in float32: its result leaves half's range or loses digits
};

} // namespace dlc

#include "dialects/interfaces/PrecisionInterface.h.inc"

#endif
