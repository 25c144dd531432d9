//===- Box.cpp - Parts of tensors, and what windows read ------------------===//

#include "dialects/interfaces/Box.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>

using namespace mlir;
using namespace dlc;

Box dlc::wholeBox(Value value) {
  Box box;
  for (int64_t size : cast<ShapedType>(value.getType()).getShape())
    box.push_back({0, size});
  return box;
}

Box dlc::hull(const Box &a, const Box &b) {
  Box box;
  for (auto [x, y] : llvm::zip_equal(a, b)) {
    int64_t begin = std::min(x.begin, y.begin);
    box.push_back({begin, std::max(x.end(), y.end()) - begin});
  }
  return box;
}

int64_t dlc::elementsOf(const Box &box) {
  int64_t elements = 1;
  for (const Interval &interval : box)
    elements *= interval.size;
  return elements;
}

std::optional<WindowRead> dlc::readOfWindows(Interval output,
                                             const WindowDim &dim) {
  int64_t first = output.begin * dim.stride - dim.pad;
  int64_t last = (output.end() - 1) * dim.stride - dim.pad +
                 (dim.kernel - 1) * dim.dilation;
  int64_t begin = std::max<int64_t>(first, 0);
  int64_t end = std::min(last + 1, dim.size);
  if (begin >= end)
    return std::nullopt;
  return WindowRead{{begin, end - begin}, begin - first, last + 1 - end};
}
