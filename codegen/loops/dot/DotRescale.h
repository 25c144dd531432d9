//===- DotRescale.h - Rescaling sums in vectors -----------------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_DOTRESCALE_H
#define DLC_CODEGEN_LOOPS_DOTRESCALE_H

#include "codegen/loops/nest/Contraction.h"
#include "codegen/loops/nest/WordRescale.h"

namespace dlc::loops {

/// An epilogue that is a bias, a rescaling by the upper word of the product and
/// a clamp to what is stored.
struct HighWordEpilogue {
  int bias = -1;        // the epilogue's input that is added first; -1: none
  int multipliers = -1; // the epilogue's input; -1: `multiplier` for all
  int32_t multiplier = 0;
  WordRescale rescale;
};

/// The epilogue of a nest in this form; nullopt where it is another.
std::optional<HighWordEpilogue> highWordEpilogue(const Nest &nest,
                                                 const SumEpilogue &epilogue);

} // namespace dlc::loops

#endif
