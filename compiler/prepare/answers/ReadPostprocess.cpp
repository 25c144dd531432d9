//===- ReadPostprocess.cpp - What comes after a network -------------------===//

#include "compiler/prepare/answers/ReadPostprocess.h"
#include "compiler/prepare/Fields.h"
#include "compiler/prepare/ReadFrame.h"
#include "dialects/nn/pixels/Pixels.h"

#include "llvm/ADT/SmallString.h"
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

/// The name of one of the model's outputs, if there is a node.
static bool readOutput(const YamlNode *node, std::string &name, Location &loc) {
  if (!node)
    return true;
  if (node->kind != YamlNode::Scalar || node->text.empty())
    return node->error() << "output is the name of one of the model's outputs",
           false;
  name = node->text;
  loc = node->loc;
  return true;
}

static bool readBool(const YamlNode &node, bool &value) {
  static constexpr Word<bool> words[] = {{"true", true}, {"false", false}};
  return readWord(node, words, value);
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
  return readOutput(output, detect.output, detect.outputLoc) &&
         (!labels || readLabels(*labels, detect.labels));
}

static bool readClassify(const YamlNode &node, Classify &classify) {
  Fields fields(node, "classify");
  const YamlNode *top = fields.require("top", "how many classes, 5"),
                 *softmax = fields.find("softmax"),
                 *output = fields.find("output"),
                 *labels = fields.find("labels");
  return fields.finish() && readInteger(*top, classify.top, 1, INT16_MAX) &&
         (!softmax || readBool(*softmax, classify.softmax.emplace())) &&
         readOutput(output, classify.output, classify.outputLoc) &&
         (!labels || readLabels(*labels, classify.labels));
}

/// What runtime/src/dlc_draw.c draws into.
static bool canDraw(nn::PixelFormat format) {
  switch (format) {
  case nn::PixelFormat::RGB:
  case nn::PixelFormat::BGR:
  case nn::PixelFormat::RGBX:
  case nn::PixelFormat::BGRX:
  case nn::PixelFormat::RGB565LE:
  case nn::PixelFormat::RGB565BE:
  case nn::PixelFormat::YUYV:
  case nn::PixelFormat::GRAY:
    return true;
  default:
    return false;
  }
}

/// A picture; the frame itself where nothing is said.
static bool readDraw(const YamlNode &node, const Description &description,
                     Drawing &draw) {
  Fields fields(node, "draw");
  const YamlNode *format = fields.find("format"), *size = fields.find("size"),
                 *stride = fields.find("stride"),
                 *labels = fields.find("labels");
  Frame picture = description.frame;
  Size both{picture.height, picture.width};
  if (!fields.finish() || (format && !readFormat(*format, picture.format)) ||
      (size && !readSize(*size, both)))
    return false;
  picture.height = both.height, picture.width = both.width;
  if (!canDraw(picture.format))
    return (format ? *format : node).error()
               << "nothing is drawn into "
               << nn::stringifyPixelFormat(picture.format)
               << ": RGB, BGR, RGBX, BGRX, RGB565_LE, RGB565_BE, YUYV and GRAY "
                  "can be drawn into",
           false;
  if (picture.width % nn::pixelsSharingChroma(picture.format, /*rows=*/false))
    return (size ? *size : node).error()
               << nn::stringifyPixelFormat(picture.format)
               << " has a sample of chroma for two columns: "
               << "a width of " << picture.width << " is odd",
           false;
  bool isFrame = !format && !size && !stride;
  if (!isFrame && !readStride(stride, picture))
    return false;
  bool named = !description.detect->labels.empty();
  draw = {picture.format, both, picture.stride, named};
  if (labels && !readBool(*labels, draw.labels))
    return false;
  if (draw.labels && !named)
    return labels->error() << "labels are drawn that detect has: give it "
                              "labels, a list or a file",
           false;
  return true;
}

/// The place of a key.
static Location placeOf(const YamlNode &node, const YamlNode *value) {
  for (const YamlNode::Entry &entry : node.entries)
    if (&entry.value == value)
      return entry.loc;
  return value->loc;
}

bool dlc::prepare::readPostprocess(const YamlNode &node, Description &result) {
  Fields fields(node, "postprocess");
  const YamlNode *detect = fields.find("detect"),
                 *classify = fields.find("classify"),
                 *draw = fields.find("draw");
  if (!fields.finish())
    return false;
  if (!detect == !classify)
    return node.error() << "postprocess has one of detect: {head: yolov8, ...} "
                           "and classify: {top: 5, ...}",
           false;
  if (draw && !detect)
    return draw->error() << "draw draws boxes, which detect finds", false;
  Location loc = placeOf(node, detect ? detect : classify);
  if (classify) {
    result.classify.emplace(Classify{{}, 0, {}, {}, loc, loc});
    return readClassify(*classify, *result.classify);
  }
  result.detect.emplace(Detect{{}, {}, 0, 0, 0, 0, {}, loc, loc});
  return readDetect(*detect, *result.detect) &&
         (!draw || readDraw(*draw, result, result.draw.emplace()));
}
