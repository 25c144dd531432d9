//===- NnPixelOps.cpp - Types of frames and images ------------------------===//

#include "dialects/nn/Infer.h"
#include "dialects/nn/pixels/Pixels.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace dlc::nn;
using namespace dlc::nn::detail;

//===----------------------------------------------------------------------===//
// Frames
//===----------------------------------------------------------------------===//

FrameShape dlc::nn::frameShape(PixelFormat format, int64_t height,
                               int64_t width) {
  switch (format) {
  case PixelFormat::RGB:
  case PixelFormat::BGR:
    return {height, 3 * width};
  case PixelFormat::RGBX:
  case PixelFormat::BGRX:
    return {height, 4 * width};
  case PixelFormat::RGB565LE:
  case PixelFormat::RGB565BE:
  case PixelFormat::YUYV:
  case PixelFormat::UYVY:
    return {height, 2 * width};
  case PixelFormat::NV12:
  case PixelFormat::NV21:
  case PixelFormat::I420:
    return {height + height / 2, width};
  case PixelFormat::GRAY:
  case PixelFormat::BayerRGGB:
  case PixelFormat::BayerBGGR:
  case PixelFormat::BayerGRBG:
  case PixelFormat::BayerGBRG:
    return {height, width};
  }
  llvm_unreachable("all formats are listed");
}

bool dlc::nn::isYuv(PixelFormat format) {
  switch (format) {
  case PixelFormat::YUYV:
  case PixelFormat::UYVY:
  case PixelFormat::NV12:
  case PixelFormat::NV21:
  case PixelFormat::I420:
    return true;
  default:
    return false;
  }
}

bool dlc::nn::isBayer(PixelFormat format) {
  switch (format) {
  case PixelFormat::BayerRGGB:
  case PixelFormat::BayerBGGR:
  case PixelFormat::BayerGRBG:
  case PixelFormat::BayerGBRG:
    return true;
  default:
    return false;
  }
}

unsigned dlc::nn::pixelsSharingChroma(PixelFormat format, bool rows) {
  if (!isYuv(format))
    return 1;
  bool packed = format == PixelFormat::YUYV || format == PixelFormat::UYVY;
  return rows && packed ? 1 : 2;
}

size_t dlc::nn::conversionWeights(PixelFormat format, PixelColor color) {
  bool toGrey = color == PixelColor::GRAY;
  if (isYuv(format))
    return toGrey ? 0 : 7;
  return toGrey && format != PixelFormat::GRAY ? 4 : 0;
}

int64_t dlc::nn::channelsOf(PixelColor color) {
  return color == PixelColor::GRAY ? 1 : 3;
}

static LogicalResult checkFrame(std::optional<Location> loc, StringRef name,
                                ColorConvertOp::Adaptor op) {
  RankedTensorType bytes = tensorOf(op.getBytes());
  ArrayRef<int64_t> frame = op.getFrame();
  PixelFormat format = op.getFormat();
  bool sized = frame.size() == 2 && frame[0] > 0 && frame[1] > 0 &&
               frame[0] < (1 << 24) && frame[1] < (1 << 24);
  if (!sized || bytes.getRank() < 2 || bytes.getRank() > 3)
    return violated(loc, name, 1, "the frame has no height and width");
  FrameShape shape = frameShape(format, frame[0], frame[1]);
  int64_t row =
      bytes.getNumElements() / std::max<int64_t>(1, bytes.getDimSize(0));
  if (bytes.getDimSize(0) != shape.rows || row < shape.bytes ||
      (bytes.getRank() == 3 && row != shape.bytes))
    return violated(loc, name, 1,
                    "a frame of that format and size has " + Twine(shape.rows) +
                        " rows of at least " + Twine(shape.bytes) + " bytes");
  if (frame[0] % pixelsSharingChroma(format, /*rows=*/true) ||
      frame[1] % pixelsSharingChroma(format, /*rows=*/false))
    return violated(loc, name, 3, "chroma for two pixels needs an even size");
  if (format == PixelFormat::I420 && row % 2)
    return violated(loc, name, 3, "rows of I420 have an even number of bytes");
  if (isBayer(format) && (frame[0] < 3 || frame[1] < 3))
    return violated(loc, name, 3, "a Bayer frame has 3 rows and columns");
  return success();
}

LogicalResult ColorConvertOp::inferReturnTypes(MLIRContext *,
                                               std::optional<Location> loc,
                                               Adaptor adaptor,
                                               SmallVectorImpl<Type> &types) {
  StringRef name = getOperationName();
  if (failed(checkFrame(loc, name, adaptor)))
    return failure();
  ArrayRef<int64_t> origin = adaptor.getOrigin(), size = adaptor.getSize();
  bool inside = origin.size() == 2 && size.size() == 2;
  for (unsigned i = 0; inside && i < 2; ++i)
    inside = origin[i] >= 0 && size[i] > 0 &&
             origin[i] <= adaptor.getFrame()[i] - size[i];
  if (!inside)
    return violated(loc, name, 2, "the window is empty or leaves the frame");
  ArrayRef<int32_t> weights = adaptor.getWeights();
  size_t expected = conversionWeights(adaptor.getFormat(), adaptor.getColor());
  if (weights.size() != expected ||
      (expected && (weights.back() < 1 || weights.back() > 20)))
    return violated(loc, name, 4,
                    "the conversion has " + Twine(expected) +
                        " weights, the last one a shift of 1 to 20");
  return appendTensor(loc, name,
                      {size[0], size[1], channelsOf(adaptor.getColor())},
                      tensorOf(adaptor.getBytes()).getElementType(), types);
}

