//===- PlaceTest.cpp - Strided views --------------------------------------===//

#include "dialects/storage/Place.h"
#include "gtest/gtest.h"

using namespace dlc::storage;

namespace {

Sizes sizes(std::initializer_list<int64_t> list) { return Sizes(list); }

TEST(Place, SliceOfChannels) {
  Place part = Place::whole(0, {4, 4, 16}).slice({0, 0, 8}, {4, 4, 4});
  EXPECT_EQ(part.offset, 8);
  EXPECT_EQ(part.strides, sizes({64, 16, 1}));
  EXPECT_FALSE(part.isContiguous());
}

TEST(Place, SliceOfRowsIsContiguous) {
  Place part = Place::whole(0, {3, 4}).slice({1, 0}, {2, 4});
  EXPECT_EQ(part.offset, 4);
  EXPECT_TRUE(part.isContiguous());
}

TEST(Place, UnitDimensionsDoNotCount) {
  // Channels 4 to 7 of a 1x1x16: nothing lies between its elements.
  Place part = Place::whole(0, {1, 1, 16}).slice({0, 0, 4}, {1, 1, 4});
  EXPECT_EQ(part.offset, 4);
  EXPECT_TRUE(part.isContiguous());
}

TEST(Place, ReshapeSplitsAndMergesWithinARun) {
  // 4x4 pixels of 4 channels, 16 apart: pixels merge, channels split.
  Place part = Place::whole(0, {4, 4, 16}).slice({0, 0, 8}, {4, 4, 4});
  auto view = part.reshape({16, 2, 2});
  ASSERT_TRUE(view);
  EXPECT_EQ(view->offset, 8);
  EXPECT_EQ(view->strides, sizes({16, 2, 1}));
  auto back = view->reshape({4, 4, 4});
  ASSERT_TRUE(back);
  EXPECT_EQ(back->strides, part.strides);
}

TEST(Place, ReshapeAcrossAGapIsRefused) {
  Place part = Place::whole(0, {4, 4, 16}).slice({0, 0, 8}, {4, 4, 4});
  EXPECT_FALSE(part.reshape({64}));
  EXPECT_FALSE(part.reshape({4, 16}));
  EXPECT_FALSE(part.reshape({8, 8}));
}

TEST(Place, ReshapeOfContiguousIsContiguous) {
  auto view = Place::whole(0, {2, 3, 4}).reshape({4, 1, 6});
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->isContiguous());
}

TEST(Place, ReshapeOfScalars) {
  auto view = Place::whole(0, {}).reshape({1, 1});
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->isContiguous());
  EXPECT_TRUE(view->reshape({})->isContiguous());
}

} // namespace
