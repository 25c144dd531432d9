//===- ReadSound.cpp - YAML to Sound --------------------------------------===//

#include "compiler/prepare/sound/ReadSound.h"
#include "compiler/prepare/Fields.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::prepare;

static constexpr Word<SoundLibrary> libraries[] = {
    {"tf_signal", SoundLibrary::TfSignal},
    {"librosa", SoundLibrary::Librosa},
    {"torchaudio", SoundLibrary::Torchaudio},
    {"kaldi", SoundLibrary::Kaldi}};

static constexpr Word<SoundPreset> presets[] = {
    {"micro_speech", SoundPreset::MicroSpeech},
    {"mlperf_kws", SoundPreset::MlperfKws},
    {"mlperf_ad", SoundPreset::MlperfAd}};

/// What transforms are made for.
static constexpr int64_t kLeastTransform = 32, kMostTransform = 4096;
static constexpr int64_t kMostRate = 384000, kMostSamples = 1 << 24;
static constexpr int64_t kMostBins = 512;

namespace {

/// Reads the steps of sound of one rate.
class StepReader {
public:
  explicit StepReader(int64_t rate) : rate(rate) {}

  bool read(const YamlNode &node, std::vector<SoundStep> &steps);

private:
  bool readValue(const YamlNode &node, SoundStep &step);
  bool readMicro(const YamlNode &node, SoundStep &step);
  bool readMel(const YamlNode &node, SoundStep &step);
  bool readLog(const YamlNode &node, SoundStep &step);
  bool readDct(const YamlNode &node, SoundStep &step);
  bool readRange(const YamlNode &node, SoundStep &step);
  bool readWindow(const YamlNode &window, const YamlNode &hop,
                  const YamlNode *fft, SoundStep &step);

  int64_t rate;
};

} // namespace

static bool readNumber(const YamlNode &node, double &number) {
  std::vector<double> read;
  if (node.kind == YamlNode::List)
    return node.error() << "one number belongs here, not a list", false;
  if (!readReals(node, read))
    return false;
  number = read.front();
  return true;
}

bool StepReader::readRange(const YamlNode &node, SoundStep &step) {
  std::vector<double> range;
  if (!readReals(node, range))
    return false;
  double nyquist = static_cast<double>(rate) / 2;
  if (range.size() != 2 || range[0] < 0 || range[0] >= range[1])
    return node.error() << "a range is [lowest, highest], in Hz", false;
  if (range[1] > nyquist)
    return node.error() << "samples at " << rate << " Hz have no frequencies "
                        << "above " << rate / 2 << " Hz: write that at most",
           false;
  step.lowest = range[0];
  step.highest = range[1];
  return true;
}

bool StepReader::readWindow(const YamlNode &window, const YamlNode &hop,
                            const YamlNode *fft, SoundStep &step) {
  if (!readInteger(window, step.window, 2, kMostTransform) ||
      !readInteger(hop, step.hop, 1, kMostSamples))
    return false;
  step.fft = std::max<int64_t>(
      kLeastTransform, static_cast<int64_t>(llvm::PowerOf2Ceil(step.window)));
  if (!fft)
    return true;
  if (!readInteger(*fft, step.fft, kLeastTransform, kMostTransform))
    return false;
  if (!llvm::isPowerOf2_64(step.fft))
    return fft->error() << "transforms are of a power of two, not of "
                        << step.fft << ": write "
                        << llvm::PowerOf2Ceil(step.fft)
                        << " if the network was trained with that",
           false;
  if (step.fft < step.window)
    return fft->error() << "a transform of " << step.fft
                        << " does not hold a window of " << step.window,
           false;
  return true;
}

bool StepReader::readMicro(const YamlNode &node, SoundStep &step) {
  Fields fields(node, "micro_frontend");
  const YamlNode *window = fields.require("window", "480, in samples"),
                 *hop = fields.require("hop", "320, in samples"),
                 *bins = fields.require("bins", "40"),
                 *range = fields.require("range", "[125, 7500], in Hz");
  if (!fields.finish() || !readWindow(*window, *hop, nullptr, step) ||
      !readInteger(*bins, step.bins, 1, kMostBins) || !readRange(*range, step))
    return false;
  if (step.hop > step.window)
    return hop->error() << "a hop of " << step.hop
                        << " leaves samples out between windows of "
                        << step.window
                        << ", which this front end cannot: write "
                        << step.window << " at most",
           false;
  return true;
}

bool StepReader::readMel(const YamlNode &node, SoundStep &step) {
  Fields fields(node, "mel");
  const YamlNode *library = fields.require(
                     "library", "tf_signal, librosa, torchaudio or kaldi: "
                                "what the network was trained with"),
                 *window = fields.require("window", "480, in samples"),
                 *hop = fields.require("hop", "320, in samples"),
                 *bins = fields.require("bins", "40"),
                 *range = fields.require("range", "[20, 4000], in Hz"),
                 *fft = fields.find("fft"), *power = fields.find("power"),
                 *center = fields.find("center");
  if (!fields.finish() || !readWord(*library, libraries, step.library) ||
      !readWindow(*window, *hop, fft, step) ||
      !readInteger(*bins, step.bins, 1, kMostBins) || !readRange(*range, step))
    return false;
  step.power = step.library == SoundLibrary::TfSignal ? 1 : 2;
  bool pads = step.library == SoundLibrary::Librosa ||
              step.library == SoundLibrary::Torchaudio;
  step.center = pads;
  static constexpr Word<bool> words[] = {{"true", true}, {"false", false}};
  if (center && !readWord(*center, words, step.center))
    return false;
  if (center && step.center && !pads)
    return center->error() << nameOf(step.library)
                           << " has no frames around their middle: leave "
                              "center out",
           false;
  if (!power)
    return true;
  if (step.library == SoundLibrary::Kaldi)
    return power->error() << "kaldi's bands are of powers: leave power out",
           false;
  return readInteger(*power, step.power, 1, 2);
}

