//===- Permutation.h - Orders of dimensions ---------------------*- C++ -*-===//

#ifndef DLC_DIALECTS_INTERFACES_PERMUTATION_H
#define DLC_DIALECTS_INTERFACES_PERMUTATION_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace dlc {

/// As nn.transpose means it: dimension i of the result is dimension perm[i] of
/// the operand.
using Permutation = llvm::SmallVector<int64_t>;

bool isIdentity(llvm::ArrayRef<int64_t> perm);
Permutation identity(int64_t rank);
Permutation inverse(llvm::ArrayRef<int64_t> perm);

/// What transposing by `first` and then by `second` comes to.
Permutation compose(llvm::ArrayRef<int64_t> first,
                    llvm::ArrayRef<int64_t> second);

/// The permutation without some dimensions of the result; the others are
/// numbered anew.
Permutation dropDims(llvm::ArrayRef<int64_t> perm,
                     llvm::ArrayRef<int64_t> dims);

/// Entries for the dimensions of the transposed tensor, as those of the tensor
/// itself: result[perm[i]] = entries[i].
template <typename T>
llvm::SmallVector<T> unpermute(llvm::ArrayRef<T> entries,
                               llvm::ArrayRef<int64_t> perm) {
  llvm::SmallVector<T> result(entries.size());
  for (auto [i, dim] : llvm::enumerate(perm))
    result[dim] = entries[i];
  return result;
}

} // namespace dlc

#endif
