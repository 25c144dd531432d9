//===- TileAssembly.cpp - Arm assembly of tile kernels --------------------===//

#include "codegen/kernels/TileAssembly.h"
#include "llvm/ADT/Twine.h"
#include <algorithm>
#include <vector>

using namespace dlc::kernels;

namespace {
constexpr int64_t kRegisters = 32;

/// The S registers from `first` on: {s4-s7}.
std::string registers(int64_t first, int64_t count) {
  if (count == 1)
    return "{s" + std::to_string(first) + "}";
  return "{s" + std::to_string(first) + "-s" +
         std::to_string(first + count - 1) + "}";
}

/// Writes the text of one kernel line by line.
class Writer {
public:
  explicit Writer(const TileAssembly &kernel)
      : k(kernel), accumulators(kernel.positions * kernel.width),
        chunk(std::min(kernel.loadMultiple, kernel.width)) {}

  std::string text;

  void line(const llvm::Twine &words) {
    if (!text.empty())
      text += "\n";
    text += words.str();
  }

  /// `steps` steps, in straight code.
  void multiplySteps(int64_t steps) {
    int64_t left = accumulators, right = left + k.positions * k.unroll;
    for (int64_t p = 0; p < k.positions; ++p)
      line("vldmia " + pointer(p) + "!, " + registers(left + p * steps, steps));
    int64_t slots = slotsFrom(right, 1);
    std::vector<Chunk> all = chunksOf(steps);
    auto load = [&](size_t i) {
      if (i < all.size())
        line("vldmia " + pointer(k.positions) + "!, " +
             registers(right + all[i].slot(slots, chunk), all[i].count));
    };
    for (int64_t ahead = 0; ahead + 1 < slots; ++ahead)
      load(ahead);
    for (size_t i = 0; i < all.size(); ++i) {
      load(i + slots - 1);
      const Chunk &now = all[i];
      for (int64_t p = 0; p < k.positions; ++p)
        for (int64_t j = 0; j < now.count; ++j)
          multiplyAdd(p * k.width + now.column + j,
                      right + now.slot(slots, chunk) + j,
                      left + p * steps + now.step);
    }
  }

  /// The same where the left operand has as many elements as the right.
  void multiplyPairSteps(int64_t steps, unsigned stride) {
    int64_t first = accumulators;
    int64_t slots = slotsFrom(first, 2);
    std::vector<Chunk> all = chunksOf(steps);
    auto load = [&](size_t i) {
      if (i >= all.size())
        return;
      int64_t at = first + 2 * all[i].slot(slots, chunk);
      line("vldmia " + pointer(0) + "!, " + registers(at, all[i].count));
      line("vldmia " + pointer(1) + "!, " +
           registers(at + chunk, all[i].count));
      if (all[i].column + all[i].count == k.width)
        line("add " + pointer(0) + ", " + pointer(0) + ", $" +
             llvm::Twine(stride));
    };
    for (int64_t ahead = 0; ahead + 1 < slots; ++ahead)
      load(ahead);
    for (size_t i = 0; i < all.size(); ++i) {
      load(i + slots - 1);
      int64_t at = first + 2 * all[i].slot(slots, chunk);
      for (int64_t j = 0; j < all[i].count; ++j)
        multiplyAdd(all[i].column + j, at + chunk + j, at + j);
    }
  }

  /// The operand of the i-th pointer; the count follows the last one.
  std::string pointer(int64_t i) const {
    return "$" + std::to_string(accumulators + i);
  }

private:
  /// A part of a step's elements of the right operand.
  struct Chunk {
    int64_t number, step, column, count;
    int64_t slot(int64_t slots, int64_t size) const {
      return number % slots * size;
    }
  };

  std::vector<Chunk> chunksOf(int64_t steps) const {
    std::vector<Chunk> chunks;
    for (int64_t step = 0; step < steps; ++step)
      for (int64_t column = 0; column < k.width; column += chunk)
        chunks.push_back({static_cast<int64_t>(chunks.size()), step, column,
                          std::min(chunk, k.width - column)});
    return chunks;
  }

