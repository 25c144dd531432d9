//===- SignProducts.h - Products that are counted ---------------*- C++ -*-===//
//
// Products of signs (#kernel.products<si1 * si1 -> i32, group = 32>) are
// counted by bits that differ: one that is set is -1, others are 1. With si2 on
// the left there are zeros: a group is a word of signs, then a word of bits
// that are set where there is no 0.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_DIALECTS_KERNEL_SIGNPRODUCTS_H
#define DLC_DIALECTS_KERNEL_SIGNPRODUCTS_H

#include "dialects/kernel/KernelOps.h"

namespace dlc::kernel {

inline bool areOfSigns(ProductsAttr products) {
  return products.getRight().isSignedInteger(1);
}

} // namespace dlc::kernel

#endif // DLC_DIALECTS_KERNEL_SIGNPRODUCTS_H
