//===- RestoreTest.cpp - Means and variances as they were -----------------===//

#include "compiler/compress/Restore.h"
#include "Layers.h"

using namespace dlc::compress;

namespace {

class RestoreTest : public LayerTest {
protected:
  std::optional<NewWeights> restored(llvm::StringRef text,
                                     const NewWeights &made) {
    llvm::Expected<Form> form = parseForm(text);
    EXPECT_TRUE(static_cast<bool>(form));
    std::vector<int64_t> shape{1, width};
    return restoreStatistics(view, layer(), *form, made, shape, x, x);
  }

  /// Half of each weight: half of each result's mean and deviation.
  NewWeights halves() const {
    NewWeights made;
    for (float weight : layer().values)
      made.values.push_back(weight / 2);
    made.scales = layer().scales;
    made.bias.assign(results, 0);
    return made;
  }

  void aboutThree() {
    x = samples(100, [](auto &next) {
      return std::vector<float>{3 + next(), 3 + next()};
    });
  }
};

TEST_F(RestoreTest, RowsAreMultipliedWhereEachHasItsNumbers) {
  aboutThree();
  weights({{1, 2}, {4, -4}});
  std::optional<NewWeights> made = restored("prune:50%", halves());
  ASSERT_TRUE(made);
  for (size_t i = 0; i < 4; ++i)
    EXPECT_NEAR(made->values[i], layer().values[i], 1e-5);
  EXPECT_NEAR(made->bias[0], 0, 1e-4);
}

TEST_F(RestoreTest, IntegersStayAndTheirScalesGrow) {
  aboutThree();
  weights({{1, 2}, {4, -4}});
  asIntegers({0.5F, 2});
  NewWeights before = halves();
  before.scales = {0.25F, 1};
  std::optional<NewWeights> made = restored("code:3", before);
  ASSERT_TRUE(made);
  EXPECT_NEAR(made->scales[0], 0.5, 1e-5);
  EXPECT_NEAR(made->scales[1], 2, 1e-5);
  for (size_t i = 0; i < 4; ++i)
    EXPECT_NEAR(made->values[i] / made->scales[i / 2],
                before.values[i] / before.scales[i / 2], 1e-4);
}

TEST_F(RestoreTest, SharedNumbersStayAndTheBiasTakesTheMean) {
  aboutThree();
  weights({{1, 2}});
  std::optional<NewWeights> made = restored("cluster:16", halves());
  ASSERT_TRUE(made);
  EXPECT_EQ(made->values, halves().values);
  // The mean of x + 2 x is about 9, half of it is missing.
  EXPECT_NEAR(made->bias[0], 4.5, 0.5);
}

TEST_F(RestoreTest, RowsAreNotMultipliedByMoreThanTwo) {
  aboutThree();
  weights({{1, 2}});
  NewWeights made = halves();
  for (float &weight : made.values)
    weight /= 16;
  EXPECT_NEAR(restored("round:4", made)->values[1], 2 * made.values[1], 1e-6);
  for (float &weight : made.values)
    weight = 0;
  EXPECT_EQ(restored("round:4", made)->values[1], 0);
}

TEST_F(RestoreTest, LayersWithoutABiasStay) {
  weights({{1, 2}});
  weighted->takesBias = false;
  EXPECT_FALSE(restored("round:4", halves()));
}

} // namespace