bool StepReader::readLog(const YamlNode &node, SoundStep &step) {
  static constexpr Word<LogBase> bases[] = {
      {"e", LogBase::E}, {"2", LogBase::Two}, {"10", LogBase::Ten}};
  Fields fields(node, "log");
  const YamlNode *base = fields.find("base"), *factor = fields.find("factor"),
                 *offset = fields.find("offset"), *lower = fields.find("floor");
  if (!fields.finish() || (base && !readWord(*base, bases, step.base)) ||
      (factor && !readNumber(*factor, step.factor)) ||
      (offset && !readNumber(*offset, step.offset)) ||
      (lower && !readNumber(*lower, step.lower)))
    return false;
  if (step.offset < 0 || step.lower < 0 || step.offset + step.lower == 0)
    return node.error() << "silence would be minus infinity: write what is "
                           "added before the logarithm, offset: 1e-6, or what "
                           "is the least of it, floor: 1e-10",
           false;
  return true;
}

bool StepReader::readDct(const YamlNode &node, SoundStep &step) {
  static constexpr Word<SoundLibrary> known[] = {
      {"tf_signal", SoundLibrary::TfSignal},
      {"librosa", SoundLibrary::Librosa},
      {"torchaudio", SoundLibrary::Torchaudio}};
  Fields fields(node, "dct");
  const YamlNode *library = fields.require("library",
                                           "tf_signal, librosa or torchaudio"),
                 *count = fields.require("count", "10");
  return fields.finish() && readWord(*library, known, step.library) &&
         readInteger(*count, step.count, 1, kMostBins);
}

bool StepReader::readValue(const YamlNode &value, SoundStep &step) {
  static constexpr Word<int> peaks[] = {{"peak", 0}};
  int peak = 0;
  switch (step.kind) {
  case SoundStep::MicroFrontend:
    return readMicro(value, step);
  case SoundStep::Mel:
    return readMel(value, step);
  case SoundStep::Log:
    return readLog(value, step);
  case SoundStep::Dct:
    return readDct(value, step);
  case SoundStep::Normalize:
    return readWord(value, peaks, peak);
  case SoundStep::Transpose:
    if (value.kind != YamlNode::Scalar || !value.text.empty())
      return value.error() << "transpose has no value: write '- transpose'",
             false;
    return true;
  }
  llvm_unreachable("all steps are read");
}

bool StepReader::read(const YamlNode &node, std::vector<SoundStep> &steps) {
  static constexpr Word<SoundStep::Kind> kinds[] = {
      {"micro_frontend", SoundStep::MicroFrontend},
      {"normalize", SoundStep::Normalize},
      {"mel", SoundStep::Mel},
      {"log", SoundStep::Log},
      {"dct", SoundStep::Dct},
      {"transpose", SoundStep::Transpose}};
  std::optional<NamedStep> read = splitStep(node);
  if (!read)
    return false;
  SoundStep step{SoundStep::Mel, read->name.loc};
  if (!readWord(read->name, kinds, step.kind) || !readValue(read->value, step))
    return false;
  steps.push_back(step);
  return true;
}

bool dlc::prepare::readSound(const YamlNode &audio, const YamlNode *steps,
                             const YamlNode *preset, Sound &sound) {
  Fields fields(audio, "audio");
  const YamlNode *rate = fields.require("rate", "16000, in Hz"),
                 *samples = fields.require(
                     "samples", "how many the network is given, 16000"),
                 *hop = fields.find("hop");
  if (!fields.finish() || !readInteger(*rate, sound.rate, 1000, kMostRate) ||
      !readInteger(*samples, sound.samples, 1, kMostSamples) ||
      (hop && !readInteger(*hop, sound.hop, 1, kMostSamples)))
    return false;
  if (hop)
    sound.hopLoc = hop->loc;
  if (preset && steps)
    return preset->error() << "a preset of sound is all steps: leave preset or "
                              "preprocess out",
           false;
  if (preset) {
    SoundPreset read;
    if (!readWord(*preset, presets, read))
      return false;
    if (sound.rate != 16000)
      return rate->error() << nameOf(read) << " is of sound at 16000 Hz", false;
    sound.steps = expandPreset(read, sound.rate, preset->loc);
    return true;
  }
  if (!steps)
    return audio.error() << "how features are made of the samples has to be "
                            "said: a preset, or steps under preprocess",
           false;
  if (steps->kind != YamlNode::List)
    return steps->error() << "preprocess is a list of steps, each '- name: "
                             "value', not "
                          << steps->kindName(),
           false;
  StepReader reader(sound.rate);
  return llvm::all_of(steps->items, [&](const YamlNode &step) {
    return reader.read(step, sound.steps);
  });
}
