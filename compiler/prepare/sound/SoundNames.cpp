//===- SoundNames.cpp - Names, and recipes of sound as steps --------------===//

#include "compiler/prepare/sound/Sound.h"
#include "llvm/ADT/StringRef.h"

#include <limits>

using namespace dlc::prepare;

llvm::StringRef dlc::prepare::nameOf(SoundLibrary library) {
  switch (library) {
  case SoundLibrary::TfSignal:
    return "tf_signal";
  case SoundLibrary::Librosa:
    return "librosa";
  case SoundLibrary::Torchaudio:
    return "torchaudio";
  case SoundLibrary::Kaldi:
    return "kaldi";
  }
  llvm_unreachable("all libraries are named");
}

llvm::StringRef dlc::prepare::nameOf(SoundStep::Kind kind) {
  switch (kind) {
  case SoundStep::MicroFrontend:
    return "micro_frontend";
  case SoundStep::Normalize:
    return "normalize";
  case SoundStep::Mel:
    return "mel";
  case SoundStep::Log:
    return "log";
  case SoundStep::Dct:
    return "dct";
  case SoundStep::Transpose:
    return "transpose";
  }
  llvm_unreachable("all steps are named");
}

llvm::StringRef dlc::prepare::nameOf(SoundPreset preset) {
  switch (preset) {
  case SoundPreset::MicroSpeech:
    return "micro_speech";
  case SoundPreset::MlperfKws:
    return "mlperf_kws";
  case SoundPreset::MlperfAd:
    return "mlperf_ad";
  }
  llvm_unreachable("all presets are named");
}

/// MLPerf Tiny's keyword spotting: get_dataset.py with the defaults of
/// kws_util.py.
static std::vector<SoundStep> keywordSteps(int64_t rate, mlir::Location loc) {
  SoundStep peak{SoundStep::Normalize, loc};
  SoundStep mel{SoundStep::Mel, loc};
  mel.window = 30 * rate / 1000, mel.hop = 20 * rate / 1000, mel.fft = 512;
  mel.bins = 40, mel.lowest = 20, mel.highest = 4000, mel.power = 1;
  SoundStep log{SoundStep::Log, loc};
  log.offset = 1e-6;
  SoundStep dct{SoundStep::Dct, loc};
  dct.count = 10;
  return {peak, mel, log, dct};
}

/// MLPerf Tiny's anomaly detection: common.py with baseline.yaml, of frames
/// that lie within the clip, as those are that it takes.
static std::vector<SoundStep> anomalySteps(int64_t rate, mlir::Location loc) {
  SoundStep mel{SoundStep::Mel, loc};
  mel.library = SoundLibrary::Librosa;
  mel.window = mel.fft = 1024, mel.hop = 512, mel.bins = 128;
  mel.highest = static_cast<double>(rate) / 2;
  SoundStep log{SoundStep::Log, loc};
  log.base = LogBase::Ten, log.factor = 10;
  log.offset = std::numeric_limits<double>::epsilon();
  return {mel, log};
}

std::vector<SoundStep> dlc::prepare::expandPreset(SoundPreset preset,
                                                  int64_t rate,
                                                  mlir::Location loc) {
  switch (preset) {
  case SoundPreset::MicroSpeech: {
    SoundStep step{SoundStep::MicroFrontend, loc};
    step.window = 30 * rate / 1000, step.hop = 20 * rate / 1000, step.fft = 512;
    step.bins = 40, step.lowest = 125, step.highest = 7500;
    return {step};
  }
  case SoundPreset::MlperfKws:
    return keywordSteps(rate, loc);
  case SoundPreset::MlperfAd:
    return anomalySteps(rate, loc);
  }
  llvm_unreachable("all presets have steps");
}
