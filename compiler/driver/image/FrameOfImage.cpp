//===- FrameOfImage.cpp - A picture as a camera would send it -------------===//

#include "compiler/driver/image/FrameOfImage.h"

#include "compiler/prepare/ResizeTables.h"
#include "dialects/nn/pixels/Pixels.h"

#include <algorithm>
#include <cmath>

using namespace dlc;
using namespace dlc::driver;
using nn::PixelFormat;

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

Window driver::middleOf(prepare::Size image, prepare::Size size) {
  Window window{0, 0, image.height, image.width};
  // As much of it as the shape of the size allows.
  if (image.height * size.width > size.height * image.width)
    window.height = std::max<int64_t>(
        1, (2 * image.width * size.height + size.width) / (2 * size.width));
  else
    window.width = std::max<int64_t>(
        1, (2 * image.height * size.width + size.height) / (2 * size.height));
  window.height = std::min(window.height, image.height);
  window.width = std::min(window.width, image.width);
  window.top = (image.height - window.height) / 2;
  window.left = (image.width - window.width) / 2;
  return window;
}

static uint8_t finish(int64_t sum, int64_t shift) {
  return static_cast<uint8_t>(
      std::clamp<int64_t>((sum + (int64_t(1) << shift >> 1)) >> shift, 0, 255));
}

/// One direction: pixel i of the result at `to(i)`, made of `from(j)`.
template <typename From, typename To>
static void resample(const prepare::Axis &axis, int64_t size, int64_t shift,
                     From from, To to) {
  for (size_t i = 0; i < axis.offsets.size(); ++i)
    for (int c = 0; c < 3; ++c) {
      int64_t sum = 0;
      for (int64_t tap = 0; tap < axis.taps; ++tap)
        sum += int64_t(axis.weights[i * axis.taps + tap]) *
               from(std::clamp<int64_t>(axis.offsets[i] + tap, 0, size - 1))[c];
      to(i)[c] = finish(sum, shift);
    }
}

Image driver::fitImage(const Image &image, prepare::Size size) {
  Window window = middleOf({image.height, image.width}, size);
  auto tables = prepare::makeResizeTables(prepare::ResizeMethod::PillowBilinear,
                                          {window.height, window.width}, size);
  // Pillow's filters are for all sizes.
  const auto &table = std::get<prepare::ResizeTables>(tables);
  Image lines(window.height, size.width), result(size.height, size.width);
  for (int64_t y = 0; y < window.height; ++y)
    resample(
        table.columns, window.width, table.rowShift,
        [&](int64_t x) { return image.at(window.top + y, window.left + x); },
        [&](int64_t x) { return lines.at(y, x); });
  for (int64_t x = 0; x < size.width; ++x)
    resample(
        table.rows, window.height, table.rowShift,
        [&](int64_t y) { return lines.at(y, x); },
        [&](int64_t y) { return result.at(y, x); });
  return result;
}

//===----------------------------------------------------------------------===//
// Formats
//===----------------------------------------------------------------------===//

namespace {

struct Luma {
  double y, u, v; // of 255, around 0, around 0
};

class FrameWriter {
public:
  FrameWriter(const Image &image, const prepare::Frame &frame)
      : image(image), frame(frame),
        bytes(nn::frameShape(frame.format, frame.height, frame.width).rows *
              frame.stride) {}

  std::vector<uint8_t> run();

private:
  uint8_t *at(int64_t y, int64_t x) { return &bytes[y * frame.stride + x]; }
  void writePixel(int64_t y, int64_t x);
  void writeWord(int64_t y, int64_t x, const uint8_t *color, bool littleEndian);
  void writeYuv();
  /// The mean of the pixels that share a sample of chroma with (y, x).
  Luma chromaAt(int64_t y, int64_t x, unsigned rows, unsigned columns) const;
  Luma lumaOf(const uint8_t *color) const;
  uint8_t lumaByte(double y) const;
  uint8_t chromaByte(double value) const;
  bool isVideo() const { return frame.yuv->range == prepare::YuvRange::Video; }

  const Image &image;
  const prepare::Frame &frame;
  std::vector<uint8_t> bytes;
};

} // namespace

static uint8_t toByte(double value) {
  return static_cast<uint8_t>(std::clamp(std::lround(value), 0L, 255L));
}

uint8_t FrameWriter::lumaByte(double y) const {
  return toByte(isVideo() ? 16 + y * 219 / 255 : y);
}

uint8_t FrameWriter::chromaByte(double value) const {
  return toByte(128 + (isVideo() ? value * 224 / 255 : value));
}

Luma FrameWriter::lumaOf(const uint8_t *color) const {
  bool is601 = frame.yuv->matrix == prepare::YuvMatrix::Bt601;
  double red = is601 ? 0.299 : 0.2126, blue = is601 ? 0.114 : 0.0722;
  double y = red * color[0] + (1 - red - blue) * color[1] + blue * color[2];
  return {y, (color[2] - y) / (2 * (1 - blue)),
          (color[0] - y) / (2 * (1 - red))};
}

