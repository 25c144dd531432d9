//===- Window.cpp - Where a sliding window reads --------------------------===//

#include "codegen/lower/Window.h"
#include "codegen/lower/Build.h"
#include "codegen/lower/Scalar.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace dlc::lower {

Value Window::pad(ImplicitLocOpBuilder &b, Value input,
                  ArrayRef<int64_t> outputShape, TypedAttr value) const {
  ArrayRef<int64_t> shape = shapeOf(input);
  unsigned extra = shape.size() - outputShape.size();
  unsigned outFirst = nn::firstSpatialDim(layout);
  unsigned inFirst = layout == nn::Layout::ChannelsLast ? 1 : 2 + extra;
  SmallVector<int64_t> low(shape.size(), 0), high(shape.size(), 0);
  for (unsigned i = 0; i < spatialRank(); ++i) {
    int64_t reach = (outputShape[outFirst + i] - 1) * strides[i] +
                    (kernel[i] - 1) * dilations[i] + 1;
    low[inFirst + i] = pads[i];
    high[inFirst + i] =
        std::max<int64_t>(0, reach - pads[i] - shape[inFirst + i]);
  }
  bool none = llvm::all_of(low, [](int64_t size) { return size == 0; }) &&
              llvm::all_of(high, [](int64_t size) { return size == 0; });
  if (none)
    return input;
  return createPad(b, input, low, high, arith::ConstantOp::create(b, value));
}

SmallVector<AffineExpr> Window::positions(MLIRContext *context,
                                          unsigned outLoop,
                                          unsigned windowLoop) const {
  SmallVector<AffineExpr> exprs;
  for (unsigned i = 0; i < spatialRank(); ++i)
    exprs.push_back(getAffineDimExpr(outLoop + i, context) * strides[i] +
                    getAffineDimExpr(windowLoop + i, context) * dilations[i]);
  return exprs;
}

Value splitDim(ImplicitLocOpBuilder &b, Value tensor, int64_t dim,
               int64_t parts) {
  SmallVector<int64_t> shape(shapeOf(tensor));
  shape[dim] /= parts;
  shape.insert(shape.begin() + dim, parts);
  return createReshape(b, tensor, shape);
}

Value addChannelBias(ImplicitLocOpBuilder &b, Value sums, Value bias,
                     nn::Layout layout) {
  auto type = cast<RankedTensorType>(sums.getType());
  unsigned rank = type.getRank();
  MLIRContext *context = b.getContext();
  AffineExpr channel = getAffineDimExpr(nn::channelDim(layout, rank), context);
  return createParallel(b, type, {sums, bias},
                        {AffineMap::getMultiDimIdentityMap(rank, context),
                         AffineMap::get(rank, 0, channel)},
                        [](ImplicitLocOpBuilder &b, ValueRange args) {
                          return scalar::add(b, args[0], args[1]);
                        });
}

} // namespace dlc::lower
