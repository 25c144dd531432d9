//===- Heads.cpp - What the heads of detectors answer ---------------------===//

#include "compiler/prepare/answers/Heads.h"
#include "compiler/prepare/answers/Grids.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::prepare;

static constexpr llvm::StringLiteral gridShapes =
    "[1, anchors * (5 + classes), h, w], or its channels last,";

static constexpr HeadFacts heads[] = {
    {Head::Yolov8, "yolov8", 1, "", "[1, 4 + classes, anchors]",
     HeadFacts::Suppress},
    {Head::Yolov8Pose, "yolov8_pose", 1, "",
     "[1, 4 + classes + key points, anchors]", HeadFacts::Suppress},
    {Head::Yolov5, "yolov5", 1, "", "[1, anchors, 5 + classes]",
     HeadFacts::Suppress},
    {Head::Yolox, "yolox", 1, "", "[1, cells, 5 + classes]",
     HeadFacts::Suppress},
    {Head::Yolov2, "yolov2", 0, "", gridShapes, HeadFacts::Suppress},
    {Head::Yolov3, "yolov3", 0, "", gridShapes, HeadFacts::Suppress},
    {Head::Yolov4, "yolov4", 0, "", gridShapes, HeadFacts::Suppress},
    {Head::Ssd, "ssd", 2, "[boxes, scores]",
     "[1, priors, 4] and [1, priors, 1 + classes]", HeadFacts::Suppress},
    {Head::BlazeFace, "blazeface", 2, "[boxes, scores]",
     "[1, anchors, 4 + 2 * points] and [1, anchors, 1]", HeadFacts::Suppress},
    {Head::CenterNet, "centernet", 3, "[centres, sizes, offsets]",
     "[1, classes, h, w], [1, 2, h, w] and [1, 2, h, w]", HeadFacts::Nothing},
    {Head::Fomo, "fomo", 1, "", "[1, h, w, 1 + classes]", HeadFacts::Merge},
    {Head::EndToEnd, "end_to_end", 1, "", "[1, boxes, 6]", HeadFacts::Nothing},
};

bool dlc::prepare::hasGrids(Head head) {
  return head == Head::Yolov2 || head == Head::Yolov3 || head == Head::Yolov4;
}

const HeadFacts &dlc::prepare::factsOf(Head head) {
  for (const HeadFacts &facts : heads)
    if (facts.head == head)
      return facts;
  llvm_unreachable("all heads are known");
}

llvm::StringRef dlc::prepare::nameOf(Head head) { return factsOf(head).name; }

llvm::SmallVector<llvm::StringRef> dlc::prepare::namesOfHeads() {
  llvm::SmallVector<llvm::StringRef> names;
  for (const HeadFacts &facts : heads)
    names.push_back(facts.name);
  return names;
}

bool dlc::prepare::findHead(llvm::StringRef name, Head &head) {
  for (const HeadFacts &facts : heads)
    if (name == facts.name) {
      head = facts.head;
      return true;
    }
  return false;
}

using Shapes = ArrayRef<ArrayRef<int64_t>>;

static int64_t classesOfSsd(Shapes shapes) {
  ArrayRef<int64_t> boxes = shapes[0], scores = shapes[1];
  bool fits = boxes.size() == 3 && scores.size() == 3 && boxes[0] == 1 &&
              scores[0] == 1 && boxes[1] == scores[1] && boxes[2] == 4;
  return fits ? scores[2] - 1 : 0;
}

static int64_t classesOfCenterNet(Shapes shapes) {
  ArrayRef<int64_t> heat = shapes[0];
  bool fits = heat.size() == 4 && heat[0] == 1;
  for (ArrayRef<int64_t> shape : shapes.drop_front())
    fits = fits && shape.size() == 4 && shape[0] == 1 && shape[1] == 2 &&
           shape.drop_front(2) == heat.drop_front(2);
  return fits ? heat[1] : 0;
}

