//===- Answers.cpp - What an output means, as types and calls in C --------===//

#include "codegen/header/Answers.h"
#include "codegen/header/Lines.h"

using namespace dlc::header;

static std::string labelsOf(const std::string &macro, unsigned output) {
  return macro + "_OUTPUT_" + std::to_string(output) + "_LABELS";
}

/// "/* a position in NET_OUTPUT_0_LABELS */", if there are any.
static std::string aboutLabel(const Network &network, const std::string &macro,
                              unsigned output) {
  if (network.outputs[output].labels.empty())
    return "";
  return " /* a position in " + labelsOf(macro, output) + " */";
}

/// The arena, and the state where there is any.
static ArenaPassing memoryOf(const Network &network) {
  ArenaPassing arena = arenaOf(network);
  if (!network.states.empty()) {
    arena.parameter += ", void *state";
    arena.argument += ", state";
  }
  return arena;
}

/// Whether there is a call with a frame, or after its lines, and the answer
/// alone, which is `count` outputs.
static bool isOfAFrame(const Network &network, size_t count) {
  if (network.outputs.size() != count)
    return false;
  return network.lines ? network.inputs.empty()
                       : network.inputs.size() == 1 &&
                             network.inputs.front().frame.has_value();
}

/// The frame as a parameter, if it does not come in lines, and what is given to
/// the network.
static ArenaPassing frameOf(const Network &network) {
  if (network.lines)
    return {"", "NULL"};
  return {"const uint8_t *frame, ", "frame"};
}

/// The same with samples of sound.
static bool isOfSound(const Network &network, size_t count) {
  return network.inputs.size() == 1 && network.outputs.size() == count &&
         network.inputs.front().sampleRate;
}

static void writePointType(const Network &network, const std::string &macro,
                           llvm::raw_ostream &os) {
  const Boxes &boxes = *network.boxes;
  if (!boxes.points)
    return;
  os << "\n/* A key point of a box, in units of its corners. */\n"
     << "#define " << macro << "_POINT_COUNT " << boxes.points << "\n"
     << "typedef struct {\n  int16_t x, y;\n"
     << (boxes.pointScores ? "  int16_t score; /* 32767 is 1 */\n" : "") << "} "
     << network.name << "_point;\n";
}

static void writeBoxType(const Network &network, const std::string &macro,
                         llvm::raw_ostream &os) {
  const Boxes &boxes = *network.boxes;
  os << "\n/* What was detected, the best first. Corners are in units of 1 / "
     << (1 << boxes.fractionBits)
     << " pixel from the frame's\n   upper left corner. */\n"
     << "#define " << macro << "_BOX_COUNT " << boxes.most << "\n"
     << "#define " << macro << "_BOX_FRACTION_BITS " << boxes.fractionBits
     << "\n";
  if (boxes.drawing) {
    os << "typedef struct dlc_box " << network.name << "_box;\n";
    writePointType(network, macro, os);
    return;
  }
  os << "typedef struct {\n  int16_t x0, y0, x1, y1;\n  int16_t label;"
     << aboutLabel(network, macro, boxes.output)
     << "\n  int16_t score; /* 32767 is 1 */\n} " << network.name << "_box;\n";
  writePointType(network, macro, os);
}

static void writeDetect(const Network &network, llvm::raw_ostream &os) {
  ArenaPassing arena = memoryOf(network), frame = frameOf(network);
  const Boxes &boxes = *network.boxes;
  os << "\n/* Looks at a frame; returns how many boxes there are, or -1. */\n"
     << "static inline int " << network.name << "_detect(" << frame.parameter
     << network.name << "_box boxes[" << boxes.most << "]";
  if (boxes.points)
    os << ",\n"
       << std::string(27 + network.name.size(), ' ') << network.name
       << "_point points[" << boxes.most << "][" << boxes.points << "]";
  os << arena.parameter << ") {\n  int32_t count = 0;\n"
     << "  const void *inputs[1];\n  void *outputs[" << (boxes.points ? 3 : 2)
     << "];\n  inputs[0] = " << frame.argument << ";\n  outputs[0] = boxes;\n"
     << "  outputs[1] = &count;\n"
     << (boxes.points ? "  outputs[2] = points;\n" : "") << "  return "
     << network.name << "_run(inputs, outputs, " << arena.argument
     << ") ? -1 : (int)count;\n}\n";
}

