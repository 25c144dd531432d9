//===- Blend.h - What a box suppresses has a share in it --------*- C++ -*-===//

#ifndef DLC_COMPILER_PREPARE_ANSWERS_BLEND_H
#define DLC_COMPILER_PREPARE_ANSWERS_BLEND_H

#include "compiler/prepare/answers/Candidates.h"

namespace dlc::prepare {

/// Places of kept boxes (corners and key points) as the means of all that they
/// have suppressed, and of themselves, by their scores: MediaPipe's weighted
/// suppression. Of all boxes whatever their class.
mlir::Value blendBoxes(Compute c, const Candidates &all, const Candidates &kept,
                       double iou);

} // namespace dlc::prepare

#endif
