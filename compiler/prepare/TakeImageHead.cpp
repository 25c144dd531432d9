//===- TakeImageHead.cpp - Steps in place of a model's nodes --------------===//

#include "compiler/prepare/ImageBuilder.h"
#include "compiler/prepare/ImageHead.h"
#include "dialects/nn/Constants.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::prepare;

static SmallVector<int64_t> extentsOf(ArrayRef<ImageDim> dims, Size size,
                                      int64_t channels) {
  SmallVector<int64_t> shape;
  for (ImageDim dim : dims)
    shape.push_back(dim == ImageDim::One      ? 1
                    : dim == ImageDim::Row    ? size.height
                    : dim == ImageDim::Column ? size.width
                                              : channels);
  return shape;
}

/// An image [height, width, channels] in the dimensions that the input has.
static Value asInput(OpBuilder &b, Location loc, const ImageHead &head,
                     Value image, Size size) {
  auto type = cast<RankedTensorType>(image.getType());
  bool isLast = head.dims.back() == ImageDim::Channel;
  if (!isLast)
    image = nn::TransposeOp::create(b, loc, image,
                                    b.getDenseI64ArrayAttr({2, 0, 1}));
  auto made = RankedTensorType::get(extentsOf(head.dims, size, head.channels),
                                    type.getElementType());
  return image.getType() == made
             ? image
             : Value(nn::ReshapeOp::create(b, loc, made, image));
}

LogicalResult dlc::prepare::takeImageHead(const ImageHead &head) {
  Operation *last = head.nodes.back();
  OpBuilder b(last);
  Location loc = head.nodes.front()->getLoc();
  Frame frame;
  frame.format =
      head.channels == 3 ? nn::PixelFormat::RGB : nn::PixelFormat::GRAY;
  frame.height = head.size.height, frame.width = head.size.width;
  frame.stride = head.channels * head.size.width;
  auto bytes = cast<RankedTensorType>(head.input.getType());
  auto packed = RankedTensorType::get(
      {frame.height, frame.width, head.channels}, bytes.getElementType());
  Value image = head.input;
  if (bytes != packed)
    image = nn::ReshapeOp::create(b, loc, packed, image);
  ImageBuilder builder(b, frame, image, loc);
  for (const HeadStep &taken : head.steps)
    if (failed(taken.tables ? builder.resample(taken.step, *taken.tables)
                            : builder.add(taken.step)))
      return failure();
  FailureOr<Value> pixels = builder.finish(loc);
  if (failed(pixels))
    return failure();
  Size size = builder.currentSize();
  Value value = asInput(b, loc, head, *pixels, size);
  for (const HeadRest &rest : head.rest) {
    IRMapping mapping;
    for (Value operand : rest.op->getOperands())
      if (!nn::constantOf(operand))
        mapping.map(operand, value);
    Operation *clone = b.clone(*rest.op, mapping);
    auto old = cast<RankedTensorType>(rest.op->getResult(0).getType());
    clone->getResult(0).setType(RankedTensorType::get(
        extentsOf(rest.dims, size, head.channels), old.getElementType()));
    value = clone->getResult(0);
  }
  last->getResult(0).replaceAllUsesWith(value);
  for (Operation *node : llvm::reverse(head.nodes))
    node->erase();
  return success();
}
