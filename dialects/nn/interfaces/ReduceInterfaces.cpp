//===- ReduceInterfaces.cpp - What reductions answer ----------------------===//

#include "dialects/nn/Infer.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::nn;
using namespace dlc::nn::detail;

static Reordering reorderReduction(ArrayRef<int64_t> perm,
                                   ArrayRef<int64_t> axes, bool keepdims) {
  return {identity(perm.size()),
          keepdims ? Permutation(perm) : dropDims(perm, axes)};
}

//===----------------------------------------------------------------------===//
// Reduce
//===----------------------------------------------------------------------===//

/// One for each element that is reduced.
int64_t ReduceOp::countOtherOperations(int64_t elements) {
  ArrayRef<int64_t> shape = tensorOf(getInput()).getShape();
  for (int64_t axis : getAxes())
    elements *= shape[axis];
  return elements;
}

/// Sums and products grow with the number of their terms.
HalfRule ReduceOp::getHalfRule() {
  bool grows = getKind() == ReduceKind::Sum || getKind() == ReduceKind::Prod;
  return grows ? HalfRule::Float : HalfRule::Follow;
}

std::optional<Reordering> ReduceOp::reorder(ArrayRef<int64_t> perm) {
  return reorderReduction(perm, getAxes(), getKeepdims());
}

void ReduceOp::renumber(ArrayRef<int64_t> perm) {
  SmallVector<int64_t> axes;
  for (int64_t axis : getAxes())
    axes.push_back(perm[axis]);
  llvm::sort(axes);
  setAxes(axes);
}

IntegerForm ReduceOp::getIntegerForm() {
  switch (getKind()) {
  case ReduceKind::Sum:
  case ReduceKind::Mean:
    return IntegerForm::Summed;
  case ReduceKind::Max:
  case ReduceKind::Min:
    return IntegerForm::Moved;
  case ReduceKind::Prod:
    return IntegerForm::None;
  }
  llvm_unreachable("unknown kind of reduction");
}

SmallVector<unsigned> ReduceOp::getMovedOperands() {
  if (getIntegerForm() == IntegerForm::Moved)
    return {0};
  return {};
}

//===----------------------------------------------------------------------===//
// Positions of extremes
//===----------------------------------------------------------------------===//

std::optional<Reordering> ArgReduceOp::reorder(ArrayRef<int64_t> perm) {
  return reorderReduction(perm, {static_cast<int64_t>(getAxis())},
                          getKeepdims());
}

void ArgReduceOp::renumber(ArrayRef<int64_t> perm) {
  setAxis(axisBefore(getAxis(), perm));
}

//===----------------------------------------------------------------------===//
// Decision trees
//===----------------------------------------------------------------------===//

/// A comparison for each level of trees as flat as they can be, and what comes
/// of the leaf.
int64_t TreeEnsembleOp::countOtherOperations(int64_t elements) {
  int64_t trees = getRoots().size();
  int64_t levels = llvm::Log2_64_Ceil(getFeatures().size() / trees + 1);
  return elements / getColumns() * (trees / getGroups()) *
         (levels + getColumns());
}
