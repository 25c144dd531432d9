//===- Place.cpp - A part of a storage under a shape ----------------------===//

#include "dialects/storage/Place.h"
#include "llvm/ADT/STLExtras.h"

namespace dlc::storage {

Sizes contiguousStrides(llvm::ArrayRef<int64_t> shape) {
  Sizes strides(shape.size());
  int64_t stride = 1;
  for (size_t i = shape.size(); i-- > 0;) {
    strides[i] = stride;
    stride *= shape[i];
  }
  return strides;
}

static void normalizeUnitDims(Place &place) {
  int64_t stride = 1;
  for (size_t i = place.shape.size(); i-- > 0;) {
    if (place.shape[i] == 1)
      place.strides[i] = stride;
    stride = place.strides[i] * place.shape[i];
  }
}

Place Place::whole(unsigned storage, llvm::ArrayRef<int64_t> shape) {
  return {storage, 0, Sizes(shape), contiguousStrides(shape)};
}

Place Place::slice(llvm::ArrayRef<int64_t> starts,
                   llvm::ArrayRef<int64_t> sizes) const {
  Place part{storage, offset, Sizes(sizes), strides};
  for (auto [start, stride] : llvm::zip_equal(starts, strides))
    part.offset += start * stride;
  normalizeUnitDims(part);
  return part;
}

std::optional<Place> Place::reshape(llvm::ArrayRef<int64_t> to) const {
  // Runs of dimensions that are contiguous among themselves, innermost first.
  struct Run {
    int64_t size, stride;
  };
  llvm::SmallVector<Run> runs;
  for (size_t i = shape.size(); i-- > 0;) {
    if (shape[i] == 1)
      continue;
    if (!runs.empty() && runs.back().size * runs.back().stride == strides[i])
      runs.back().size *= shape[i];
    else
      runs.push_back({shape[i], strides[i]});
  }
  // Each new dimension must lie within one run.
  Place result{storage, offset, Sizes(to), Sizes(to.size(), 1)};
  size_t run = 0;
  for (size_t i = to.size(); i-- > 0;) {
    if (to[i] == 1)
      continue;
    while (run < runs.size() && runs[run].size == 1)
      ++run;
    if (run == runs.size() || runs[run].size % to[i] != 0)
      return std::nullopt;
    result.strides[i] = runs[run].stride;
    runs[run].stride *= to[i];
    runs[run].size /= to[i];
  }
  normalizeUnitDims(result);
  return result;
}

} // namespace dlc::storage