static int64_t classesOfBlazeFace(Shapes shapes) {
  ArrayRef<int64_t> boxes = shapes[0], scores = shapes[1];
  bool fits = boxes.size() == 3 && scores.size() == 3 && boxes[0] == 1 &&
              scores[0] == 1 && boxes[1] == scores[1] && scores[2] == 1 &&
              boxes[2] >= 4 && boxes[2] % 2 == 0;
  return fits ? 1 : 0;
}

static int64_t classesOfGrids(const Detect &detect, Shapes shapes, Size image) {
  int64_t classes = 0;
  for (auto [shape, anchors] : llvm::zip_equal(shapes, detect.anchors)) {
    std::optional<Grid> grid =
        gridOf(shape, static_cast<int64_t>(anchors.size() / 2), image);
    if (!grid || (classes && classes != grid->classes))
      return 0;
    classes = grid->classes;
  }
  return classes;
}

/// 0: they are none of the head.
static int64_t classesOf(const Detect &detect, Shapes shapes, Size image) {
  ArrayRef<int64_t> first = shapes.front();
  if (hasGrids(detect.head))
    return classesOfGrids(detect, shapes, image);
  switch (detect.head) {
  case Head::BlazeFace:
    return classesOfBlazeFace(shapes);
  case Head::Fomo:
    return first.size() == 4 && first[0] == 1 ? first[3] - 1 : 0;
  case Head::Ssd:
    return classesOfSsd(shapes);
  case Head::CenterNet:
    return classesOfCenterNet(shapes);
  default:
    break;
  }
  if (first.size() != 3 || first[0] != 1)
    return 0;
  switch (detect.head) {
  case Head::Yolov8:
  case Head::Yolov8Pose:
    return first[1] - 4 - detect.points.numbers();
  case Head::EndToEnd:
    return first[2] == 6 ? 1 : 0;
  default:
    return first[2] - 5;
  }
}

/// What of the description the shapes depend on.
static std::string conditionsOf(const Detect &detect, Size image) {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (hasGrids(detect.head)) {
    os << " for ";
    llvm::interleave(
        detect.anchors, os,
        [&](const std::vector<double> &anchors) { os << anchors.size() / 2; },
        ", ");
    os << " anchors and cells of an image of " << image.height << " x "
       << image.width;
  }
  if (detect.head == Head::Yolov8Pose)
    os << " for key points of " << detect.points.numbers() << " numbers";
  return text;
}

FailureOr<int64_t> dlc::prepare::countClasses(const Detect &detect,
                                              TypeRange outputs, Size image) {
  SmallVector<ArrayRef<int64_t>> shapes;
  for (Type output : outputs) {
    auto type = dyn_cast<RankedTensorType>(output);
    shapes.push_back(type ? type.getShape() : ArrayRef<int64_t>());
  }
  int64_t classes = classesOf(detect, shapes, image);
  if (classes < 1) {
    InFlightDiagnostic error = emitError(detect.loc);
    error << "the head " << nameOf(detect.head) << " answers "
          << factsOf(detect.head).shapes << conditionsOf(detect, image)
          << ", and the model's output"
          << (shapes.size() > 1 ? "s are " : " is ");
    llvm::interleaveComma(shapes, error, [&](ArrayRef<int64_t> shape) {
      error << "[";
      llvm::interleaveComma(shape, error);
      error << "]";
    });
    return error;
  }
  for (Type output : outputs)
    if (Type element = getElementTypeOrSelf(output); !element.isF32())
      return emitError(detect.loc)
             << "the model's output has elements of type " << element
             << ": detect reads float32, or integers "
                "whose scale the model says";
  if (detect.head != Head::EndToEnd && !detect.labels.empty() &&
      static_cast<int64_t>(detect.labels.size()) != classes)
    return emitError(detect.loc)
           << detect.labels.size() << " labels for " << classes << " classes";
  return classes;
}