  /// How many loads can be in flight: places for the registers of one.
  int64_t slotsFrom(int64_t first, int64_t operands) const {
    return std::clamp<int64_t>((kRegisters - first) / (chunk * operands), 1, 2);
  }

  void multiplyAdd(int64_t sum, int64_t a, int64_t b) {
    line(llvm::Twine(k.fused ? "vfma.f32 s" : "vmla.f32 s") + llvm::Twine(sum) +
         ", s" + llvm::Twine(a) + ", s" + llvm::Twine(b));
  }

  const TileAssembly &k;
  int64_t accumulators;
  int64_t chunk; // registers of one load of the right operand
};
} // namespace

const char *TileAssembly::whyNot() const {
  int64_t accumulators = positions * width;
  if (!isLoop())
    return accumulators > kRegisters ? "its tile has more than 32 elements"
                                     : nullptr;
  int64_t chunk = std::min(loadMultiple, width);
  int64_t needed =
      kind == Kind::Multiply ? positions * unroll + chunk : 2 * chunk;
  return accumulators + needed > kRegisters
             ? "accumulators and operands have no place in 32 registers"
             : nullptr;
}

std::string TileAssembly::text() const {
  Writer w(*this);
  int64_t accumulators = positions * width;
  if (kind == Kind::Load || kind == Kind::Store) {
    bool load = kind == Kind::Load;
    for (int64_t p = 0; p < positions; ++p)
      w.line(llvm::Twine(load ? "vldmia $" : "vstmia $") +
             llvm::Twine(load ? accumulators : accumulators + p) + ", " +
             registers(p * width, width));
    return w.text;
  }
  bool pairs = kind == Kind::MultiplyPairs;
  int64_t pointers = pairs ? 2 : positions + 1;
  std::string count = w.pointer(pointers);
  // Outputs, then as many tied inputs, then the stride.
  auto stride = static_cast<unsigned>(2 * (accumulators + pointers + 1));
  auto steps = [&](int64_t n) {
    pairs ? w.multiplyPairSteps(n, stride) : w.multiplySteps(n);
  };
  std::string by = ", #" + std::to_string(unroll);
  if (!remainder) {
    w.line("1:");
    steps(unroll);
    w.line("subs " + count + ", " + count + by);
    w.line("bgt 1b");
    return w.text;
  }
  w.line("subs " + count + ", " + count + by);
  w.line("blt 2f");
  w.line("1:");
  steps(unroll);
  w.line("subs " + count + ", " + count + by);
  w.line("bge 1b");
  w.line("2:");
  w.line("adds " + count + ", " + count + by);
  w.line("beq 4f");
  w.line("3:");
  steps(1);
  w.line("subs " + count + ", " + count + ", #1");
  w.line("bgt 3b");
  w.line("4:");
  return w.text;
}

std::string TileAssembly::constraints() const {
  std::string text;
  auto add = [&](const std::string &constraint) {
    text += (text.empty() ? "" : ",") + constraint;
  };
  int64_t accumulators = positions * width;
  int64_t changing = 0;
  if (kind == Kind::Multiply)
    changing = positions + 2;
  else if (kind == Kind::MultiplyPairs)
    changing = 3;
  if (kind != Kind::Store)
    for (int64_t i = 0; i < accumulators; ++i)
      add("={s" + std::to_string(i) + "}");
  for (int64_t i = 0; i < changing; ++i)
    add("=&r");
  if (kind == Kind::Store)
    for (int64_t i = 0; i < accumulators; ++i)
      add("{s" + std::to_string(i) + "}");
  else if (kind != Kind::Load)
    for (int64_t i = 0; i < accumulators + changing; ++i)
      add(std::to_string(i));
  int64_t unchanged = kind == Kind::Store      ? positions
                      : kind == Kind::Multiply ? 0
                                               : 1;
  for (int64_t i = 0; i < unchanged; ++i)
    add("r");
  if (isLoop())
    for (int64_t i = accumulators; i < kRegisters; ++i)
      add("~{s" + std::to_string(i) + "}");
  add("~{cc}");
  add("~{memory}");
  return text;
}
