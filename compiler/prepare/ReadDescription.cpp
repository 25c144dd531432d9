//===- ReadDescription.cpp - YAML to Description --------------------------===//

#include "compiler/prepare/Description.h"
#include "compiler/prepare/Fields.h"
#include "compiler/prepare/ReadFrame.h"
#include "compiler/prepare/answers/ReadPostprocess.h"
#include "compiler/prepare/sound/ReadSound.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::prepare;

static constexpr Word<ResizeMethod> methods[] = {
    {"opencv_nearest", ResizeMethod::OpencvNearest},
    {"opencv_linear", ResizeMethod::OpencvLinear},
    {"opencv_area", ResizeMethod::OpencvArea},
    {"pillow_bilinear", ResizeMethod::PillowBilinear},
    {"pillow_bicubic", ResizeMethod::PillowBicubic},
    {"tflite_bilinear", ResizeMethod::TfliteBilinear},
    {"onnx_linear", ResizeMethod::OnnxLinear}};

static constexpr Word<Preset> presets[] = {
    {"torchvision_imagenet", Preset::TorchvisionImagenet},
    {"ultralytics", Preset::Ultralytics},
    {"keras_mobilenet", Preset::KerasMobilenet},
    {"tflm_person", Preset::TflmPerson},
    {"mlperf_vww", Preset::MlperfVww}};

//===----------------------------------------------------------------------===//
// The steps
//===----------------------------------------------------------------------===//

static bool readMethod(const YamlNode &node, ResizeMethod &method) {
  if (node.kind == YamlNode::Scalar)
    for (llvm::StringRef bare : {"bilinear", "linear", "bicubic", "cubic",
                                 "nearest", "area", "antialias"})
      if (llvm::StringRef(node.text).lower() == bare)
        return node.error() << "libraries do not agree on what '" << node.text
                            << "' is, pixel by pixel: write the name of the "
                               "one that the "
                               "network was trained with: "
                            << listWords(methods),
               false;
  return readWord(node, methods, method);
}

static bool readColor(const YamlNode &node, Step &step) {
  static constexpr Word<std::pair<nn::PixelColor, Grey>> colors[] = {
      {"RGB", {nn::PixelColor::RGB, Grey::Opencv}},
      {"BGR", {nn::PixelColor::BGR, Grey::Opencv}},
      {"GRAY", {nn::PixelColor::GRAY, Grey::Opencv}},
      {"GRAY_PILLOW", {nn::PixelColor::GRAY, Grey::Pillow}}};
  std::pair<nn::PixelColor, Grey> read;
  if (!readWord(node, colors, read))
    return false;
  std::tie(step.color, step.grey) = read;
  return true;
}

static bool readCrop(const YamlNode &node, Step &step) {
  Fields fields(node, "crop");
  const YamlNode *origin = fields.require("origin", "[top, left]"),
                 *size = fields.require("size", "[height, width]");
  std::vector<int64_t> corner;
  if (!fields.finish() || !readIntegers(*origin, corner, 0, kMostPixels) ||
      !readSize(*size, step.size))
    return false;
  if (corner.size() != 2)
    return origin->error() << "an origin is [top, left]", false;
  step.top = corner[0];
  step.left = corner[1];
  return true;
}

static bool readResize(const YamlNode &node, Step &step) {
  bool letterbox = step.kind == Step::Letterbox;
  Fields fields(node, letterbox ? "letterbox" : "resize");
  const YamlNode *size = fields.require("size", "[height, width]"),
                 *method = fields.require("method",
                                          "opencv_linear, pillow_bilinear ...");
  const YamlNode *value =
      letterbox ? fields.require("value", "what the bars hold, 114") : nullptr;
  return fields.finish() && readSize(*size, step.size) &&
         readMethod(*method, step.method) &&
         (!value || readInteger(*value, step.value, 0, 255));
}

static bool readPad(const YamlNode &node, Step &step) {
  Fields fields(node, "pad");
  const YamlNode *before = fields.require("before", "[rows, columns]"),
                 *after = fields.require("after", "[rows, columns]"),
                 *value = fields.require("value", "what is added, 0 to 255");
  std::vector<int64_t> first, last;
  if (!fields.finish() || !readIntegers(*before, first, 0, kMostPixels) ||
      !readIntegers(*after, last, 0, kMostPixels) ||
      !readInteger(*value, step.value, 0, 255))
    return false;
  for (const YamlNode *node : {before, after})
    if (node->items.size() != 2)
      return node->error() << "this is [rows, columns]", false;
  step.top = first[0], step.left = first[1];
  step.bottom = last[0], step.right = last[1];
  return true;
}

static bool readNumbers(const YamlNode &node, Step &step) {
  if (!readReals(node, step.numbers))
    return false;
  if (step.kind == Step::Scale)
    for (double number : step.numbers)
      if (number == 0)
        return node.error() << "a scale is what is divided by: not 0", false;
  return true;
}