static void writeDraw(const Network &network, const std::string &macro,
                      llvm::raw_ostream &os) {
  const Boxes &boxes = *network.boxes;
  const Drawing &drawing = *boxes.drawing;
  const Frame &picture = drawing.picture;
  os << "\n/* Draws boxes into a picture (dlc/draw.h): link dlc_draw.c. */\n"
     << "#define " << macro << "_DRAW_FORMAT_" << picture.format << " 1\n"
     << "#define " << macro << "_DRAW_HEIGHT " << picture.height << "\n"
     << "#define " << macro << "_DRAW_WIDTH " << picture.width << "\n"
     << "#define " << macro << "_DRAW_STRIDE " << picture.stride << "\n"
     << "static inline void " << network.name << "_draw(uint8_t *pixels, const "
     << network.name << "_box *boxes,\n"
     << std::string(26 + network.name.size(), ' ');
  if (boxes.points)
    os << network.name << "_point points[" << boxes.most << "][" << boxes.points
       << "], ";
  os << "int count) {\n";
  size_t labels =
      drawing.labels ? network.outputs[boxes.output].labels.size() : 0;
  if (labels)
    os << "  static const char *const labels[] = "
       << labelsOf(macro, boxes.output) << ";\n";
  os << "  struct dlc_picture picture = {pixels, " << picture.width << ", "
     << picture.height << ", " << picture.stride << ",\n"
     << "                                DLC_PIXELS_" << picture.format
     << "};\n"
     << "  struct dlc_scene scene = {" << drawing.width << ", "
     << drawing.height << ", " << boxes.fractionBits << ", "
     << (labels ? "labels" : "NULL") << ", " << labels << "};\n"
     << "  dlc_draw_boxes(&picture, boxes, count, &scene);\n";
  if (boxes.points)
    os << "  {\n    struct dlc_points spots = {(const int16_t *)points, "
       << boxes.points << ", " << (boxes.pointScores ? 1 : 0) << "};\n"
       << "    dlc_draw_points(&picture, boxes, &spots, count, &scene);\n"
       << "  }\n";
  os << "}\n";
}

/// A call with one source and one answer.
static void writeOneAnswer(const Network &network, llvm::StringRef call,
                           const ArenaPassing &source, llvm::StringRef answer,
                           llvm::StringRef answerName, llvm::raw_ostream &os) {
  ArenaPassing arena = memoryOf(network);
  os << "static inline int " << network.name << "_" << call << "("
     << source.parameter << answer << arena.parameter << ") {\n"
     << "  const void *inputs[1];\n  void *outputs[1];\n"
     << "  inputs[0] = " << source.argument
     << ";\n  outputs[0] = " << answerName << ";\n  return " << network.name
     << "_run(inputs, outputs, " << arena.argument << ");\n}\n";
}

static void writeClasses(const Network &network, const std::string &macro,
                         llvm::raw_ostream &os) {
  const Classes &classes = *network.classes;
  os << "\n/* The best classes, the best one first. */\n"
     << "#define " << macro << "_CLASS_COUNT " << classes.count << "\n"
     << "typedef struct {\n  int16_t label;"
     << aboutLabel(network, macro, classes.output)
     << "\n  int16_t score; /* 32767 is 1 */\n} " << network.name
     << "_class;\n";
  bool hears = isOfSound(network, 1);
  if (!hears && !isOfAFrame(network, 1))
    return;
  os << (hears ? "\n/* Takes samples; 0 on success. */\n"
               : "\n/* Looks at a frame; 0 on success. */\n");
  writeOneAnswer(network, "classify",
                 hears ? ArenaPassing{"const int16_t *samples, ", "samples"}
                       : frameOf(network),
                 network.name + "_class classes[" +
                     std::to_string(classes.count) + "]",
                 "classes", os);
}

static void writeAnomaly(const Network &network, llvm::raw_ostream &os) {
  if (!isOfSound(network, 1))
    return;
  os << "\n/* Takes samples and says how far from their features the network's "
        "answer is,\n   the mean of squared differences; 0 on success. */\n";
  writeOneAnswer(network, "anomaly", {"const int16_t *samples, ", "samples"},
                 "float *anomaly", "anomaly", os);
}

void dlc::header::writeAnswers(const Network &network, const std::string &macro,
                               llvm::raw_ostream &os) {
  if (network.boxes) {
    writeBoxType(network, macro, os);
    if (isOfAFrame(network, network.boxes->points ? 3 : 2))
      writeDetect(network, os);
    if (network.boxes->drawing)
      writeDraw(network, macro, os);
  }
  if (network.classes)
    writeClasses(network, macro, os);
  if (network.anomaly)
    writeAnomaly(network, os);
}
