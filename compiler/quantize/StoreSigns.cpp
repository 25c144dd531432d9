//===- StoreSigns.cpp - Activations of few values as integers -------------===//

#include "compiler/quantize/Build.h"
#include "compiler/quantize/Passes.h"
#include "compiler/quantize/signs/Steps.h"
#include "dialects/nn/Constants.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SetVector.h"
#include <cmath>

using namespace mlir;

namespace dlc::quantize {
#define GEN_PASS_DEF_STORESIGNS
#include "compiler/quantize/Passes.h.inc"

namespace {
/// Weights of one magnitude, or 0, in each channel.
struct Magnitudes {
  std::vector<float> scales; // one, where all are the same
  std::vector<int64_t> signs;
};

/// The tensors behind `value`, whose elements are steps; false where another is
/// among them.
bool findSteps(Value value, llvm::SetVector<Value> &steps, unsigned depth = 0) {
  constexpr unsigned kDeepest = 64;
  if (isa_and_nonnull<nn::DequantizeOp>(value.getDefiningOp()))
    return true;
  if (auto step = stepOf(value); step && step->isWithin(-128, 127)) {
    steps.insert(value);
    return true;
  }
  SmallVector<Value> moved = movedBy(value.getDefiningOp());
  return depth < kDeepest && !moved.empty() &&
         llvm::all_of(
             moved,
             [&](Value operand) {
               return findSteps(operand, steps, depth + 1);
             });
}

/// Of a constant whose channels are dimension `axis`.
std::optional<Magnitudes> magnitudesOf(Value weights, int64_t axis) {
  ElementsAttr elements = nn::constantOf(weights);
  auto data = elements ? nn::readConstant(elements) : std::nullopt;
  RankedTensorType type = typeOf(weights);
  if (!data || !type.getElementType().isF32())
    return std::nullopt;
  int64_t channels = type.getShape()[axis], inner = 1;
  for (int64_t size : type.getShape().drop_front(axis + 1))
    inner *= size;
  Magnitudes found;
  found.scales.assign(channels, 0);
  for (int64_t i = 0, e = type.getNumElements(); i < e; ++i) {
    float weight;
    std::memcpy(&weight, data->at(i), sizeof(weight));
    found.signs.push_back((weight > 0) - (weight < 0));
    float &scale = found.scales[i / inner % channels];
    if (weight == 0)
      continue;
    if (!std::isnormal(weight) || (scale != 0 && scale != std::fabs(weight)))
      return std::nullopt;
    scale = std::fabs(weight);
  }
  for (float &scale : found.scales)
    scale = scale == 0 ? 1 : scale;
  if (llvm::all_equal(found.scales))
    found.scales.resize(1);
  return found;
}

struct StoreSigns : impl::StoreSignsBase<StoreSigns> {
  void runOnOperation() override {
    getOperation()->walk([&](Operation *op) {
      if (isa<nn::ConvOp, nn::MatmulOp>(op) &&
          typeOf(op->getResult(0)).getElementType().isF32())
        store(op);
    });
    if (sums.empty())
      return;
    SmallVector<Value> ends;
    getOperation()->walk([&](Operation *op) {
      if (op->getNumResults() == 1 && isLastStepOfSum(op->getResult(0)))
        ends.push_back(op->getResult(0));
    });
    for (Value end : ends)
      storeStep(end, IntegerType::get(&getContext(), 8));
  }

private:
  /// Whether floats are a step of sums that are stored, also where what follows
  /// is no such sum: it is one comparison for each of them.
  bool isLastStepOfSum(Value value) const {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    if (!type || !type.getElementType().isF32())
      return false;
    bool goesOn = llvm::any_of(value.getUsers(), [](Operation *user) {
      return user->getNumResults() == 1 && stepOf(user->getResult(0));
    });
    auto step = goesOn ? std::nullopt : stepOf(value);
    if (!step || !step->isWithin(-128, 127))
      return false;
    Operation *op = step->x.getDefiningOp();
    while (op && !sums.contains(op)) {
      if (!isa<nn::AddOp, nn::SubOp, nn::MulOp, nn::DivOp, nn::ReluOp>(op) &&
          movedBy(op).size() != 1)
        return false;
      bool isFirst = !nn::constantOf(op->getOperand(0));
      op = op->getOperand(isFirst || op->getNumOperands() == 1 ? 0 : 1)
               .getDefiningOp();
    }
    return op != nullptr;
  }

  void store(Operation *op) {
    Value weights = op->getOperand(1);
    if (isa<nn::MatmulOp>(op) && typeOf(weights).getRank() != 2)
      return;
    int64_t axis = isa<nn::ConvOp>(op) ? 0 : 1;
    llvm::SetVector<Value> steps;
    if (!findSteps(op->getOperand(0), steps) || steps.empty())
      return;
    std::optional<Magnitudes> magnitudes = magnitudesOf(weights, axis);
    if (!magnitudes)
      return;
    OpBuilder builder(op);
    IntegerType byte = builder.getIntegerType(8);
    Value integers = buildConstant(
        builder, op->getLoc(), byte,
        {Shape(typeOf(weights).getShape()), std::move(magnitudes->signs)});
    sums.insert(op);
    op->setOperand(1, buildDequantize(builder, op->getLoc(), integers,
                                      magnitudes->scales, axis));
    for (Value step : steps)
      storeStep(step, byte);
  }

  static void storeStep(Value step, IntegerType byte) {
    OpBuilder builder(step.getContext());
    builder.setInsertionPointAfterValue(step);
    Value integers = nn::CastOp::create(
        builder, step.getLoc(),
        RankedTensorType::get(typeOf(step).getShape(), byte), step);
    Value real = buildDequantize(builder, step.getLoc(), integers, {1.0f}, 0);
    step.replaceAllUsesExcept(real, integers.getDefiningOp());
  }

  llvm::DenseSet<Operation *> sums;
};
} // namespace
} // namespace dlc::quantize
