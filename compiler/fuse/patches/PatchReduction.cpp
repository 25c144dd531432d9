//===- PatchReduction.cpp - Sums over a tensor, patch by patch ------------===//

#include "compiler/fuse/patches/PatchReduction.h"
#include "compiler/evaluate/Evaluate.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;

namespace dlc::fuse {

static RankedTensorType typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// Adding the sums of parts in memory is as good as adding in a register.
static bool keepsPartialSums(Type element) {
  auto floating = dyn_cast<FloatType>(element);
  return !floating || floating.getWidth() >= 32;
}

static bool isReducedBy(nn::MatmulOp product, Value image) {
  return !product.getAccumulator() && typeOf(product.getLhs()).getRank() == 2 &&
         typeOf(product.getLhs()).getShape()[0] == 1 &&
         typeOf(image).getShape()[0] == 1 &&
         typeOf(product.getRhs()).getRank() == 2 &&
         nn::constantOf(product.getRhs()) &&
         keepsPartialSums(typeOf(image).getElementType());
}

static bool isReducedBy(nn::ReduceOp reduce, Value image) {
  Type element = typeOf(image).getElementType();
  if (reduce.getAccumulator())
    return false;
  switch (reduce.getKind()) {
  case nn::ReduceKind::Mean:
    if (!isa<FloatType>(element))
      return false;
    [[fallthrough]];
  case nn::ReduceKind::Sum:
  case nn::ReduceKind::Prod:
    if (!keepsPartialSums(element))
      return false;
    break;
  case nn::ReduceKind::Max:
  case nn::ReduceKind::Min:
    break;
  }
  return llvm::all_of(
      llvm::seq<int64_t>(1, typeOf(image).getRank() - 1),
      [&](int64_t dim) { return llvm::is_contained(reduce.getAxes(), dim); });
}

Operation *reductionOf(Value image) {
  if (!image.hasOneUse() || typeOf(image).getRank() < 3)
    return nullptr;
  Operation *user = *image.user_begin();
  if (auto reduce = dyn_cast<nn::ReduceOp>(user))
    return isReducedBy(reduce, image) ? user : nullptr;
  auto flatten = dyn_cast<nn::ReshapeOp>(user);
  if (!flatten || !flatten.getOutput().hasOneUse())
    return nullptr;
  auto product = dyn_cast<nn::MatmulOp>(*flatten.getOutput().user_begin());
  return product && product.getLhs() == flatten.getOutput() &&
                 isReducedBy(product, image)
             ? product
             : nullptr;
}

static Value reshape(OpBuilder &builder, Location loc, Value value,
                     ArrayRef<int64_t> shape) {
  return nn::ReshapeOp::create(builder, loc, typeOf(value).clone(shape), value);
}

/// The rows of a constant matrix that a part of the flattened image meets, as a
/// constant: memory for them is taken here and not on the device.
static Value rowsFor(OpBuilder &builder, nn::MatmulOp product,
                     ArrayRef<int64_t> imageShape, const Box &part) {
  Location loc = product.getRhs().getLoc();
  auto type = typeOf(product.getRhs());
  SmallVector<int64_t> shape(imageShape.drop_front());
  shape.push_back(type.getShape()[1]);
  SmallVector<int64_t> starts, sizes, steps(shape.size(), 1);
  int64_t rows = 1;
  for (const Interval &interval : llvm::drop_begin(part)) {
    starts.push_back(interval.begin);
    sizes.push_back(interval.size);
    rows *= interval.size;
  }
  starts.push_back(0);
  sizes.push_back(shape.back());
  auto whole = arith::ConstantOp::create(
      builder, loc, type.clone(shape),
      nn::retypeConstant(nn::constantOf(product.getRhs()), type.clone(shape)));
  auto slice = nn::SliceOp::create(builder, loc, whole, starts, sizes, steps);
  SmallVector<ElementsAttr> folded;
  LogicalResult computed =
      evaluate::evaluateOp(slice, cast<ElementsAttr>(whole.getValue()), folded);
  assert(succeeded(computed) && "a slice of a constant is one");
  (void)computed;
  slice.erase();
  whole.erase();
  auto result = type.clone({rows, shape.back()});
  return arith::ConstantOp::create(builder, loc, result,
                                   nn::retypeConstant(folded.front(), result));
}

static Value combine(OpBuilder &builder, Operation *reduction, Value sum,
                     Value part) {
  Location loc = reduction->getLoc();
  Type type = part.getType();
  auto kind = nn::ReduceKind::Sum;
  if (auto reduce = dyn_cast<nn::ReduceOp>(reduction))
    kind = reduce.getKind();
  switch (kind) {
  case nn::ReduceKind::Sum:
  case nn::ReduceKind::Mean:
    return nn::AddOp::create(builder, loc, type, part, sum);
  case nn::ReduceKind::Prod:
    return nn::MulOp::create(builder, loc, type, part, sum);
  case nn::ReduceKind::Max:
    return nn::MaxOp::create(builder, loc, type, part, sum);
  case nn::ReduceKind::Min:
    return nn::MinOp::create(builder, loc, type, part, sum);
  }
  llvm_unreachable("unknown reduction");
}

Value reducePart(OpBuilder &builder, Operation *reduction, const Box &part,
                 Value patch, Value sum) {
  Location loc = reduction->getLoc();
  Type type = reduction->getResult(0).getType();
  Value result;
  if (auto product = dyn_cast<nn::MatmulOp>(reduction)) {
    auto image = product.getLhs().getDefiningOp<nn::ReshapeOp>().getInput();
    Value rows = rowsFor(builder, product, typeOf(image).getShape(), part);
    Value flat = reshape(builder, loc, patch, {1, elementsOf(part)});
    result = nn::MatmulOp::create(builder, loc, type, flat, rows);
  } else {
    auto reduce = cast<nn::ReduceOp>(reduction);
    auto kind = reduce.getKind() == nn::ReduceKind::Mean ? nn::ReduceKind::Sum
                                                         : reduce.getKind();
    result = nn::ReduceOp::create(builder, loc, type, patch, kind,
                                  reduce.getAxes(), reduce.getKeepdims());
  }
  if (!sum)
    return result;
  // A stage ends where it is viewed: the sum belongs to this part's stage. To
  // the one before it would be an epilogue that waits for this part.
  return combine(builder, reduction,
                 reshape(builder, loc, sum, typeOf(sum).getShape()), result);
}

Value finishReduction(OpBuilder &builder, Operation *reduction, Value sum) {
  auto reduce = dyn_cast<nn::ReduceOp>(reduction);
  if (!reduce || reduce.getKind() != nn::ReduceKind::Mean)
    return sum;
  auto type = typeOf(sum);
  double count =
      static_cast<double>(typeOf(reduce.getInput()).getNumElements()) /
      static_cast<double>(type.getNumElements());
  Value factor = arith::ConstantOp::create(builder, reduction->getLoc(), type,
                                           nn::makeSplat(type, 1 / count));
  return nn::MulOp::create(builder, reduction->getLoc(), type, sum, factor);
}

} // namespace dlc::fuse
