//===- SoundText.cpp - Steps of sound as YAML -----------------------------===//

#include "compiler/prepare/sound/PrepareSound.h"

using namespace dlc::prepare;

std::string dlc::prepare::soundText(const Sound &sound) {
  return "{rate: " + std::to_string(sound.rate) +
         ", samples: " + std::to_string(sound.samples) +
         (sound.hop ? ", hop: " + std::to_string(sound.hop) : "") + "}";
}

static std::string rangeText(const SoundStep &step) {
  return "[" + numberText(step.lowest) + ", " + numberText(step.highest) + "]";
}

static std::string melText(const SoundStep &step) {
  std::string text = "{library: " + nameOf(step.library).str() +
                     ", window: " + std::to_string(step.window) +
                     ", hop: " + std::to_string(step.hop) +
                     ", fft: " + std::to_string(step.fft) +
                     ", bins: " + std::to_string(step.bins) +
                     ", range: " + rangeText(step);
  if (step.library != SoundLibrary::Kaldi)
    text += ", power: " + std::to_string(step.power);
  if (step.library == SoundLibrary::Librosa ||
      step.library == SoundLibrary::Torchaudio)
    text += step.center ? ", center: true" : ", center: false";
  return text + "}";
}

static std::string logText(const SoundStep &step) {
  const char *base = step.base == LogBase::E     ? "e"
                     : step.base == LogBase::Two ? "2"
                                                 : "10";
  std::string text = std::string("{base: ") + base;
  if (step.factor != 1)
    text += ", factor: " + numberText(step.factor);
  if (step.offset != 0)
    text += ", offset: " + numberText(step.offset);
  if (step.lower != 0)
    text += ", floor: " + numberText(step.lower);
  return text + "}";
}

static std::string valueText(const SoundStep &step) {
  switch (step.kind) {
  case SoundStep::MicroFrontend:
    return "{window: " + std::to_string(step.window) +
           ", hop: " + std::to_string(step.hop) +
           ", bins: " + std::to_string(step.bins) +
           ", range: " + rangeText(step) + "}";
  case SoundStep::Normalize:
    return "peak";
  case SoundStep::Mel:
    return melText(step);
  case SoundStep::Log:
    return logText(step);
  case SoundStep::Dct:
    return "{library: " + nameOf(step.library).str() +
           ", count: " + std::to_string(step.count) + "}";
  case SoundStep::Transpose:
    return "";
  }
  llvm_unreachable("all steps have a text");
}

std::string dlc::prepare::stepText(const SoundStep &step) {
  std::string value = valueText(step);
  return nameOf(step.kind).str() + (value.empty() ? "" : ": " + value);
}
