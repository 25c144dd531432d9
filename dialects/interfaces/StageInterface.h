//===- StageInterface.h - What an op can be in a stage ----------*- C++ -*-===//

#ifndef DLC_DIALECTS_INTERFACES_STAGEINTERFACE_H
#define DLC_DIALECTS_INTERFACES_STAGEINTERFACE_H

#include "mlir/IR/OpDefinition.h"

namespace dlc {

enum class StageRole {
  Root,        ///< a stage is named after it
  Elementwise, ///< joins the stage of what it reads, or of what reads it
  View,        ///< computes nothing: another shape, a part, several as one
  Pixels       ///< joins the stage of the pixels that are made of its own
};

} // namespace dlc

#include "dialects/interfaces/StageInterface.h.inc"

#endif
