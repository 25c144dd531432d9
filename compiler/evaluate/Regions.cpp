//===- Regions.cpp - Evaluation of regions of images ----------------------===//

#include "compiler/evaluate/Search.h"
#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace dlc;
using namespace dlc::evaluate;

namespace {
/// [n, c, h, w] with the channels first or last.
struct Image {
  SmallVector<double> values;
  int64_t images, channels, height, width;
  bool last;

  Image(const Tensor &tensor, nn::Layout layout)
      : values(tensor.values<double>()), images(tensor.getShape()[0]),
        channels(tensor.getShape()[nn::channelDim(layout, 4)]),
        height(tensor.getShape()[nn::firstSpatialDim(layout)]),
        width(tensor.getShape()[nn::firstSpatialDim(layout) + 1]),
        last(layout == nn::Layout::ChannelsLast) {}

  double at(int64_t n, int64_t c, int64_t y, int64_t x) const {
    n = std::clamp<int64_t>(n, 0, images - 1);
    return values[placeOf(c, y, x) + n * channels * height * width];
  }
  int64_t placeOf(int64_t c, int64_t y, int64_t x) const {
    return last ? (y * width + x) * channels + c : (c * height + y) * width + x;
  }
};

/// Where one dimension of a region begins, how large its parts are and how many
/// points they have, in the precision of its numbers.
template <typename Float> struct Axis {
  Float start, part;
  int64_t count, size;

  Axis(nn::RoiAlignOp op, double from, double to, int64_t parts, int64_t size)
      : size(size) {
    auto scale = static_cast<Float>(op.getScale().convertToDouble());
    Float offset = op.getHalfPixel() ? Float(0.5) : Float(0);
    volatile Float low = static_cast<Float>(from) * scale,
                   high = static_cast<Float>(to) * scale;
    start = low - offset;
    Float extent = (high - offset) - start;
    if (!op.getHalfPixel())
      extent = extent > 1 ? extent : Float(1);
    part = extent / Float(parts);
    count = op.getSampling();
    if (count == 0) {
      Float least = part > 0 ? part : Float(0);
      count = static_cast<int64_t>(std::ceil(std::min(least, Float(size))));
    }
  }

  /// Two elements and the second one's weight; none outside of the image.
  struct Point {
    int64_t low, high;
    double weight;
  };
  std::optional<Point> point(int64_t index, int64_t cell) const {
    volatile Float first = Float(index) * part,
                   inner = (Float(cell) + Float(0.5)) * part;
    volatile Float begin = start + first, step = inner / Float(count);
    Float x = begin + step;
    if (!(x >= -1 && x <= Float(size)))
      return std::nullopt;
    x = std::clamp(x, Float(0), Float(size - 1));
    auto low = static_cast<int64_t>(x);
    return Point{low, std::min(low + 1, size - 1), double(x) - double(low)};
  }
};

template <typename Float>
void align(nn::RoiAlignOp op, Operands operands, Tensor &result) {
  Image image(operands[0], op.getLayout());
  SmallVector<double> regions = operands[1].values<double>();
  SmallVector<int64_t> batches = operands[2].values<int64_t>();
  int64_t height = op.getHeight(), width = op.getWidth();
  bool mean = op.getKind() == nn::ReduceKind::Mean;
  for (size_t r = 0; r < batches.size(); ++r) {
    const double *region = &regions[4 * r];
    Axis<Float> rows(op, region[1], region[3], height, image.height);
    Axis<Float> columns(op, region[0], region[2], width, image.width);
    for (int64_t c = 0; c < image.channels; ++c)
      for (int64_t i = 0; i < height * width; ++i) {
        double sum = 0, largest = -INFINITY;
        for (int64_t y = 0; y < rows.count; ++y)
          for (int64_t x = 0; x < columns.count; ++x) {
            auto down = rows.point(i / width, y);
            auto along = columns.point(i % width, x);
            for (int corner = 0; corner < 4; ++corner) {
              double product = 0;
              if (down && along) {
                bool low = corner < 2, left = corner % 2 == 0;
                product = (low ? 1 - down->weight : down->weight) *
                          (left ? 1 - along->weight : along->weight) *
                          image.at(batches[r], c, low ? down->low : down->high,
                                   left ? along->low : along->high);
              }
              sum += product;
              largest = std::max(largest, product);
            }
          }
        int64_t points = rows.count * columns.count;
        double value = points == 0 ? 0 : mean ? sum / double(points) : largest;
        int64_t size = height * width * image.channels;
        int64_t place =
            image.last ? i * image.channels + c : c * height * width + i;
        result.store<double>(static_cast<int64_t>(r) * size + place, {value});
      }
  }
}

/// The elements of part `index` of a dimension from `from` to `to`, both in it.
template <typename Float>
std::pair<int64_t, int64_t> partOf(double from, double to, int64_t index,
                                   int64_t parts, int64_t size, double scale) {
  constexpr double kFar = 1 << 22;
  auto rounded = [&](double x) {
    Float near =
        static_cast<Float>(std::clamp(std::isnan(x) ? -kFar : x, -kFar, kFar));
    volatile Float scaled = near * static_cast<Float>(scale);
    return static_cast<int64_t>(
        std::round(std::clamp(double(scaled), -kFar, kFar)));
  };
  int64_t start = rounded(from);
  Float extent = std::max(Float(rounded(to) - start + 1), Float(1));
  Float part = extent / Float(parts);
  volatile Float low = Float(index) * part, high = Float(index + 1) * part;
  auto within = [&](Float x) {
    return std::clamp<int64_t>(static_cast<int64_t>(x) + start, 0, size);
  };
  return {within(std::floor(Float(low))), within(std::ceil(Float(high)))};
}
} // namespace

LogicalResult dlc::evaluate::compute(nn::RoiAlignOp op, Operands operands,
                                     Results &results) {
  Tensor result = Tensor::zeros(resultType(op));
  if (operands[0].getElementType().isF64())
    align<double>(op, operands, result);
  else
    align<float>(op, operands, result);
  results.push_back(std::move(result));
  return success();
}

LogicalResult dlc::evaluate::compute(nn::RoiPoolOp op, Operands operands,
                                     Results &results) {
  Tensor result = Tensor::zeros(resultType(op));
  Image image(operands[0], op.getLayout());
  SmallVector<double> regions = operands[1].values<double>();
  int64_t height = op.getHeight(), width = op.getWidth();
  double scale = op.getScale().convertToDouble();
  bool isDouble = operands[0].getElementType().isF64();
  auto part = isDouble ? partOf<double> : partOf<float>;
  for (size_t r = 0; r < regions.size() / 5; ++r) {
    const double *region = &regions[5 * r];
    for (int64_t i = 0; i < height * width; ++i) {
      auto [top, bottom] =
          part(region[2], region[4], i / width, height, image.height, scale);
      auto [left, right] =
          part(region[1], region[3], i % width, width, image.width, scale);
      for (int64_t c = 0; c < image.channels; ++c) {
        bool some = top < bottom && left < right;
        double largest = some ? -INFINITY : 0;
        for (int64_t y = top; y < bottom; ++y)
          for (int64_t x = left; x < right; ++x) {
            double n = std::clamp(region[0], 0.0, double(image.images - 1));
            largest =
                std::max(largest, image.at(static_cast<int64_t>(n), c, y, x));
          }
        int64_t size = height * width * image.channels;
        int64_t place =
            image.last ? i * image.channels + c : c * height * width + i;
        result.store<double>(static_cast<int64_t>(r) * size + place, {largest});
      }
    }
  }
  results.push_back(std::move(result));
  return success();
}
