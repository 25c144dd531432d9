//===- PartInterface.cpp - What a part of a result is computed from -------===//

#include "dialects/interfaces/PartInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/IRMapping.h"

#include "dialects/interfaces/PartInterface.cpp.inc"

using namespace mlir;

Operation *dlc::cloneForPart(OpBuilder &builder, Operation *op, const Box &part,
                             ValueRange operands) {
  IRMapping mapping;
  mapping.map(op->getOperands(), operands);
  Operation *clone = builder.clone(*op, mapping);
  SmallVector<int64_t> sizes;
  for (const Interval &interval : part)
    sizes.push_back(interval.size);
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  clone->getResult(0).setType(type.clone(sizes));
  return clone;
}
