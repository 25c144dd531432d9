//===- RisingSums.h - Channels whose real numbers fall ------------*- C++
//-*-===//

#ifndef DLC_COMPILER_QUANTIZE_SUMS_RISINGSUMS_H
#define DLC_COMPILER_QUANTIZE_SUMS_RISINGSUMS_H

#include "compiler/quantize/sums/Linear.h"

namespace dlc::quantize {

/// Whether its factors are all positive.
bool rises(const Term &term);

/// The same term with factors that are all positive: the weights of channels
/// with a negative one (batch norm's) change their signs, and their sums with
/// them. nullopt where a factor is 0, weights are no constants, or one has no
/// negative of its type.
std::optional<Term> risingTerm(mlir::OpBuilder &builder, const Term &term);

} // namespace dlc::quantize

#endif
