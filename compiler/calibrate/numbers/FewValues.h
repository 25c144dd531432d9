//===- FewValues.h - Weights that a tool has made few of --------*- C++ -*-===//
//
// Weights that were rounded, clustered or pruned take little where their
// integers have the same structure: rounded as others are, they would lose it.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_CALIBRATE_NUMBERS_FEWVALUES_H
#define DLC_COMPILER_CALIBRATE_NUMBERS_FEWVALUES_H

#include "compiler/calibrate/numbers/Weights.h"

namespace dlc::calibrate {

enum class Structure {
  None,
  Steps,  ///< each row small integers times a number of its own
  Values, ///< few different numbers in all
  Zeros,  ///< half of them are 0 at least
};

/// What weights are in float32, seen as rows.
Structure structureOf(llvm::ArrayRef<float> weights, const Rows &rows);

/// A number of which all of a row are multiples by -8 to 7, as exactly as
/// float32 has it, the largest there is; 0 if there is none.
float stepOf(llvm::ArrayRef<float> row);

} // namespace dlc::calibrate

#endif
