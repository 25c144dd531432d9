//===- StoredSizeTest.cpp - Bytes that elements take ----------------------===//

#include "dialects/interfaces/StoredSize.h"
#include "mlir/IR/Builders.h"
#include "gtest/gtest.h"

using namespace dlc;
using namespace mlir;

namespace {

TEST(StoredSize, ElementsOfWholeBytes) {
  MLIRContext context;
  Builder b(&context);
  EXPECT_EQ(storedBits(b.getF32Type()), 32);
  EXPECT_EQ(storedBits(b.getF64Type()), 64);
  EXPECT_EQ(storedBits(b.getBF16Type()), 16);
  EXPECT_EQ(storedBits(b.getI8Type()), 8);
  EXPECT_EQ(storedBits(b.getIndexType()), 64);
  EXPECT_EQ(storedBytes(RankedTensorType::get({3, 5}, b.getF32Type())), 60);
  EXPECT_EQ(storedBytes(b.getF32Type(), 0), 0);
  EXPECT_FALSE(isPacked(b.getI8Type()));
}

// A byte each in ONNX and in C.
TEST(StoredSize, TruthValuesHaveBytes) {
  MLIRContext context;
  Builder b(&context);
  EXPECT_EQ(storedBits(b.getI1Type()), 8);
  EXPECT_FALSE(isPacked(b.getI1Type()));
  EXPECT_EQ(storedBytes(MemRefType::get({9}, b.getI1Type())), 9);
}

TEST(StoredSize, SmallIntegersArePacked) {
  MLIRContext context;
  Builder b(&context);
  auto integer = [&](unsigned bits, IntegerType::SignednessSemantics sign) {
    return IntegerType::get(&context, bits, sign);
  };
  for (auto sign : {IntegerType::Signed, IntegerType::Unsigned}) {
    EXPECT_EQ(storedBits(integer(1, sign)), 1);
    EXPECT_EQ(storedBytes(integer(1, sign), 9), 2);
    EXPECT_EQ(storedBytes(integer(2, sign), 9), 3);
    EXPECT_EQ(storedBytes(integer(4, sign), 9), 5);
    EXPECT_TRUE(isPacked(integer(4, sign)));
  }
  EXPECT_EQ(storedBytes(b.getIntegerType(4), 8), 4);
  EXPECT_EQ(storedBytes(b.getIntegerType(2), 1), 1);
  EXPECT_EQ(storedBytes(b.getIntegerType(4), 0), 0);
}

// Widths that no power of two fits would reach from one byte into the next.
TEST(StoredSize, OddWidthsTakeWholeBytes) {
  MLIRContext context;
  Builder b(&context);
  EXPECT_EQ(storedBits(b.getIntegerType(3)), 8);
  EXPECT_EQ(storedBits(b.getIntegerType(7)), 8);
  EXPECT_EQ(storedBits(b.getIntegerType(12)), 16);
  EXPECT_FALSE(isPacked(b.getIntegerType(3)));
}

// Four-bit floats are no integers that anybody packs yet.
TEST(StoredSize, SmallFloatsTakeAByte) {
  MLIRContext context;
  EXPECT_EQ(storedBits(Float8E5M2Type::get(&context)), 8);
  EXPECT_EQ(storedBits(Float4E2M1FNType::get(&context)), 8);
}

} // namespace
