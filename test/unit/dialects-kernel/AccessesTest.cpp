//===- AccessesTest.cpp - What kernels say that they read and write -------===//

#include "Kernels.h"
#include "mlir/IR/Matchers.h"
#include "gtest/gtest.h"
#include <set>

using namespace dlc::kernel;
using namespace mlir;

namespace {

using Bytes = std::set<int64_t>;

int64_t numberOf(const Count &count) {
  APInt value;
  if (!count.value)
    return count.known;
  EXPECT_TRUE(matchPattern(count.value, m_ConstantInt(&value)));
  return value.getSExtValue();
}

/// Where its bytes lie, counted from its address.
Bytes bytesOf(const Access &access) {
  Bytes bytes;
  int64_t bits = numberOf(access.elements) * access.elementBits;
  EXPECT_EQ(bits % 8, 0);
  for (int64_t row = 0; row < numberOf(access.rows); ++row)
    for (int64_t byte = 0; byte < bits / 8; ++byte)
      bytes.insert(row * numberOf(access.stride) + byte);
  return bytes;
}

struct Expected {
  const char *address;
  bool writes;
  Bytes bytes;
};

/// A kernel's accesses in their order.
void expect(const std::string &text, std::vector<Expected> expected) {
  ParsedKernel kernel(text);
  ASSERT_TRUE(kernel.op);
  auto accesses = kernel.op.getAccesses();
  ASSERT_EQ(accesses.size(), expected.size()) << text;
  for (auto [access, wanted] : llvm::zip(accesses, expected)) {
    EXPECT_EQ(kernel.nameOf(access.address), wanted.address) << text;
    EXPECT_EQ(access.writes, wanted.writes) << text;
    EXPECT_EQ(bytesOf(access), wanted.bytes) << text;
  }
}

/// The bytes of elements of `bits`, by their numbers; `start` in bytes.
void add(Bytes &bytes, int64_t start, int64_t element, int64_t bits) {
  for (int64_t bit = element * bits; bit < (element + 1) * bits; ++bit)
    bytes.insert(start + bit / 8);
}

const char *const kVfp = "instructions = #kernel.instructions<vfpv4, load = 8>";

std::string tile(int64_t positions, int64_t columns) {
  return "tile = #kernel.tile<positions = " + std::to_string(positions) +
         ", columns = " + std::to_string(columns) + ">, " + kVfp;
}

/// What the definition of kernel.multiply reads, element by element.
std::pair<Bytes, Bytes> multiplied(int64_t positions, int64_t columns,
                                   int64_t group, int64_t leftBits,
                                   int64_t rightBits) {
  Bytes left, right;
  for (int64_t k = 0; k < kSteps; ++k)
    for (int64_t g = 0; g < group; ++g) {
      for (int64_t p = 0; p < positions; ++p)
        add(left, p * kStride, k * group + g, leftBits);
      for (int64_t c = 0; c < columns; ++c)
        add(right, 0, (k * columns + c) * group + g, rightBits);
    }
  return {left, right};
}

TEST(KernelAccesses, MultiplyReadsBothOperands) {
  auto [left, right] = multiplied(2, 3, 1, 32, 32);
  expect("%r:6 = kernel.multiply %x every %s, %w for %n, (%f, %f, %f, %f, %f, "
         "%f) {" +
             tile(2, 3) +
             ", unroll = 2 : i64, products = #kernel.products<f32 * f32 -> "
             "f32, group = 1>} : (index, index, index, index, f32, f32, f32, "
             "f32, f32, f32) -> (f32, f32, f32, f32, f32, f32)",
         {{"x", false, left}, {"w", false, right}});
}

TEST(KernelAccesses, AStepIsAGroup) {
  for (int64_t group : {1, 2, 4})
    for (auto [type, bits] : {std::pair("si8", 8), {"si4", 4}, {"si2", 2}}) {
      auto [left, right] = multiplied(1, 4, group, 8, bits);
      expect("%r:4 = kernel.multiply %x, %w for %n, (%i, %i, %i, %i) {" +
                 tile(1, 4) +
                 ", unroll = 2 : i64, products = #kernel.products<ui8 * " +
                 type + " -> i32, group = " + std::to_string(group) +
                 ">} : (index, index, index, i32, i32, i32, i32) -> (i32, "
                 "i32, i32, i32)",
             {{"x", false, left}, {"w", false, right}});
    }
}

TEST(KernelAccesses, PairsReadALeftElementForEachColumn) {
  Bytes left, right;
  for (int64_t k = 0; k < kSteps; ++k)
    for (int64_t c = 0; c < 4; ++c) {
      add(left, k * kStride, c, 32);
      add(right, 0, k * 4 + c, 32);
    }
  expect("%r:4 = kernel.multiply_pairs %x every %s, %w for %n, (%f, %f, %f, "
         "%f) {" +
             tile(1, 4) +
             ", unroll = 2 : i64, products = #kernel.products<f32 * f32 -> "
             "f32, group = 1>} : (index, index, index, index, f32, f32, f32, "
             "f32) -> (f32, f32, f32, f32)",
         {{"x", false, left}, {"w", false, right}});
}

TEST(KernelAccesses, LoadReadsOneRowForAllPositions) {
  Bytes row;
  for (int64_t c = 0; c < 2; ++c)
    add(row, 0, c, 32);
  expect("%r:6 = kernel.load %x {" + tile(3, 2) +
             "} : (index) -> (f32, f32, f32, f32, f32, f32)",
         {{"x", false, row}});
}

TEST(KernelAccesses, StoreWritesARowForEachPosition) {
  Bytes rows, row;
  for (int64_t c = 0; c < 2; ++c) {
    add(row, 0, c, 32);
    for (int64_t p = 0; p < 2; ++p)
      add(rows, p * kStride, c, 32);
  }
  expect("kernel.store %y every %s, (%f, %f, %f, %f) {" + tile(2, 2) +
             "} : (index, index, f32, f32, f32, f32) -> ()",
         {{"y", true, rows}});
  expect("kernel.store %y, (%f, %f) {" + tile(1, 2) +
             "} : (index, f32, f32) -> ()",
         {{"y", true, row}});
}

/// What is stored is what the region yields.
TEST(KernelAccesses, FinishWritesTheTypeThatTheRegionMakes) {
  Bytes rows;
  for (int64_t p = 0; p < 2; ++p)
    for (int64_t c = 0; c < 2; ++c)
      add(rows, p * kStride, c, 8);
  expect("kernel.finish %y every %s, (%i, %i, %i, %i) {" + tile(2, 2) +
             "} : (index, index, i32, i32, i32, i32) -> () {\n^bb0(%a: i32):\n"
             "%0 = arith.trunci %a : i32 to i8\nkernel.yield %0 : i8\n}",
         {{"y", true, rows}});
}

TEST(KernelAccesses, RowReadsTheRowAndAllColumns) {
  Bytes row, columns;
  for (int64_t k = 0; k < 5; ++k)
    for (int64_t g = 0; g < 4; ++g) {
      add(row, 0, k * 4 + g, 8);
      for (int64_t c = 0; c < 8; ++c)
        add(columns, 0, (k * 8 + c) * 4 + g, 8);
    }
  expect("%r:2 = kernel.row %x, %w, (%u, %u) {steps = 5 : i64, products = "
         "#kernel.products<ui8 * si8 -> i32, group = 4>, instructions = "
         "#kernel.instructions<dotprod, load = 16>} : (index, index, "
         "vector<4xi32>, vector<4xi32>) -> (vector<4xi32>, vector<4xi32>)",
         {{"x", false, row}, {"w", false, columns}});
}

const char *const kDsp = "instructions = #kernel.instructions<dsp, load = 4>";

TEST(KernelAccesses, WinogradReadsFourRowsOfFourPixels) {
  Bytes pixels, points;
  for (int64_t row = 0; row < 4; ++row)
    for (int64_t element = 0; element < 4 * 8; ++element)
      add(pixels, row * kStride, element, 8);
  for (int64_t element = 0; element < 16 * 8; ++element)
    add(points, 0, element, 16);
  expect(std::string("kernel.winograd_input %x every %s, %y {tiles = 1 : i64, "
                     "channels = 8 : "
                     "i64, pixel = 8 : i64, from = si8, to = si16, ") +
             kDsp + "} : (index, index, index) -> ()",
         {{"x", false, pixels}, {"y", true, points}});
}

TEST(KernelAccesses, WinogradWritesTwoRowsOfTwoResults) {
  for (int64_t shift : {0, 8}) {
    Bytes points, stream, results;
    for (int64_t element = 0; element < 16 * 4; ++element)
      add(points, 0, element, 16);
    // The addend, and for each column its points, bias and multiplier; or the
    // column's own addend and shift.
    int64_t words = shift ? 1 + 8 * (32 + 2) : 8 * (32 + 4);
    for (int64_t word = 0; word < words; ++word)
      add(stream, 0, word, 32);
    // What lies between two results is counted too.
    for (int64_t row = 0; row < 2; ++row)
      for (int64_t element = 0; element < 12 + 8; ++element)
        add(results, row * kStride, element, 8);
    expect("kernel.winograd_columns %x, %w, %y every %s {tiles = 1 : i64, "
           "channels = 4 : i64, "
           "features = 8 : i64, pixel = 12 : i64, block = 4 : i64, products = "
           "#kernel.products<si16 * si16 -> i32, group = 4>, rescale = "
           "#kernel.rescale<si8, shift = " +
               std::to_string(shift) + ", min = -128, max = 127>, " + kDsp +
               "} : (index, index, index, index) -> ()",
           {{"x", false, points},
            {"w", false, stream},
            {"y", true, results},
            {"x", false, points},
            {"w", false, stream}});
  }
}

TEST(KernelAccesses, WinogradFiltersBecomeSixteenPoints) {
  Bytes filters, points;
  for (int64_t element = 0; element < 6 * 9; ++element)
    add(filters, 0, element, 8);
  for (int64_t element = 0; element < 6 * 16; ++element)
    add(points, 0, element, 16);
  expect(std::string("kernel.winograd_filters %x, %y {filters = 6 : i64, ") +
             kDsp + "} : (index, index) -> ()",
         {{"x", false, filters}, {"y", true, points}});
}

TEST(KernelAccesses, WinogradTilesLieBetweenEachOther) {
  Bytes pixels, points, all, stream, results;
  for (int64_t row = 0; row < 4; ++row)
    for (int64_t element = 0; element < 3 * 16 + 2; ++element)
      add(pixels, row * kStride, element, 8);
  for (int64_t element = 0; element < 16 * 2; ++element)
    add(points, 0, 4 * element, 32);
  expect("kernel.winograd_input %x every %s, %y {channels = 2 : i64, pixel = "
         "16 : i64, tiles = 4 : i64, from = ui8, to = si32, instructions = "
         "#kernel.instructions<armv7m, load = 4>} : (index, index, index) -> "
         "()",
         {{"x", false, pixels}, {"y", true, points}});
  for (int64_t element = 0; element < 4 * 16 * 2; ++element)
    add(all, 0, element, 32);
  for (int64_t word = 0; word < 1 + 2 * (16 + 2); ++word)
    add(stream, 0, word, 32);
  for (int64_t row = 0; row < 2; ++row)
    for (int64_t element = 0; element < 8 * 2; ++element)
      add(results, row * kStride, element, 8);
  expect(
      "kernel.winograd_columns %x, %w, %y every %s {channels = 2 : i64, "
      "features = 2 : i64, pixel = 2 : i64, tiles = 4 : i64, block = 2 : i64, "
      "products = "
      "#kernel.products<si32 * si16 -> i32, group = 1>, rescale = "
      "#kernel.rescale<si8, shift = 8, min = -128, max = 127>, "
      "instructions = #kernel.instructions<armv7m, load = 4>} : (index, "
      "index, index, index) -> ()",
      {{"x", false, all},
       {"w", false, stream},
       {"y", true, results},
       {"x", false, all},
       {"w", false, stream}});
}

} // namespace
