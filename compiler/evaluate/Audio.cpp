//===- Audio.cpp - Evaluation of front ends of sound ----------------------===//

#include "compiler/evaluate/Audio.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace dlc;
using namespace dlc::evaluate;

static constexpr double kPi = 3.14159265358979323846264338327950288;

//===----------------------------------------------------------------------===//
// A transform in 16 bits
//===----------------------------------------------------------------------===//

namespace {

struct Complex16 {
  int16_t re, im;
};

/// What is stored has 16 bits.
Complex16 make(int32_t re, int32_t im) {
  return {static_cast<int16_t>(re), static_cast<int16_t>(im)};
}

int32_t roundProduct(int32_t product) { return (product + (1 << 14)) >> 15; }

Complex16 times(Complex16 a, Complex16 b) {
  return make(roundProduct(a.re * b.re - a.im * b.im),
              roundProduct(a.re * b.im + a.im * b.re));
}

Complex16 divide(Complex16 a, int32_t by) {
  return make(roundProduct(a.re * (32767 / by)),
              roundProduct(a.im * (32767 / by)));
}

Complex16 turn(double phase) {
  return make(static_cast<int32_t>(std::floor(0.5 + 32767 * std::cos(phase))),
              static_cast<int32_t>(std::floor(0.5 + 32767 * std::sin(phase))));
}

using Spectrum = std::vector<Complex16>;

/// The transform of `size` elements, `stride` apart, into out.
void transform(const Complex16 *in, int64_t stride, Complex16 *out,
               int64_t size, int64_t whole) {
  if (size == 1) {
    *out = *in;
    return;
  }
  int64_t radix = size % 4 ? 2 : 4, part = size / radix;
  for (int64_t j = 0; j < radix; ++j)
    transform(in + j * stride, stride * radix, out + j * part, part, whole);
  for (int64_t k = 0; k < part; ++k) {
    Complex16 x[4];
    for (int64_t j = 0; j < radix; ++j) {
      x[j] = divide(out[k + j * part], static_cast<int32_t>(radix));
      if (j)
        x[j] = times(x[j], turn(-2 * kPi * static_cast<double>(j * k * stride) /
                                static_cast<double>(whole)));
    }
    if (radix == 2) {
      out[k] = make(x[0].re + x[1].re, x[0].im + x[1].im);
      out[k + part] = make(x[0].re - x[1].re, x[0].im - x[1].im);
      continue;
    }
    int32_t sumRe = x[0].re + x[2].re, sumIm = x[0].im + x[2].im,
            gapRe = x[0].re - x[2].re, gapIm = x[0].im - x[2].im,
            oddRe = x[1].re + x[3].re, oddIm = x[1].im + x[3].im,
            apartRe = x[1].re - x[3].re, apartIm = x[1].im - x[3].im;
    out[k] = make(sumRe + oddRe, sumIm + oddIm);
    out[k + part] = make(gapRe + apartIm, gapIm - apartRe);
    out[k + 2 * part] = make(sumRe - oddRe, sumIm - oddIm);
    out[k + 3 * part] = make(gapRe - apartIm, gapIm + apartRe);
  }
}

/// Energies of the bins from 1 to the one before the middle; 0 is left out.
std::vector<uint32_t> energiesOf(ArrayRef<int16_t> samples) {
  auto pairs = static_cast<int64_t>(samples.size() / 2);
  Spectrum in(pairs), out(pairs);
  for (int64_t i = 0; i < pairs; ++i)
    in[i] = {samples[2 * i], samples[2 * i + 1]};
  transform(in.data(), 1, out.data(), pairs, pairs);
  auto energy = [](int32_t re, int32_t im) {
    return static_cast<uint32_t>(re * re + im * im);
  };
  std::vector<uint32_t> energies(pairs);
  for (int64_t k = 1; k <= pairs / 2; ++k) {
    Complex16 a = divide(out[k], 2),
              b = divide(make(out[pairs - k].re, -out[pairs - k].im), 2);
    Complex16 even = make(a.re + b.re, a.im + b.im);
    Complex16 odd =
        times(make(a.re - b.re, a.im - b.im),
              turn(-kPi * (static_cast<double>(k) / static_cast<double>(pairs) +
                           0.5)));
    energies[k] = energy((even.re + odd.re) >> 1, (even.im + odd.im) >> 1);
    energies[pairs - k] =
        energy((even.re - odd.re) >> 1, (odd.im - even.im) >> 1);
  }
  return energies;
}

//===----------------------------------------------------------------------===//
// The front end in integers
//===----------------------------------------------------------------------===//

uint32_t roundedRoot(uint64_t value) {
  auto root = static_cast<uint64_t>(std::sqrt(static_cast<double>(value)));
  while (root * root > value)
    --root;
  while ((root + 1) * (root + 1) <= value)
    ++root;
  bool atLimit = value >> 32 == 0 && root == 0xFFFF;
  return static_cast<uint32_t>(root + (value - root * root > root && !atLimit));
}

/// To base e in 16 bits of a fraction; `x` is more than 1.
uint32_t naturalLog(uint32_t x) {
  auto line = [](uint32_t i) {
    return static_cast<int32_t>(
        std::lround(65536 * (std::log2(1 + i / 128.0) - i / 128.0)));
  };
  uint32_t whole = llvm::Log2_32(x);
  auto fraction =
      static_cast<uint32_t>((uint64_t(x) << (32 - whole) & 0xFFFFFFFF) >> 16);
  uint32_t segment = fraction >> 9;
  int32_t from = line(segment);
  int32_t rise =
      (line(segment + 1) - from) * static_cast<int32_t>(fraction & 511) >> 16;
  uint64_t log2 = (whole << 16) + fraction + from + rise;
  return static_cast<uint32_t>((45426 * log2 + 32768) >> 16);
}

class MicroFrontEnd {
public:
  explicit MicroFrontEnd(nn::MicroFeaturesOp op)
      : estimates(op.getWidths().size() - 1), op(op) {}

