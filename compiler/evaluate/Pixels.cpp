//===- Pixels.cpp - Evaluation of frames and images -----------------------===//

#include "dialects/nn/pixels/Pixels.h"
#include "compiler/evaluate/Families.h"
#include <algorithm>

using namespace mlir;
using namespace dlc;
using namespace dlc::evaluate;

static uint8_t clampByte(int64_t value) {
  return static_cast<uint8_t>(std::clamp<int64_t>(value, 0, 255));
}

static int64_t half(int64_t shift) {
  return shift ? int64_t(1) << (shift - 1) : 0;
}

//===----------------------------------------------------------------------===//
// Frames
//===----------------------------------------------------------------------===//

namespace {

struct Rgb {
  int64_t r, g, b;
};

/// The pixels of a frame, before colours are converted.
class Frame {
public:
  Frame(nn::ColorConvertOp op, const Tensor &bytes)
      : bytes(bytes), format(op.getFormat()), weights(op.getWeights()),
        height(op.getFrame()[0]), width(op.getFrame()[1]),
        row(bytes.size() / bytes.getShape()[0]) {}

  int64_t luma(int64_t y, int64_t x) const {
    switch (format) {
    case nn::PixelFormat::YUYV:
      return at(y, 2 * x);
    case nn::PixelFormat::UYVY:
      return at(y, 2 * x + 1);
    default:
      return at(y, x);
    }
  }

  Rgb color(int64_t y, int64_t x) const {
    if (nn::isYuv(format))
      return fromYuv(y, x);
    if (nn::isBayer(format))
      return fromBayer(std::clamp<int64_t>(y, 1, height - 2),
                       std::clamp<int64_t>(x, 1, width - 2));
    switch (format) {
    case nn::PixelFormat::RGB:
      return {at(y, 3 * x), at(y, 3 * x + 1), at(y, 3 * x + 2)};
    case nn::PixelFormat::BGR:
      return {at(y, 3 * x + 2), at(y, 3 * x + 1), at(y, 3 * x)};
    case nn::PixelFormat::RGBX:
      return {at(y, 4 * x), at(y, 4 * x + 1), at(y, 4 * x + 2)};
    case nn::PixelFormat::BGRX:
      return {at(y, 4 * x + 2), at(y, 4 * x + 1), at(y, 4 * x)};
    case nn::PixelFormat::RGB565LE:
      return fromRgb565(at(y, 2 * x) | at(y, 2 * x + 1) << 8);
    case nn::PixelFormat::RGB565BE:
      return fromRgb565(at(y, 2 * x) << 8 | at(y, 2 * x + 1));
    default:
      return {at(y, x), at(y, x), at(y, x)};
    }
  }

private:
  int64_t at(int64_t y, int64_t x) const {
    return static_cast<uint8_t>(*bytes.at(y * row + x));
  }

  static Rgb fromRgb565(int64_t word) {
    return {word >> 8 & 0xF8, word >> 3 & 0xFC, word << 3 & 0xF8};
  }

  /// U and V of a pixel.
  std::pair<int64_t, int64_t> chroma(int64_t y, int64_t x) const {
    int64_t pair = x / 2;
    switch (format) {
    case nn::PixelFormat::YUYV:
      return {at(y, 4 * pair + 1), at(y, 4 * pair + 3)};
    case nn::PixelFormat::UYVY:
      return {at(y, 4 * pair), at(y, 4 * pair + 2)};
    case nn::PixelFormat::NV12:
      return {at(height + y / 2, 2 * pair), at(height + y / 2, 2 * pair + 1)};
    case nn::PixelFormat::NV21:
      return {at(height + y / 2, 2 * pair + 1), at(height + y / 2, 2 * pair)};
    default: {
      // I420: rows of U, then rows of V, each half as long as one of luma.
      int64_t place = height * row + y / 2 * (row / 2) + pair;
      return {at(0, place), at(0, place + height / 2 * (row / 2))};
    }
    }
  }

  Rgb fromYuv(int64_t y, int64_t x) const {
    auto [u, v] = chroma(y, x);
    u -= 128, v -= 128;
    int64_t shift = weights[6];
    int64_t light = std::max<int64_t>(luma(y, x) - weights[0], 0) * weights[1] +
                    half(shift);
    return {clampByte((light + weights[2] * v) >> shift),
            clampByte((light + weights[3] * v + weights[4] * u) >> shift),
            clampByte((light + weights[5] * u) >> shift)};
  }

  Rgb fromBayer(int64_t y, int64_t x) const {
    bool redFirst = format == nn::PixelFormat::BayerRGGB ||
                    format == nn::PixelFormat::BayerGRBG;
    bool redLeft = format == nn::PixelFormat::BayerRGGB ||
                   format == nn::PixelFormat::BayerGBRG;
    bool redRow = (y % 2 == 0) == redFirst, redColumn = (x % 2 == 0) == redLeft;
    int64_t self = at(y, x);
    int64_t across = (at(y, x - 1) + at(y, x + 1) + 1) >> 1;
    int64_t along = (at(y - 1, x) + at(y + 1, x) + 1) >> 1;
    if (redRow != redColumn) // green
      return redRow ? Rgb{across, self, along} : Rgb{along, self, across};
    int64_t cross =
        (at(y, x - 1) + at(y, x + 1) + at(y - 1, x) + at(y + 1, x) + 2) >> 2;
    int64_t diagonal = (at(y - 1, x - 1) + at(y - 1, x + 1) + at(y + 1, x - 1) +
                        at(y + 1, x + 1) + 2) >>
                       2;
    return redRow ? Rgb{self, cross, diagonal} : Rgb{diagonal, cross, self};
  }

