//===- CalibrationData.h - Samples that a network is quantised by -*- C++ -*-=//

#ifndef DLC_COMPILER_DRIVER_DATA_CALIBRATIONDATA_H
#define DLC_COMPILER_DRIVER_DATA_CALIBRATIONDATA_H

#include "codegen/header/Network.h"
#include "compiler/calibrate/Quantise.h"

namespace dlc::driver {

/// Reads samples for inputs of these types and shapes from
/// - ONNX's test layout: a test set (input_0.pb ...), or a folder of
///   test_data_set_*;
/// - numpy: a .npy file, or a folder of them, for one input; a .npz file with
///   an array for each input, by its name. The first dimension counts samples;
/// - a folder of raw files, each with the bytes of one sample of one input.
/// An array of .npz called "labels" has the right classes, else `labels` is
/// the path of a .npy or text file that has them; empty: none are known.
llvm::Expected<calibrate::Data>
readCalibrationData(llvm::ArrayRef<header::Tensor> inputs, llvm::StringRef path,
                    llvm::StringRef labels);

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_DATA_CALIBRATIONDATA_H