Luma FrameWriter::chromaAt(int64_t y, int64_t x, unsigned rows,
                           unsigned columns) const {
  Luma mean{0, 0, 0};
  double share = 1.0 / (rows * columns);
  for (int64_t row = y; row < y + rows; ++row)
    for (int64_t column = x; column < x + columns; ++column) {
      Luma one = lumaOf(image.at(row, column));
      mean.u += one.u * share;
      mean.v += one.v * share;
    }
  return mean;
}

void FrameWriter::writeYuv() {
  PixelFormat format = frame.format;
  bool packed = format == PixelFormat::YUYV || format == PixelFormat::UYVY;
  int64_t first = format == PixelFormat::UYVY;
  for (int64_t y = 0; y < frame.height; ++y)
    for (int64_t x = 0; x < frame.width; ++x)
      *at(y, packed ? 2 * x + first : x) = lumaByte(lumaOf(image.at(y, x)).y);
  unsigned rows = nn::pixelsSharingChroma(format, /*rows=*/true);
  unsigned columns = nn::pixelsSharingChroma(format, /*rows=*/false);
  for (int64_t y = 0; y < frame.height; y += rows)
    for (int64_t x = 0; x < frame.width; x += columns) {
      Luma mean = chromaAt(y, x, rows, columns);
      uint8_t u = chromaByte(mean.u), v = chromaByte(mean.v);
      if (packed) {
        *at(y, 2 * x + 1 - first) = u;
        *at(y, 2 * x + 3 - first) = v;
      } else if (format == PixelFormat::I420) {
        // Rows of U, then rows of V, each half as long as one of luma.
        int64_t half = frame.stride / 2, row = y / 2;
        *(at(frame.height, 0) + row * half + x / 2) = u;
        *(at(frame.height, 0) + (frame.height / 2 + row) * half + x / 2) = v;
      } else {
        bool uFirst = format == PixelFormat::NV12;
        *at(frame.height + y / 2, x + (uFirst ? 0 : 1)) = u;
        *at(frame.height + y / 2, x + (uFirst ? 1 : 0)) = v;
      }
    }
}

void FrameWriter::writeWord(int64_t y, int64_t x, const uint8_t *color,
                            bool littleEndian) {
  unsigned word =
      (color[0] & 0xF8) << 8 | (color[1] & 0xFC) << 3 | color[2] >> 3;
  *at(y, 2 * x + (littleEndian ? 0 : 1)) = static_cast<uint8_t>(word);
  *at(y, 2 * x + (littleEndian ? 1 : 0)) = static_cast<uint8_t>(word >> 8);
}

void FrameWriter::writePixel(int64_t y, int64_t x) {
  const uint8_t *color = image.at(y, x);
  switch (frame.format) {
  case PixelFormat::RGB:
    std::copy(color, color + 3, at(y, 3 * x));
    return;
  case PixelFormat::BGR:
    std::reverse_copy(color, color + 3, at(y, 3 * x));
    return;
  case PixelFormat::RGBX:
    std::copy(color, color + 3, at(y, 4 * x));
    return;
  case PixelFormat::BGRX:
    std::reverse_copy(color, color + 3, at(y, 4 * x));
    return;
  case PixelFormat::RGB565LE:
  case PixelFormat::RGB565BE:
    writeWord(y, x, color, frame.format == PixelFormat::RGB565LE);
    return;
  case PixelFormat::GRAY:
    *at(y, x) = static_cast<uint8_t>(
        (9798 * color[0] + 19235 * color[1] + 3735 * color[2] + (1 << 14)) >>
        15);
    return;
  default: {
    // A Bayer pattern: red and blue in turn, green between them.
    bool redFirst = frame.format == PixelFormat::BayerRGGB ||
                    frame.format == PixelFormat::BayerGRBG;
    bool redLeft = frame.format == PixelFormat::BayerRGGB ||
                   frame.format == PixelFormat::BayerGBRG;
    bool redRow = (y % 2 == 0) == redFirst, redColumn = (x % 2 == 0) == redLeft;
    *at(y, x) = color[redRow != redColumn ? 1 : redRow ? 0 : 2];
  }
  }
}

std::vector<uint8_t> FrameWriter::run() {
  if (nn::isYuv(frame.format)) {
    writeYuv();
    return std::move(bytes);
  }
  for (int64_t y = 0; y < frame.height; ++y)
    for (int64_t x = 0; x < frame.width; ++x)
      writePixel(y, x);
  return std::move(bytes);
}

std::vector<uint8_t> driver::frameOfImage(const Image &image,
                                          const prepare::Frame &frame) {
  return FrameWriter(image, frame).run();
}
