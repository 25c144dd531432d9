//===- SoundTables.h - Tables of front ends, as libraries make them -------===//

#ifndef DLC_COMPILER_PREPARE_SOUND_SOUNDTABLES_H
#define DLC_COMPILER_PREPARE_SOUND_SOUNDTABLES_H

#include "compiler/prepare/sound/Sound.h"

namespace dlc::prepare {

/// What nn.micro_features has, computed in float32 as TensorFlow's micro front
/// end does, with the settings of its micro_speech example but for window, hop,
/// channels and range.
struct MicroTables {
  std::vector<int16_t> window, weights, gains;
  std::vector<int32_t> widths;
  int64_t firstBin = 0;
  int64_t smoothingBits = 0, evenSmoothing = 0, oddSmoothing = 0,
          leastRemaining = 0, ratioShift = 0, logBits = 0, logShift = 0;
  /// Why there are none; empty: there are.
  std::string problem;
};
MicroTables makeMicroTables(const SoundStep &step, int64_t rate);

/// What nn.mel_energies has; the window has as many coefficients as a frame has
/// samples.
struct MelTables {
  std::vector<float> window, weights;
  std::vector<int32_t> starts, widths;
};
MelTables makeMelTables(const SoundStep &step, int64_t rate);

/// [bands, count], row-major.
std::vector<float> makeDctTable(const SoundStep &step, int64_t bands);

} // namespace dlc::prepare

#endif
