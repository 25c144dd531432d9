//===- Transpose.cpp - Values in another order of dimensions --------------===//

#include "compiler/layout/Transpose.h"

using namespace mlir;
using namespace dlc;

Value layout::transpose(OpBuilder &builder, Location loc, Value value,
                        ArrayRef<int64_t> perm) {
  if (isIdentity(perm))
    return value;
  return nn::TransposeOp::create(builder, loc, value, perm);
}
