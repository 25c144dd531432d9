//===- MelTables.cpp - Windows, bands and cosines as libraries make them --===//

#include "compiler/prepare/sound/SoundTables.h"

#include <algorithm>
#include <cmath>

using namespace dlc::prepare;

static double real(int64_t value) { return static_cast<double>(value); }

//===----------------------------------------------------------------------===//
// Windows
//===----------------------------------------------------------------------===//

/// Hann's window is periodic; tf.signal's is only for an even size. Kaldi's is
/// Povey's, and symmetric.
static std::vector<double> windowOf(const SoundStep &step) {
  bool isKaldi = step.library == SoundLibrary::Kaldi;
  bool isSymmetric = isKaldi || (step.library == SoundLibrary::TfSignal &&
                                 step.window % 2 == 1);
  double period = real(isSymmetric ? step.window - 1 : step.window);
  std::vector<double> window;
  for (int64_t i = 0; i < step.window; ++i) {
    double value = 0.5 - 0.5 * std::cos(2 * M_PI * real(i) / period);
    window.push_back(isKaldi ? std::pow(value, 0.85) : value);
  }
  return window;
}

/// A frame of librosa and torchaudio has as many samples as the transform, with
/// the window in the middle.
static void addWindow(MelTables &tables, const SoundStep &step) {
  bool isWhole = step.library == SoundLibrary::Librosa ||
                 step.library == SoundLibrary::Torchaudio;
  // All but Kaldi have samples from -1 to 1.
  double scale = step.library == SoundLibrary::Kaldi ? 1 : 1.0 / 32768;
  int64_t before = isWhole ? (step.fft - step.window) / 2 : 0;
  tables.window.resize(isWhole ? step.fft : step.window);
  for (auto [i, value] : llvm::enumerate(windowOf(step)))
    tables.window[before + i] = static_cast<float>(value * scale);
}

//===----------------------------------------------------------------------===//
// Bands
//===----------------------------------------------------------------------===//

namespace {
/// Hz to mel and back.
struct Scale {
  double (*mel)(double hertz);
  double (*hertz)(double mel);
};
} // namespace

static const double kLogStep = std::log(6.4) / 27;

static Scale scaleOf(SoundLibrary library) {
  switch (library) {
  case SoundLibrary::TfSignal:
  case SoundLibrary::Kaldi:
    return {[](double f) { return 1127 * std::log1p(f / 700); },
            [](double m) { return 700 * std::expm1(m / 1127); }};
  case SoundLibrary::Torchaudio:
    return {[](double f) { return 2595 * std::log10(1 + f / 700); },
            [](double m) { return 700 * (std::pow(10, m / 2595) - 1); }};
  // Slaney's: even below 1000 Hz, 15 mel; in ratios above.
  case SoundLibrary::Librosa:
    return {
        [](double f) {
          return f < 1000 ? f * 3 / 200 : 15 + std::log(f / 1000) / kLogStep;
        },
        [](double m) {
          return m < 15 ? m * 200 / 3 : 1000 * std::exp(kLogStep * (m - 15));
        }};
  }
  llvm_unreachable("all libraries have a scale");
}

/// Bands rise and fall evenly in mel with tf.signal and Kaldi, in Hz with the
/// others. The first bin is none of tf.signal's, the middle one of the
/// transform none of Kaldi's.
static std::vector<double> weightsOf(const SoundStep &step, int64_t rate,
                                     int64_t band) {
  Scale scale = scaleOf(step.library);
  bool inMel = step.library == SoundLibrary::TfSignal ||
               step.library == SoundLibrary::Kaldi;
  double low = scale.mel(step.lowest), high = scale.mel(step.highest);
  auto edge = [&](int64_t i) {
    double mel = low + (high - low) * real(i) / real(step.bins + 1);
    return inMel ? mel : scale.hertz(mel);
  };
  double left = edge(band), centre = edge(band + 1), right = edge(band + 2);
  double norm = step.library == SoundLibrary::Librosa ? 2 / (right - left) : 1;
  int64_t middle = step.fft / 2;
  std::vector<double> weights(middle + 1);
  for (int64_t k = 0; k <= middle; ++k) {
    if ((k == 0 && step.library == SoundLibrary::TfSignal) ||
        (k == middle && step.library == SoundLibrary::Kaldi))
      continue;
    double place = real(k) * real(rate) / real(step.fft);
    if (inMel)
      place = scale.mel(place);
    double rising = (place - left) / (centre - left),
           falling = (right - place) / (right - centre);
    weights[k] = norm * std::max(0.0, std::min(rising, falling));
  }
  return weights;
}

MelTables dlc::prepare::makeMelTables(const SoundStep &step, int64_t rate) {
  MelTables tables;
  addWindow(tables, step);
  for (int64_t band = 0; band < step.bins; ++band) {
    std::vector<double> weights = weightsOf(step, rate, band);
    auto isSome = [](double weight) { return weight != 0; };
    auto first = std::find_if(weights.begin(), weights.end(), isSome);
    auto last =
        std::find_if(weights.rbegin(), std::reverse_iterator(first), isSome)
            .base();
    if (first == weights.end())
      first = last = weights.begin();
    tables.starts.push_back(static_cast<int32_t>(first - weights.begin()));
    tables.widths.push_back(static_cast<int32_t>(last - first));
    for (auto weight = first; weight != last; ++weight)
      tables.weights.push_back(static_cast<float>(*weight));
  }
  return tables;
}

//===----------------------------------------------------------------------===//
// Cosines
//===----------------------------------------------------------------------===//

std::vector<float> dlc::prepare::makeDctTable(const SoundStep &step,
                                              int64_t bands) {
  std::vector<float> table;
  for (int64_t n = 0; n < bands; ++n)
    for (int64_t k = 0; k < step.count; ++k) {
      double scale = std::sqrt(2 / real(bands));
      // The first row of an orthogonal matrix; tf.signal's is not.
      if (k == 0 && step.library != SoundLibrary::TfSignal)
        scale = std::sqrt(1 / real(bands));
      table.push_back(static_cast<float>(
          scale * std::cos(M_PI * real(k) * (real(n) + 0.5) / real(bands))));
    }
  return table;
}
