//===- BlockFixedPlan.cpp - Which sums of products become integers --------===//

#include "codegen/loops/BlockFixed.h"
#include "dialects/nn/Constants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinOps.h"
#include <cmath>

using namespace mlir;

namespace dlc::loops {

namespace {
/// Four sums of 64 bits are what the registers of such a core hold.
constexpr int64_t kAccumulators = 4;
/// A tile of activations has one position if more would take a larger part of
/// what the tensors take: the arena is what such a core has least of.
constexpr int64_t kTileShare = 50;
/// Bytes of one position's activations beyond which the sum stays in software.
constexpr int64_t kLargestTileBytes = 32 << 10;

/// Whether the body is sum + a * b of the two inputs in float32.
bool isProductSum(linalg::GenericOp op) {
  Block *body = op.getBody();
  if (body->getNumArguments() != 3 || body->getOperations().size() != 3)
    return false;
  auto product = dyn_cast<arith::MulFOp>(body->front());
  auto sum = dyn_cast<arith::AddFOp>(*std::next(body->begin()));
  auto arguments = body->getArguments();
  auto takes = [](Operation *o, Value x, Value y) {
    return (o->getOperand(0) == x && o->getOperand(1) == y) ||
           (o->getOperand(0) == y && o->getOperand(1) == x);
  };
  return product && sum && sum.getType().isF32() &&
         takes(product, arguments[0], arguments[1]) &&
         takes(sum, arguments[2], product.getResult()) &&
         body->getTerminator()->getOperand(0) == sum.getResult();
}

bool isFinite(ElementsAttr constant) {
  std::optional<nn::ConstantData> data = nn::readConstant(constant);
  if (!data || !constant.getElementType().isF32())
    return false;
  int64_t count = data->splat ? 1 : constant.getNumElements();
  for (int64_t i = 0; i < count; ++i)
    if (!std::isfinite(data->get<float>(i)))
      return false;
  return true;
}

/// Whether every caller of the stage gives finite constants for an argument.
bool isFiniteAtCallers(func::FuncOp stage, BlockArgument argument) {
  auto module = stage->getParentOfType<ModuleOp>();
  std::optional<SymbolTable::UseRange> uses =
      SymbolTable::getSymbolUses(stage, module);
  if (!uses)
    return false;
  return llvm::all_of(*uses, [&](SymbolTable::SymbolUse use) {
    auto call = dyn_cast<func::CallOp>(use.getUser());
    auto get = call ? call.getOperand(argument.getArgNumber())
                          .getDefiningOp<memref::GetGlobalOp>()
                    : memref::GetGlobalOp();
    auto global =
        get ? module.lookupSymbol<memref::GlobalOp>(get.getNameAttr().getAttr())
            : memref::GlobalOp();
    auto value =
        global ? dyn_cast_or_null<ElementsAttr>(global.getInitialValueAttr())
               : ElementsAttr();
    return value && isFinite(value);
  });
}

/// Reads of padding are decided by one parallel and one reduction dimension.
bool canGather(const Access &image) {
  return image.buffer.flat && image.buffer.element.isF32() &&
         llvm::all_of(image.guards, [](const Guard &guard) {
           return guard.reduction >= 0 &&
                  guard.position.coefficients[guard.reduction] > 0;
         });
}

/// The epilogue's argument of its only use of the sum, an addition.
BlockArgument addedToSum(linalg::GenericOp epilogue, BlockArgument sum) {
  if (!sum.hasOneUse())
    return nullptr;
  auto add = dyn_cast<arith::AddFOp>(*sum.user_begin());
  if (!add)
    return nullptr;
  Value other = add.getLhs() == sum ? add.getRhs() : add.getLhs();
  auto argument = dyn_cast<BlockArgument>(other);
  if (!argument || argument.getOwner() != epilogue.getBody() ||
      !argument.hasOneUse() ||
      argument.getArgNumber() >= epilogue.getNumDpsInputs())
    return nullptr;
  return argument;
}

/// The epilogue's input that is a bias of the channels: a constant of one
/// element for each, added to the sum before anything else.
int findBias(const Nest &nest, const BlockFixedPlan &plan, func::FuncOp stage) {
  linalg::GenericOp epilogue = nest.epilogue;
  if (!epilogue)
    return -1;
  for (auto [i, input] : llvm::enumerate(nest.epilogueInputs)) {
    if (input)
      continue;
    BlockArgument added =
        addedToSum(epilogue, epilogue.getBody()->getArgument(i));
    if (!added)
      return -1;
    unsigned position = added.getArgNumber();
    const std::optional<Access> &bias = nest.epilogueInputs[position];
    if (!bias || !bias->buffer.constant || !bias->buffer.element.isF32() ||
        !epilogue.getDpsInputs()[position].hasOneUse() ||
        !bias->guards.empty() ||
        !isFiniteAtCallers(stage, bias->buffer.constant))
      return -1;
    for (unsigned d = 0; d < nest.sizes.size(); ++d) {
      bool channel = static_cast<int>(d) == plan.feature ||
                     llvm::is_contained(plan.groups, d);
      if (bias->address.coefficients[d] != 0 && !channel)
        return -1;
    }
    return static_cast<int>(position);
  }
  return -1;
}

/// Sorts the dimensions by what varies along them; false when there are two
/// of features.
bool findDimensions(const Nest &nest, BlockFixedPlan &plan) {
  ArrayRef<int64_t> image = nest.inputs[plan.image].address.coefficients;
  ArrayRef<int64_t> weights = nest.inputs[plan.weights].address.coefficients;
  for (unsigned d = 0; d < nest.sizes.size(); ++d) {
    if (nest.reduction[d]) {
      plan.reduction.push_back(d);
      plan.depth *= nest.sizes[d];
    } else if (image[d] == 0 && weights[d] != 0) {
      if (plan.feature >= 0)
        return false;
      plan.feature = static_cast<int>(d);
    } else {
      plan.outer.push_back(d);
      if (weights[d] != 0)
        plan.groups.push_back(d);
      else if (nest.sizes[d] > 1)
        plan.tiled = static_cast<int>(d);
    }
  }
  llvm::erase(plan.outer, static_cast<unsigned>(plan.tiled));
  return plan.depth > 1;
}

int64_t elementsOf(const Buffer &buffer) {
  int64_t elements = 1;
  for (int64_t size : buffer.shape)
    elements *= size;
  return elements;
}

/// Products of a step share what they load: two positions with two features,
/// or four of one kind.
void chooseBlock(const Nest &nest, BlockFixedPlan &plan) {
  int64_t features = plan.feature < 0 ? 1 : nest.sizes[plan.feature];
  int64_t positions = plan.tiled < 0 ? 1 : nest.sizes[plan.tiled];
  plan.features = std::min<int64_t>(features, 4);
  plan.positions = std::min(positions, kAccumulators / plan.features);
  int64_t elements = elementsOf(nest.inputs[plan.image].buffer) +
                     elementsOf(nest.outputs[0].buffer);
  if (plan.depth * plan.positions * kTileShare > elements)
    plan.positions = 1;
  if (plan.positions == 1) {
    plan.tiled = -1;
    plan.features = std::min(features, kAccumulators);
  }
}
} // namespace

std::optional<BlockFixedPlan>
planBlockFixed(const Nest &nest, func::FuncOp stage, const Machine &machine) {
  if (machine.fpu || nest.inputs.size() != 2 || nest.inits.size() != 1 ||
      nest.needsIndices || nest.scalarOnly || !isProductSum(nest.root))
    return std::nullopt;
  auto init = dyn_cast_or_null<FloatAttr>(nest.inits[0]);
  if (!init || !init.getValue().isPosZero())
    return std::nullopt;
  BlockFixedPlan plan;
  plan.image = nest.inputs[1].packable ? 0 : 1;
  plan.weights = 1 - plan.image;
  const Access &weights = nest.inputs[plan.weights];
  if (!weights.packable || !weights.guards.empty() ||
      !canGather(nest.inputs[plan.image]) || !findDimensions(nest, plan))
    return std::nullopt;
  if (plan.depth * 4 > kLargestTileBytes ||
      !isFiniteAtCallers(stage, weights.buffer.constant))
    return std::nullopt;
  plan.bits = blockFixedBits(plan.depth);
  bool tiled = plan.tiled >= 0;
  unsigned tiledDim = plan.tiled;
  chooseBlock(nest, plan);
  if (tiled && plan.tiled < 0) {
    plan.outer.push_back(tiledDim);
    llvm::sort(plan.outer);
  }
  plan.bias = findBias(nest, plan, stage);
  return plan;
}

} // namespace dlc::loops