static bool readLayout(const YamlNode &node, Step &step) {
  static constexpr Word<Layout> layouts[] = {
      {"auto", Layout::Auto}, {"NCHW", Layout::Nchw}, {"NHWC", Layout::Nhwc}};
  return readWord(node, layouts, step.layout);
}

static bool readStep(const YamlNode &node, std::vector<Step> &steps) {
  static constexpr Word<Step::Kind> kinds[] = {
      {"convert_color", Step::ConvertColor},
      {"crop", Step::Crop},
      {"resize", Step::Resize},
      {"letterbox", Step::Letterbox},
      {"pad", Step::Pad},
      {"mean", Step::Mean},
      {"scale", Step::Scale},
      {"reverse_channels", Step::ReverseChannels},
      {"convert_layout", Step::ConvertLayout}};
  std::optional<NamedStep> named = splitStep(node);
  if (!named)
    return false;
  const YamlNode &value = named->value;
  Step step{Step::ConvertColor, named->name.loc};
  if (!readWord(named->name, kinds, step.kind))
    return false;
  bool read = true;
  switch (step.kind) {
  case Step::ConvertColor:
    read = readColor(value, step);
    break;
  case Step::Crop:
    read = readCrop(value, step);
    break;
  case Step::Resize:
  case Step::Letterbox:
    read = readResize(value, step);
    break;
  case Step::Pad:
    read = readPad(value, step);
    break;
  case Step::Mean:
  case Step::Scale:
    read = readNumbers(value, step);
    break;
  case Step::ReverseChannels:
    if (value.kind != YamlNode::Scalar || !value.text.empty())
      return value.error() << "reverse_channels has no value: write "
                              "'- reverse_channels'",
             false;
    break;
  case Step::ConvertLayout:
    read = readLayout(value, step);
    break;
  }
  steps.push_back(std::move(step));
  return read;
}

/// The name of one of the model's inputs, if there is one.
static bool readInput(const YamlNode *input, Description &result) {
  if (!input)
    return true;
  if (input->kind != YamlNode::Scalar || input->text.empty())
    return input->error() << "input is the name of one of the model's inputs",
           false;
  result.input = input->text;
  result.inputLoc = input->loc;
  return true;
}

/// A description with `audio` in place of `tensor`.
static bool readSoundDescription(const YamlNode &tree, Description &result) {
  Fields fields(tree, "the description");
  const YamlNode *input = fields.find("input"), *audio = fields.find("audio"),
                 *steps = fields.find("preprocess"),
                 *preset = fields.find("preset"),
                 *after = fields.find("postprocess");
  return fields.finish() && readInput(input, result) &&
         readSound(*audio, steps, preset, result.sound.emplace()) &&
         (!after || readPostprocess(*after, result));
}

static bool readDescription(const YamlNode &tree, Description &result) {
  if (tree.kind == YamlNode::Map && tree.find("audio"))
    return readSoundDescription(tree, result);
  Fields fields(tree, "the description");
  const YamlNode *input = fields.find("input"),
                 *tensor = fields.require(
                     "tensor", "format and size, or audio: rate and samples"),
                 *steps = fields.find("preprocess"),
                 *preset = fields.find("preset"),
                 *after = fields.find("postprocess");
  if (!fields.finish() || !readFrame(*tensor, result.frame))
    return false;
  if (preset) {
    result.presetLoc = preset->loc;
    if (!readWord(*preset, presets, result.preset.emplace()))
      return false;
  }
  if (after && !readPostprocess(*after, result))
    return false;
  if (!readInput(input, result))
    return false;
  if (!steps)
    return true;
  if (steps->kind != YamlNode::List)
    return steps->error() << "preprocess is a list of steps, each '- name: "
                             "value', not "
                          << steps->kindName(),
           false;
  return llvm::all_of(steps->items, [&](const YamlNode &step) {
    return readStep(step, result.steps);
  });
}

FailureOr<std::vector<Description>>
dlc::prepare::readDescriptions(MLIRContext &context, llvm::StringRef text,
                               llvm::StringRef fileName) {
  FailureOr<YamlNode> tree = readYaml(context, text, fileName);
  if (failed(tree))
    return failure();
  if (tree->kind == YamlNode::List && tree->items.empty())
    return tree->error() << "the list has no description: a description has "
                            "tensor: {format, size} or audio: {rate, samples}",
           failure();
  std::vector<Description> all;
  auto read = [&](const YamlNode &node) {
    all.push_back({"", {}, {}, {}, {}, {}, {}, node.loc, node.loc, node.loc});
    return readDescription(node, all.back());
  };
  bool isRead = tree->kind == YamlNode::List ? llvm::all_of(tree->items, read)
                                             : read(*tree);
  if (!isRead)
    return failure();
  return all;
}
