//===- WritePostprocess.cpp - What comes after a network, as YAML ---------===//

#include "compiler/prepare/WritePostprocess.h"
#include "compiler/prepare/WriteDescription.h"
#include "compiler/prepare/answers/Heads.h"

#include "llvm/ADT/StringExtras.h"

using namespace dlc;
using namespace dlc::prepare;

/// "[a, b]"
template <typename Range, typename Text>
static std::string listed(const Range &items, Text text) {
  return "[" + llvm::join(llvm::map_range(items, text), llvm::StringRef(", ")) +
         "]";
}

static std::string wordsText(llvm::ArrayRef<std::string> words) {
  return listed(words, [](const std::string &word) { return quoted(word); });
}

/// ", labels: [...]", if there are any.
static std::string labelsText(llvm::ArrayRef<std::string> labels) {
  return labels.empty() ? "" : ", labels: " + wordsText(labels);
}

/// Which of the model's outputs, if it was said.
static std::string outputsText(const Detect &detect) {
  if (detect.outputs.empty())
    return "";
  if (factsOf(detect.head).outputs == 1)
    return ", output: " + quoted(detect.outputs.front());
  return ", outputs: " + wordsText(detect.outputs);
}

/// What only some heads have.
static std::string placesText(const Detect &detect) {
  std::string text;
  if (!detect.anchors.empty())
    text += ", anchors: " +
            (detect.anchors.size() == 1
                 ? numbersText(detect.anchors.front())
                 : listed(detect.anchors, [](const std::vector<double> &list) {
                     return numbersText(list);
                   }));
  if (!detect.stretches.empty())
    text += ", scale_x_y: " + numbersText(detect.stretches);
  if (detect.head == Head::Yolov8Pose)
    text += ", key_points: [" + std::to_string(detect.points.count) + ", " +
            (detect.points.scored ? "3" : "2") + "]";
  if (detect.head == Head::Ssd)
    text += ", priors: " + quoted(detect.priorsFile) +
            ", scales: " + numbersText(detect.scales);
  return text;
}

static std::string detectText(const Detect &detect) {
  const HeadFacts &facts = factsOf(detect.head);
  std::string text = "{head: " + facts.name.str() + outputsText(detect) +
                     ", score: " + numberText(detect.score);
  if (facts.suppresses())
    text += ", iou: " + numberText(detect.iou);
  if (facts.rest != HeadFacts::Nothing)
    text += ", candidates: " + std::to_string(detect.candidates);
  if (detect.agnostic)
    text += ", agnostic: true";
  return text + ", max: " + std::to_string(detect.most) + placesText(detect) +
         labelsText(detect.labels) + "}";
}

static std::string classifyText(const Classify &classify) {
  std::string text = "{top: " + std::to_string(classify.top);
  if (classify.softmax)
    text += *classify.softmax ? ", softmax: true" : ", softmax: false";
  if (!classify.output.empty())
    text += ", output: " + quoted(classify.output);
  return text + labelsText(classify.labels) + "}";
}

static std::string drawText(const Drawing &draw) {
  std::string text = "{format: ";
  text += nn::stringifyPixelFormat(draw.format);
  return text + ", size: [" + std::to_string(draw.size.height) + ", " +
         std::to_string(draw.size.width) +
         "], stride: " + std::to_string(draw.stride) +
         ", labels: " + (draw.labels ? "true" : "false") + "}";
}

void dlc::prepare::writePostprocess(const Description &description,
                                    llvm::raw_ostream &os) {
  if (!description.detect && !description.classify && !description.anomaly)
    return;
  os << "  postprocess:\n";
  if (description.detect)
    os << "    detect: " << detectText(*description.detect) << "\n";
  if (description.classify)
    os << "    classify: " << classifyText(*description.classify) << "\n";
  if (description.anomaly)
    os << "    anomaly: {"
       << (description.anomaly->output.empty()
               ? ""
               : "output: " + quoted(description.anomaly->output))
       << "}\n";
  if (description.draw)
    os << "    draw: " << drawText(*description.draw) << "\n";
}
