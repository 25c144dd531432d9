//===- Rows.cpp - Walking tensors row by row ------------------------------===//

#include "compiler/evaluate/Rows.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>

using namespace llvm;
using namespace dlc::evaluate;

SmallVector<int64_t> dlc::evaluate::rowMajorStrides(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (int64_t d = int64_t(shape.size()) - 2; d >= 0; --d)
    strides[d] = strides[d + 1] * shape[d + 1];
  return strides;
}

SmallVector<int64_t> dlc::evaluate::broadcastStrides(ArrayRef<int64_t> from,
                                                     ArrayRef<int64_t> to) {
  SmallVector<int64_t> own = rowMajorStrides(from);
  SmallVector<int64_t> strides(to.size(), 0);
  size_t missing = to.size() - from.size();
  for (size_t d = 0; d < from.size(); ++d)
    if (from[d] != 1)
      strides[missing + d] = own[d];
  return strides;
}

/// Joins dimension pairs that every operand walks like one.
static void collapse(SmallVectorImpl<int64_t> &shape,
                     SmallVectorImpl<SmallVector<int64_t>> &strides) {
  for (int64_t d = int64_t(shape.size()) - 2; d >= 0; --d) {
    bool joined = shape[d] == 1 || llvm::all_of(strides, [&](const auto &s) {
                    return s[d] == s[d + 1] * shape[d + 1];
                  });
    bool dropped = shape[d + 1] == 1;
    if (!joined && !dropped)
      continue;
    // What stays is the inner stride, unless the inner dimension is 1.
    for (auto &s : strides)
      s.erase(s.begin() + (dropped ? d + 1 : d));
    shape[d] *= shape[d + 1];
    shape.erase(shape.begin() + d + 1);
  }
}

void dlc::evaluate::forEachRow(ArrayRef<int64_t> resultShape,
                               ArrayRef<SmallVector<int64_t>> operandStrides,
                               function_ref<void(const Row &)> fn) {
  if (llvm::is_contained(resultShape, 0))
    return;
  SmallVector<int64_t> shape(resultShape);
  SmallVector<SmallVector<int64_t>> strides(operandStrides);
  if (shape.empty()) {
    shape.push_back(1);
    for (auto &s : strides)
      s.push_back(0);
  }
  collapse(shape, strides);

  size_t operands = strides.size(), outer = shape.size() - 1;
  SmallVector<int64_t> position(outer, 0), starts(operands, 0),
      offsets(operands), inner(operands);
  for (size_t i = 0; i < operands; ++i)
    inner[i] = strides[i].back();

  int64_t resultOffset = 0;
  while (true) {
    for (int64_t begin = 0; begin < shape.back(); begin += maxRow) {
      for (size_t i = 0; i < operands; ++i)
        offsets[i] = starts[i] + begin * inner[i];
      fn({resultOffset + begin, std::min(maxRow, shape.back() - begin), offsets,
          inner});
    }
    resultOffset += shape.back();
    int64_t d = int64_t(outer) - 1;
    for (; d >= 0; --d) {
      for (size_t i = 0; i < operands; ++i)
        starts[i] += strides[i][d];
      if (++position[d] < shape[d])
        break;
      for (size_t i = 0; i < operands; ++i)
        starts[i] -= strides[i][d] * shape[d];
      position[d] = 0;
    }
    if (d < 0)
      return;
  }
}

AxisView::AxisView(ArrayRef<int64_t> shape, int64_t axis) : size(shape[axis]) {
  for (int64_t extent : shape.take_front(axis))
    outer *= extent;
  for (int64_t extent : shape.drop_front(axis + 1))
    inner *= extent;
}
