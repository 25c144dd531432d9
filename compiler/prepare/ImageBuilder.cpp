//===- ImageBuilder.cpp - Steps on an image as nn ops ---------------------===//

#include "compiler/prepare/ImageBuilder.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/NodeLocation.h"
#include "dialects/nn/pixels/Pixels.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

#include <cmath>

using namespace mlir;
using namespace dlc;
using namespace dlc::prepare;

Location dlc::prepare::stepLocation(Location place, llvm::StringRef step) {
  auto file = place->findInstanceOf<FileLineColLoc>();
  if (!file || nn::nodeOf(place))
    return place;
  nn::NodeRef node{file.getFilename().str(), file.getLine() - 1, step.str(),
                   step.str()};
  return nn::nodeLocation(place.getContext(), node);
}

static double real(int64_t value) { return static_cast<double>(value); }

ImageBuilder::ImageBuilder(OpBuilder &builder, const Frame &frame, Value bytes,
                           Location loc)
    : b(builder), frame(frame), bytes(bytes), size{frame.height, frame.width} {}

LogicalResult ImageBuilder::add(const Step &step) {
  switch (step.kind) {
  case Step::ConvertColor:
    return convertColor(step);
  case Step::Crop:
    return crop(step);
  case Step::Resize:
    return resize(step, step.size);
  case Step::Letterbox:
    return letterbox(step);
  case Step::Pad:
    return pad(step);
  case Step::ReverseChannels:
    return reverseChannels(step);
  default:
    llvm_unreachable("steps on numbers are not the image's");
  }
}

FailureOr<Value> ImageBuilder::finish(Location loc) {
  if (failed(needColors(loc, "the network")))
    return failure();
  return image;
}

//===----------------------------------------------------------------------===//
// Colours
//===----------------------------------------------------------------------===//

static int32_t fixed20(double value) {
  return static_cast<int32_t>(std::lround(std::ldexp(value, 20)));
}

/// BT.601 in video range are OpenCV's integers (imgproc/src/color_yuv): those
/// of the coefficients with three digits. The others are the standards' own,
/// from the weights of red and blue in luma.
static SmallVector<int32_t> yuvWeights(Yuv yuv) {
  bool video = yuv.range == YuvRange::Video;
  if (yuv.matrix == YuvMatrix::Bt601 && video)
    return {16, 1220542, 1673527, -852492, -409993, 2116026, 20};
  double red = yuv.matrix == YuvMatrix::Bt601 ? 0.299 : 0.2126;
  double blue = yuv.matrix == YuvMatrix::Bt601 ? 0.114 : 0.0722;
  double green = 1 - red - blue;
  double luma = video ? 255.0 / 219 : 1, chroma = video ? 255.0 / 224 : 1;
  double rv = 2 * (1 - red) * chroma, bu = 2 * (1 - blue) * chroma;
  return {video ? 16 : 0,
          fixed20(luma),
          fixed20(rv),
          fixed20(-rv * red / green),
          fixed20(-bu * blue / green),
          fixed20(bu),
          20};
}

SmallVector<int32_t> ImageBuilder::weightsTo(nn::PixelColor to, Grey grey,
                                             bool yuv) const {
  if (to != nn::PixelColor::GRAY)
    return yuv ? yuvWeights(*frame.yuv) : SmallVector<int32_t>();
  if (yuv)
    return {};
  // cv::COLOR_RGB2GRAY (15 bits), and Pillow's convert("L") (16 bits).
  if (grey == Grey::Opencv)
    return {9798, 19235, 3735, 15};
  return {19595, 38470, 7471, 16};
}

LogicalResult ImageBuilder::convertColor(const Step &step) {
  bool toGrey = step.color == nn::PixelColor::GRAY;
  Location loc = stepLocation(step.loc, "convert_color");
  nn::PixelFormat format = frame.format;

  SmallVector<int64_t> whole = {frame.height, frame.width};
  SmallVector<int64_t> origin = {top, left}, window = {size.height, size.width};
  Value from = bytes;
  if (image) {
    if (color == step.color)
      return emitError(step.loc)
             << "the image is " << nn::stringifyPixelColor(color)
             << " already: leave this step out";
    if (color == nn::PixelColor::GRAY)
      return emitError(step.loc) << "a grey image has no colours any more";
    from = image;
    format = color == nn::PixelColor::RGB ? nn::PixelFormat::RGB
                                          : nn::PixelFormat::BGR;
    whole = window;
    origin = {0, 0};
  } else if (toGrey && nn::isBayer(format)) {
    return emitError(step.loc)
           << "a Bayer frame becomes grey by way of its colours: write "
              "'- convert_color: RGB' before";
  } else if (toGrey && nn::isYuv(format) && step.grey == Grey::Pillow) {
    return emitError(step.loc)
           << "Pillow makes grey of RGB: write '- convert_color: RGB' before; "
              "GRAY is the frame's luma";
  }
  bool yuv = nn::isYuv(format);
  SmallVector<int32_t> weights = weightsTo(step.color, step.grey, yuv);
  if (toGrey && format == nn::PixelFormat::GRAY)
    weights.clear();
  // Two colours in another order are the frame's, seen the other way round.
  auto op = nn::createInferred<nn::ColorConvertOp>(
      b, loc, from,
      {b.getNamedAttr("format",
                      nn::PixelFormatAttr::get(b.getContext(), format)),
       b.getNamedAttr("color",
                      nn::PixelColorAttr::get(b.getContext(), step.color)),
       b.getNamedAttr("frame", b.getDenseI64ArrayAttr(whole)),
       b.getNamedAttr("origin", b.getDenseI64ArrayAttr(origin)),
       b.getNamedAttr("size", b.getDenseI64ArrayAttr(window)),
       b.getNamedAttr("weights", b.getDenseI32ArrayAttr(weights))});
  if (failed(op))
    return failure();
  setImage(*op);
  color = step.color;
  return success();
}