  /// The features of a frame.
  std::vector<int64_t> run(ArrayRef<int64_t> samples);

  /// Of noise, in each channel.
  std::vector<uint32_t> estimates;

private:
  int64_t finish(size_t channel, uint32_t value);

  nn::MicroFeaturesOp op;
};

} // namespace

/// What is after the channels' sums.
int64_t MicroFrontEnd::finish(size_t channel, uint32_t value) {
  uint64_t smoothing =
      channel % 2 ? op.getOddSmoothing() : op.getEvenSmoothing();
  auto bits = static_cast<uint32_t>(op.getSmoothingBits());
  uint32_t up = value << bits;
  uint32_t &estimate = estimates[channel];
  estimate = static_cast<uint32_t>(
      (up * smoothing + estimate * ((1 << 14) - smoothing)) >> 14);
  auto least =
      static_cast<uint32_t>(uint64_t(value) * op.getLeastRemaining() >> 14);
  value = std::max((up - std::min(estimate, up)) >> bits, least);

  auto gain = static_cast<uint32_t>(nn::microGain(op.getGains(), estimate));
  auto ratio =
      static_cast<uint32_t>(uint64_t(value) * gain >> op.getRatioShift());
  value = ratio < 8192 ? ratio * ratio >> 20 : (ratio >> 6) - 64;

  value <<= op.getLogBits();
  if (value > 1)
    value = ((naturalLog(value) << op.getLogShift()) + 32768) >> 16;
  else
    value = 0;
  int64_t feature = std::min<uint32_t>(value, 65535);
  std::optional<ArrayRef<int64_t>> stored = op.getStored();
  if (!stored)
    return feature;
  feature = (feature * (*stored)[0] + (*stored)[1]) / (*stored)[2];
  return std::clamp<int64_t>(feature + (*stored)[3], -128, 127);
}

std::vector<int64_t> MicroFrontEnd::run(ArrayRef<int64_t> samples) {
  std::vector<int16_t> frame(op.getFftSize());
  int32_t greatest = 0;
  for (auto [i, sample] : llvm::enumerate(samples)) {
    frame[i] = static_cast<int16_t>(sample * op.getWindow()[i] >> 12);
    if (frame[i] != INT16_MIN)
      greatest = std::max(greatest, std::abs(int32_t(frame[i])));
  }
  int shift = 15 - llvm::bit_width(static_cast<uint32_t>(greatest));
  for (int16_t &value : frame)
    value = static_cast<int16_t>(static_cast<uint32_t>(value) << shift);
  std::vector<uint32_t> energies = energiesOf(frame);

  std::vector<int64_t> features;
  uint64_t sum = 0, next = 0;
  size_t place = 0;
  for (auto [c, width] : llvm::enumerate(op.getWidths())) {
    sum = next;
    next = 0;
    for (int32_t i = 0; i < width; ++i, ++place) {
      uint64_t energy = energies[op.getFirstBin() + place];
      auto weight = static_cast<uint64_t>(op.getWeights()[place]);
      sum += weight * energy;
      next += (4096 - weight) * energy;
    }
    if (c)
      features.push_back(finish(c - 1, roundedRoot(sum) >> shift));
  }
  return features;
}

