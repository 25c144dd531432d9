//===- Heads.cpp - What the heads of detectors answer ---------------------===//

#include "compiler/prepare/answers/Heads.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::prepare;

static constexpr HeadFacts heads[] = {
    {Head::Yolov8, "yolov8", 1, "", "[1, 4 + classes, anchors]", true},
    {Head::Yolov5, "yolov5", 1, "", "[1, anchors, 5 + classes]", true},
    {Head::Yolox, "yolox", 1, "", "[1, cells, 5 + classes]", true},
    {Head::Ssd, "ssd", 2, "[boxes, scores]",
     "[1, priors, 4] and [1, priors, 1 + classes]", true},
    {Head::CenterNet, "centernet", 3, "[centres, sizes, offsets]",
     "[1, classes, h, w], [1, 2, h, w] and [1, 2, h, w]", false},
    {Head::EndToEnd, "end_to_end", 1, "", "[1, boxes, 6]", false},
};

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

/// 0: they are none of the head.
static int64_t classesOf(Head head, Shapes shapes) {
  ArrayRef<int64_t> first = shapes.front();
  switch (head) {
  case Head::Ssd:
    return classesOfSsd(shapes);
  case Head::CenterNet:
    return classesOfCenterNet(shapes);
  default:
    break;
  }
  if (first.size() != 3 || first[0] != 1)
    return 0;
  switch (head) {
  case Head::Yolov8:
    return first[1] - 4;
  case Head::EndToEnd:
    return first[2] == 6 ? 1 : 0;
  default:
    return first[2] - 5;
  }
}

FailureOr<int64_t> dlc::prepare::countClasses(const Detect &detect,
                                              TypeRange outputs) {
  SmallVector<ArrayRef<int64_t>> shapes;
  for (Type output : outputs) {
    auto type = dyn_cast<RankedTensorType>(output);
    shapes.push_back(type ? type.getShape() : ArrayRef<int64_t>());
  }
  int64_t classes = classesOf(detect.head, shapes);
  if (classes < 1) {
    InFlightDiagnostic error = emitError(detect.loc);
    error << "the head " << nameOf(detect.head) << " answers "
          << factsOf(detect.head).shapes << ", and the model's output"
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
      return emitError(detect.loc) << "the model's output has elements of type "
                                   << element << ": detect reads float32";
  if (detect.head != Head::EndToEnd && !detect.labels.empty() &&
      static_cast<int64_t>(detect.labels.size()) != classes)
    return emitError(detect.loc)
           << detect.labels.size() << " labels for " << classes << " classes";
  return classes;
}
