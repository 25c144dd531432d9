//===- ReshapeOrder.h - Reshapes of transposed tensors ----------*- C++ -*-===//
//
// Private to dialects/nn.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_DIALECTS_NN_INTERFACES_RESHAPEORDER_H
#define DLC_DIALECTS_NN_INTERFACES_RESHAPEORDER_H

#include "dialects/interfaces/LayoutInterface.h"

namespace dlc::nn::detail {

/// How the reshape to `target` of a tensor that `perm` transposes is done on
/// the tensor itself, of shape `source`: `before` is the part of the order that
/// must change first, `after` the rest. nullopt for empty tensors.
std::optional<Reordering> reorderReshape(llvm::ArrayRef<int64_t> source,
                                         llvm::ArrayRef<int64_t> perm,
                                         llvm::ArrayRef<int64_t> target);

} // namespace dlc::nn::detail

#endif
