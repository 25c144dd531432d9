//===- ElementRuns.h - Elements of strided places, run by run ---*- C++ -*-===//

#ifndef DLC_CODEGEN_MEMORY_ELEMENTRUNS_H
#define DLC_CODEGEN_MEMORY_ELEMENTRUNS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>

namespace dlc::memory {

/// Calls `visit(offset, count)` for each run of elements that are `unit` apart,
/// in the order of indices, the last dimension fastest; stops at the first
/// false.
template <typename Visit>
bool forEachRun(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> strides,
                int64_t offset, int64_t unit, Visit &&visit) {
  // The dimensions, innermost first, merged where one continues the other.
  llvm::SmallVector<std::pair<int64_t, int64_t>> loops = {{1, unit}};
  for (size_t i = shape.size(); i-- > 0;) {
    if (shape[i] == 1)
      continue;
    auto &[count, stride] = loops.back();
    if (strides[i] == count * stride)
      count *= shape[i];
    else
      loops.push_back({shape[i], strides[i]});
  }
  int64_t run = loops.front().first, runs = 1;
  for (auto [count, stride] : llvm::ArrayRef(loops).drop_front())
    runs *= count;
  for (int64_t i = 0; i < runs; ++i) {
    int64_t at = offset, rest = i;
    for (auto [count, stride] : llvm::ArrayRef(loops).drop_front()) {
      at += rest % count * stride;
      rest /= count;
    }
    if (!visit(at, run))
      return false;
  }
  return true;
}

} // namespace dlc::memory

#endif
