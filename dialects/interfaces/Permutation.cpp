//===- Permutation.cpp - Orders of dimensions -----------------------------===//

#include "dialects/interfaces/Permutation.h"
#include "llvm/ADT/Sequence.h"

using namespace dlc;
using llvm::ArrayRef;

bool dlc::isIdentity(ArrayRef<int64_t> perm) {
  for (auto [i, dim] : llvm::enumerate(perm))
    if (int64_t(i) != dim)
      return false;
  return true;
}

Permutation dlc::identity(int64_t rank) {
  return llvm::to_vector(llvm::seq<int64_t>(0, rank));
}

Permutation dlc::inverse(ArrayRef<int64_t> perm) {
  Permutation result(perm.size());
  for (auto [i, dim] : llvm::enumerate(perm))
    result[dim] = i;
  return result;
}

Permutation dlc::compose(ArrayRef<int64_t> first, ArrayRef<int64_t> second) {
  Permutation result;
  for (int64_t dim : second)
    result.push_back(first[dim]);
  return result;
}

Permutation dlc::dropDims(ArrayRef<int64_t> perm, ArrayRef<int64_t> dims) {
  Permutation kept;
  for (auto [i, dim] : llvm::enumerate(perm))
    if (!llvm::is_contained(dims, int64_t(i)))
      kept.push_back(dim);
  Permutation sorted(kept), result;
  llvm::sort(sorted);
  for (int64_t dim : kept)
    result.push_back(llvm::find(sorted, dim) - sorted.begin());
  return result;
}