//===----------------------------------------------------------------------===//
// Resampling
//===----------------------------------------------------------------------===//

/// Offsets and weights of one direction; `size` is the image's.
static LogicalResult checkTables(std::optional<Location> loc, StringRef name,
                                 ArrayRef<int32_t> offsets,
                                 ArrayRef<int32_t> weights, int64_t size) {
  if (offsets.empty() || weights.empty() || weights.size() % offsets.size())
    return violated(loc, name, 2,
                    "there are " + Twine(weights.size()) + " weights for " +
                        Twine(offsets.size()) + " offsets");
  int64_t taps = weights.size() / offsets.size();
  for (int32_t offset : offsets)
    if (offset >= size || offset + taps <= 0)
      return violated(loc, name, 3,
                      "no tap at offset " + Twine(offset) + " is in the image");
  return success();
}

/// The greatest sum of |weight| of one offset.
static int64_t greatestSum(ArrayRef<int32_t> offsets,
                           ArrayRef<int32_t> weights) {
  int64_t greatest = 0, taps = weights.size() / offsets.size();
  for (size_t i = 0; i < offsets.size(); ++i) {
    int64_t sum = 0;
    for (int32_t weight : weights.slice(i * taps, taps))
      sum += std::abs(static_cast<int64_t>(weight));
    greatest = std::max(greatest, sum);
  }
  return greatest;
}

/// Whether sums and their rounding stay within 32 bits.
static bool fitsWord(ResampleOp::Adaptor op) {
  auto half = [](int64_t shift) {
    return shift ? int64_t(1) << (shift - 1) : 0;
  };
  int64_t columns =
      255 * greatestSum(op.getColumnOffsets(), op.getColumnWeights());
  if (columns + half(op.getColumnShift()) > INT32_MAX)
    return false;
  int64_t row = op.getNarrow() ? 255 : (columns >> op.getColumnShift()) + 1;
  int64_t product = greatestSum(op.getRowOffsets(), op.getRowWeights()) * row;
  return product <= INT32_MAX &&
         product + half(op.getRowShift()) + op.getDivisor() <= INT32_MAX;
}

LogicalResult ResampleOp::inferReturnTypes(MLIRContext *,
                                           std::optional<Location> loc,
                                           Adaptor adaptor,
                                           SmallVectorImpl<Type> &types) {
  StringRef name = getOperationName();
  RankedTensorType image = tensorOf(adaptor.getImage());
  if (image.getRank() != 3 || image.getNumElements() == 0)
    return violated(loc, name, 1, "the image is not [height, width, channels]");
  if (failed(checkTables(loc, name, adaptor.getRowOffsets(),
                         adaptor.getRowWeights(), image.getDimSize(0))) ||
      failed(checkTables(loc, name, adaptor.getColumnOffsets(),
                         adaptor.getColumnWeights(), image.getDimSize(1))))
    return failure();
  auto isShift = [](int64_t shift) { return shift >= 0 && shift <= 30; };
  if (!isShift(adaptor.getColumnShift()) ||
      !isShift(adaptor.getProductShift()) || !isShift(adaptor.getRowShift()) ||
      adaptor.getDivisor() < 1 ||
      (adaptor.getDivisor() > 1 &&
       (adaptor.getProductShift() || adaptor.getRowShift())))
    return violated(loc, name, 4,
                    "a shift is not 0 to 30, or there are a divisor and "
                    "shifts");
  if (!fitsWord(adaptor))
    return violated(loc, name, 5, "sums of these weights leave 32 bits");
  return appendTensor(loc, name,
                      {static_cast<int64_t>(adaptor.getRowOffsets().size()),
                       static_cast<int64_t>(adaptor.getColumnOffsets().size()),
                       image.getDimSize(2)},
                      image.getElementType(), types);
}

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

LogicalResult LookupOp::inferReturnTypes(MLIRContext *,
                                         std::optional<Location> loc,
                                         Adaptor adaptor,
                                         SmallVectorImpl<Type> &types) {
  StringRef name = getOperationName();
  RankedTensorType image = tensorOf(adaptor.getImage());
  if (image.getRank() != 3)
    return violated(loc, name, 1, "the image is not [height, width, channels]");
  ShapedType table = adaptor.getTable().getShapedType();
  if (table.getShape() != ArrayRef<int64_t>{image.getDimSize(2), 256})
    return violated(loc, name, 2,
                    "the table is not [" + Twine(image.getDimSize(2)) +
                        ", 256]");
  return appendTensor(loc, name, image.getShape(), table.getElementType(),
                      types);
}
