//===- DeepCompressionTest.cpp - Published densities as coded panels ------===//

#include "test/unit/codegen-loops/values/TestGaps.h"
#include <algorithm>
#include <cmath>

using namespace dlc::loops;
using namespace mlir;

namespace {

/// A layer of Deep Compression (arXiv 1510.00149, tables 2 to 5): its shape,
/// how many weights are not 0, and bits of the codebook. A convolution's depth
/// is its channels times its window.
struct Layer {
  int64_t depth, features;
  double density;
  int bits;
};

/// Weights of a normal distribution of which the largest are left, one of
/// 2^bits values each that are equally far apart, of 8 bits.
SmallVector<int8_t> prunedWeights(const Layer &layer, int64_t features,
                                  std::mt19937 &random) {
  std::normal_distribution<double> normal(0, 1);
  std::vector<double> all;
  for (int64_t n = 0; n < features * layer.depth; ++n)
    all.push_back(normal(random));
  std::vector<double> sizes;
  for (double weight : all)
    sizes.push_back(std::abs(weight));
  auto kept =
      static_cast<ptrdiff_t>(layer.density * static_cast<double>(all.size()));
  std::nth_element(sizes.begin(), sizes.end() - kept, sizes.end());
  double least = *(sizes.end() - kept),
         greatest = *std::max_element(sizes.begin(), sizes.end());
  double step = 2 * greatest / ((1 << layer.bits) - 1);
  SmallVector<int8_t> weights;
  for (double weight : all) {
    double value = std::floor(weight / step) * step + step / 2;
    auto stored = std::lround(127 * value / greatest);
    stored = std::clamp<long>(stored == 0 ? 1 : stored, -127, 127);
    weights.push_back(
        static_cast<int8_t>(std::abs(weight) < least ? 0 : stored));
  }
  return weights;
}

class DeepCompression : public StreamTest {
protected:
  DeepCompression() : StreamTest(29) {}

  /// Bytes of so many of a layer's columns, in the largest panels that fit.
  int64_t bytesOfColumns(const Layer &layer, int64_t features) {
    ColumnSums sums = sumsOver(context, {features, layer.depth});
    SmallVector<int32_t> biases;
    for (int64_t n = 0; n < features; ++n)
      biases.push_back(static_cast<int32_t>(draw(-20000, 20000)));
    SmallVector<ElementsAttr> operands = {
        constant<int8_t>({features, layer.depth},
                         prunedWeights(layer, features, random)),
        constant<int32_t>({features}, biases)};
    for (int64_t count = 1; count <= features; ++count) {
      if (features % count != 0)
        continue;
      Panels panels(sums, sparseForm("mla", 0), count, operands);
      GapPanels coded(panels.plain, panels.layout, 0, std::nullopt);
      if (!coded.fits())
        continue;
      std::vector<char> bytes = bytesOf(coded.encode(operands));
      auto [numbers, places] = panelOf(bytes, coded, count - 1);
      std::vector<char> whole = bytesOf(panels.plain.back()->encode(operands));
      EXPECT_EQ(numbers.substr(4 * (coded.numberWords() + 1)),
                std::string(whole.data() + panels.layout.numberBytes,
                            numbers.size() - panels.layout.numberBytes));
      EXPECT_EQ(places, std::string(whole.data() + panels.layout.numberBytes +
                                        panels.layout.room.weights,
                                    places.size()));
      return static_cast<int64_t>(bytes.size());
    }
    // As they are, then: a column is too long for scratch memory.
    Panels whole(sums, sparseForm("mla", 0), 1, operands);
    ++tooLong;
    return whole.plain.front()->bytes();
  }

  int64_t tooLong = 0; // layers

  /// Of weights in float32, how many times smaller; of large layers the first
  /// columns stand for all of them. Biases are left out, as the paper does.
  double timesSmaller(ArrayRef<Layer> layers, int64_t most) {
    double plain = 0, stored = 0;
    for (const Layer &layer : layers) {
      int64_t some = std::min(layer.features, most);
      int64_t bytes = bytesOfColumns(layer, some) - 4 * some;
      auto features = static_cast<double>(layer.features);
      stored +=
          static_cast<double>(bytes) * features / static_cast<double>(some);
      plain += 4 * features * static_cast<double>(layer.depth);
    }
    return plain / stored;
  }
};

constexpr int64_t kAll = 500, kSome = 8;

TEST_F(DeepCompression, OfLeNets) {
  EXPECT_GE(
      timesSmaller(
          {{784, 300, 0.08, 6}, {300, 100, 0.09, 6}, {100, 10, 0.26, 6}}, kAll),
      1064.8 / 27.5);
  EXPECT_GE(timesSmaller({{25, 20, 0.66, 8},
                          {500, 50, 0.12, 8},
                          {800, 500, 0.08, 5},
                          {500, 10, 0.19, 5}},
                         kAll),
            1722 / 44.5);
}

TEST_F(DeepCompression, OfAlexNet) {
  double times = timesSmaller({{363, 96, 0.84, 8},
                               {1200, 256, 0.38, 8},
                               {2304, 384, 0.35, 8},
                               {1728, 384, 0.37, 8},
                               {1728, 256, 0.37, 8},
                               {9216, 4096, 0.09, 5},
                               {4096, 4096, 0.09, 5},
                               {4096, 1000, 0.25, 5}},
                              kSome);
  EXPECT_GE(times, 32);
  EXPECT_EQ(tooLong, 0);
  RecordProperty("times", std::to_string(times));
}

TEST_F(DeepCompression, OfVgg16) {
  double times = timesSmaller({{27, 64, 0.58, 8},
                               {576, 64, 0.22, 8},
                               {576, 128, 0.34, 8},
                               {1152, 128, 0.36, 8},
                               {1152, 256, 0.53, 8},
                               {2304, 256, 0.24, 8},
                               {2304, 256, 0.42, 8},
                               {2304, 512, 0.32, 8},
                               {4608, 512, 0.27, 8},
                               {4608, 512, 0.34, 8},
                               {4608, 512, 0.35, 8},
                               {4608, 512, 0.29, 8},
                               {4608, 512, 0.36, 8},
                               {25088, 4096, 0.04, 5},
                               {4096, 4096, 0.04, 5},
                               {4096, 1000, 0.23, 5}},
                              kSome);
  EXPECT_GE(times, 43);
  EXPECT_EQ(tooLong, 0);
  RecordProperty("times", std::to_string(times));
}

} // namespace
