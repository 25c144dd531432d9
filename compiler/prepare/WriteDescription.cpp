//===- WriteDescription.cpp - What a description says, as YAML ------------===//

#include "compiler/prepare/WriteDescription.h"
#include "dialects/nn/PrintableText.h"
#include "dialects/nn/pixels/Pixels.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/YAMLParser.h"
#include "llvm/Support/raw_ostream.h"

#include <charconv>

using namespace dlc;
using namespace dlc::prepare;

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

llvm::StringRef dlc::prepare::nameOf(ResizeMethod method) {
  switch (method) {
  case ResizeMethod::OpencvNearest:
    return "opencv_nearest";
  case ResizeMethod::OpencvLinear:
    return "opencv_linear";
  case ResizeMethod::OpencvArea:
    return "opencv_area";
  case ResizeMethod::PillowBilinear:
    return "pillow_bilinear";
  case ResizeMethod::PillowBicubic:
    return "pillow_bicubic";
  case ResizeMethod::TfliteBilinear:
    return "tflite_bilinear";
  case ResizeMethod::OnnxLinear:
    return "onnx_linear";
  }
  llvm_unreachable("all methods are named");
}

llvm::StringRef dlc::prepare::nameOf(Step::Kind kind) {
  switch (kind) {
  case Step::ConvertColor:
    return "convert_color";
  case Step::Crop:
    return "crop";
  case Step::Resize:
    return "resize";
  case Step::Letterbox:
    return "letterbox";
  case Step::Pad:
    return "pad";
  case Step::Mean:
    return "mean";
  case Step::Scale:
    return "scale";
  case Step::ReverseChannels:
    return "reverse_channels";
  case Step::ConvertLayout:
    return "convert_layout";
  }
  llvm_unreachable("all steps are named");
}

llvm::StringRef dlc::prepare::nameOf(Preset preset) {
  switch (preset) {
  case Preset::TorchvisionImagenet:
    return "torchvision_imagenet";
  case Preset::Ultralytics:
    return "ultralytics";
  case Preset::KerasMobilenet:
    return "keras_mobilenet";
  case Preset::TflmPerson:
    return "tflm_person";
  case Preset::MlperfVww:
    return "mlperf_vww";
  }
  llvm_unreachable("all presets are named");
}

llvm::StringRef dlc::prepare::nameOf(YuvMatrix matrix) {
  return matrix == YuvMatrix::Bt601 ? "bt601" : "bt709";
}

llvm::StringRef dlc::prepare::nameOf(YuvRange range) {
  return range == YuvRange::Video ? "video" : "full";
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

/// The shortest text that is read as the same number.
std::string dlc::prepare::numberText(double number) {
  char text[32];
  auto [end, error] = std::to_chars(text, text + sizeof(text), number);
  return {text, end};
}

std::string dlc::prepare::shortText(double number) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.4g", number);
  return text;
}

static std::string pair(int64_t first, int64_t second) {
  return "[" + std::to_string(first) + ", " + std::to_string(second) + "]";
}

static std::string pair(Size size) { return pair(size.height, size.width); }

std::string dlc::prepare::numbersText(llvm::ArrayRef<double> numbers) {
  if (numbers.size() == 1)
    return numberText(numbers.front());
  std::string text;
  llvm::raw_string_ostream os(text);
  os << '[';
  llvm::interleaveComma(numbers, os,
                        [&](double number) { os << numberText(number); });
  os << ']';
  return text;
}

static std::string colorText(const Step &step) {
  std::string color = nn::stringifyPixelColor(step.color).str();
  bool pillow = step.color == nn::PixelColor::GRAY && step.grey == Grey::Pillow;
  return pillow ? color + "_PILLOW" : color;
}

static std::string valueText(const Step &step) {
  std::string method = nameOf(step.method).str();
  switch (step.kind) {
  case Step::ConvertColor:
    return colorText(step);
  case Step::Crop:
    return "{origin: " + pair(step.top, step.left) +
           ", size: " + pair(step.size) + "}";
  case Step::Resize:
    return "{size: " + pair(step.size) + ", method: " + method + "}";
  case Step::Letterbox:
    return "{size: " + pair(step.size) + ", method: " + method +
           ", value: " + std::to_string(step.value) + "}";
  case Step::Pad:
    return "{before: " + pair(step.top, step.left) +
           ", after: " + pair(step.bottom, step.right) +
           ", value: " + std::to_string(step.value) + "}";
  case Step::Mean:
  case Step::Scale:
    return numbersText(step.numbers);
  case Step::ReverseChannels:
    return "";
  case Step::ConvertLayout:
    return step.layout == Layout::Nchw   ? "NCHW"
           : step.layout == Layout::Nhwc ? "NHWC"
                                         : "auto";
  }
  llvm_unreachable("all steps have a text");
}

std::string dlc::prepare::stepText(const Step &step) {
  std::string value = valueText(step);
  return nameOf(step.kind).str() + (value.empty() ? "" : ": " + value);
}

std::string dlc::prepare::frameText(const Frame &frame) {
  std::string text = "{format: ";
  text += nn::stringifyPixelFormat(frame.format);
  text += ", size: " + pair(frame.height, frame.width) +
          ", stride: " + std::to_string(frame.stride);
  if (frame.yuv)
    text += ", yuv: {matrix: " + nameOf(frame.yuv->matrix).str() +
            ", range: " + nameOf(frame.yuv->range).str() + "}";
  if (frame.lines)
    text += ", delivery: lines";
  return text + "}";
}

std::string dlc::prepare::shapeText(llvm::ArrayRef<int64_t> shape) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << '[';
  llvm::interleaveComma(shape, os);
  os << ']';
  return text;
}

//===----------------------------------------------------------------------===//
// Chains
//===----------------------------------------------------------------------===//

static std::string sizesText(llvm::ArrayRef<int64_t> shape) {
  std::string text;
  for (auto [i, size] : llvm::enumerate(shape))
    text += (i ? " x " : "") + std::to_string(size);
  return text;
}

/// What a step makes, for a reader.
static std::string resultText(const StepResult &result) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << sizesText(result.shape);
  if (result.range)
    os << ", " << shortText(result.range->first) << " to "
       << shortText(result.range->second);
  return text;
}

std::string dlc::prepare::quoted(llvm::StringRef word) {
  if (nn::printable(word) != word)
    return '"' + llvm::yaml::escape(word) + '"';
  // Of quotes those inside are doubled.
  std::string text = "'";
  for (char c : word)
    text += c == '\'' ? "''" : std::string(1, c);
  return text + "'";
}

std::string dlc::prepare::chainText(const Chain &chain) {
  std::string text = chain.sound.empty() ? frameText(chain.frame) : chain.sound;
  for (const StepResult &step : chain.steps)
    text += "; " + step.text;
  return text;
}

void dlc::prepare::writeChain(const Chain &chain, llvm::raw_ostream &os) {
  os << "- input: " << quoted(chain.input)
     << (chain.sound.empty() ? "\n  tensor: " + frameText(chain.frame)
                             : "\n  audio: " + chain.sound)
     << "\n  preprocess:" << (chain.steps.empty() ? " []\n" : "\n");
  size_t widest = 0;
  for (const StepResult &step : chain.steps)
    widest = std::max(widest, step.text.size());
  for (const StepResult &step : chain.steps)
    os << "    - " << llvm::left_justify(step.text, widest) << "  # "
       << resultText(step) << "\n";
  os << "  # " << chain.element << "\n";
}
