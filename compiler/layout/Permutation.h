//===- Permutation.h - Orders of dimensions -------------------------------===//

#ifndef DLC_COMPILER_LAYOUT_PERMUTATION_H
#define DLC_COMPILER_LAYOUT_PERMUTATION_H

#include "dialects/nn/NnOps.h"

namespace dlc::layout {

/// As nn.transpose means it: dimension i of the result is dimension perm[i] of
/// the operand.
using Permutation = llvm::SmallVector<int64_t>;

bool isIdentity(llvm::ArrayRef<int64_t> perm);
Permutation inverse(llvm::ArrayRef<int64_t> perm);

/// What transposing by `first` and then by `second` comes to.
Permutation compose(llvm::ArrayRef<int64_t> first,
                    llvm::ArrayRef<int64_t> second);

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

/// A transpose of the value, or the value itself for the identity.
mlir::Value transpose(mlir::OpBuilder &builder, mlir::Location loc,
                      mlir::Value value, llvm::ArrayRef<int64_t> perm);

inline mlir::RankedTensorType tensorType(mlir::Value value) {
  return llvm::cast<mlir::RankedTensorType>(value.getType());
}

/// How a reshape of a transposed tensor is done on the tensor itself.
struct SunkReshape {
  Permutation before; // the part of the order that must change first
  llvm::SmallVector<int64_t> shape; // then the reshape
  Permutation after;                // then the rest of the transpose
};

/// `source` is the untransposed shape, `perm` transposes it, `target` is what
/// the transposed tensor is reshaped to. nullopt for empty tensors.
std::optional<SunkReshape> sinkReshape(llvm::ArrayRef<int64_t> source,
                                       llvm::ArrayRef<int64_t> perm,
                                       llvm::ArrayRef<int64_t> target);

} // namespace dlc::layout

#endif
