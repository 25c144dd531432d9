//===- MicroTables.cpp - Tables of TensorFlow's micro front end -----------===//
//
// In float32 where it is, so that no coefficient is rounded to another integer.
//
//===----------------------------------------------------------------------===//

#include "compiler/prepare/sound/SoundTables.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace dlc::prepare;

static constexpr int kFilterBits = 12, kNoiseBits = 14, kRatioBits = 12;
static constexpr int kGainBits = 21;

static int16_t fixed12(double value) {
  return static_cast<int16_t>(std::floor(value + 0.5));
}

static float melOf(float frequency) {
  return static_cast<float>(1127.0 * std::log1p(frequency / 700.0));
}

static void addWindow(MicroTables &tables, int64_t size) {
  const auto angle = static_cast<float>(M_PI * 2.0 / static_cast<float>(size));
  for (int64_t i = 0; i < size; ++i) {
    auto value = static_cast<float>(
        0.5 - 0.5 * std::cos(angle * (static_cast<double>(i) + 0.5)));
    tables.window.push_back(fixed12(value * (1 << kFilterBits)));
  }
}

/// Channel c rises from centre c - 1 to centre c; the first centre has none.
static void addChannels(MicroTables &tables, const SoundStep &step,
                        int64_t rate) {
  auto lowest = static_cast<float>(step.lowest);
  float low = melOf(lowest), high = melOf(static_cast<float>(step.highest));
  float spacing = (high - low) / static_cast<float>(step.bins + 1);
  int64_t bins = step.fft / 2; // of a power of two
  auto hertz = static_cast<float>(0.5 * static_cast<double>(rate) /
                                  static_cast<float>(bins));
  auto bin = static_cast<int>(1.5 + lowest / hertz);
  tables.firstBin = bin;
  float before = low;
  for (int64_t c = 0; c <= step.bins; ++c) {
    float centre = low + spacing * static_cast<float>(c + 1);
    int32_t width = 0;
    for (float mel; (mel = melOf(static_cast<float>(bin) * hertz)) <= centre;
         ++bin, ++width) {
      float weight = (centre - mel) / (centre - before);
      tables.weights.push_back(fixed12(weight * (1 << kFilterBits)));
      if (fixed12((1.0 - weight) * (1 << kFilterBits)) +
              tables.weights.back() !=
          1 << kFilterBits)
        tables.problem = "weights of a bin do not add up to one for these "
                         "frequencies: write others";
    }
    tables.widths.push_back(width);
    before = centre;
  }
  if (bin >= step.fft / 2 + 1)
    tables.problem = "the highest channel leaves the transform: write a lower "
                     "frequency";
}

static int16_t gainAt(uint32_t x, int inputBits) {
  float value =
      static_cast<float>(x) / static_cast<float>(uint32_t(1) << inputBits);
  float gain = static_cast<float>(uint32_t(1) << kGainBits) *
               std::pow(value + 80.0F, -0.95F);
  return gain > 32767 ? int16_t(32767)
                      : static_cast<int16_t>(std::floor(gain + 0.5F));
}

static void addGains(MicroTables &tables, int inputBits) {
  auto gain = [&](uint32_t x) -> int32_t { return gainAt(x, inputBits); };
  auto add = [&](int32_t value) {
    tables.gains.push_back(static_cast<int16_t>(value));
  };
  add(gain(0));
  add(gain(1));
  for (int bits = 2; bits <= 32; ++bits) {
    uint32_t from = uint32_t(1) << (bits - 1), middle = from + (from >> 1);
    uint32_t to = bits == 32 ? from + (from - 1) : 2 * from;
    int32_t first = gain(from), half = gain(middle) - first,
            whole = gain(to) - first;
    int32_t slope = 4 * half - whole;
    add(first);
    add(slope);
    add(whole - slope);
    if (bits < 32)
      add(0);
  }
}

MicroTables dlc::prepare::makeMicroTables(const SoundStep &step, int64_t rate) {
  MicroTables tables;
  addWindow(tables, step.window);
  addChannels(tables, step, rate);
  tables.logBits =
      static_cast<int64_t>(llvm::Log2_64(static_cast<uint64_t>(step.fft))) -
      kFilterBits / 2;
  if (tables.logBits < 0)
    tables.problem = "windows of less than 33 samples have no front end of "
                     "this kind: write a larger one";
  auto noise = [](float part) {
    return static_cast<int64_t>(part * (1 << kNoiseBits));
  };
  tables.smoothingBits = 10;
  tables.evenSmoothing = noise(0.025F);
  tables.oddSmoothing = noise(0.06F);
  tables.leastRemaining = noise(0.05F);
  tables.ratioShift = kGainBits - tables.logBits - kRatioBits;
  tables.logShift = 6;
  addGains(tables, static_cast<int>(tables.smoothingBits - tables.logBits));
  return tables;
}
