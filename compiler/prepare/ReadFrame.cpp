//===- ReadFrame.cpp - A camera's frame, or a picture
//-----------------------===//

#include "compiler/prepare/ReadFrame.h"
#include "compiler/prepare/Fields.h"
#include "dialects/nn/pixels/Pixels.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::prepare;

bool dlc::prepare::readFormat(const YamlNode &node, nn::PixelFormat &format) {
  static constexpr Word<nn::PixelFormat> formats[] = {
      {"RGB", nn::PixelFormat::RGB},
      {"BGR", nn::PixelFormat::BGR},
      {"RGBX", nn::PixelFormat::RGBX},
      {"BGRX", nn::PixelFormat::BGRX},
      {"RGB565_LE", nn::PixelFormat::RGB565LE},
      {"RGB565_BE", nn::PixelFormat::RGB565BE},
      {"YUYV", nn::PixelFormat::YUYV},
      {"UYVY", nn::PixelFormat::UYVY},
      {"NV12", nn::PixelFormat::NV12},
      {"NV21", nn::PixelFormat::NV21},
      {"I420", nn::PixelFormat::I420},
      {"GRAY", nn::PixelFormat::GRAY},
      {"BAYER_RGGB", nn::PixelFormat::BayerRGGB},
      {"BAYER_BGGR", nn::PixelFormat::BayerBGGR},
      {"BAYER_GRBG", nn::PixelFormat::BayerGRBG},
      {"BAYER_GBRG", nn::PixelFormat::BayerGBRG}};
  return readWord(node, formats, format);
}

bool dlc::prepare::readSize(const YamlNode &node, Size &size) {
  std::vector<int64_t> both;
  if (!readIntegers(node, both, 1, kMostPixels))
    return false;
  if (both.size() != 2) {
    node.error() << "a size is [height, width], not " << both.size()
                 << " numbers";
    return false;
  }
  size = {both[0], both[1]};
  return true;
}

static bool readYuv(const YamlNode &node, Frame &frame) {
  static constexpr Word<YuvMatrix> matrices[] = {{"bt601", YuvMatrix::Bt601},
                                                 {"bt709", YuvMatrix::Bt709}};
  static constexpr Word<YuvRange> ranges[] = {{"video", YuvRange::Video},
                                              {"full", YuvRange::Full}};
  Yuv yuv;
  Fields fields(node, "yuv");
  const YamlNode *matrix = fields.require("matrix", "bt601 or bt709"),
                 *range = fields.require("range", "video or full");
  if (!fields.finish() || !readWord(*matrix, matrices, yuv.matrix) ||
      !readWord(*range, ranges, yuv.range))
    return false;
  frame.yuv = yuv;
  return true;
}

/// What follows from the format: a size that it can have, a stride, YUV.
static bool checkFrame(const YamlNode &tensor, Frame &frame) {
  bool isYuv = nn::isYuv(frame.format);
  llvm::StringRef format = nn::stringifyPixelFormat(frame.format);
  for (bool rows : {true, false}) {
    int64_t size = rows ? frame.height : frame.width;
    if (size % nn::pixelsSharingChroma(frame.format, rows))
      return tensor.find("size")->error()
                 << format << " has a sample of chroma for two "
                 << (rows ? "rows" : "columns") << ": a "
                 << (rows ? "height" : "width") << " of " << size
                 << " is odd; write " << size - 1,
             false;
    if (nn::isBayer(frame.format) && size < 3)
      return tensor.find("size")->error()
                 << format
                 << " takes its colours from the pixels around: at "
                    "least 3 rows and columns",
             false;
  }
  if (isYuv && !frame.yuv)
    return tensor.error()
               << "what " << format
               << "'s bytes mean has to be said: yuv: {matrix: bt601, range: "
                  "video} is what OpenCV takes them for; many camera modules "
                  "send range: full",
           false;
  if (!isYuv && frame.yuv)
    return tensor.find("yuv")->error()
               << format << " has no luma and chroma: leave yuv out",
           false;
  return true;
}

bool dlc::prepare::readStride(const YamlNode *node, Frame &frame) {
  int64_t row = nn::frameShape(frame.format, frame.height, frame.width).bytes;
  frame.stride = row;
  if (!node)
    return true;
  if (!readInteger(*node, frame.stride, 1, int64_t(8) * kMostPixels))
    return false;
  if (frame.stride < row)
    return node->error() << "a row of " << frame.width << " pixels of "
                         << nn::stringifyPixelFormat(frame.format) << " is "
                         << row << " bytes, more than a stride of "
                         << frame.stride,
           false;
  if (frame.format == nn::PixelFormat::I420 && frame.stride % 2)
    return node->error() << "a row of I420's chroma is half as long as one of "
                            "luma: the stride must be even",
           false;
  return true;
}

static bool readDelivery(const YamlNode &node, Frame &frame) {
  static constexpr Word<bool> deliveries[] = {{"frame", false},
                                              {"lines", true}};
  if (!readWord(node, deliveries, frame.lines))
    return false;
  frame.deliveryLoc = node.loc;
  nn::FrameShape shape =
      nn::frameShape(frame.format, frame.height, frame.width);
  if (frame.lines && shape.rows != frame.height)
    return node.error()
               << "a line of " << nn::stringifyPixelFormat(frame.format)
               << " has no colours, which come behind all lines of luma: write "
                  "'delivery: frame', or set the camera to YUYV, UYVY, RGB565 "
                  "or GRAY",
           false;
  return true;
}

bool dlc::prepare::readFrame(const YamlNode &node, Frame &frame) {
  Fields fields(node, "tensor");
  const YamlNode *format = fields.require("format", "RGB, GRAY, NV12 ..."),
                 *size = fields.require("size", "[height, width]"),
                 *stride = fields.find("stride"), *yuv = fields.find("yuv"),
                 *delivery = fields.find("delivery");
  Size both;
  if (!fields.finish() || !readFormat(*format, frame.format) ||
      !readSize(*size, both))
    return false;
  frame.height = both.height;
  frame.width = both.width;
  if (yuv && !readYuv(*yuv, frame))
    return false;
  return checkFrame(node, frame) && readStride(stride, frame) &&
         (!delivery || readDelivery(*delivery, frame));
}
