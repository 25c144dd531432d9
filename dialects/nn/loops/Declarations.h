//===- Declarations.h - The attribute of loops of a bound -------*- C++ -*-===//

#ifndef DLC_DIALECTS_NN_LOOPS_DECLARATIONS_H
#define DLC_DIALECTS_NN_LOOPS_DECLARATIONS_H

#include "dialects/attributes/Declared.h"

namespace dlc::nn {

/// On the last result of @main that is no state, one i1 without dimensions: it
/// is true where a loop would have gone on after its bound. What it holds are
/// the loops that have one, as `--rounds` has them: ["loop_3=100"].
inline constexpr attributes::Declared<mlir::ArrayAttr> unfinishedAttr{
    "nn.unfinished", attributes::OnArgument | attributes::OnResult};

} // namespace dlc::nn

#endif
