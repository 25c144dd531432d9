//===- ReadDetect.cpp - How boxes are found -------------------------------===//

#include "compiler/prepare/answers/ReadDetect.h"
#include "compiler/prepare/Fields.h"
#include "compiler/prepare/answers/AnswerFields.h"
#include "compiler/prepare/answers/Heads.h"

#include "llvm/ADT/StringExtras.h"

#include <cmath>

using namespace mlir;
using namespace dlc;
using namespace dlc::prepare;

/// More are an arena's worth of boxes.
static constexpr int64_t kMostBoxes = 1000;

/// A number from 0 to 1.
static bool readShare(const YamlNode &node, double &value) {
  std::vector<double> numbers;
  if (node.kind == YamlNode::List || !readReals(node, numbers) ||
      numbers.front() < 0 || numbers.front() > 1)
    return node.error() << "a number from 0 to 1 belongs here", false;
  value = numbers.front();
  return true;
}

static bool readHead(const YamlNode &node, Head &head) {
  if (node.kind == YamlNode::Scalar && findHead(node.text, head))
    return true;
  return refuseWord(node, namesOfHeads());
}

/// iou, candidates and agnostic, which a head has that leaves boxes to
/// suppress.
static bool readSuppression(const YamlNode &node, const YamlNode *iou,
                            const YamlNode *candidates,
                            const YamlNode *agnostic, Detect &detect) {
  if (!factsOf(detect.head).suppresses) {
    for (const YamlNode *useless : {iou, candidates, agnostic})
      if (useless)
        return useless->error()
                   << "a network with the head " << nameOf(detect.head)
                   << " suppresses boxes by itself: leave iou, candidates and "
                      "agnostic out",
               false;
    return true;
  }
  if (!iou || !candidates)
    return node.error() << "detect lacks "
                        << (iou ? "candidates: boxes that are compared with "
                                  "each other at most, 64"
                                : "iou: boxes that overlap by more are one, "
                                  "0.45"),
           false;
  return readShare(*iou, detect.iou) &&
         readInteger(*candidates, detect.candidates, detect.most, kMostBoxes) &&
         (!agnostic || readBool(*agnostic, detect.agnostic));
}

/// One name, or a list of as many as the head is made of.
static bool readOutputs(const YamlNode &node, const YamlNode *output,
                        const YamlNode *outputs, Detect &detect) {
  const HeadFacts &facts = factsOf(detect.head);
  if (facts.outputs == 1) {
    if (outputs)
      return outputs->error() << "the head " << facts.name
                              << " is one of the model's outputs: write "
                                 "output and its name",
             false;
    std::string name;
    if (!readOutput(output, name, detect.outputLoc))
      return false;
    if (output)
      detect.outputs = {name};
    return true;
  }
  if (!outputs || outputs->kind != YamlNode::List ||
      outputs->items.size() != facts.outputs)
    return (outputs  ? *outputs
            : output ? *output
                     : node)
                   .error()
               << "the head " << facts.name << " is made of " << facts.outputs
               << " of the model's outputs: write their names, outputs: "
               << facts.meaning,
           false;
  detect.outputLoc = outputs->loc;
  for (const YamlNode &item : outputs->items) {
    Location loc = item.loc;
    if (!readOutput(&item, detect.outputs.emplace_back(), loc))
      return false;
  }
  return true;
}

/// A file with four numbers in each line.
static bool readPriors(const YamlNode &node, std::vector<float> &priors) {
  if (node.kind != YamlNode::Scalar || node.text.empty())
    return node.error() << "priors are the name of a file with centre y, "
                           "centre x, height and width in each line",
           false;
  std::unique_ptr<llvm::MemoryBuffer> file = readFileBeside(node, "priors");
  if (!file)
    return false;
  llvm::SmallVector<llvm::StringRef> lines, words;
  file->getBuffer().rtrim().split(lines, '\n');
  for (auto [number, line] : llvm::enumerate(lines)) {
    words.clear();
    llvm::SplitString(line, words, " \t\r,");
    for (llvm::StringRef word : words) {
      double value = 0;
      if (words.size() != 4 || word.getAsDouble(value) ||
          !std::isfinite(static_cast<float>(value)))
        return node.error() << "line " << number + 1
                            << " of the priors is not four numbers: centre y, "
                               "centre x, height and width",
               false;
      priors.push_back(static_cast<float>(value));
    }
  }
  return true;
}

static bool readPlaces(const YamlNode &node, const YamlNode *priors,
                       const YamlNode *scales, Detect &detect) {
  if (detect.head != Head::Ssd) {
    for (const YamlNode *useless : {priors, scales})
      if (useless)
        return useless->error()
                   << "priors and scales are of the head ssd: leave them out",
               false;
    return true;
  }
  if (!priors)
    return node.error() << "detect lacks priors: a file with centre y, centre "
                           "x, height and width of each in a line",
           false;
  if (scales) {
    detect.scales.clear();
    if (!readReals(*scales, detect.scales))
      return false;
    if (detect.scales.size() != 4 || llvm::any_of(detect.scales, [](double x) {
          return !(x > 0) || !std::isfinite(1 / x);
        }))
      return scales->error() << "scales are four numbers above 0: of centre y, "
                                "centre x, height and width, [10, 10, 5, 5]",
             false;
  }
  return readPriors(*priors, detect.priors);
}

bool dlc::prepare::readDetect(const YamlNode &node, Detect &detect) {
  Fields fields(node, "detect");
  const YamlNode *head = fields.require("head", listOf(namesOfHeads())),
                 *score = fields.require("score", "the least one, 0.25"),
                 *most = fields.require("max", "boxes at most, 20"),
                 *output = fields.find("output"),
                 *outputs = fields.find("outputs"), *iou = fields.find("iou"),
                 *candidates = fields.find("candidates"),
                 *agnostic = fields.find("agnostic"),
                 *priors = fields.find("priors"),
                 *scales = fields.find("scales"),
                 *labels = fields.find("labels");
  return fields.finish() && readHead(*head, detect.head) &&
         readShare(*score, detect.score) &&
         readInteger(*most, detect.most, 1, kMostBoxes) &&
         readSuppression(node, iou, candidates, agnostic, detect) &&
         readOutputs(node, output, outputs, detect) &&
         readPlaces(node, priors, scales, detect) &&
         (!labels || readLabels(*labels, detect.labels));
}
