//===- BlockFixedPlan.cpp - Which sums of products become integers --------===//

#include "codegen/loops/block_fixed/BlockFixed.h"
#include "codegen/loops/block_fixed/BlockFixedNumbers.h"
#include "codegen/loops/nest/ModuleIndex.h"
#include "dialects/nn/Constants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Matchers.h"
#include <cmath>
#include <numeric>

using namespace mlir;

namespace dlc::loops {

namespace {
/// Four sums of 64 bits are what the registers of such a core hold; one in
/// halves with the halves of its factors.
constexpr int64_t kAccumulators = 4;
/// Windows that lie side by side and are computed together, in a plane.
constexpr int64_t kNeighbours = 2;
/// A tile of activations has one position if more would take a larger part of
/// what the tensors take: the arena is what such a core has least of.
constexpr int64_t kTileShare = 50;
constexpr int64_t kPartsOfPlane = 5;
/// A tile of one position that is larger, and more than half of the tensors, is
/// not made.
constexpr int64_t kMostBytesOfVector = 1 << 10;
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
bool isFiniteAtCallers(ModuleIndex &module, func::FuncOp stage,
                       BlockArgument argument) {
  return llvm::all_of(module.usersOf(stage), [&](Operation *user) {
    auto call = dyn_cast<func::CallOp>(user);
    auto get = call ? call.getOperand(argument.getArgNumber())
                          .getDefiningOp<memref::GetGlobalOp>()
                    : memref::GetGlobalOp();
    auto global = get ? module.lookup<memref::GlobalOp>(get.getName())
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
        !isFiniteAtCallers(*nest.module, stage, bias->buffer.constant))
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

/// The selection by which the epilogue replaces what is below zero by zero, if
/// that is all it does with the sum and its bias.
Operation *findRelu(const Nest &nest, const BlockFixedPlan &plan) {
  linalg::GenericOp epilogue = nest.epilogue;
  if (!epilogue)
    return nullptr;
  const auto *sum = llvm::find(nest.epilogueInputs, std::nullopt);
  Value value =
      epilogue.getBody()->getArgument(sum - nest.epilogueInputs.begin());
  if (plan.bias >= 0)
    value = value.user_begin()->getResult(0);
  if (!value.hasNUses(2))
    return nullptr;
  for (Operation *user : value.getUsers()) {
    auto select = dyn_cast<arith::SelectOp>(user);
    auto compare =
        select ? select.getCondition().getDefiningOp<arith::CmpFOp>() : nullptr;
    if (compare && select.getFalseValue() == value &&
        compare.getLhs() == value && compare->hasOneUse() &&
        compare.getPredicate() == arith::CmpFPredicate::OLT &&
        matchPattern(compare.getRhs(), m_AnyZeroFloat()) &&
        matchPattern(select.getTrueValue(), m_PosZeroFloat()))
      return select;
  }
  return nullptr;
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

/// Windows with more taps are not unrolled.
constexpr int64_t kMostTaps = 32;

/// The axis of an output's dimension and a window's; nullopt where the image is
/// not walked in whole steps.
std::optional<BlockFixedAxis> makeAxis(const Access &image, unsigned output,
                                       unsigned window) {
  BlockFixedAxis axis;
  axis.output = output;
  axis.window = window;
  int64_t outputStride = image.address.coefficients[output];
  int64_t windowStride = image.address.coefficients[window];
  if (outputStride <= 0 || windowStride <= 0)
    return std::nullopt;
  axis.stride = std::gcd(outputStride, windowStride);
  axis.outputStep = outputStride / axis.stride;
  axis.windowStep = windowStride / axis.stride;
  for (const Guard &guard : image.guards) {
    if (guard.reduction != static_cast<int>(window))
      continue;
    if (axis.guard || guard.parallel != static_cast<int>(output))
      return std::nullopt;
    axis.guard = &guard;
    axis.outputStep = guard.position.coefficients[output];
    axis.windowStep = guard.position.coefficients[window];
    axis.stride = windowStride / axis.windowStep;
    if (axis.outputStep * axis.stride != outputStride)
      return std::nullopt;
  }
  return axis;
}

/// Whether results are to be written over the image soon: all channels of some
/// rows are read before those of the next ones.
bool isOverwritten(const Nest &nest, const BlockFixedPlan &plan,
                   func::FuncOp stage) {
  BlockArgument argument = soleArgument(nest, plan.image);
  return stage->hasAttr(crowdedName) && argument &&
         stage.getArgAttr(argument.getArgNumber(), lastReadName);
}

/// A part of the plane has about a fifth of its rows: with what windows share
/// that is what lies between a result and what is still to be read. One that
/// divides them needs no code for a rest.
int64_t partOf(int64_t rows) {
  int64_t most = llvm::divideCeil(rows, kPartsOfPlane);
  for (int64_t part = most; 3 * part > 2 * most; --part)
    if (rows % part == 0)
      return part;
  return most;
}

/// A plan for a depthwise convolution over an image's rows and columns.
std::optional<BlockFixedPlanes>
planPlanes(const Nest &nest, const BlockFixedPlan &plan, func::FuncOp stage) {
  const Access &image = nest.inputs[plan.image];
  if (plan.feature >= 0 || plan.groups.size() != 1 ||
      plan.reduction.size() != 2 ||
      plan.depth > (plan.limbs ? kLimbTerms : kMostTaps))
    return std::nullopt;
  BlockFixedPlanes planes;
  planes.channel = plan.groups.front();
  // Columns lie next to each other, rows next further apart.
  SmallVector<unsigned> positions;
  for (unsigned d = 0; d < nest.sizes.size(); ++d)
    if (!nest.reduction[d] && d != planes.channel)
      positions.push_back(d);
  llvm::sort(positions, [&](unsigned x, unsigned y) {
    return image.address.coefficients[x] < image.address.coefficients[y];
  });
  if (positions.size() < 2)
    return std::nullopt;
  auto column = makeAxis(image, positions[0], plan.reduction[1]);
  auto row = makeAxis(image, positions[1], plan.reduction[0]);
  if (!column || !row || row->stride <= column->stride)
    return std::nullopt;
  planes.column = *column;
  planes.row = *row;
  planes.tileColumns =
      column->extent(nest.sizes[column->output], nest.sizes[column->window]);
  // As many rows as keep the tile small: neighbours share what they read.
  int64_t most =
      (elementsOf(image.buffer) + elementsOf(nest.outputs[0].buffer)) /
      kTileShare / planes.tileColumns;
  planes.rows = nest.sizes[row->output];
  if (isOverwritten(nest, plan, stage))
    planes.rows = partOf(planes.rows);
  while (planes.rows > 1 &&
         row->extent(planes.rows, nest.sizes[row->window]) > most)
    --planes.rows;
  planes.tileRows = row->extent(planes.rows, nest.sizes[row->window]);
  return planes;
}

/// Products of a step share what they load: four features one position, fewer
/// features more positions. Two by two load less, but a tile of one position is
/// half as large and leaves more registers for addresses.
void chooseBlock(const Nest &nest, BlockFixedPlan &plan) {
  int64_t features = plan.feature < 0 ? 1 : nest.sizes[plan.feature];
  int64_t positions = plan.tiled < 0 ? 1 : nest.sizes[plan.tiled];
  int64_t sums = plan.limbs ? 1 : kAccumulators;
  plan.features = std::min(features, sums);
  plan.positions = std::min(positions, sums / plan.features);
  int64_t elements = elementsOf(nest.inputs[plan.image].buffer) +
                     elementsOf(nest.outputs[0].buffer);
  if (plan.depth * plan.positions * kTileShare > elements)
    plan.positions = 1;
  if (plan.positions == 1 && plan.tiled >= 0) {
    plan.outer.push_back(plan.tiled);
    llvm::sort(plan.outer);
    plan.tiled = -1;
  }
}

/// Whether what a position reads is a run of elements.
bool isVector(const Nest &nest, const BlockFixedPlan &plan) {
  return plan.positions == 1 && plan.reduction.size() == 1 &&
         nest.inputs[plan.image].guards.empty();
}

/// Whether a tile would be large, and is most of the tensors.
bool isLarge(const Nest &nest, const BlockFixedPlan &plan) {
  int64_t elements = elementsOf(nest.inputs[plan.image].buffer) +
                     elementsOf(nest.outputs[0].buffer);
  return plan.depth * 4 > kMostBytesOfVector && plan.depth * 2 > elements;
}

/// Whether all outputs read the same, which nobody reads afterwards.
bool canConvertInPlace(const Nest &nest, const BlockFixedPlan &plan,
                       func::FuncOp stage) {
  BlockArgument argument = soleArgument(nest, plan.image);
  return argument && stage.getArgAttr(argument.getArgNumber(), lastReadName) &&
         llvm::all_of(plan.outer,
                      [&](unsigned d) { return nest.sizes[d] == 1; });
}
} // namespace

BlockArgument soleArgument(const Nest &nest, unsigned input) {
  linalg::GenericOp root = nest.root;
  Value value = root.getDpsInputs()[input];
  while (value.hasOneUse()) {
    Operation *op = value.getDefiningOp();
    if (isa_and_nonnull<tensor::ExpandShapeOp, tensor::CollapseShapeOp,
                        tensor::PadOp>(op)) {
      value = op->getOperand(0);
      continue;
    }
    auto toTensor = dyn_cast_or_null<bufferization::ToTensorOp>(op);
    auto argument = toTensor ? dyn_cast<BlockArgument>(toTensor.getBuffer())
                             : BlockArgument();
    if (!argument)
      return nullptr;
    auto isRead = [](Operation *user) {
      return isa<bufferization::ToTensorOp>(user);
    };
    return llvm::count_if(argument.getUsers(), isRead) == 1 ? argument
                                                            : BlockArgument();
  }
  return nullptr;
}

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
      !isFiniteAtCallers(*nest.module, stage, weights.buffer.constant))
    return std::nullopt;
  plan.limbs = !machine.longMultiply;
  plan.bits = blockFixedBits(plan.depth, plan.limbs);
  plan.planes = planPlanes(nest, plan, stage);
  if (plan.planes) {
    plan.tiled = -1;
    plan.positions = std::min<int64_t>(plan.limbs ? 1 : kNeighbours,
                                       nest.sizes[plan.planes->column.output]);
  } else {
    chooseBlock(nest, plan);
    if (isVector(nest, plan)) {
      plan.inPlace = canConvertInPlace(nest, plan, stage);
      plan.untiled = !plan.inPlace && isLarge(nest, plan);
    }
  }
  plan.bias = findBias(nest, plan, stage);
  plan.relu = findRelu(nest, plan);
  return plan;
}

} // namespace dlc::loops
