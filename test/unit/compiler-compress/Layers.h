//===- Layers.h - A layer of products to try forms on -----------*- C++ -*-===//

#ifndef DLC_TEST_UNIT_COMPILER_COMPRESS_LAYERS_H
#define DLC_TEST_UNIT_COMPILER_COMPRESS_LAYERS_H

#include "compiler/compress/Fit.h"
#include <gtest/gtest.h>
#include <random>

namespace dlc::compress {

/// y = x W^T + b, of one Gemm.
class LayerTest : public testing::Test {
protected:
  using Rows = std::vector<std::vector<float>>;

  void weights(const Rows &rows) {
    std::vector<float> values;
    for (const std::vector<float> &row : rows)
      values.insert(values.end(), row.begin(), row.end());
    results = static_cast<int64_t>(rows.size());
    width = static_cast<int64_t>(rows[0].size());
    import::GraphNode node;
    node.op = "Gemm";
    node.inputs = {"x", "w"};
    node.outputs = {"y"};
    node.ints["transB"] = 1;
    view.nodes = {node};
    view.constants["w"] = import::floatConstant({results, width}, values);
    weighted.emplace(view, calibrate::findLayers(view).front());
    weighted->takesBias = true;
    if (x.empty())
      x = samples(100, [&](auto &next) {
        std::vector<float> sample(width);
        for (float &one : sample)
          one = next();
        return sample;
      });
  }

  void asIntegers(std::vector<float> scales) {
    weighted->isInteger = true;
    weighted->least = -128;
    weighted->greatest = 127;
    weighted->scales = std::move(scales);
  }

  /// `draw` makes a sample of what `next` gives, normally distributed.
  template <typename Draw> static Rows samples(int count, Draw draw) {
    std::mt19937 random(5);
    std::normal_distribution<float> normal;
    auto next = [&] { return normal(random); };
    Rows all;
    for (int i = 0; i < count; ++i)
      all.push_back(draw(next));
    return all;
  }

  std::unique_ptr<LayerData> layerData() const {
    std::vector<int64_t> shape{1, width};
    return std::make_unique<LayerData>(view, *weighted, shape, x, x);
  }
  const WeightedLayer &layer() const { return *weighted; }

  NewWeights fitted(llvm::StringRef text) {
    llvm::Expected<Form> form = parseForm(text);
    EXPECT_TRUE(static_cast<bool>(form));
    auto data = layerData();
    llvm::Expected<Fitted> made = fit(*weighted, *data, *form);
    if (made)
      return made->weights;
    ADD_FAILURE() << llvm::toString(made.takeError());
    return {};
  }
  std::string refusal(llvm::StringRef text) {
    llvm::Expected<Form> form = parseForm(text);
    EXPECT_TRUE(static_cast<bool>(form));
    auto data = layerData();
    return llvm::toString(fit(*weighted, *data, *form).takeError());
  }

  Graph view;
  int64_t results = 0, width = 0;
  std::optional<WeightedLayer> weighted;
  Rows x;
};

} // namespace dlc::compress

#endif
