//===- Permutation.cpp - Orders of dimensions -----------------------------===//

#include "compiler/layout/Permutation.h"

using namespace mlir;
using namespace dlc;

bool layout::isIdentity(ArrayRef<int64_t> perm) {
  for (auto [i, dim] : llvm::enumerate(perm))
    if (int64_t(i) != dim)
      return false;
  return true;
}

layout::Permutation layout::inverse(ArrayRef<int64_t> perm) {
  Permutation result(perm.size());
  for (auto [i, dim] : llvm::enumerate(perm))
    result[dim] = i;
  return result;
}

layout::Permutation layout::compose(ArrayRef<int64_t> first,
                                    ArrayRef<int64_t> second) {
  Permutation result;
  for (int64_t dim : second)
    result.push_back(first[dim]);
  return result;
}

Value layout::transpose(OpBuilder &builder, Location loc, Value value,
                        ArrayRef<int64_t> perm) {
  if (isIdentity(perm))
    return value;
  return nn::TransposeOp::create(builder, loc, value, perm);
}
