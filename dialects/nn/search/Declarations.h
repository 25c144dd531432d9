//===- Declarations.h - The attribute of sizes that are computed -*- C++ -*-=//

#ifndef DLC_DIALECTS_NN_SEARCH_DECLARATIONS_H
#define DLC_DIALECTS_NN_SEARCH_DECLARATIONS_H

#include "dialects/attributes/Declared.h"

namespace dlc::nn {

/// On @main, `[axis, "name"]`: of the elements of an output along the axis only
/// the first are meant, as many as the result of that name says.
inline constexpr attributes::Declared<mlir::ArrayAttr> countAttr{
    "nn.count", attributes::OnArgument | attributes::OnResult};

} // namespace dlc::nn

#endif
