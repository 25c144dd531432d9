//===- Indices.cpp - Constant indices of gathers and scatters -------------===//

#include "compiler/import/checks/Indices.h"

using namespace mlir;

namespace dlc::import {

namespace {
void checkIndex(Node &n, unsigned indices, int64_t index, int64_t dimension) {
  int64_t size = n.shape()[dimension];
  if (axesOf(size).has(index))
    return;
  n.fail(n.inputText(indices) + " has the entry " + Twine(index) +
         ", but dimension " + Twine(dimension) + " of " + n.inputText(0) +
         " has size " + Twine(size) +
         (size > 0 ? "; indices must be " + textOf(axesOf(size)) : ""));
}
} // namespace

void checkIndices(Node &n, unsigned indices, int64_t axis) {
  if (!n.isConstant(indices))
    return;
  for (int64_t index : n.constantInts(indices, kAnyInteger))
    checkIndex(n, indices, index, axis);
}

void checkIndexTuples(Node &n, unsigned indices, int64_t batchDims) {
  n.requireRank(indices, rankAtLeast(1));
  int64_t tuple = n.shape(indices).back(), dimensions = n.rank() - batchDims;
  if (tuple < 1 || tuple > dimensions)
    n.fail("the last dimension of " + n.inputText(indices) + " is " +
           Twine(tuple) + ", but must be " + textOf({1, dimensions}) +
           ", as many dimensions as " + n.inputText(0) + " has to index");
  if (!n.isConstant(indices))
    return;
  for (auto [i, index] : llvm::enumerate(n.constantInts(indices, kAnyInteger)))
    checkIndex(n, indices, index, batchDims + i % tuple);
}

void checkIndexShape(Node &n, unsigned indices, int64_t axis) {
  if (n.rank(indices) != n.rank())
    n.fail(n.inputText(indices) + " has rank " + Twine(n.rank(indices)) +
           ", but must have rank " + Twine(n.rank()) + " as " + n.inputText(0) +
           " has");
  for (int64_t i = 0; i < n.rank(); ++i)
    if (i != axis && n.shape(indices)[i] > n.shape()[i])
      n.fail(n.inputText(indices) + " has the shape " +
             shapeText(n.shape(indices)) + ", which is larger than " +
             n.inputText(0) + " of shape " + shapeText(n.shape()) +
             " in dimension " + Twine(i));
}

} // namespace dlc::import
