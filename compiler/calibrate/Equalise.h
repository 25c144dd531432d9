//===- Equalise.h - Channels of like sizes ----------------------*- C++ -*-===//

#ifndef DLC_COMPILER_CALIBRATE_EQUALISE_H
#define DLC_COMPILER_CALIBRATE_EQUALISE_H

#include "compiler/calibrate/Subject.h"

namespace dlc::calibrate {

/// The subject's graph with the channels of its tensors divided so that one
/// scale suits all of them (cross-layer equalisation: M. Nagel and others,
/// Data-Free Quantization Through Weight Equalization and Bias Correction,
/// 2019; here by activations as they have been seen, as weights have a scale
/// for each row). Its outputs are what they were.
///
/// A channel whose numbers reach r, and whose weights are the part w of the
/// largest in their row, is divided by r^share / w^(1 - share).
/// None if there is nothing to divide.
std::optional<import::Graph> equalised(const Subject &subject, double share);

} // namespace dlc::calibrate

#endif
