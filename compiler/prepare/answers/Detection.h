//===- Detection.h - A detector's output as boxes of the frame --*- C++ -*-===//

#ifndef DLC_COMPILER_PREPARE_ANSWERS_DETECTION_H
#define DLC_COMPILER_PREPARE_ANSWERS_DETECTION_H

#include "compiler/prepare/Description.h"
#include "compiler/prepare/WriteDescription.h"
#include "compiler/prepare/answers/Outputs.h"
#include "mlir/IR/BuiltinOps.h"

namespace dlc::prepare {

/// What stands in place of the detector's output.
struct Detection {
  unsigned output = 0;       ///< boxes: [most, 6] of i16; the count follows it
  int64_t most = 0;          ///< boxes
  unsigned fractionBits = 0; ///< of their corners
  KeyPoints points = {};     ///< of each; where there are any, behind the count
};

/// Makes the head's outputs of @main boxes, in pixels of the frame that `chain`
/// is of:
///
///   [most, 6] of i16: left, top, right, bottom, class, score (32767 is 1),
///     the best box first; rows without a box are zeros
///   [1] of i32: how many boxes there are
///   [most, points, 2 or 3] of i16, where boxes have key points: x, y (score)
///
/// A box's class is that with the best score. Of the `candidates` best boxes
/// those are kept that overlap no better one of their class (or of any) by more
/// than `iou` (intersection over union), as torchvision.ops.batched_nms has it;
/// BlazeFace's are means of what they suppress, FOMO's are cells that touch.
mlir::FailureOr<Detection> addDetection(mlir::ModuleOp module,
                                        const Detect &detect,
                                        const Chain &chain,
                                        OutputScales scales);

} // namespace dlc::prepare

#endif
