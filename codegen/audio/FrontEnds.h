//===- FrontEnds.h - What front ends of sound are -------------------------===//
//
// Their ops' attributes as plain data (dialects/nn/audio/NnAudioOps.td says
// what they mean).
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_AUDIO_FRONTENDS_H
#define DLC_CODEGEN_AUDIO_FRONTENDS_H

#include "codegen/audio/Code.h"
#include <array>
#include <optional>
#include <vector>

namespace dlc::audio {

/// The features in memory.
struct Features {
  int64_t frames = 0, channels = 0;
  int64_t frameStride = 0, channelStride = 0; ///< in elements
};

struct MicroFeatures {
  int64_t hop = 0, fftSize = 0, firstBin = 0;
  std::vector<int16_t> window, weights, gains;
  std::vector<int32_t> widths;
  int64_t smoothingBits = 0, evenSmoothing = 0, oddSmoothing = 0,
          leastRemaining = 0;
  int64_t ratioShift = 0, logBits = 0, logShift = 0;
  std::optional<std::array<int64_t, 4>> stored;
  bool keepsEstimates = false; ///< from call to call, in tensors
  Features features;
};

/// How samples become the numbers that are transformed.
struct Frames {
  int64_t hop = 0, fftSize = 0;
  std::vector<float> window;
  bool floats = false; ///< samples are float32, not of 16 bits
  float preemphasis = 0;
  bool removeMean = false;
};

struct MelEnergies {
  Frames frames;
  std::vector<float> weights;
  std::vector<int32_t> starts, widths;
  bool magnitude = false;
  Features features;
};

struct Spectrum {
  Frames frames;
  Features features;      ///< channels are bins
  int64_t partStride = 0; ///< from real to imaginary parts, in elements
};

/// Numbers of 0 to 65535, as tables hold them.
inline std::vector<uint16_t> unsignedOf(llvm::ArrayRef<int32_t> values) {
  return {values.begin(), values.end()};
}

/// Bytes of scratch memory.
int64_t scratchBytes(const MicroFeatures &frontEnd, const Machine &machine);
int64_t scratchBytes(const MelEnergies &frontEnd, const Machine &machine);
int64_t scratchBytes(const Spectrum &frontEnd, const Machine &machine);

/// Tensors of numbers that a front end takes behind the samples, as many as it
/// leaves behind the features.
int64_t keptTensors(const MicroFeatures &frontEnd);
int64_t keptTensors(const MelEnergies &frontEnd);
int64_t keptTensors(const Spectrum &frontEnd);

/// Write `function`, whose arguments are samples, what is kept from the call
/// before, features, what is kept for the next one, and scratch memory.
void writeCode(const MicroFeatures &frontEnd, Code &code,
               llvm::Function *function);
void writeCode(const MelEnergies &frontEnd, Code &code,
               llvm::Function *function);
void writeCode(const Spectrum &frontEnd, Code &code, llvm::Function *function);

} // namespace dlc::audio

#endif
