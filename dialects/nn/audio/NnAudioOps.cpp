//===- NnAudioOps.cpp - Types of features of sound ------------------------===//

#include "dialects/nn/audio/NnAudioOps.h"
#include "dialects/nn/Infer.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#define GET_OP_CLASSES
#include "dialects/nn/NnAudioOps.cpp.inc"

using namespace mlir;
using namespace dlc::nn;
using namespace dlc::nn::detail;

/// Constraints 1 and 2, which both front ends have: how many frames there are.
template <typename AdaptorT>
static FailureOr<int64_t> countFrames(std::optional<Location> loc,
                                      StringRef name, AdaptorT op) {
  RankedTensorType samples = tensorOf(op.getSamples());
  auto window = static_cast<int64_t>(op.getWindow().size());
  int64_t hop = op.getHop(), fft = op.getFftSize();
  if (samples.getRank() != 1 || window < 1 || samples.getDimSize(0) < window ||
      hop < 1)
    return violated(loc, name, 1,
                    "the samples are no vector of at least one window, or the "
                    "hop is not positive");
  if (fft < 32 || fft > 4096 || !llvm::isPowerOf2_64(fft) || fft < window)
    return violated(loc, name, 2,
                    "fft_size is no power of two from 32 to 4096, or less than "
                    "the window");
  return (samples.getDimSize(0) - window) / hop + 1;
}

static bool isWithin(int64_t value, int64_t least, int64_t most) {
  return value >= least && value <= most;
}

//===----------------------------------------------------------------------===//
// The front end in integers
//===----------------------------------------------------------------------===//

/// Gains: 0, 1, and four for each number of bits from 2 to 32, the last one of
/// which has no zero behind it.
static constexpr size_t kGains = 125;

int32_t dlc::nn::microGain(ArrayRef<int16_t> gains, uint32_t x) {
  if (x <= 1)
    return gains[x];
  unsigned bits = llvm::bit_width(x);
  auto fraction =
      static_cast<int32_t>((uint64_t(x) << (33 - bits) & 0xFFFFFFFF) >> 22);
  ArrayRef<int16_t> curve = gains.drop_front(4 * bits - 6);
  // In 32 bits, as code computes it: no curve that a front end has leaves them.
  int32_t slope = (curve[2] * fraction >> 5) + curve[1] * 32;
  uint32_t product =
      static_cast<uint32_t>(slope) * static_cast<uint32_t>(fraction);
  return static_cast<int16_t>(
      (static_cast<int32_t>(product + (1 << 14)) >> 15) + curve[0]);
}

static LogicalResult checkChannels(std::optional<Location> loc, StringRef name,
                                   MicroFeaturesOp::Adaptor op) {
  ArrayRef<int32_t> widths = op.getWidths();
  int64_t bins = 0;
  bool positive = widths.size() > 1 && op.getFirstBin() > 0;
  for (int32_t width : widths) {
    positive &= width >= 0;
    bins += width;
  }
  if (!positive ||
      static_cast<int64_t>(op.getFirstBin()) + bins >
          static_cast<int64_t>(op.getFftSize() / 2) ||
      bins != static_cast<int64_t>(op.getWeights().size()) ||
      llvm::any_of(op.getWeights(),
                   [](int16_t weight) { return !isWithin(weight, 0, 4096); }))
    return violated(loc, name, 3,
                    "bins of the channels are not between the first and the "
                    "middle one of the transform, or a weight is not 0 to "
                    "4096");
  return success();
}

static LogicalResult checkGains(std::optional<Location> loc, StringRef name,
                                ArrayRef<int16_t> gains) {
  bool fits = gains.size() == kGains && gains[0] >= 0 && gains[1] >= 0;
  for (unsigned bits = 2; fits && bits <= 32; ++bits)
    for (uint32_t fraction = 0; fits && fraction < 1024; ++fraction) {
      uint64_t x = (uint64_t(1024 + fraction) << 31) >> (42 - bits);
      fits = microGain(gains, static_cast<uint32_t>(x)) >= 0;
    }
  if (!fits)
    return violated(loc, name, 5,
                    "there are not " + Twine(kGains) +
                        " gains, or their curve is below 0 somewhere");
  return success();
}

