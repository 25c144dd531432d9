//===- Sound.h - What a description says of sound ---------------*- C++ -*-===//

#ifndef DLC_COMPILER_PREPARE_SOUND_SOUND_H
#define DLC_COMPILER_PREPARE_SOUND_SOUND_H

#include "mlir/IR/Location.h"
#include <optional>
#include <string>
#include <vector>

namespace dlc::prepare {

/// What a front end is named after: a library, with its window, its scale of
/// mels and its norms.
enum class SoundLibrary { TfSignal, Librosa, Torchaudio, Kaldi };
llvm::StringRef nameOf(SoundLibrary library);

/// To what a logarithm is.
enum class LogBase { E, Two, Ten };

struct SoundStep {
  enum Kind { MicroFrontend, Normalize, Mel, Log, Dct, Transpose };
  Kind kind;
  mlir::Location loc; ///< of its name

  // MicroFrontend, Mel: samples, and Hz.
  int64_t window = 0, hop = 0, fft = 0;
  int64_t bins = 0;
  double lowest = 0, highest = 0;

  SoundLibrary library = SoundLibrary::TfSignal; // Mel, Dct
  int64_t power = 2;                             // Mel: of the magnitudes
  bool center = false;                           // Mel

  LogBase base = LogBase::E;                // Log
  double factor = 1, offset = 0, lower = 0; // Log

  int64_t count = 0; // Dct
};
llvm::StringRef nameOf(SoundStep::Kind kind);

enum class SoundPreset { MicroSpeech, MlperfKws, MlperfAd };
llvm::StringRef nameOf(SoundPreset preset);

/// Samples of 16 bits.
struct Sound {
  int64_t rate = 0;    ///< in a second
  int64_t samples = 0; ///< that the network looks at
  int64_t hop = 0;     ///< new ones with each call, or 0: all of them
  std::optional<mlir::Location> hopLoc;
  std::vector<SoundStep> steps; ///< those of a preset are among them
};

/// The steps of a preset.
std::vector<SoundStep> expandPreset(SoundPreset preset, int64_t rate,
                                    mlir::Location loc);

} // namespace dlc::prepare

#endif
