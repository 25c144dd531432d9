//===- Frames.cpp - The pixels of frames ----------------------------------===//

#include "codegen/halide/Stages.h"

using namespace Halide;
using namespace dlc;
using namespace dlc::halide;
using pixels::Color;
using pixels::Format;

Expr dlc::halide::toInt(const Expr &value) { return cast<int>(value); }
Expr dlc::halide::toByte(const Expr &value) {
  return cast<uint8_t>(clamp(value, 0, 255));
}

namespace {

struct Rgb {
  Expr r, g, b; // ints
};

class FrameReader {
public:
  FrameReader(const pixels::Step &step, int64_t rowBytes, const ByteAt &bytes,
              bool inside)
      : inside(inside), step(step), rowBytes(static_cast<int>(rowBytes)),
        height(static_cast<int>(step.frameHeight)),
        width(static_cast<int>(step.frameWidth)), bytes(bytes) {}

  bool isYuv() const {
    return step.format >= Format::Yuyv && step.format <= Format::I420;
  }
  bool isBayer() const { return step.format >= Format::BayerRggb; }

  Expr luma(const Expr &x, const Expr &y) const {
    switch (step.format) {
    case Format::Yuyv:
      return at(2 * x, y);
    case Format::Uyvy:
      return at(2 * x + 1, y);
    default:
      return at(x, y);
    }
  }

  Rgb color(const Expr &x, const Expr &y) const {
    switch (step.format) {
    case Format::Rgb:
      return {at(3 * x, y), at(3 * x + 1, y), at(3 * x + 2, y)};
    case Format::Bgr:
      return {at(3 * x + 2, y), at(3 * x + 1, y), at(3 * x, y)};
    case Format::Rgbx:
      return {at(4 * x, y), at(4 * x + 1, y), at(4 * x + 2, y)};
    case Format::Bgrx:
      return {at(4 * x + 2, y), at(4 * x + 1, y), at(4 * x, y)};
    case Format::Rgb565Le:
      return rgb565(toInt(word(x, y)));
    case Format::Rgb565Be:
      return rgb565(toInt(word(x, y) << 8 | word(x, y) >> 8));
    case Format::Gray:
      return {at(x, y), at(x, y), at(x, y)};
    default:
      return isBayer() ? bayer(x, y) : yuv(x, y);
    }
  }

private:
  Expr at(const Expr &x, const Expr &y) const { return toInt(bytes(x, y)); }

  /// Two bytes as one load of 16 bits, the first one the lower.
  Expr word(const Expr &x, const Expr &y) const {
    return concat_bits({bytes(2 * x, y), bytes(2 * x + 1, y)});
  }

  static Rgb rgb565(const Expr &word) {
    return {(word >> 8) & 0xF8, (word >> 3) & 0xFC, (word << 3) & 0xF8};
  }

  /// A sample of I420's plane of U (0) or V (1): two of its rows lie in a row
  /// of bytes.
  Expr plane(int which, const Expr &x, const Expr &y) const {
    Expr row = y / 2 + which * (height / 2);
    return at(row % 2 * (rowBytes / 2) + x / 2, height + row / 2);
  }

  Rgb yuv(const Expr &x, const Expr &y) const {
    Expr pair = x / 2, u, v;
    switch (step.format) {
    case Format::Yuyv:
      u = at(pair * 4 + 1, y), v = at(pair * 4 + 3, y);
      break;
    case Format::Uyvy:
      u = at(pair * 4, y), v = at(pair * 4 + 2, y);
      break;
    case Format::Nv12:
      u = at(pair * 2, height + y / 2), v = at(pair * 2 + 1, height + y / 2);
      break;
    case Format::Nv21:
      u = at(pair * 2 + 1, height + y / 2), v = at(pair * 2, height + y / 2);
      break;
    default:
      u = plane(0, x, y), v = plane(1, x, y);
    }
    u = u - 128, v = v - 128;
    const std::vector<int32_t> &w = step.weights;
    int shift = w[6];
    Expr light = max(luma(x, y) - w[0], 0) * w[1] + (1 << (shift - 1));
    auto channel = [&](const Expr &value) {
      return toInt(toByte(value >> shift));
    };
    return {channel(light + v * w[2]), channel(light + v * w[3] + u * w[4]),
            channel(light + u * w[5])};
  }

  /// The border has the values of the pixels beside it.
  Rgb bayer(const Expr &column, const Expr &row) const {
    bool redFirst =
        step.format == Format::BayerRggb || step.format == Format::BayerGrbg;
    bool redLeft =
        step.format == Format::BayerRggb || step.format == Format::BayerGbrg;
    Expr x = column, y = row;
    // The columns inside get a loop of their own: without a bound of each, and
    // with what every other one is known.
    if (!inside) {
      x = clamp(likely(column), 1, width - 2);
      y = clamp(row, 1, height - 2);
    }
    auto q = [&](int dx, int dy) {
      return cast<uint16_t>(bytes(x + dx, y + dy));
    };
    auto mean = [](const Expr &sum, int shift) {
      return cast<uint8_t>((sum + (1 << (shift - 1))) >> shift);
    };
    Expr cross = mean(q(0, -1) + q(0, 1) + q(-1, 0) + q(1, 0), 2);
    Expr diagonal = mean(q(-1, -1) + q(1, -1) + q(-1, 1) + q(1, 1), 2);
    Expr across = mean(q(-1, 0) + q(1, 0), 1);
    Expr along = mean(q(0, -1) + q(0, 1), 1), self = bytes(x, y);
    Expr redRow = (y + (redFirst ? 0 : 1)) % 2 == 0;
    Expr redColumn = (x + (redLeft ? 0 : 1)) % 2 == 0;
    Expr red = select(redRow, select(redColumn, self, across),
                      select(redColumn, along, diagonal));
    Expr green = select(redRow == redColumn, cross, self);
    Expr blue = select(redRow, select(redColumn, diagonal, along),
                       select(redColumn, across, self));
    return {toInt(red), toInt(green), toInt(blue)};
  }

  bool inside;
  const pixels::Step &step;
  int rowBytes, height, width;
  const ByteAt &bytes;
};

} // namespace

Func dlc::halide::convertColor(const pixels::Step &step, int64_t rowBytes,
                               const ByteAt &bytes, const Expr &left,
                               const Vars &v, bool inside) {
  FrameReader frame(step, rowBytes, bytes, inside);
  Expr x = v.x + left, y = v.y + static_cast<int>(step.top);
  Func image("image");
  if (step.color == Color::Gray) {
    Expr value = frame.luma(x, y);
    if (!step.weights.empty()) {
      Rgb color = frame.color(x, y);
      int shift = step.weights[3];
      value = (color.r * step.weights[0] + color.g * step.weights[1] +
               color.b * step.weights[2] + (1 << (shift - 1))) >>
              shift;
    }
    image(v.x, v.y, v.c) = cast<uint8_t>(value);
    return image;
  }
  Rgb color = frame.color(x, y);
  if (step.color == Color::Bgr)
    std::swap(color.r, color.b);
  image(v.x, v.y, v.c) = cast<uint8_t>(mux(v.c, {color.r, color.g, color.b}));
  return image;
}
