//===- Description.h - What surrounds a network -----------------*- C++ -*-===//
//
// What --pipeline=FILE says: the tensor that the network is given in place of
// one of its inputs, and the steps from there to that input.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_PREPARE_DESCRIPTION_H
#define DLC_COMPILER_PREPARE_DESCRIPTION_H

#include "compiler/prepare/sound/Sound.h"
#include "dialects/nn/NnOps.h"
#include "mlir/IR/Location.h"
#include <optional>
#include <string>
#include <vector>

namespace dlc::prepare {

enum class YuvMatrix { Bt601, Bt709 };
enum class YuvRange { Video, Full };

struct Yuv {
  YuvMatrix matrix = YuvMatrix::Bt601;
  YuvRange range = YuvRange::Video;
};

/// A camera's frame.
struct Frame {
  nn::PixelFormat format = nn::PixelFormat::RGB;
  int64_t height = 0, width = 0;
  int64_t stride = 0; ///< bytes of a row
  std::optional<Yuv> yuv;
  bool lines = false; ///< its rows come one after the other
  std::optional<mlir::Location> deliveryLoc = std::nullopt;
};

struct Size {
  int64_t height = 0, width = 0;
};

/// What a resize is named after: a library's function, with its rounding.
enum class ResizeMethod {
  OpencvNearest,
  OpencvLinear,
  OpencvArea,
  PillowBilinear,
  PillowBicubic,
  TfliteBilinear,
  OnnxLinear,
};
llvm::StringRef nameOf(ResizeMethod method);
llvm::StringRef nameOf(YuvMatrix matrix);
llvm::StringRef nameOf(YuvRange range);

/// How a channel is made of others.
enum class Grey {
  Opencv, ///< 15 bits
  Pillow, ///< 16 bits
};

enum class Layout { Auto, Nchw, Nhwc };

struct Step {
  enum Kind {
    ConvertColor,
    Crop,
    Resize,
    Letterbox,
    Pad,
    Mean,
    Scale,
    ReverseChannels,
    ConvertLayout,
  };
  Kind kind;
  mlir::Location loc; ///< of its name

  nn::PixelColor color = nn::PixelColor::RGB;       // ConvertColor
  Grey grey = Grey::Opencv;                         // ConvertColor
  int64_t top = 0, left = 0, bottom = 0, right = 0; // Crop, Pad
  Size size = {};                                   // Crop, Resize
  ResizeMethod method = ResizeMethod::OpencvLinear; // Resize
  int64_t value = 0;                                // Letterbox, Pad
  std::vector<double> numbers = {};                 // Mean, Scale
  Layout layout = Layout::Auto;                     // ConvertLayout
};
llvm::StringRef nameOf(Step::Kind kind);

/// A recipe by which a library or a benchmark makes images ready.
enum class Preset {
  TorchvisionImagenet,
  Ultralytics,
  KerasMobilenet,
  TflmPerson,
  MlperfVww,
};
llvm::StringRef nameOf(Preset preset);

/// How a detector's output is laid out.
enum class Head {
  Yolov8,   ///< [1, 4 + classes, anchors]: centre, size, scores
  Yolov5,   ///< [1, anchors, 5 + classes]: centre, size, objectness, scores
  Yolox,    ///< the same, of a cell's corner and stride, sizes as logarithms
  EndToEnd, ///< [1, boxes, 6]: corners, score, class; suppressed already
  Ssd, ///< [1, priors, 4] and [1, priors, 1 + classes], the background first
  CenterNet,  ///< [1, classes, h, w], and [1, 2, h, w] of sizes and offsets
  Yolov8Pose, ///< as Yolov8, key points behind the scores
  Yolov2,     ///< cells of [1, anchors * (5 + classes), h, w]: a softmax
  Yolov3,     ///< the same, sigmoids; one output or several
  Yolov4,     ///< centres reach beyond their cells
  Fomo,       ///< [1, h, w, 1 + classes], the background first
  BlazeFace,  ///< [1, anchors, 4 + 2 * points] and [1, anchors, 1]
};
llvm::StringRef nameOf(Head head);

/// Points of each box.
struct KeyPoints {
  int64_t count = 0;
  bool scored = false; ///< each with a number from 0 to 1, behind x and y

  int64_t numbers() const { return count * (scored ? 3 : 2); }
};

/// Boxes are what the network answers.
struct Detect {
  explicit Detect(mlir::Location loc) : loc(loc), outputLoc(loc) {}

  Head head = Head::Yolov8;
  /// Of the model, in the head's order; none: it has one.
  std::vector<std::string> outputs;
  double score = 0;       ///< boxes below it are left out
  double iou = 0;         ///< boxes of one class that overlap by more are one
  bool agnostic = false;  ///< of any classes
  int64_t most = 0;       ///< boxes that are answered at most
  int64_t candidates = 0; ///< boxes that are looked at, the best ones
  /// Centre y, centre x, height and width of each, in parts of the image.
  std::vector<float> priors;
  std::string priorsFile; ///< that has them, an absolute path
  /// What these numbers of a box are multiplied by before the network learns
  /// them.
  std::vector<double> scales = {10, 10, 5, 5};
  /// Of each output of a YOLO, width and height of each anchor, one behind the
  /// other; of each layer of BlazeFace, pixels of a cell and its anchors.
  std::vector<std::vector<double>> anchors;
  /// Of each output: what a centre's place in its cell is stretched by.
  std::vector<double> stretches;
  KeyPoints points;
  std::vector<std::string> labels; ///< of the classes; empty: unknown
  mlir::Location loc;              ///< of its name
  mlir::Location outputLoc;
};

/// The best classes are what the network answers.
struct Classify {
  std::string output; ///< of the model; empty: its only one
  int64_t top = 0;    ///< classes
  /// Whether the output becomes shares of 1 first; none: it must be such.
  std::optional<bool> softmax;
  std::vector<std::string> labels; ///< of the classes; empty: unknown
  mlir::Location loc;              ///< of its name
  mlir::Location outputLoc;
};

/// How far from its features a network's answer is, which is to be the same.
struct Anomaly {
  std::string output; ///< of the model; empty: its only one
  mlir::Location loc; ///< of its name
  mlir::Location outputLoc;
};

/// A picture that boxes are drawn into.
struct Drawing {
  nn::PixelFormat format = nn::PixelFormat::RGB;
  Size size = {};
  int64_t stride = 0; ///< bytes of a row
  bool labels = true; ///< not outlines alone
};

struct Description {
  std::string input; ///< the model's input; empty: its only one
  Frame frame;
  std::vector<Step> steps;
  std::optional<Preset> preset; ///< its steps follow the others
  std::optional<Detect> detect; ///< after the network
  std::optional<Classify> classify;
  std::optional<Drawing> draw;         ///< of what is detected
  mlir::Location loc;                  ///< of the file's beginning
  mlir::Location inputLoc;             ///< of the input's name
  mlir::Location presetLoc;            ///< of the preset's name
  std::optional<Sound> sound = {};     ///< in place of frame, steps and preset
  std::optional<Anomaly> anomaly = {}; ///< of sound
};

/// Reads a file: a description, or a list of them for several inputs. What is
/// wrong is reported at its line and column.
mlir::FailureOr<std::vector<Description>>
readDescriptions(mlir::MLIRContext &context, llvm::StringRef text,
                 llvm::StringRef fileName);

} // namespace dlc::prepare

#endif
