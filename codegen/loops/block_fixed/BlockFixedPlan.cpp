//===- BlockFixedPlan.cpp - Which sums of products become integers --------===//

#include "codegen/loops/block_fixed/BlockFixed.h"
#include "codegen/loops/block_fixed/BlockFixedNumbers.h"
#include "codegen/loops/nest/ModuleIndex.h"
#include "codegen/loops/weights/CallerConstants.h"
#include "dialects/arena/Declarations.h"
#include "dialects/nn/Constants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
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
  SmallVector<ElementsAttr> constants =
      constantsAtCallers(module, stage, argument);
  return constants.size() == module.usersOf(stage).size() &&
         llvm::all_of(constants, isFinite);
}

/// Reads of padding are decided by one parallel and one reduction dimension.
bool canGather(const Access &image) {
  return image.buffer.flat && image.buffer.element.isF32() &&
         llvm::all_of(image.guards, [](const Guard &guard) {
           return guard.reduction >= 0 &&
                  guard.position.coefficients[guard.reduction] > 0;
         });
}

/// The epilogue's input that is a bias of the channels, if it is a constant of
/// one element for each.
int findBias(const Nest &nest, const Contraction &contraction,
             func::FuncOp stage) {
  int position = contraction.epilogue.bias;
  if (position < 0)
    return -1;
  linalg::GenericOp epilogue = nest.epilogue;
  const Access &bias = *nest.epilogueInputs[position];
  if (!bias.buffer.constant || !bias.buffer.element.isF32() ||
      !epilogue.getDpsInputs()[position].hasOneUse() || !bias.guards.empty() ||
      !isFiniteAtCallers(*nest.module, stage, bias.buffer.constant))
    return -1;
  for (auto [role, coefficient] :
       llvm::zip(contraction.roles, bias.address.coefficients))
    if (coefficient != 0 && role != Role::Feature && role != Role::Group)
      return -1;
  return position;
}

/// The selection by which the epilogue replaces what is below zero by zero, if
/// that is all it does with the sum and its bias.
Operation *findRelu(const Contraction &contraction, int bias) {
  const Clamp &clamp = contraction.epilogue.clamp;
  auto zero = dyn_cast_or_null<FloatAttr>(clamp.lower);
  bool first =
      clamp.lowerOp && bias == contraction.epilogue.bias &&
      (!clamp.upperOp || clamp.lowerOp->isBeforeInBlock(clamp.upperOp));
  return first && zero && zero.getValue().isPosZero() &&
                 isa<arith::SelectOp>(clamp.lowerOp)
             ? clamp.lowerOp
             : nullptr;
}

/// Sorts the dimensions by what varies along them; false when there are two
/// of features.
bool findDimensions(const Nest &nest, const Contraction &contraction,
                    BlockFixedPlan &plan) {
  if (contraction.features.size() > 1)
    return false;
  if (!contraction.features.empty())
    plan.feature = static_cast<int>(contraction.features.front());
  plan.groups = contraction.groups;
  plan.reduction = contraction.reduction();
  plan.depth = contraction.depth;
  for (unsigned d : contraction.positions)
    if (nest.sizes[d] > 1)
      plan.tiled = static_cast<int>(d);
  for (auto [d, role] : llvm::enumerate(contraction.roles))
    if (static_cast<int>(d) != plan.tiled &&
        (role == Role::Position || role == Role::Group))
      plan.outer.push_back(d);
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

/// The axis of the window of a tap; nullopt where no one position moves it.
std::optional<BlockFixedAxis> makeAxis(const Nest &nest, unsigned input,
                                       unsigned tap) {
  const auto *window = llvm::find_if(nest.windows, [&](const Window &each) {
    return each.input == input && each.tap == tap;
  });
  if (window == nest.windows.end() || window->position < 0 ||
      window->stride <= 0 || window->dilation <= 0)
    return std::nullopt;
  const Access &image = nest.inputs[input];
  BlockFixedAxis axis;
  axis.output = window->position;
  axis.window = tap;
  for (const Guard &guard : image.guards)
    if (guard.reduction == static_cast<int>(tap)) {
      if (axis.guard || guard.parallel != window->position)
        return std::nullopt;
      axis.guard = &guard;
    }
  // Elements that no tap reads are left out where no guard counts them.
  int64_t step = axis.guard ? 1 : std::gcd(window->stride, window->dilation);
  axis.outputStep = window->stride / step;
  axis.windowStep = window->dilation / step;
  axis.stride = image.address.coefficients[tap] / axis.windowStep;
  return axis;
}

/// Whether results are to be written over the image soon: all channels of some
/// rows are read before those of the next ones.
bool isOverwritten(const Nest &nest, const BlockFixedPlan &plan,
                   func::FuncOp stage) {
  BlockArgument argument = soleArgument(nest, plan.image);
  return arena::crowdedAttr.isOn(stage) && argument &&
         arena::lastReadAttr.isAt(stage, argument.getArgNumber());
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
  auto column = makeAxis(nest, plan.image, plan.reduction[1]);
  auto row = makeAxis(nest, plan.image, plan.reduction[0]);
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
  return argument && arena::lastReadAttr.isAt(stage, argument.getArgNumber()) &&
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

std::optional<BlockFixedPlan> planBlockFixed(const Nest &nest,
                                             const Contraction &contraction,
                                             func::FuncOp stage,
                                             const Machine &machine) {
  if (!contraction.isFloat32() || !contraction.startsAtZero)
    return std::nullopt;
  BlockFixedPlan plan;
  plan.image = contraction.data.input;
  plan.weights = contraction.weights.input;
  const Access &weights = nest.inputs[plan.weights];
  if (!weights.packable || !weights.guards.empty() ||
      !canGather(nest.inputs[plan.image]) ||
      !findDimensions(nest, contraction, plan))
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
  plan.bias = findBias(nest, contraction, stage);
  plan.relu = findRelu(contraction, plan.bias);
  return plan;
}

} // namespace dlc::loops
