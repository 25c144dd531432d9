//===- ReadPostprocess.cpp - What comes after a network -------------------===//

#include "compiler/prepare/answers/ReadPostprocess.h"
#include "compiler/prepare/Fields.h"
#include "compiler/prepare/ReadFrame.h"
#include "compiler/prepare/answers/AnswerFields.h"
#include "compiler/prepare/answers/ReadDetect.h"
#include "dialects/nn/pixels/Pixels.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::prepare;

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

/// What is done to the answer of a network of sound.
static bool readAfterSound(const YamlNode &node, const YamlNode *classify,
                           const YamlNode *anomaly, Description &result) {
  if (!classify == !anomaly)
    return node.error() << "postprocess of sound has one of classify: {top: 5, "
                           "...} and anomaly: {}",
           false;
  Location loc = placeOf(node, classify ? classify : anomaly);
  if (classify) {
    result.classify.emplace(Classify{{}, 0, {}, {}, loc, loc});
    return readClassify(*classify, *result.classify);
  }
  Anomaly &wanted = result.anomaly.emplace(Anomaly{{}, loc, loc});
  if (anomaly->kind != YamlNode::Map)
    return anomaly->error() << "anomaly has keys or none: {output: NAME}, {}",
           false;
  Fields fields(*anomaly, "anomaly");
  const YamlNode *output = fields.find("output");
  return fields.finish() && readOutput(output, wanted.output, wanted.outputLoc);
}

bool dlc::prepare::readPostprocess(const YamlNode &node, Description &result) {
  Fields fields(node, "postprocess");
  const YamlNode *detect = fields.find("detect"),
                 *classify = fields.find("classify"),
                 *draw = fields.find("draw"), *anomaly = fields.find("anomaly");
  if (!fields.finish())
    return false;
  for (const YamlNode *pictured : {detect, draw})
    if (pictured && result.sound)
      return pictured->error() << "boxes are of a frame, which sound has none "
                                  "of: its postprocess is classify: {top: 5, "
                                  "...} or anomaly: {}",
             false;
  if (result.sound)
    return readAfterSound(node, classify, anomaly, result);
  if (anomaly)
    return anomaly->error() << "anomaly compares an answer with features of "
                               "sound, and a frame has none: its postprocess "
                               "is detect or classify",
           false;
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
  result.detect.emplace(loc);
  return readDetect(*detect, *result.detect) &&
         (!draw || readDraw(*draw, result, result.draw.emplace()));
}
