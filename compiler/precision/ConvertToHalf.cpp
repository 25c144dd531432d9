//===- ConvertToHalf.cpp - A float32 network in half precision ------------===//

#include "compiler/precision/HalfRules.h"
#include "compiler/precision/Passes.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/Declarations.h"
#include "dialects/nn/NnOps.h"
#include "dialects/nn/NodeLocation.h"
#include "dialects/nn/Notes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace dlc::precision {
#define GEN_PASS_DEF_CONVERTTOHALF
#include "compiler/precision/Passes.h.inc"
} // namespace dlc::precision

using namespace mlir;

namespace dlc::precision {
namespace {

bool isFloat32(Value value) {
  return getElementTypeOrSelf(value.getType()).isF32();
}

/// Ops in their order: the operands of each have been decided before it.
class Converter {
public:
  explicit Converter(func::FuncOp function)
      : function(function), module(function->getParentOfType<ModuleOp>()),
        builder(function.getContext()), wideSums(hasWideSums(module)) {}

  LogicalResult run();

private:
  bool isHalf(Operation *op);
  bool followsHalf(Operation *op) const;
  LogicalResult makeHalf(Operation *op);
  void roundBeforeTranspose(Operation *op);
  void keepFloat(Operation *op);
  Value halfOf(Value value);
  Value castTo(Type element, Value value);

  func::FuncOp function;
  ModuleOp module;
  OpBuilder builder;
  bool wideSums;
  /// Values that were float32.
  DenseSet<Value> converted;
  /// What a float32 value was rounded to.
  DenseMap<Value, Value> rounded;
};

/// Whether the operands that are no constants are all in half; of constants
/// alone, whether there are some worth storing in half.
bool Converter::followsHalf(Operation *op) const {
  bool any = false, weights = false;
  for (Value operand : op->getOperands()) {
    bool isConstant = bool(nn::constantOf(operand));
    if (isFloat32(operand) && !isConstant)
      return false;
    any |= converted.contains(operand);
    weights |= isConstant && isFloat32(operand) &&
               cast<ShapedType>(operand.getType()).getNumElements() > 1;
  }
  return any || weights;
}

bool Converter::isHalf(Operation *op) {
  HalfRule rule = ruleOf(op);
  if (rule == HalfRule::Float ||
      (rule == HalfRule::Follow && !followsHalf(op)) ||
      llvm::none_of(op->getOperands(), [&](Value value) {
        return isFloat32(value) || converted.contains(value);
      }))
    return false;
  std::string reason = reasonAgainstHalf(op, wideSums);
  if (reason.empty())
    return true;
  std::string node = nn::describeNode(op->getLoc());
  mlir::emitRemark(op->getLoc()) << "stays in float32: " << reason;
  nn::addNote(module,
              (node.empty() ? op->getName().getStringRef().str() : node) +
                  " stays in float32: " + reason);
  return false;
}

Value Converter::castTo(Type element, Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  return nn::CastOp::create(builder, value.getLoc(), type.clone(element),
                            value);
}

Value Converter::halfOf(Value value) {
  if (!isFloat32(value))
    return value;
  Value &half = rounded[value];
  if (half)
    return half;
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointAfterValue(value);
  if (ElementsAttr constant = nn::constantOf(value)) {
    ElementsAttr attribute = roundToHalf(constant);
    if (!attribute)
      return nullptr;
    half = arith::ConstantOp::create(builder, value.getLoc(), attribute);
  } else {
    half = castTo(builder.getF16Type(), value);
  }
  return half;
}

/// Channels of an image; of more, neighbours are wanted side by side.
constexpr int64_t kImageChannels = 4;

/// A convolution on a GPU reads lines of an image as it lies, through a
/// transposition: the input is rounded before that.
void Converter::roundBeforeTranspose(Operation *op) {
  if (!wideSums || !isa<nn::ConvOp>(op))
    return;
  Value data = op->getOperand(0);
  auto transpose = data.getDefiningOp<nn::TransposeOp>();
  auto type = cast<RankedTensorType>(data.getType());
  int64_t channels =
      nn::channelDim(cast<nn::ConvOp>(op).getLayout(), type.getRank());
  if (!transpose || !isFloat32(data) || !data.hasOneUse() ||
      !isa<BlockArgument>(transpose.getInput()) ||
      type.getDimSize(channels) > kImageChannels)
    return;
  transpose->setOperand(0, halfOf(transpose.getInput()));
  data.setType(type.clone(builder.getF16Type()));
  converted.insert(data);
}

LogicalResult Converter::makeHalf(Operation *op) {
  roundBeforeTranspose(op);
  for (OpOperand &operand : op->getOpOperands()) {
    Value half = halfOf(operand.get());
    if (!half)
      return op->emitError("a constant has no data");
    operand.set(half);
  }
  for (Value result : op->getResults())
    if (isFloat32(result)) {
      auto type = cast<RankedTensorType>(result.getType());
      result.setType(type.clone(builder.getF16Type()));
      converted.insert(result);
    }
  return success();
}

/// Each user has a conversion of its own, which can be part of its stage.
void Converter::keepFloat(Operation *op) {
  builder.setInsertionPoint(op);
  DenseMap<Value, Value> extended;
  for (OpOperand &operand : op->getOpOperands()) {
    if (!converted.contains(operand.get()))
      continue;
    Value &value = extended[operand.get()];
    if (!value)
      value = castTo(builder.getF32Type(), operand.get());
    operand.set(value);
  }
}

LogicalResult Converter::run() {
  for (Operation &op : llvm::make_early_inc_range(function.front())) {
    if (isa<nn::QuantizeOp, nn::DequantizeOp>(op))
      return op.emitError("the network is quantised: its integers are exact, "
                          "half precision would only round them; compile it "
                          "without --fp16");
    if (!isHalf(&op))
      keepFloat(&op);
    else if (failed(makeHalf(&op)))
      return failure();
  }
  return success();
}

struct ConvertToHalf : impl::ConvertToHalfBase<ConvertToHalf> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (!nn::halfAttr.isOn(module))
      return;
    for (auto function : module.getOps<func::FuncOp>())
      if (!function.isExternal() && failed(Converter(function).run()))
        return signalPassFailure();
    // float32 weights that nothing reads any more.
    module.walk([](arith::ConstantOp constant) {
      if (constant.use_empty())
        constant.erase();
    });
  }
};

} // namespace
} // namespace dlc::precision
