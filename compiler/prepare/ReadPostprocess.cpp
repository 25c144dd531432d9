//===- ReadPostprocess.cpp - What comes after a network -------------------===//

#include "compiler/prepare/ReadPostprocess.h"
#include "compiler/prepare/Fields.h"

#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::prepare;

static constexpr Word<Head> heads[] = {{"yolov8", Head::Yolov8},
                                       {"yolov5", Head::Yolov5},
                                       {"end_to_end", Head::EndToEnd}};

llvm::StringRef dlc::prepare::nameOf(Head head) {
  for (const Word<Head> &word : heads)
    if (word.meaning == head)
      return word.text;
  llvm_unreachable("all heads are named");
}

/// More are an arena's worth of boxes.
static constexpr int64_t kMostBoxes = 1000;

/// A list, or a file with a label in each line.
static bool readLabels(const YamlNode &node, std::vector<std::string> &labels) {
  if (node.kind == YamlNode::List) {
    for (const YamlNode &item : node.items) {
      if (item.kind != YamlNode::Scalar)
        return item.error() << "a label is a word, not " << item.kindName(),
               false;
      labels.push_back(item.text);
    }
    return true;
  }
  if (node.kind != YamlNode::Scalar || node.text.empty())
    return node.error() << "labels are a list, [person, cat], or the name of a "
                           "file with one in each line",
           false;
  auto place = node.loc->findInstanceOf<FileLineColLoc>();
  llvm::SmallString<128> path(
      llvm::sys::path::parent_path(place.getFilename().getValue()));
  llvm::sys::path::append(path, node.text);
  if (llvm::sys::path::is_absolute(node.text))
    path = node.text;
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer)
    return node.error() << "cannot read the labels '" << path.str()
                        << "': " << buffer.getError().message(),
           false;
  llvm::SmallVector<llvm::StringRef> lines;
  (*buffer)->getBuffer().rtrim().split(lines, '\n');
  for (llvm::StringRef line : lines)
    labels.push_back(line.trim().str());
  return true;
}

/// A number from 0 to 1.
static bool readShare(const YamlNode &node, double &value) {
  std::vector<double> numbers;
  if (node.kind == YamlNode::List || !readReals(node, numbers) ||
      numbers.front() < 0 || numbers.front() > 1)
    return node.error() << "a number from 0 to 1 belongs here", false;
  value = numbers.front();
  return true;
}

static bool readDetect(const YamlNode &node, Detect &detect) {
  Fields fields(node, "detect");
  const YamlNode *head = fields.require("head", "yolov8, yolov5 or end_to_end"),
                 *score = fields.require("score", "the least one, 0.25"),
                 *most = fields.require("max", "boxes at most, 20"),
                 *output = fields.find("output"), *iou = fields.find("iou"),
                 *candidates = fields.find("candidates"),
                 *labels = fields.find("labels");
  if (!fields.finish() || !readWord(*head, heads, detect.head) ||
      !readShare(*score, detect.score) ||
      !readInteger(*most, detect.most, 1, kMostBoxes))
    return false;
  bool suppresses = detect.head != Head::EndToEnd;
  if (suppresses && (!iou || !candidates))
    return node.error() << "detect lacks "
                        << (iou ? "candidates: boxes that are compared with "
                                  "each other at most, 64"
                                : "iou: boxes that overlap by more are one, "
                                  "0.45"),
           false;
  for (const YamlNode *useless : {iou, candidates})
    if (!suppresses && useless)
      return useless->error()
                 << "a network with the head end_to_end suppresses boxes by "
                    "itself: leave iou and candidates out",
             false;
  if (suppresses &&
      (!readShare(*iou, detect.iou) ||
       !readInteger(*candidates, detect.candidates, detect.most, kMostBoxes)))
    return false;
  if (output) {
    if (output->kind != YamlNode::Scalar || output->text.empty())
      return output->error()
                 << "output is the name of one of the model's outputs",
             false;
    detect.output = output->text;
    detect.outputLoc = output->loc;
  }
  return !labels || readLabels(*labels, detect.labels);
}

bool dlc::prepare::readPostprocess(const YamlNode &node, Description &result) {
  Fields fields(node, "postprocess");
  const YamlNode *detect = fields.require("detect", "{head: yolov8, ...}");
  if (!fields.finish())
    return false;
  Location loc = detect->loc;
  for (const YamlNode::Entry &entry : node.entries)
    if (&entry.value == detect)
      loc = entry.loc;
  result.detect.emplace(Detect{{}, {}, 0, 0, 0, 0, {}, loc, loc});
  return readDetect(*detect, *result.detect);
}
