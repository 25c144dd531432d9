//===- PackedWeightsTest.cpp - Orders of packed weights -------------------===//

#include "codegen/loops/weights/PackedWeights.h"
#include "TestNest.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/MLIRContext.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <numeric>

using namespace dlc::loops;
using namespace mlir;
using testing::ElementsAre;

namespace {

/// Blocks of `width` scalars, and one of what is left.
SmallVector<VectorBlock, 2> blocksOf(int64_t size, int64_t width,
                                     int64_t lanes = 1) {
  SmallVector<VectorBlock, 2> blocks;
  auto add = [&](int64_t start, int64_t count, int64_t columns) {
    VectorBlock block{start, count, columns, {}};
    for (int64_t i = 0; i < columns; i += lanes)
      block.pieces.push_back({i, lanes, std::min(lanes, columns - i)});
    blocks.push_back(block);
  };
  if (size / width)
    add(0, size / width, width);
  if (size % width)
    add(size - size % width, 1, size % width);
  return blocks;
}

class Packed : public testing::Test {
protected:
  /// [features][channels] bytes 1, 2, 3, ... as nest dimensions 0 and 1.
  WeightOrder matrix(int64_t features, int64_t channels) {
    WeightOrder order;
    order.element = IntegerType::get(&context, 8);
    order.source = {{channels, 1}, 0};
    order.sizes = {features, channels};
    order.reduction = {1};
    return order;
  }

  DenseElementsAttr numbers(ArrayRef<int64_t> shape) {
    auto type = RankedTensorType::get(shape, IntegerType::get(&context, 8));
    SmallVector<int8_t> values(type.getNumElements());
    std::iota(values.begin(), values.end(), 1);
    return DenseElementsAttr::get(type, ArrayRef<int8_t>(values));
  }

  std::vector<int> encoded(const PackedWeights &weights, ElementsAttr operand) {
    SmallVector<ElementsAttr> constants = weights.encode(operand);
    EXPECT_EQ(constants.size(), 1u);
    EXPECT_EQ(weights.constants().front().getNumElements(),
              constants.front().getNumElements());
    std::vector<int> values;
    for (int8_t value : constants.front().getValues<int8_t>())
      values.push_back(value);
    return values;
  }

