//===- ImageParts.cpp - Parts of an image made of a frame -----------------===//

#include "compiler/fuse/patches/ImageParts.h"
#include "dialects/dlc/lines/Declarations.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::fuse {

// Of one tap, and of one channel of a pixel whose colour is computed.
constexpr int64_t kMacsOfTap = 3, kMacsOfChannel = 3;

static bool makesPixels(Operation *op) {
  return isa_and_nonnull<nn::ColorConvertOp, nn::ResampleOp, nn::LookupOp>(op);
}

bool isBorder(Operation *op) {
  auto pad = dyn_cast_or_null<nn::PadOp>(op);
  return pad && pad.getMode() == nn::PadMode::Constant &&
         llvm::all_of(pad.getPads(), [](int64_t p) { return p >= 0; }) &&
         makesPixels(pad.getInput().getDefiningOp()) &&
         pad.getInput().hasOneUse();
}

/// The step that alone reads what `op` makes.
static Operation *nextStep(Operation *op) {
  Value image = op->getResult(0);
  if (!image.hasOneUse())
    return nullptr;
  Operation *user = *image.user_begin();
  if (makesPixels(user))
    return user;
  return isBorder(user) && nextStep(user) ? user : nullptr;
}

bool isImageStep(Operation *op) {
  return makesPixels(op) || (isBorder(op) && nextStep(op));
}

bool isLastImageStep(Operation *op) { return isImageStep(op) && !nextStep(op); }

/// The steps up to `last`, which comes first.
static SmallVector<Operation *> stepsUpTo(Operation *last) {
  SmallVector<Operation *> steps = {last};
  while (Operation *producer = steps.back()->getOperand(0).getDefiningOp()) {
    if (!isImageStep(producer) || nextStep(producer) != steps.back())
      break;
    steps.push_back(producer);
  }
  return steps;
}

/// Whether the first step reads an input of the network that is there as a
/// whole.
static bool readsFrame(Operation *first) {
  auto argument = dyn_cast<BlockArgument>(first->getOperand(0));
  auto main = argument
                  ? dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp())
                  : func::FuncOp();
  return main && !phases::pushedAttr.isAt(main, argument.getArgNumber());
}

Operation *partOfImage(Operation *last) {
  if (!isLastImageStep(last) || !last->getResult(0).hasOneUse() ||
      !readsFrame(stepsUpTo(last).back()))
    return nullptr;
  auto slice = dyn_cast<nn::SliceOp>(*last->getResult(0).user_begin());
  auto type = cast<RankedTensorType>(last->getResult(0).getType());
  bool isPart =
      slice && type.getRank() == 3 &&
      slice.getSizes().back() == type.getShape().back() &&
      llvm::all_of(slice.getSteps(), [](int64_t step) { return step == 1; });
  return isPart ? slice.getOperation() : nullptr;
}

/// As much of `to` elements as `interval` is of `from`.
static Interval inProportion(Interval interval, int64_t from, int64_t to) {
  int64_t begin = interval.begin * to / from;
  return {begin, llvm::divideCeilSigned(interval.end() * to, from) - begin};
}

/// The rows that a filter in two passes reads; its columns are of all of them.
static Interval rowsReadBy(nn::ResampleOp resample, Interval rows,
                           int64_t height) {
  ArrayRef<int32_t> offsets = resample.getRowOffsets();
  int64_t taps = resample.getRowWeights().size() / offsets.size();
  offsets = offsets.slice(rows.begin, rows.size);
  auto [least, most] = std::minmax_element(offsets.begin(), offsets.end());
  int64_t begin = std::clamp<int64_t>(*least, 0, height - 1),
          last = std::clamp<int64_t>(*most + taps - 1, begin, height - 1);
  return {begin, last - begin + 1};
}

std::optional<SmallVector<Box>> operandBoxesOfStep(Operation *op,
                                                   const Box &part) {
  Box whole = wholeBox(op->getResult(0));
  if (part.size() != 3 || !(part[2] == whole[2]) ||
      !readsFrame(stepsUpTo(op).back()))
    return std::nullopt;
  SmallVector<Box> boxes = llvm::map_to_vector(op->getOperands(), wholeBox);
  if (isa<BlockArgument>(op->getOperand(0)))
    return boxes;
  Box &read = boxes.front();
  for (int i : {0, 1})
    read[i] = inProportion(part[i], whole[i].size, read[i].size);
  if (auto resample = dyn_cast<nn::ResampleOp>(op);
      resample && resample.getNarrow())
    read[0] =
        rowsReadBy(resample, part[0], wholeBox(resample.getImage())[0].size);
  return boxes;
}

static int64_t tapsOf(ArrayRef<int32_t> offsets, ArrayRef<int32_t> weights) {
  return static_cast<int64_t>(weights.size() / offsets.size());
}

/// Of what a step makes, the elements that are read, each time that they are.
static int64_t elementsRead(Operation *op) {
  int64_t all = elementsOf(wholeBox(op->getResult(0)));
  auto resample = dyn_cast_or_null<nn::ResampleOp>(nextStep(op));
  if (!resample || resample.getNarrow())
    return all;
  return std::min(
      all,
      elementsOf(wholeBox(resample.getResampled())) *
          tapsOf(resample.getRowOffsets(), resample.getRowWeights()) *
          tapsOf(resample.getColumnOffsets(), resample.getColumnWeights()));
}

int64_t workOfStep(Operation *op) {
  int64_t elements = elementsOf(wholeBox(op->getResult(0))), work = 0;
  if (auto convert = dyn_cast<nn::ColorConvertOp>(op)) {
    if (!convert.getWeights().empty())
      work = kMacsOfChannel * elementsRead(op);
  } else if (auto resample = dyn_cast<nn::ResampleOp>(op)) {
    int64_t rows = tapsOf(resample.getRowOffsets(), resample.getRowWeights());
    work = kMacsOfTap * elements * rows *
           (resample.getNarrow() ? 1
                                 : tapsOf(resample.getColumnOffsets(),
                                          resample.getColumnWeights()));
  } else {
    work = elements;
  }
  // The first pass of a filter in two is over the rows of what it reads.
  if (auto filter = dyn_cast_or_null<nn::ResampleOp>(nextStep(op));
      filter && filter.getNarrow()) {
    Box image = wholeBox(filter.getImage());
    work += kMacsOfTap * image[0].size * image[2].size *
            static_cast<int64_t>(filter.getColumnWeights().size());
  }
  return work;
}

Value cloneImage(OpBuilder &builder, Operation *last, const Box &part) {
  IRMapping mapping;
  SmallVector<Operation *> cloned = stepsUpTo(last);
  for (Operation *step : llvm::reverse(cloned))
    builder.clone(*step, mapping);
  Value image = mapping.lookup(last->getResult(0));
  if (part == wholeBox(image))
    return image;
  SmallVector<int64_t> starts, sizes, steps(part.size(), 1);
  for (const Interval &interval : part) {
    starts.push_back(interval.begin);
    sizes.push_back(interval.size);
  }
  return nn::SliceOp::create(builder, last->getLoc(), image, starts, sizes,
                             steps);
}

} // namespace dlc::fuse