  const Tensor &bytes;
  nn::PixelFormat format;
  ArrayRef<int32_t> weights;
  int64_t height, width, row;
};

} // namespace

LogicalResult dlc::evaluate::compute(nn::ColorConvertOp op, Operands operands,
                                     Results &results) {
  Frame frame(op, operands[0]);
  ArrayRef<int32_t> weights = op.getWeights();
  Tensor image = Tensor::zeros(resultType(op));
  int64_t place = 0;
  auto put = [&](int64_t value) { *image.at(place++) = clampByte(value); };
  for (int64_t y = 0; y < op.getSize()[0]; ++y)
    for (int64_t x = 0; x < op.getSize()[1]; ++x) {
      int64_t row = op.getOrigin()[0] + y, column = op.getOrigin()[1] + x;
      if (op.getColor() == nn::PixelColor::GRAY && weights.empty()) {
        put(frame.luma(row, column));
        continue;
      }
      Rgb color = frame.color(row, column);
      switch (op.getColor()) {
      case nn::PixelColor::GRAY:
        put((weights[0] * color.r + weights[1] * color.g +
             weights[2] * color.b + half(weights[3])) >>
            weights[3]);
        break;
      case nn::PixelColor::RGB:
        put(color.r), put(color.g), put(color.b);
        break;
      case nn::PixelColor::BGR:
        put(color.b), put(color.g), put(color.r);
        break;
      }
    }
  results.push_back(std::move(image));
  return success();
}

//===----------------------------------------------------------------------===//
// Images
//===----------------------------------------------------------------------===//

/// What a sum over rows is stored as.
static uint8_t finishRow(nn::ResampleOp op, int64_t sum) {
  int64_t divisor = op.getDivisor(), shift = op.getRowShift();
  if (divisor > 1) {
    int64_t quotient = (2 * sum + divisor) / (2 * divisor);
    bool tie = (2 * sum + divisor) % (2 * divisor) == 0;
    return clampByte(quotient - (tie && quotient % 2));
  }
  int64_t rounded = (sum + half(shift)) >> shift;
  bool tie = shift && ((sum + half(shift)) & ((int64_t(1) << shift) - 1)) == 0;
  return clampByte(rounded - (op.getTiesToEven() && tie && rounded % 2));
}

LogicalResult dlc::evaluate::compute(nn::ResampleOp op, Operands operands,
                                     Results &results) {
  const Tensor &image = operands[0];
  int64_t height = image.getShape()[0], width = image.getShape()[1],
          channels = image.getShape()[2];
  ArrayRef<int32_t> rows = op.getRowOffsets(), columns = op.getColumnOffsets();
  int64_t rowTaps = op.getRowWeights().size() / rows.size(),
          columnTaps = op.getColumnWeights().size() / columns.size();
  int64_t shift = op.getColumnShift();

  // All rows of the image, each with the columns of the result.
  int64_t length = static_cast<int64_t>(columns.size()) * channels;
  std::vector<int64_t> between(height * length);
  for (int64_t y = 0; y < height; ++y)
    for (auto [x, offset] : llvm::enumerate(columns))
      for (int64_t c = 0; c < channels; ++c) {
        int64_t sum = 0;
        for (int64_t t = 0; t < columnTaps; ++t) {
          int64_t from = std::clamp<int64_t>(offset + t, 0, width - 1);
          sum += int64_t(op.getColumnWeights()[x * columnTaps + t]) *
                 static_cast<uint8_t>(
                     *image.at((y * width + from) * channels + c));
        }
        between[y * length + x * channels + c] =
            op.getNarrow() ? clampByte((sum + half(shift)) >> shift)
                           : sum >> shift;
      }

  Tensor result = Tensor::zeros(resultType(op));
  for (auto [y, offset] : llvm::enumerate(rows))
    for (int64_t i = 0; i < length; ++i) {
      int64_t sum = 0;
      for (int64_t t = 0; t < rowTaps; ++t) {
        int64_t from = std::clamp<int64_t>(offset + t, 0, height - 1);
        sum +=
            op.getRowWeights()[y * rowTaps + t] * between[from * length + i] >>
            op.getProductShift();
      }
      *result.at(y * length + i) = finishRow(op, sum);
    }
  results.push_back(std::move(result));
  return success();
}

LogicalResult dlc::evaluate::compute(nn::LookupOp op, Operands operands,
                                     Results &results) {
  FailureOr<Tensor> table = Tensor::view(op.getTable());
  if (failed(table))
    return failure();
  Tensor result = Tensor::zeros(resultType(op));
  int64_t channels = result.getShape()[2];
  for (int64_t i = 0; i < result.size(); ++i) {
    int64_t value = static_cast<uint8_t>(*operands[0].at(i));
    memcpy(result.at(i), table->at(i % channels * 256 + value), result.width());
  }
  results.push_back(std::move(result));
  return success();
}