  MLIRContext context;
};

TEST_F(Packed, ABlockAfterTheOther) {
  // 3 features of 2 channels in blocks of 2.
  PackedWeights weights(matrix(3, 2), 0, blocksOf(3, 2));
  EXPECT_THAT(encoded(weights, numbers({3, 2})),
              ElementsAre(1, 3, 2, 4, /*the last feature*/ 5, 6));
  EXPECT_EQ(weights.bytes(), 6);
}

TEST_F(Packed, TheLastBlockIsFilledUp) {
  // Vectors of 4: one feature in the last.
  PackedWeights weights(matrix(5, 2), 0, blocksOf(5, 4, 4));
  EXPECT_THAT(encoded(weights, numbers({5, 2})),
              ElementsAre(1, 3, 5, 7, 2, 4, 6, 8, 9, 0, 0, 0, 10, 0, 0, 0));
}

TEST_F(Packed, GroupsOfTheReductionSideBySide) {
  // 2 features of 5 channels: groups of 4, the second filled up.
  PackedWeights weights(matrix(2, 5), 0, blocksOf(2, 2), /*group=*/4);
  EXPECT_THAT(encoded(weights, numbers({2, 5})),
              ElementsAre(1, 2, 3, 4, 6, 7, 8, 9, 5, 0, 0, 0, 10, 0, 0, 0));
  EXPECT_EQ(weights.bytes(), 16);
  // Channel 4 is the first of the second group.
  Linear address = weights.address(blocksOf(2, 2).front());
  EXPECT_EQ(address.coefficients[1] * 4, 8);
  EXPECT_EQ(address.coefficients[0], 8);
}

TEST_F(Packed, StreamsLieOneAfterTheOther) {
  // 5 features of 2 channels: two streams of 2 features, and the last one.
  SmallVector<VectorBlock, 2> blocks = blocksOf(5, 4);
  blocks.front().streams = 2;
  PackedWeights weights(matrix(5, 2), 0, blocks);
  EXPECT_THAT(encoded(weights, numbers({5, 2})),
              ElementsAre(1, 3, 2, 4, /*the other two*/ 5, 7, 6, 8,
                          /*the last feature*/ 9, 10));
  EXPECT_EQ(weights.address(blocks.front()).coefficients[1], 2);
  ArrayRef<Piece> pieces = blocks.front().pieces;
  EXPECT_EQ(weights.offsetOf(blocks.front(), pieces[1]), 1);
  EXPECT_EQ(weights.offsetOf(blocks.front(), pieces[2]), 4);
  EXPECT_EQ(weights.offsetOf(blocks.front(), pieces[3]), 5);
}

TEST_F(Packed, OneValueStaysOne) {
  PackedWeights weights(matrix(3, 2), 0, blocksOf(3, 2));
  auto type = RankedTensorType::get({3, 2}, IntegerType::get(&context, 8));
  SmallVector<ElementsAttr> constants =
      weights.encode(ElementsAttr(DenseElementsAttr::get(type, int8_t(7))));
  ASSERT_EQ(constants.size(), 1u);
  EXPECT_EQ(constants.front().getNumElements(), 6);
  EXPECT_TRUE(cast<DenseElementsAttr>(constants.front()).isSplat());
}

/// A grouped convolution's filter: [groups][features][channels][taps] as the
/// nest's dimensions 0, 1, 3 (taps) and 2 (channels).
TEST_F(Packed, AddressesAreWhereElementsLie) {
  constexpr int64_t groups = 2, features = 5, channels = 3, taps = 2;
  WeightOrder order;
  order.element = IntegerType::get(&context, 8);
  order.source = {{features * channels * taps, channels * taps, taps, 1}, 0};
  order.sizes = {groups, features, channels, taps};
  order.outer = {0};
  for (int64_t group : {1, 2, 4}) {
    for (bool channelsLast : {false, true}) {
      order.reduction = channelsLast ? SmallVector<unsigned>{3, 2}
                                     : SmallVector<unsigned>{2, 3};
      unsigned innermost = order.reduction.back();
      SmallVector<VectorBlock, 2> blocks = blocksOf(features, 2);
      PackedWeights weights(order, 1, blocks, group);
      std::vector<int> stored =
          encoded(weights, numbers({groups, features, channels, taps}));
      size_t seen = 0;
      for (int64_t g = 0; g < groups; ++g)
        for (const VectorBlock &block : blocks)
          for (int64_t f = 0; f < block.count * block.width; ++f)
            for (int64_t c = 0; c < channels; ++c)
              for (int64_t t = 0; t < taps; ++t) {
                SmallVector<int64_t> at{
                    g, block.start + f / block.width * block.width, c, t};
                int64_t inGroup = at[innermost] % group;
                at[innermost] -= inGroup;
                Linear address = weights.address(block);
                int64_t where =
                    address.constant + f % block.width * group + inGroup;
                for (size_t d = 0; d < at.size(); ++d)
                  where += address.coefficients[d] * at[d];
                int64_t source =
                    ((g * features + block.start + f) * channels + c) * taps +
                    t;
                ASSERT_LT(where, static_cast<int64_t>(stored.size()));
                EXPECT_EQ(stored[where], source + 1);
                ++seen;
              }
      EXPECT_EQ(seen, size_t(groups * features * channels * taps));
    }
  }
}

TEST(PlanPacking, OnlyWhatIsOursAndVariesAlongTheBlocks) {
  TestNest test(TestConv().text()); // (y, x, f | i, j, c)
  auto blocks = blocksOf(8, 4);
  EXPECT_FALSE(planPacking(test.nest, test.nest.inputs[0], 2, blocks));
  EXPECT_FALSE(planPacking(test.nest, test.nest.inputs[1], 1, blocks));
  EXPECT_FALSE(planPacking(test.nest, test.nest.inputs[1], -1, blocks));
  auto weights = planPacking(test.nest, test.nest.inputs[1], 2, blocks);
  ASSERT_TRUE(weights);
  EXPECT_EQ(weights->constants().front().getNumElements(), 8 * 36);
  // Four channels are one group of four; of 16, they are filled up.
  EXPECT_EQ(planPacking(test.nest, test.nest.inputs[1], 2, blocks, 4)
                ->constants()
                .front()
                .getNumElements(),
            8 * 36);
  EXPECT_EQ(planPacking(test.nest, test.nest.inputs[1], 2, blocks, 16)
                ->constants()
                .front()
                .getNumElements(),
            8 * 9 * 16);
}

} // namespace
