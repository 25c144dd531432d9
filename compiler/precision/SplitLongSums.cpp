//===- SplitLongSums.cpp - Products in parts that halves can sum up -------===//

#include "compiler/evaluate/Evaluate.h"
#include "compiler/precision/HalfRules.h"
#include "compiler/precision/Passes.h"
#include "dialects/interfaces/CostInterface.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/Declarations.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/MathExtras.h"

namespace dlc::precision {
#define GEN_PASS_DEF_SPLITLONGSUMS
#include "compiler/precision/Passes.h.inc"
} // namespace dlc::precision

using namespace mlir;

namespace dlc::precision {
namespace {

/// Parts begin at whole vectors where that costs no part more.
constexpr int64_t kVector = 8;

RankedTensorType typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// The elements from `start` to `start` + `size` along `dim`; of a constant
/// they are one.
Value slice(OpBuilder &builder, Value value, unsigned dim, int64_t start,
            int64_t size) {
  Location loc = value.getLoc();
  SmallVector<int64_t> sizes(typeOf(value).getShape());
  SmallVector<int64_t> starts(sizes.size(), 0), steps(sizes.size(), 1);
  starts[dim] = start;
  sizes[dim] = size;
  auto part = nn::SliceOp::create(builder, loc, value, starts, sizes, steps);
  SmallVector<ElementsAttr> folded;
  ElementsAttr constant = nn::constantOf(value);
  if (!constant || failed(evaluate::evaluateOp(part, constant, folded)))
    return part;
  part.erase();
  return arith::ConstantOp::create(builder, loc, folded.front());
}

/// The dimensions of both operands that are summed over and can be cut.
struct Cut {
  unsigned left, right;
};

std::optional<Cut> cutOf(Operation *op) {
  if (auto matmul = dyn_cast<nn::MatmulOp>(op))
    return Cut{static_cast<unsigned>(typeOf(matmul.getLhs()).getRank() - 1),
               static_cast<unsigned>(typeOf(matmul.getRhs()).getRank() - 2)};
  auto conv = dyn_cast<nn::ConvOp>(op);
  if (!conv || conv.getGroup() != 1)
    return std::nullopt;
  int64_t rank = typeOf(conv.getInput()).getRank();
  return Cut{static_cast<unsigned>(nn::channelDim(conv.getLayout(), rank)), 1};
}

/// Length of a part along a dimension of `size` where sums have `length` terms;
/// 0: even one is too long.
int64_t partSize(int64_t size, int64_t length) {
  int64_t most = kLongestHalfSum / (length / size);
  if (most == 0)
    return 0;
  int64_t part = llvm::divideCeil(size, llvm::divideCeil(size, most));
  int64_t rounded = llvm::alignTo(part, kVector);
  return rounded <= most ? rounded : part;
}

void split(Operation *op) {
  int64_t length = sumLengthOf(op);
  std::optional<Cut> cut = cutOf(op);
  if (length <= kLongestHalfSum || !cut || !reasonOfConstants(op).empty() ||
      !getElementTypeOrSelf(op->getOperand(0).getType()).isF32())
    return;
  int64_t size = typeOf(op->getOperand(0)).getDimSize(cut->left);
  int64_t step = partSize(size, length);
  if (step == 0)
    return;
  OpBuilder builder(op);
  Value sum;
  for (int64_t start = 0; start < size; start += step) {
    int64_t count = std::min(step, size - start);
    Operation *part = builder.clone(*op);
    builder.setInsertionPoint(part);
    part->setOperand(
        0, slice(builder, op->getOperand(0), cut->left, start, count));
    part->setOperand(
        1, slice(builder, op->getOperand(1), cut->right, start, count));
    if (auto conv = dyn_cast<nn::ConvOp>(part); conv && sum)
      conv.getBiasMutable().clear();
    builder.setInsertionPointAfter(part);
    Value result = part->getResult(0);
    sum = sum ? nn::AddOp::create(builder, op->getLoc(), sum, result) : result;
  }
  op->replaceAllUsesWith(ValueRange(sum));
  op->erase();
}

struct SplitLongSums : impl::SplitLongSumsBase<SplitLongSums> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    auto module = function->getParentOfType<ModuleOp>();
    if (!nn::halfAttr.isOn(module) || hasWideSums(module))
      return;
    SmallVector<Operation *> products;
    function.walk([&](Operation *op) {
      if (isa<nn::ConvOp, nn::MatmulOp>(op))
        products.push_back(op);
    });
    for (Operation *op : products)
      split(op);
  }
};

} // namespace
} // namespace dlc::precision
