//===- Edges.cpp - Elements densely in memory -----------------------------===//
//
// A caller's tensor of 7 times 16 has its 112 elements side by side, also where
// there may be 128 times 16.
//
//===----------------------------------------------------------------------===//

#include "compiler/lengths/Rules.h"

using namespace mlir;

namespace dlc::lengths {

/// The last axis with a size that varies.
static int64_t lastVarying(const Observed &observed, Value value) {
  int64_t axis = rankOf(value) - 1;
  while (axis > 0 && !observed.varies(value, axis))
    --axis;
  return axis;
}

bool Rules::isDense(Value x) const {
  if (!observed.varies(x))
    return true;
  for (int64_t axis = 0; axis <= lastVarying(observed, x); ++axis)
    if (varies(x, axis) ? axis != lastVarying(observed, x)
                        : boundOf(x, axis) != 1)
      return false;
  return true;
}

namespace {
/// The rows of a tensor: positions along the dimensions up to the last that
/// varies.
struct Rows {
  Rows(const Observed &observed, Value like) {
    ArrayRef<int64_t> shape = typeOf(like).getShape();
    for (int64_t axis = 0; axis < rankOf(like); ++axis)
      if (axis <= lastVarying(observed, like))
        sizes.push_back(shape[axis]);
      else
        rowElements *= shape[axis];
    for (int64_t size : sizes)
      count *= size;
  }
  SmallVector<int64_t> sizes;
  int64_t count = 1, rowElements = 1;
};

/// The rows of `x` that `places` says, in the shape of `x`.
Value takeRows(RunTime &run, Value x, const Rows &rows, Value places) {
  Value matrix = run.reshape(x, {rows.count, rows.rowElements});
  Value taken = run.gather(matrix, run.reshape(places, {rows.count}), 0);
  return run.reshape(taken, typeOf(x).getShape());
}
} // namespace

/// Row (i, j, k) lies at (i * J + j) * K + k. Beyond a size stands the last
/// element within, so that nothing else is read.
Value Rules::unpacked(Value x, Value like) {
  Rows rows(observed, like);
  auto rank = static_cast<int64_t>(rows.sizes.size());
  Value place;
  for (int64_t axis = 0; axis < rank; ++axis) {
    Value position = run.positions(rows.sizes[axis], axis, rank);
    PerPoint sizes = observed.sizes(like, axis), last(sizes);
    for (int64_t &size : last)
      --size;
    if (varies(like, axis))
      position = run.make<nn::MinOp>({position, run.number(last)});
    place =
        place ? run.add(run.mul(place, run.number(sizes)), position) : position;
  }
  return takeRows(run, x, rows, place);
}

/// Row r is the one at r / (J * K), r / K mod J, r mod K.
Value Rules::packed(Value x) {
  if (isDense(x))
    return x;
  Rows rows(observed, x);
  auto rank = static_cast<int64_t>(rows.sizes.size());
  Value rest = run.positions(rows.count, 0, 1), place;
  int64_t stride = 1;
  for (int64_t axis = rank; axis-- > 0;) {
    Value position = rest;
    if (axis > 0) {
      Value size = run.number(observed.sizes(x, axis));
      rest = run.make<nn::DivOp>({position, size});
      position = run.sub(position, run.mul(rest, size));
    }
    if (stride != 1)
      position = run.mul(position, stride);
    place = place ? run.add(place, position) : position;
    stride *= rows.sizes[axis];
  }
  return takeRows(run, x, rows, place);
}

} // namespace dlc::lengths
