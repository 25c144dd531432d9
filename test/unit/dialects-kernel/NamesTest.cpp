//===- NamesTest.cpp - A kernel's name is its specification ---------------===//

#include "Kernels.h"
#include "llvm/ADT/StringSet.h"
#include "gtest/gtest.h"

using namespace dlc::kernel;

namespace {

std::string repeat(const std::string &text, int64_t count) {
  std::string all;
  for (int64_t i = 0; i < count; ++i)
    all += (i ? ", " : "") + text;
  return all;
}

/// A kernel of tiles, in all that can be said of it.
struct Tile {
  int64_t positions = 2, columns = 4;
  std::string left = "f32", right = "f32", sum = "f32";
  int64_t group = 1, unroll = 3;
  bool remainder = false;
  std::string set = "vfpv4";
  int64_t load = 8;

  std::string attributes(bool products) const {
    std::string text =
        "{tile = #kernel.tile<positions = " + std::to_string(positions) +
        ", columns = " + std::to_string(columns) +
        ">, instructions = #kernel.instructions<" + set +
        ", load = " + std::to_string(load) + ">";
    if (products)
      text += ", products = #kernel.products<" + left + " * " + right + " -> " +
              sum + ", group = " + std::to_string(group) +
              ">, unroll = " + std::to_string(unroll) + " : i64" +
              (remainder ? ", remainder" : "");
    return text + "}";
  }
  std::string value() const { return sum == "f32" ? "%f" : "%i"; }
  std::string values() const { return repeat(value(), positions * columns); }
  std::string types() const { return repeat(sum, positions * columns); }
  std::string stride() const { return positions > 1 ? " every %s" : ""; }
  std::string addresses(int64_t others) const {
    return repeat("index", others + (positions > 1 ? 1 : 0));
  }

