//===- Declarations.h - What outlives a call of a network ------*- C++ -*-===//

#ifndef DLC_DIALECTS_NN_STATE_DECLARATIONS_H
#define DLC_DIALECTS_NN_STATE_DECLARATIONS_H

#include "dialects/attributes/Declared.h"

namespace dlc::nn {

using namespace dlc::attributes;

/// On the last arguments of @main, as tensors: state. A call of the network
/// finds there what the one before left in the last results, in the same order,
/// and the first one these elements. On memory there is one argument for both,
/// before the arena.
inline constexpr Declared<mlir::ElementsAttr> stateAttr{"nn.state", OnArgument};
/// How many of the arguments of @main are state.
unsigned countStates(mlir::FunctionOpInterface main);

/// On an input of @main: the dimension that dlc-stream counts frames along; of
/// the module: how many new ones a call has.
inline constexpr DeclaredNumber framesAttr{"nn.frames", OnArgument};
inline constexpr DeclaredNumber hopAttr{"nn.hop", OnModule};
/// On an output of @main: how many frames come before its first.
inline constexpr DeclaredNumber delayAttr{"nn.delay", OnArgument | OnResult};

/// Of a module: bytes that its caller keeps for it from call to call, beside
/// the arena.
inline constexpr DeclaredNumber stateBytesAttr{"nn.state_bytes", OnModule};

} // namespace dlc::nn

#endif // DLC_DIALECTS_NN_STATE_DECLARATIONS_H
