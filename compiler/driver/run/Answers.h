//===- Answers.h - What a network has answered, for a reader --------------===//

#ifndef DLC_COMPILER_DRIVER_ANSWERS_H
#define DLC_COMPILER_DRIVER_ANSWERS_H

#include "codegen/header/Network.h"
#include "compiler/driver/run/TestData.h"
#include "runtime/include/dlc/draw.h"

namespace dlc::driver {

/// The boxes of an answer; none where the network detects nothing at all.
llvm::ArrayRef<dlc_box> boxesOf(const header::Network &network,
                                const DataSet &data);

/// Their key points, which there are (Boxes::points).
dlc_points pointsOf(const header::Network &network, const DataSet &data);

/// Outputs by their names; boxes in pixels of the frame, with their labels.
void printOutputs(const header::Network &network, const DataSet &data,
                  llvm::raw_ostream &os);

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_ANSWERS_H
