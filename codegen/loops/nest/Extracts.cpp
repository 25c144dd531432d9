//===- Extracts.cpp - Elements at computed positions, as vectors ----------===//

#include "codegen/loops/nest/Extracts.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;

namespace dlc::loops {

static bool isPosition(Value value, int dim) {
  auto index = value.getDefiningOp<linalg::IndexOp>();
  return index && static_cast<int>(index.getDim()) == dim;
}

bool extractsAlong(Operation *op, int dim) {
  auto indices = cast<tensor::ExtractOp>(op).getIndices();
  return !indices.empty() && isPosition(indices.back(), dim);
}

namespace {
/// Follows what differs between the elements of a vector along a dimension.
class LaneFlow {
public:
  LaneFlow(const Nest &nest, int dim) : nest(nest), dim(dim) {}

  bool run() {
    linalg::GenericOp root = nest.root;
    for (auto [argument, access] :
         llvm::zip(root.getRegionInputArgs(), nest.inputs))
      if (access.address.coefficients[dim] != 0 &&
          (isTruth(argument) || !addLane(argument)))
        return false;
    for (const Access &output : nest.outputs)
      if (output.buffer.element.isInteger(1))
        return false;
    for (BlockArgument output : root.getRegionOutputArgs())
      if (!output.use_empty())
        return false;
    return llvm::all_of(root.getBody()->without_terminator(),
                        [&](Operation &op) { return visit(op); }) &&
           extracts;
  }

  int64_t bits = 0;

private:
  /// Truth values are bytes in memory, and bits in vectors.
  static bool isTruth(Value value) { return value.getType().isInteger(1); }

  bool differs(Value value) const {
    return lanes.contains(value) || isPosition(value, dim);
  }

  bool visit(Operation &op) {
    if (op.getNumRegions() > 0)
      return false;
    if (auto extract = dyn_cast<tensor::ExtractOp>(op))
      return visitExtract(extract);
    // A position is one number, and not one for each lane.
    if (llvm::any_of(op.getOperands(),
                     [&](Value operand) { return isPosition(operand, dim); }))
      return false;
    bool inLanes = llvm::any_of(
        op.getOperands(), [&](Value operand) { return differs(operand); });
    return !inLanes || llvm::all_of(op.getResults(), [&](Value result) {
      return addLane(result);
    });
  }

  bool visitExtract(tensor::ExtractOp extract) {
    const bool along = extractsAlong(extract, dim);
    if (llvm::any_of(extract.getIndices().drop_back(along ? 1 : 0),
                     [&](Value index) { return differs(index); }))
      return false;
    extracts |= along;
    return !along ||
           (!isTruth(extract.getResult()) && addLane(extract.getResult()));
  }

  /// False where vectors have no such elements.
  bool addLane(Value value) {
    lanes.insert(value);
    Type type = value.getType();
    if (!type.isF16() && !type.isF32() && !type.isF64() && !type.isInteger(1) &&
        !type.isInteger(8) && !type.isInteger(16) && !type.isInteger(32) &&
        !type.isInteger(64))
      return false;
    // What rescaling computes in 64 bits is in two vectors.
    constexpr int64_t kWord = 32;
    int64_t own = type.getIntOrFloatBitWidth();
    bits = std::max(bits, type.isInteger(64) ? kWord : own);
    return true;
  }

  const Nest &nest;
  const int dim;
  llvm::DenseSet<Value> lanes;
  bool extracts = false;
};
} // namespace

std::optional<int64_t> bitsOfExtracts(const Nest &nest, unsigned dim) {
  LaneFlow flow(nest, static_cast<int>(dim));
  if (nest.hasReduction() || nest.epilogue || !flow.run())
    return std::nullopt;
  return flow.bits;
}

} // namespace dlc::loops
