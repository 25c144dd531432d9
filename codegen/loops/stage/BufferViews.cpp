//===- BufferViews.cpp - Reshapes and slices of static buffers ------------===//

#include "codegen/loops/stage/StageEmitter.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;

namespace dlc::loops {

std::optional<Buffer> expandBuffer(const Buffer &buffer,
                                   ArrayRef<ReassociationIndices> groups,
                                   ArrayRef<int64_t> shape) {
  if (!buffer.paddedShape.empty())
    return std::nullopt;
  Buffer result = buffer;
  result.shape.assign(shape.begin(), shape.end());
  result.strides.assign(shape.size(), 1);
  for (auto [i, group] : llvm::enumerate(groups)) {
    int64_t stride = buffer.strides[i];
    for (int64_t d : llvm::reverse(group)) {
      result.strides[d] = stride;
      stride *= shape[d];
    }
  }
  return result;
}

std::optional<Buffer> collapseBuffer(const Buffer &buffer,
                                     ArrayRef<ReassociationIndices> groups) {
  if (!buffer.paddedShape.empty())
    return std::nullopt;
  Buffer result = buffer;
  result.shape.clear();
  result.strides.clear();
  for (const ReassociationIndices &group : groups) {
    int64_t size = 1, stride = 1;
    bool first = true;
    for (int64_t d : llvm::reverse(group)) {
      if (buffer.shape[d] == 1)
        continue;
      if (first)
        stride = buffer.strides[d];
      else if (buffer.strides[d] != stride * size)
        return std::nullopt;
      first = false;
      size *= buffer.shape[d];
    }
    result.shape.push_back(size);
    result.strides.push_back(stride);
  }
  return result;
}

Buffer sliceBuffer(const Buffer &buffer, ArrayRef<int64_t> offsets,
                   ArrayRef<int64_t> sizes, ArrayRef<int64_t> strides,
                   const llvm::SmallBitVector &dropped) {
  Buffer result = buffer;
  result.shape.clear();
  result.strides.clear();
  for (unsigned d = 0; d < sizes.size(); ++d) {
    result.offset += offsets[d] * buffer.strides[d];
    if (dropped.test(d))
      continue;
    result.shape.push_back(sizes[d]);
    result.strides.push_back(strides[d] * buffer.strides[d]);
  }
  return result;
}

} // namespace dlc::loops