LogicalResult dlc::evaluate::compute(nn::MicroFeaturesOp op, Operands operands,
                                     Results &results) {
  SmallVector<int64_t> samples = operands[0].values<int64_t>();
  Tensor result = Tensor::zeros(resultType(op));
  MicroFrontEnd frontEnd(op);
  int64_t frames = result.getShape()[0], channels = result.getShape()[1];
  if (op.getEstimates())
    llvm::copy(operands[1].values<int64_t>(), frontEnd.estimates.begin());
  for (int64_t f = 0; f < frames; ++f) {
    std::vector<int64_t> row = frontEnd.run(ArrayRef(samples).slice(
        f * static_cast<int64_t>(op.getHop()), op.getWindow().size()));
    result.store<int64_t>(f * channels, row);
  }
  results.push_back(std::move(result));
  if (op.getLater()) {
    Tensor later =
        Tensor::zeros(cast<RankedTensorType>(op.getLater().getType()));
    std::vector<int64_t> values;
    for (uint32_t estimate : frontEnd.estimates)
      values.push_back(static_cast<int32_t>(estimate));
    later.store<int64_t>(0, values);
    results.push_back(std::move(later));
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Energies
//===----------------------------------------------------------------------===//

/// A frame's samples as they are transformed.
static std::vector<double> windowed(nn::MelEnergiesOp op,
                                    ArrayRef<double> samples) {
  double mean = 0;
  if (op.getRemoveMean()) {
    for (double sample : samples)
      mean += sample;
    mean /= static_cast<double>(samples.size());
  }
  double emphasis = op.getPreemphasis().convertToDouble();
  std::vector<double> frame(samples.size());
  for (size_t i = 0; i < samples.size(); ++i)
    frame[i] = op.getWindow()[i] *
               (samples[i] - mean - emphasis * (samples[i ? i - 1 : 0] - mean));
  return frame;
}

namespace {
/// Bins from 0 to the middle one of a transform of `size` numbers.
class RealTransform {
public:
  explicit RealTransform(int64_t size) : size(size), turns(size) {
    for (int64_t i = 0; i < size; ++i) {
      double angle =
          2 * kPi * static_cast<double>(i) / static_cast<double>(size);
      turns[i] = {std::cos(angle), std::sin(angle)};
    }
  }

  /// Of a frame with zeros behind it: real and imaginary parts.
  std::vector<std::pair<double, double>> of(ArrayRef<double> frame) const {
    std::vector<std::pair<double, double>> bins(size / 2 + 1);
    for (int64_t k = 0; k <= size / 2; ++k)
      for (int64_t i = 0; i < static_cast<int64_t>(frame.size()); ++i) {
        auto [cosine, sine] = turns[i * k % size];
        bins[k].first += frame[i] * cosine;
        bins[k].second -= frame[i] * sine;
      }
    return bins;
  }

private:
  int64_t size;
  std::vector<std::pair<double, double>> turns;
};
} // namespace

LogicalResult dlc::evaluate::compute(nn::MelEnergiesOp op, Operands operands,
                                     Results &results) {
  SmallVector<double> samples = operands[0].values<double>();
  Tensor result = Tensor::zeros(resultType(op));
  RealTransform transform(static_cast<int64_t>(op.getFftSize()));
  int64_t place = 0;
  for (int64_t f = 0; f < result.getShape()[0]; ++f) {
    std::vector<double> frame = windowed(
        op, ArrayRef(samples).slice(f * static_cast<int64_t>(op.getHop()),
                                    op.getWindow().size()));
    std::vector<double> bins;
    for (auto [re, im] : transform.of(frame))
      bins.push_back(op.getMagnitude() ? std::hypot(re, im)
                                       : re * re + im * im);
    const float *weight = op.getWeights().data();
    for (auto [start, width] : llvm::zip(op.getStarts(), op.getWidths())) {
      double sum = 0;
      for (int32_t i = 0; i < width; ++i)
        sum += *weight++ * bins[start + i];
      result.store<double>(place++, sum);
    }
  }
  results.push_back(std::move(result));
  return success();
}

LogicalResult dlc::evaluate::compute(nn::SpectrumOp op, Operands operands,
                                     Results &results) {
  SmallVector<double> samples = operands[0].values<double>();
  Tensor result = Tensor::zeros(resultType(op));
  RealTransform transform(static_cast<int64_t>(op.getFftSize()));
  int64_t place = 0;
  for (int64_t f = 0; f < result.getShape()[0]; ++f) {
    std::vector<double> frame;
    for (auto [i, factor] : llvm::enumerate(op.getWindow()))
      frame.push_back(factor *
                      samples[f * static_cast<int64_t>(op.getHop()) + i]);
    for (auto [re, im] : transform.of(frame)) {
      result.store<double>(place, {re, im});
      place += 2;
    }
  }
  results.push_back(std::move(result));
  return success();
}
