//===- ReadPlaces.cpp - Where boxes lie in the image ----------------------===//

#include "compiler/prepare/answers/ReadPlaces.h"
#include "compiler/prepare/answers/AnswerFields.h"
#include "compiler/prepare/answers/Heads.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"

#include <cmath>

using namespace mlir;
using namespace dlc;
using namespace dlc::prepare;

/// Far beyond any pixel or point of a body.
static constexpr double kMostPixels = 32767;
static constexpr int64_t kMostPoints = 1000;

PlaceNodes::PlaceNodes(Fields &fields)
    : priors(fields.find("priors")), scales(fields.find("scales")),
      anchors(fields.find("anchors")), stretches(fields.find("scale_x_y")),
      points(fields.find("key_points")) {}

/// A file with four numbers in each line.
static bool readPriors(const YamlNode &node, Detect &detect) {
  if (node.kind != YamlNode::Scalar || node.text.empty())
    return node.error() << "priors are the name of a file with centre y, "
                           "centre x, height and width in each line",
           false;
  std::unique_ptr<llvm::MemoryBuffer> file = readFileBeside(node, "priors");
  if (!file)
    return false;
  llvm::SmallString<128> path(file->getBufferIdentifier());
  // It stays what it is where the folder cannot be found out.
  (void)llvm::sys::fs::make_absolute(path);
  detect.priorsFile = path.str().str();
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
      detect.priors.push_back(static_cast<float>(value));
    }
  }
  return true;
}

