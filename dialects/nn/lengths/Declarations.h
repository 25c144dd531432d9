//===- Declarations.h - Sizes that each call gives -------------*- C++ -*-===//

#ifndef DLC_DIALECTS_NN_LENGTHS_DECLARATIONS_H
#define DLC_DIALECTS_NN_LENGTHS_DECLARATIONS_H

#include "dialects/attributes/Declared.h"

namespace dlc::nn {

using namespace dlc::attributes;

/// On the last arguments of @main that are no state, one i32 without dimensions
/// each: lengths, the sizes of dimensions as a call gives them; the least and
/// the most that they may be.
inline constexpr Declared<mlir::DenseI64ArrayAttr> lengthAttr{"nn.length",
                                                              OnArgument};
/// On other arguments and on results of @main with a size that depends on a
/// length: four numbers for each dimension, [length, a, b, c]: the size is
/// (a * length + b) / c, rounded down; length is -1 where it is what the type
/// says. The elements lie densely in the first bytes.
inline constexpr Declared<mlir::DenseI64ArrayAttr> sizesAttr{
    "nn.sizes", OnArgument | OnResult};

} // namespace dlc::nn

#endif // DLC_DIALECTS_NN_LENGTHS_DECLARATIONS_H