std::optional<nn::PixelColor> ImageBuilder::currentColor() const {
  if (image)
    return color;
  switch (frame.format) {
  case nn::PixelFormat::RGB:
  case nn::PixelFormat::RGBX:
    return nn::PixelColor::RGB;
  case nn::PixelFormat::BGR:
  case nn::PixelFormat::BGRX:
    return nn::PixelColor::BGR;
  case nn::PixelFormat::GRAY:
    return nn::PixelColor::GRAY;
  default:
    return std::nullopt;
  }
}

LogicalResult ImageBuilder::needColors(Location loc, llvm::StringRef step) {
  if (image)
    return success();
  std::optional<nn::PixelColor> implied = currentColor();
  if (!implied)
    return emitError(loc) << nn::stringifyPixelFormat(frame.format)
                          << " is not what " << step
                          << " reads: write '- convert_color: RGB' (or BGR, "
                             "GRAY) before it";
  Step convert{Step::ConvertColor, loc};
  convert.color = *implied;
  return convertColor(convert);
}

LogicalResult ImageBuilder::reverseChannels(const Step &step) {
  if (failed(needColors(step.loc, "reverse_channels")))
    return failure();
  if (color == nn::PixelColor::GRAY)
    return emitError(step.loc) << "a grey image has one channel: leave "
                                  "reverse_channels out";
  // What follows reads channels by themselves: the first op may order them.
  Operation *op = image.getDefiningOp();
  while (!isa<nn::ColorConvertOp>(op))
    op = op->getOperand(0).getDefiningOp();
  color =
      color == nn::PixelColor::RGB ? nn::PixelColor::BGR : nn::PixelColor::RGB;
  cast<nn::ColorConvertOp>(op).setColor(color);
  return success();
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

/// Some of an axis's results.
static void
keepSome(int64_t begin, int64_t count, ArrayRef<int32_t> offsets,
         ArrayRef<int32_t> weights, OpBuilder &b,
         llvm::function_ref<void(DenseI32ArrayAttr, DenseI32ArrayAttr)> set) {
  int64_t taps = weights.size() / offsets.size();
  set(b.getDenseI32ArrayAttr(offsets.slice(begin, count)),
      b.getDenseI32ArrayAttr(weights.slice(begin * taps, count * taps)));
}

LogicalResult ImageBuilder::crop(const Step &step) {
  if (step.top + step.size.height > size.height ||
      step.left + step.size.width > size.width)
    return emitError(step.loc) << "a window of " << step.size.height << " x "
                               << step.size.width << " at [" << step.top << ", "
                               << step.left << "] leaves the image, which is "
                               << size.height << " x " << size.width << " here";
  rowPlacement.offset += rowPlacement.scale * real(step.top);
  columnPlacement.offset += columnPlacement.scale * real(step.left);
  if (!image) {
    top += step.top;
    left += step.left;
    size = step.size;
    return success();
  }
  Operation *op = image.getDefiningOp();
  Operation *made = nullptr;
  if (auto convert = dyn_cast<nn::ColorConvertOp>(op)) {
    convert.setOrigin({convert.getOrigin()[0] + step.top,
                       convert.getOrigin()[1] + step.left});
    convert.setSize({step.size.height, step.size.width});
    made = convert;
  } else if (auto resample = dyn_cast<nn::ResampleOp>(op)) {
    keepSome(step.top, step.size.height, resample.getRowOffsets(),
             resample.getRowWeights(), b, [&](auto offsets, auto weights) {
               resample.setRowOffsetsAttr(offsets);
               resample.setRowWeightsAttr(weights);
             });
    keepSome(step.left, step.size.width, resample.getColumnOffsets(),
             resample.getColumnWeights(), b, [&](auto offsets, auto weights) {
               resample.setColumnOffsetsAttr(offsets);
               resample.setColumnWeightsAttr(weights);
             });
    made = resample;
  } else {
    return emitError(step.loc) << "crop before letterbox or pad, which make "
                                  "the size that is left";
  }
  auto type = cast<RankedTensorType>(image.getType());
  made->getResult(0).setType(RankedTensorType::get(
      {step.size.height, step.size.width, type.getDimSize(2)},
      type.getElementType()));
  size = step.size;
  return success();
}

LogicalResult ImageBuilder::resize(const Step &step, Size to) {
  if (failed(needColors(step.loc, nameOf(step.kind))))
    return failure();
  std::variant<ResizeTables, std::string> made =
      makeResizeTables(step.method, size, to);
  if (auto *why = std::get_if<std::string>(&made))
    return emitError(step.loc) << *why;
  return resample(step, std::get<ResizeTables>(made), to);
}

LogicalResult ImageBuilder::resample(const Step &step,
                                     const ResizeTables &tables) {
  if (failed(needColors(step.loc, nameOf(step.kind))))
    return failure();
  return resample(step, tables, step.size);
}

LogicalResult ImageBuilder::resample(const Step &step,
                                     const ResizeTables &tables, Size to) {
  auto table = [&](llvm::StringRef name, ArrayRef<int32_t> values) {
    return b.getNamedAttr(name, b.getDenseI32ArrayAttr(values));
  };
  auto number = [&](llvm::StringRef name, int64_t value) {
    return b.getNamedAttr(name, b.getI64IntegerAttr(value));
  };
  SmallVector<NamedAttribute> attributes = {
      table("row_offsets", tables.rows.offsets),
      table("row_weights", tables.rows.weights),
      table("column_offsets", tables.columns.offsets),
      table("column_weights", tables.columns.weights),
      number("column_shift", tables.columnShift),
      number("product_shift", tables.productShift),
      number("row_shift", tables.rowShift),
      number("divisor", tables.divisor)};
  if (tables.narrow)
    attributes.push_back(b.getNamedAttr("narrow", b.getUnitAttr()));
  if (tables.tiesToEven)
    attributes.push_back(b.getNamedAttr("ties_to_even", b.getUnitAttr()));
  auto op = nn::createInferred<nn::ResampleOp>(
      b, stepLocation(step.loc, nameOf(step.kind)), image, attributes);
  if (failed(op))
    return failure();
  setImage(*op);
  rowPlacement.scale *= real(size.height) / real(to.height);
  columnPlacement.scale *= real(size.width) / real(to.width);
  size = to;
  return success();
}

LogicalResult ImageBuilder::pad(const Step &step) {
  if (failed(needColors(step.loc, nameOf(step.kind))))
    return failure();
  if (step.top + step.bottom + step.left + step.right == 0)
    return success();
  Location loc = stepLocation(step.loc, nameOf(step.kind));
  auto byte = RankedTensorType::get(
      {}, cast<RankedTensorType>(image.getType()).getElementType());
  Value fill = arith::ConstantOp::create(
      b, loc,
      cast<TypedAttr>(nn::makeSplat(byte, static_cast<double>(step.value))));
  auto op = nn::createInferred<nn::PadOp>(
      b, loc, ValueRange{image, fill},
      {b.getNamedAttr("pads",
                      b.getDenseI64ArrayAttr({step.top, step.left, 0,
                                              step.bottom, step.right, 0})),
       b.getNamedAttr("mode", nn::PadModeAttr::get(b.getContext(),
                                                   nn::PadMode::Constant))});
  if (failed(op))
    return failure();
  setImage(*op);
  rowPlacement.offset -= rowPlacement.scale * real(step.top);
  columnPlacement.offset -= columnPlacement.scale * real(step.left);
  size = {size.height + step.top + step.bottom,
          size.width + step.left + step.right};
  return success();
}

/// Ultralytics' LetterBox: the larger of both ratios that fits, sizes and bars
/// rounded as Python does.
LogicalResult ImageBuilder::letterbox(const Step &step) {
  double ratio = std::min(real(step.size.height) / real(size.height),
                          real(step.size.width) / real(size.width));
  Size inner{std::lrint(real(size.height) * ratio),
             std::lrint(real(size.width) * ratio)};
  if (inner.height < 1 || inner.width < 1)
    return emitError(step.loc) << "nothing would be left of an image of "
                               << size.height << " x " << size.width;
  double rowBefore = rowPlacement.scale, columnBefore = columnPlacement.scale;
  double rows = real(step.size.height - inner.height) / 2,
         columns = real(step.size.width - inner.width) / 2;
  if ((inner.height != size.height || inner.width != size.width) &&
      failed(resize(step, inner)))
    return failure();
  // Its boxes are scaled by one ratio, whatever the sizes were rounded to.
  rowPlacement.scale = rowBefore / ratio;
  columnPlacement.scale = columnBefore / ratio;
  Step bars = step;
  bars.top = std::lrint(rows - 0.1);
  bars.bottom = std::lrint(rows + 0.1);
  bars.left = std::lrint(columns - 0.1);
  bars.right = std::lrint(columns + 0.1);
  return pad(bars);
}
