//===- ReadDetect.cpp - How boxes are found -------------------------------===//

#include "compiler/prepare/answers/ReadDetect.h"
#include "compiler/prepare/Fields.h"
#include "compiler/prepare/answers/AnswerFields.h"
#include "compiler/prepare/answers/Heads.h"
#include "compiler/prepare/answers/ReadPlaces.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::prepare;

/// More are an arena's worth of boxes.
static constexpr int64_t kMostBoxes = 1000;

/// Outputs of one YOLO: one for each size of cells.
static constexpr size_t kMostGrids = 8;

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
  const HeadFacts &facts = factsOf(detect.head);
  if (facts.rest == HeadFacts::Merge) {
    for (const YamlNode *useless : {iou, agnostic})
      if (useless)
        return useless->error() << "boxes of the head " << facts.name
                                << " are cells that touch, which overlap "
                                   "nothing: leave iou and agnostic out",
               false;
    if (!candidates)
      return node.error() << "detect lacks candidates: cells that are looked "
                             "at at most, 32",
             false;
    return readInteger(*candidates, detect.candidates, detect.most, kMostBoxes);
  }
  if (!facts.suppresses()) {
    for (const YamlNode *useless : {iou, candidates, agnostic})
      if (useless)
        return useless->error()
                   << "a network with the head " << facts.name
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
  if (facts.outputs == 1 && outputs)
    return outputs->error() << "the head " << facts.name
                            << " is one of the model's outputs: write "
                               "output and its name",
           false;
  if (facts.outputs == 1 || (!facts.outputs && !outputs)) {
    std::string name;
    if (!readOutput(output, name, detect.outputLoc))
      return false;
    if (output)
      detect.outputs = {name};
    return true;
  }
  if (outputs && output)
    return output->error() << "output and outputs say the same: leave one out",
           false;
  if (!facts.outputs &&
      (outputs->kind != YamlNode::List || outputs->items.empty() ||
       outputs->items.size() > kMostGrids))
    return outputs->error()
               << "outputs are a list of the names of 1 to " << kMostGrids
               << " of the model's outputs: [NAME, ...]",
           false;
  if (facts.outputs && (!outputs || outputs->kind != YamlNode::List ||
                        outputs->items.size() != facts.outputs))
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

bool dlc::prepare::readDetect(const YamlNode &node, Detect &detect) {
  Fields fields(node, "detect");
  const YamlNode *head = fields.require("head", listOf(namesOfHeads())),
                 *score = fields.require("score", "the least one, 0.25"),
                 *most = fields.require("max", "boxes at most, 20"),
                 *output = fields.find("output"),
                 *outputs = fields.find("outputs"), *iou = fields.find("iou"),
                 *candidates = fields.find("candidates"),
                 *agnostic = fields.find("agnostic"),
                 *labels = fields.find("labels");
  PlaceNodes places(fields);
  return fields.finish() && readHead(*head, detect.head) &&
         readShare(*score, detect.score) &&
         readInteger(*most, detect.most, 1, kMostBoxes) &&
         readSuppression(node, iou, candidates, agnostic, detect) &&
         readOutputs(node, output, outputs, detect) &&
         readPlaces(node, places, detect) &&
         (!labels || readLabels(*labels, detect.labels));
}