static bool readSsd(const YamlNode &node, const PlaceNodes &places,
                    Detect &detect) {
  if (!places.priors)
    return node.error() << "detect lacks priors: a file with centre y, centre "
                           "x, height and width of each in a line",
           false;
  if (const YamlNode *scales = places.scales) {
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
  return readPriors(*places.priors, detect);
}

/// A list, or a list of them, of pairs of numbers above 0.
static bool readPairs(const YamlNode &node, llvm::StringRef what,
                      std::vector<std::vector<double>> &lists) {
  bool isNested = node.kind == YamlNode::List && !node.items.empty() &&
                  node.items.front().kind == YamlNode::List;
  llvm::ArrayRef<YamlNode> nodes =
      isNested ? llvm::ArrayRef(node.items) : llvm::ArrayRef(node);
  for (const YamlNode &item : nodes) {
    std::vector<double> &list = lists.emplace_back();
    if (item.kind != YamlNode::List || !readReals(item, list) || list.empty() ||
        list.size() % 2 || llvm::any_of(list, [](double x) {
          return !(x > 0) || x > kMostPixels;
        }))
      return item.error() << "anchors are " << what, false;
  }
  return true;
}

static bool readGridAnchors(const YamlNode &node, const PlaceNodes &places,
                            Detect &detect) {
  size_t outputs = std::max<size_t>(detect.outputs.size(), 1);
  std::string what =
      (llvm::Twine("width and height of each, in ") +
       (detect.head == Head::Yolov2 ? "cells" : "pixels of the image") +
       " as the network's .cfg has them: [10, 13, 16, 30, 33, 23]" +
       (outputs == 1 ? "" : ", and such a list for each output"))
          .str();
  if (!places.anchors)
    return node.error() << "detect lacks anchors: " << what, false;
  if (!readPairs(*places.anchors, what, detect.anchors))
    return false;
  if (detect.anchors.size() != outputs)
    return places.anchors->error()
               << detect.anchors.size() << " lists of anchors for " << outputs
               << (outputs == 1 ? " output" : " outputs")
               << ": anchors are a list for each, in the order of outputs",
           false;
  return true;
}

/// As YOLOv4's .cfg has it for each [yolo].
static bool readStretches(const YamlNode &node, const YamlNode *stretches,
                          Detect &detect) {
  size_t outputs = detect.anchors.size();
  if (!stretches)
    return node.error() << "detect lacks scale_x_y: 1.05, or a list of a "
                           "number for each "
                           "output, as the network's .cfg has them",
           false;
  if (!readReals(*stretches, detect.stretches))
    return false;
  if (stretches->kind != YamlNode::List)
    detect.stretches.resize(outputs, detect.stretches.front());
  if (detect.stretches.size() != outputs ||
      llvm::any_of(detect.stretches,
                   [](double x) { return !(x >= 1) || x > 10; }))
    return stretches->error()
               << "scale_x_y is a number from 1 to 10 for each output, and "
                  "there "
               << (outputs == 1 ? "is 1" : "are " + std::to_string(outputs)),
           false;
  return true;
}

/// As Ultralytics' kpt_shape has it.
static bool readPoints(const YamlNode &node, const YamlNode *points,
                       Detect &detect) {
  static constexpr llvm::StringLiteral what =
      "how many points a box has, and 3 numbers of each (x, y and whether it "
      "is "
      "seen) or 2: [17, 3], the model's kpt_shape";
  if (!points)
    return node.error() << "detect lacks key_points: " << what, false;
  std::vector<int64_t> numbers;
  if (points->kind != YamlNode::List || points->items.size() != 2)
    return points->error() << "key_points are " << what, false;
  if (!readInteger(points->items[0], detect.points.count, 1, kMostPoints) ||
      !readInteger(points->items[1], numbers.emplace_back(), 2, 3))
    return false;
  detect.points.scored = numbers.front() == 3;
  return true;
}

/// Cells of each layer.
static bool readFaceAnchors(const YamlNode &node, const YamlNode *anchors,
                            Detect &detect) {
  static constexpr llvm::StringLiteral what =
      "for each layer pixels of a cell and how many anchors are in its middle: "
      "[[8, 2], [16, 6]] of a network of 128 x 128";
  if (!anchors)
    return node.error() << "detect lacks anchors: " << what, false;
  if (!readPairs(*anchors, what, detect.anchors))
    return false;
  for (const std::vector<double> &layer : detect.anchors)
    if (layer.size() != 2 || llvm::any_of(layer, [](double x) {
          return x < 1 || x != std::floor(x);
        }))
      return anchors->error() << "anchors are " << what, false;
  return true;
}

/// A key of other heads.
static bool refuseUseless(const PlaceNodes &places, const Detect &detect) {
  Head head = detect.head;
  bool hasAnchors = hasGrids(head) || head == Head::BlazeFace;
  struct {
    const YamlNode *node;
    bool isRead;
    llvm::StringLiteral text;
  } keys[] = {{places.priors, head == Head::Ssd,
               "priors and scales are of the head ssd"},
              {places.scales, head == Head::Ssd,
               "priors and scales are of the head ssd"},
              {places.anchors, hasAnchors,
               "anchors are of the heads yolov2, yolov3, yolov4 and blazeface"},
              {places.stretches, head == Head::Yolov4,
               "scale_x_y is of the head yolov4"},
              {places.points, head == Head::Yolov8Pose,
               "key_points are of the head yolov8_pose"}};
  for (const auto &key : keys)
    if (key.node && !key.isRead)
      return key.node->error()
                 << key.text << ": leave "
                 << (key.text.starts_with("scale_x_y") ? "it" : "them")
                 << " out",
             false;
  return true;
}

bool dlc::prepare::readPlaces(const YamlNode &node, const PlaceNodes &places,
                              Detect &detect) {
  if (!refuseUseless(places, detect))
    return false;
  switch (detect.head) {
  case Head::Ssd:
    return readSsd(node, places, detect);
  case Head::Yolov2:
  case Head::Yolov3:
    return readGridAnchors(node, places, detect);
  case Head::Yolov4:
    return readGridAnchors(node, places, detect) &&
           readStretches(node, places.stretches, detect);
  case Head::Yolov8Pose:
    return readPoints(node, places.points, detect);
  case Head::BlazeFace:
    return readFaceAnchors(node, places.anchors, detect);
  default:
    return true;
  }
}
