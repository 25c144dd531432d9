//===- MlaWinograd.cpp - Products of transformed tiles in MLA -------------===//
//
// r0 to r7 are the sums of the tiles' columns. Words of two tiles come
// together; a halfword of a tile is loaded with its sign. So are weights.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/winograd/ArmWinograd.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <algorithm>

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kSums = 8;
constexpr int64_t kMostStraight = 16; // channels without a loop
constexpr int64_t kFarthest = 4095;   // offset of a store of bytes

class MlaWriter : public WinogradWriter {
public:
  explicit MlaWriter(const ArmWinogradColumns &kernel)
      : WinogradWriter(kernel, /*group=*/1, kMostStraight) {}

private:
  void multiply(int64_t channels, bool first) override {
    for (int64_t i = 0; i < channels; ++i) {
      isFirst = first && i == 0;
      if (k.tiles == 1)
        oneTile();
      else if (k.block == 2)
        twoColumns();
      else
        twoTiles();
    }
  }

  void loadWeight(const char *to) {
    a.line(Twine("ldrsh ") + to + ", [lr], #2");
  }

  void oneTile() {
    a.line("ldrsh r8, [r12], #2");
    for (int64_t column = 0; column < k.block; ++column) {
      loadWeight("r9");
      product(column, "r8", "r9");
    }
  }

  /// Of two tiles, into r8 and r9.
  void loadTiles() {
    if (!k.halfwords)
      return a.line("ldmia r12!, {r8, r9}");
    a.line("ldrsh r8, [r12], #2");
    a.line("ldrsh r9, [r12], #2");
  }

  void twoTiles() {
    loadTiles();
    for (int64_t column = 0; column < k.block; ++column) {
      loadWeight("r10");
      product(column, "r8", "r10");
      product(k.block + column, "r9", "r10");
    }
  }

  void twoColumns() {
    for (int64_t tile = 0; tile < k.tiles; tile += 2) {
      loadTiles();
      if (tile == 0) {
        loadWeight("r10");
        loadWeight("r11");
      }
      for (int64_t i : {0, 1})
        for (int64_t column : {0, 1})
          product((tile + i) * k.block + column, i == 0 ? "r8" : "r9",
                  column == 0 ? "r10" : "r11");
    }
  }

  void product(int64_t sum, const char *left, const char *right) {
    if (isFirst)
      return a.line("mul " + reg(sum) + ", " + left + ", " + right);
    a.line("mla " + reg(sum) + ", " + left + ", " + right + ", " + reg(sum));
  }

  /// Each column's results, in both rows, of all of its sums.
  void forEachColumn(int64_t quad, llvm::function_ref<void(int64_t)> load,
                     llvm::function_ref<void(int64_t)> scale) {
    for (int64_t i = 0; i < std::min(k.block, kQuad); ++i) {
      load(columnOf(quad + i));
      for (int64_t of = i; of < 2 * kQuad; of += kQuad)
        for (int64_t sum = of; sum < of / kQuad * kQuad + kQuad; sum += k.block)
          scale(sum);
    }
  }

  void scaleByOne(int64_t quad) override {
    a.line("ldr r9, [sp, #" + Twine(addend()) + "]");
    forEachColumn(
        quad,
        [&](int64_t column) {
          a.line("ldr r8, [lr, #" + Twine(factorOf(column)) + "]");
        },
        [&](int64_t sum) { highWord(sum); });
  }

  void scaleByOwn(int64_t quad) override {
    forEachColumn(
        quad,
        [&](int64_t column) {
          a.line("add r12, lr, #" + Twine(factorOf(column)));
          a.line("ldmia r12, {r8-r10}");
        },
        [&](int64_t sum) {
          highWord(sum);
          a.line("asr " + reg(sum) + ", " + reg(sum) + ", r10");
        });
  }

  /// By r8, with the addend r9.
  void highWord(int64_t sum) {
    a.line("smull r11, " + reg(sum) + ", " + reg(sum) + ", r8");
    a.line("add " + reg(sum) + ", " + reg(sum) + ", r9");
  }

  bool isFirst = false; // channel of the sums
};
} // namespace

const char *MlaWinograd::whyNot() const {
  if (tiles * block != kSums || (block != 2 && block != 4 && block != 8))
    return "armv7m computes four tiles and two columns, two and four, or one "
           "and eight";
  if (2 * tiles * pixel > kFarthest)
    return "results are farther apart than a store reaches";
  return nullptr;
}

std::string MlaWinograd::text() const { return MlaWriter(*this).write(); }

} // namespace dlc::kernels