LogicalResult MicroFeaturesOp::inferReturnTypes(MLIRContext *context,
                                                std::optional<Location> loc,
                                                Adaptor op,
                                                SmallVectorImpl<Type> &types) {
  StringRef name = getOperationName();
  FailureOr<int64_t> frames = countFrames(loc, name, op);
  if (failed(frames) || failed(checkChannels(loc, name, op)))
    return failure();
  for (int64_t smoothing :
       {op.getEvenSmoothing(), op.getOddSmoothing(), op.getLeastRemaining()})
    if (!isWithin(smoothing, 0, 1 << 14))
      return violated(loc, name, 4, "a smoothing is not 0 to 2^14");
  for (int64_t shift : {op.getSmoothingBits(), op.getRatioShift(),
                        op.getLogBits(), op.getLogShift()})
    if (!isWithin(shift, 0, 16))
      return violated(loc, name, 4, "a shift is not 0 to 16");
  if (failed(checkGains(loc, name, op.getGains())))
    return failure();
  auto channels = static_cast<int64_t>(op.getWidths().size()) - 1;
  if (op.getEstimates() &&
      tensorOf(op.getEstimates()).getShape() != ArrayRef(channels))
    return violated(loc, name, 6, "estimates are not one for each channel");
  Type element = IntegerType::get(context, 16, IntegerType::Unsigned);
  if (std::optional<ArrayRef<int64_t>> stored = op.getStored()) {
    if (stored->size() != 4 || !isWithin((*stored)[0], 1, 1 << 20) ||
        !isWithin((*stored)[1], 0, 1 << 20) ||
        !isWithin((*stored)[2], 1, 1 << 20) ||
        !isWithin((*stored)[3], -128, 127))
      return violated(loc, name, 7,
                      "stored is not a factor, an offset, a divisor and a zero "
                      "of 8 bits");
    element = IntegerType::get(context, 8);
  }
  if (failed(appendTensor(loc, name, {*frames, channels}, element, types)))
    return failure();
  if (op.getEstimates())
    types.push_back(op.getEstimates().getType());
  return success();
}

//===----------------------------------------------------------------------===//
// Energies, and spectra
//===----------------------------------------------------------------------===//

LogicalResult MelEnergiesOp::inferReturnTypes(MLIRContext *context,
                                              std::optional<Location> loc,
                                              Adaptor op,
                                              SmallVectorImpl<Type> &types) {
  StringRef name = getOperationName();
  FailureOr<int64_t> frames = countFrames(loc, name, op);
  if (failed(frames))
    return failure();
  bool hasFloats = tensorOf(op.getSamples()).getElementType().isF32();
  if (hasFloats && (op.getRemoveMean() || !op.getPreemphasis().isZero()))
    return violated(loc, name, 4,
                    "preemphasis and remove_mean are not of floats");
  ArrayRef<int32_t> starts = op.getStarts(), widths = op.getWidths();
  bool fits = !starts.empty() && starts.size() == widths.size();
  int64_t weights = 0, middle = static_cast<int64_t>(op.getFftSize()) / 2;
  for (size_t i = 0; fits && i < starts.size(); ++i) {
    fits = starts[i] >= 0 && widths[i] >= 0 &&
           int64_t(starts[i]) + widths[i] <= middle + 1;
    weights += widths[i];
  }
  if (!fits || weights != static_cast<int64_t>(op.getWeights().size()))
    return violated(loc, name, 3,
                    "a band leaves the bins, or has not as many weights as "
                    "bins");
  return appendTensor(loc, name, {*frames, static_cast<int64_t>(starts.size())},
                      Float32Type::get(context), types);
}

LogicalResult SpectrumOp::inferReturnTypes(MLIRContext *context,
                                           std::optional<Location> loc,
                                           Adaptor op,
                                           SmallVectorImpl<Type> &types) {
  StringRef name = getOperationName();
  FailureOr<int64_t> frames = countFrames(loc, name, op);
  if (failed(frames))
    return failure();
  auto bins = static_cast<int64_t>(op.getFftSize() / 2 + 1);
  return appendTensor(loc, name, {*frames, bins, 2}, Float32Type::get(context),
                      types);
}