  std::string multiply() const {
    return "%r:" + std::to_string(positions * columns) +
           " = kernel.multiply %x" + stride() + ", %w for %n, (" + values() +
           ") " + attributes(true) + " : (" + addresses(3) + ", " + types() +
           ") -> (" + types() + ")";
  }
  std::string pairs() const {
    return "%r:" + std::to_string(columns) +
           " = kernel.multiply_pairs %x every %s, %w for %n, (" + values() +
           ") " + attributes(true) + " : (" + repeat("index", 4) + ", " +
           types() + ") -> (" + types() + ")";
  }
  std::string load_() const {
    return "%r:" + std::to_string(positions * columns) + " = kernel.load %x " +
           attributes(false) + " : (index) -> (" + types() + ")";
  }
  std::string store() const {
    return "kernel.store %y" + stride() + ", (" + values() + ") " +
           attributes(false) + " : (" + addresses(1) + ", " + types() +
           ") -> ()";
  }
  std::string finish(const std::string &stored) const {
    std::string convert =
        stored == sum ? "%0 = arith.addi %a, %a : i32"
                      : "%0 = arith.trunci %a : " + sum + " to " + stored;
    return "kernel.finish %y" + stride() + ", (" + values() + ") " +
           attributes(false) + " : (" + addresses(1) + ", " + types() +
           ") -> () {\n^bb0(%a: " + sum + "):\n" + convert +
           "\nkernel.yield %0 : " + stored + "\n}";
  }
};

std::string row(int64_t vectors, int64_t steps, const std::string &set,
                int64_t load) {
  return "%r:" + std::to_string(vectors) + " = kernel.row %x, %w, (" +
         repeat("%v", vectors) +
         ") {products = #kernel.products<f32 * f32 -> f32, group = 1>, "
         "steps = " +
         std::to_string(steps) +
         " : i64, instructions = #kernel.instructions<" + set +
         ", load = " + std::to_string(load) + ">} : (index, index, " +
         repeat("vector<4xf32>", vectors) + ") -> (" +
         repeat("vector<4xf32>", vectors) + ")";
}

std::string name(const std::string &text) {
  ParsedKernel kernel(text);
  return kernel.op ? nameOf(kernel.op) : "";
}

Tile with(void (*change)(Tile &)) {
  Tile tile;
  change(tile);
  return tile;
}

TEST(KernelNames, SayWhatTheKernelIs) {
  EXPECT_EQ(name(Tile().multiply()),
            "dlc_multiply_f32_f32_f32_2x4_k3_vfpv4_l8");
  EXPECT_EQ(name(with([](Tile &t) { t.remainder = true; }).multiply()),
            "dlc_multiply_f32_f32_f32_2x4_k3_remainder_vfpv4_l8");
  EXPECT_EQ(name(with([](Tile &t) { t.positions = 1; }).pairs()),
            "dlc_multiply_pairs_f32_f32_f32_1x4_k3_vfpv4_l8");
  EXPECT_EQ(name(Tile().load_()), "dlc_load_f32_2x4_vfpv4");
  EXPECT_EQ(name(Tile().store()), "dlc_store_f32_2x4_vfpv4");
  EXPECT_EQ(name(row(16, 640, "neon", 16)),
            "dlc_row_f32_f32_f32_16x4_k640_neon_l16");
}

TEST(KernelNames, TellTypesOfBothOperandsAndTheSum) {
  Tile integers = with([](Tile &t) {
    t.left = "ui8";
    t.right = "si4";
    t.sum = "i32";
    t.group = 4;
    t.set = "dsp";
  });
  EXPECT_EQ(name(integers.multiply()),
            "dlc_multiply_ui8_si4_i32_g4_2x4_k3_dsp_l8");
  EXPECT_EQ(name(integers.finish("i8")), "dlc_finish_i32_i8_2x4_dsp");
  EXPECT_EQ(name(integers.finish("i32")), "dlc_finish_i32_i32_2x4_dsp");
}

/// Kernels that differ in anything that their instructions depend on have
/// different names.
TEST(KernelNames, OneForEachSpecification) {
  std::vector<Tile> tiles = {
      Tile(),
      with([](Tile &t) { t.positions = 4; }),
      with([](Tile &t) { t.columns = 2; }),
      // The same number of accumulators in another shape.
      with([](Tile &t) { t.positions = 4, t.columns = 2; }),
      with([](Tile &t) { t.unroll = 4; }),
      with([](Tile &t) { t.remainder = true; }),
      with([](Tile &t) { t.set = "vfpv2"; }),
      with([](Tile &t) { t.set = "ptx"; }),
      with([](Tile &t) { t.load = 4; }),
  };
  for (const char *left : {"ui8", "si8"})
    for (const char *right : {"si8", "si4", "si2"})
      for (int64_t group : {1, 2, 4}) {
        Tile tile;
        tile.left = left, tile.right = right, tile.sum = "i32";
        tile.group = group;
        tiles.push_back(tile);
      }
  llvm::StringSet<> names;
  for (const Tile &tile : tiles)
    EXPECT_TRUE(names.insert(name(tile.multiply())).second)
        << name(tile.multiply());
  EXPECT_TRUE(names.insert(name(with([](Tile &t) { t.positions = 1; }).pairs()))
                  .second);
  for (const std::string &text :
       {row(3, 8, "neon", 16), row(2, 8, "neon", 16), row(3, 9, "neon", 16),
        row(3, 8, "mve", 16), row(3, 8, "neon", 8)})
    EXPECT_TRUE(names.insert(name(text)).second) << name(text);
}

/// A row is loaded and stored by one instruction, whatever the loads of
/// products take.
TEST(KernelNames, LoadsAndStoresDoNotDependOnTheLoadsOfProducts) {
  Tile other = with([](Tile &t) { t.load = 4; });
  EXPECT_EQ(name(other.load_()), name(Tile().load_()));
  EXPECT_EQ(name(other.store()), name(Tile().store()));
}

TEST(KernelNames, OneForEachWinogradKernel) {
  auto input = [](int channels, int pixel, const std::string &from) {
    return "kernel.winograd_input %x every %s, %y {tiles = 1 : i64, channels "
           "= " +
           std::to_string(channels) +
           " : i64, pixel = " + std::to_string(pixel) +
           " : i64, from = " + from +
           ", to = si16, instructions = #kernel.instructions<dsp, load = 4>} : "
           "(index, index, index) -> ()";
  };
  EXPECT_EQ(name(input(16, 32, "ui8")),
            "dlc_winograd_input_ui8_si16_16_every32_dsp");
  auto columns = [](int channels, int features, int shift, int pixel = 0) {
    return "kernel.winograd_columns %x, %w, %y every %s {tiles = 1 : i64, "
           "channels = " +
           std::to_string(channels) +
           " : i64, features = " + std::to_string(features) +
           " : i64, pixel = " + std::to_string(pixel ? pixel : features) +
           " : i64, block = 4 : i64, products = #kernel.products<si16 * si16 "
           "-> i32, group = 4>, rescale = #kernel.rescale<si8, shift = " +
           std::to_string(shift) +
           ", min = -128, max = 127>, instructions = "
           "#kernel.instructions<dsp, load = 4>} : (index, index, index, "
           "index) -> ()";
  };
  EXPECT_EQ(name(columns(16, 32, 9)),
            "dlc_winograd_columns_si16_si16_i32_g4_16x32_b4_si8_s9_m128_127_"
            "dsp_l4");
  EXPECT_EQ(name("kernel.winograd_filters %x, %w {filters = 64 : i64, "
                 "instructions = #kernel.instructions<dsp, load = 4>} : "
                 "(index, index) -> ()"),
            "dlc_winograd_filters_64_dsp");
  llvm::StringSet<> names;
  for (const std::string &text :
       {input(16, 16, "si8"), input(16, 32, "si8"), input(8, 16, "si8"),
        input(16, 16, "ui8"), columns(16, 16, 9), columns(8, 16, 9),
        columns(16, 8, 9), columns(16, 16, 8), columns(16, 8, 9, 16)})
    EXPECT_TRUE(names.insert(name(text)).second) << name(text);
}

} // namespace
