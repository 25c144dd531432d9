//===- Declarations.h - The attributes of the nn dialect -----*- C++ -*-===//

#ifndef DLC_DIALECTS_NN_DECLARATIONS_H
#define DLC_DIALECTS_NN_DECLARATIONS_H

#include "dialects/attributes/Declared.h"

namespace dlc::nn {

using namespace dlc::attributes;

/// On @main: what the model calls an input, an output.
inline constexpr DeclaredText nameAttr{"nn.name", OnArgument | OnResult};
/// On @main: the elements of an input, an output are unsigned.
inline constexpr DeclaredMark unsignedAttr{"nn.unsigned",
                                           OnArgument | OnResult};

/// On @main: the strings that an output's integers are positions in, or, of
/// floats, what its columns are called.
inline constexpr Declared<mlir::ArrayAttr> labelsAttr{"nn.labels",
                                                      OnArgument | OnResult};

/// On a function that is a stage, whatever it is lowered to: its kind, "conv".
inline constexpr DeclaredText stageAttr{"nn.stage", OnFunction};
/// On an argument of a stage that every caller gives a constant.
inline constexpr DeclaredMark constantAttr{"nn.constant", OnArgument};
/// On an argument of a stage whose memory the result may have.
inline constexpr DeclaredMark inPlaceAttr{"nn.inplace", OnArgument};
/// On an argument of a stage, or of @main, whose elements are none but these of
/// -1, 0 and 1, whoever calls it (binary and ternary activations).
inline constexpr Declared<mlir::DenseI64ArrayAttr> valuesAttr{"nn.values",
                                                              OnArgument};
/// Whether an operation takes memory.
bool isAllocation(mlir::Operation *op);
/// The same on memory that a stage has taken for a copy of such an argument.
inline constexpr Declared<mlir::DenseI64ArrayAttr> heldValuesAttr{
    "nn.held_values", isAllocation, "an allocation"};
/// On a stage: its operations, and its multiply-accumulates.
inline constexpr DeclaredNumber flopsAttr{"nn.flops", OnFunction};
inline constexpr DeclaredNumber macsAttr{"nn.macs", OnFunction};

/// Of the module: float32 networks are computed in half precision.
inline constexpr DeclaredMark halfAttr{"nn.half", OnModule};
/// Of the module: nothing between quantised tensors may stay in floats.
inline constexpr DeclaredMark strictIntegersAttr{"nn.strict_integers",
                                                 OnModule};
/// Of the module: sentences for the user.
inline constexpr Declared<mlir::ArrayAttr> notesAttr{"nn.notes", OnModule};

Declarations declaredAttributes();

} // namespace dlc::nn

#endif // DLC_DIALECTS_NN_DECLARATIONS_H
