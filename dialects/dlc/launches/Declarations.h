//===- Declarations.h - Attributes of launches ------------------*- C++ -*-===//
//
// Of the dlc dialect: what the passes that make a GPU's launches tell each
// other.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_DIALECTS_DLC_LAUNCHES_DECLARATIONS_H
#define DLC_DIALECTS_DLC_LAUNCHES_DECLARATIONS_H

#include "dialects/attributes/Declared.h"

namespace dlc::phases {

using namespace dlc::attributes;

/// Of the module: inputs and outputs of the network are the caller's, in the
/// device's memory.
inline constexpr DeclaredMark deviceIoAttr{"dlc.device_io", OnModule};

/// Of the module: machine code of the kernels for the target's own GPU, which
/// goes into the object beside the PTX.
inline constexpr DeclaredText machineCodeAttr{"dlc.machine_code", OnModule};

/// Whether an operation is a launch of a kernel.
bool isLaunch(mlir::Operation *op);
/// What a launch is estimated to take: cycles of all of it; of one of its
/// blocks the issue slots, and the cycles if it is alone; registers of a thread
/// (0: few).
inline constexpr Declared<mlir::DenseI64ArrayAttr> costAttr{
    "dlc.launch_cost", isLaunch, "a launch"};

/// On a function that launches the kernel that makes its second argument, a
/// constant without a value, of its first, one of the network's; and on the
/// function that calls such ones, once when the network is opened.
inline constexpr DeclaredMark makerAttr{"dlc.maker", OnFunction};
inline constexpr DeclaredMark atOpenAttr{"dlc.at_open", OnFunction};

/// Of the module: the launches of makers, with what `dlc.launches` says of one,
/// and which of the constants' bytes come to the begin of the device's arena
/// before it: `source` and `bytes`.
inline constexpr Declared<mlir::ArrayAttr> openLaunchesAttr{"dlc.open_launches",
                                                            OnModule};
/// Of the module: bytes of the device for constants that the object holds, and
/// for those that are made at open, which follow.
inline constexpr Declared<mlir::DenseI64ArrayAttr> constantBytesAttr{
    "dlc.constant_bytes", OnModule};

/// Whether an operation is a call.
bool isCall(mlir::Operation *op);
/// On a call that launches what several calls did: the number of the first.
inline constexpr DeclaredNumber stageNumberAttr{"dlc.stage_number", isCall,
                                                "a call"};

} // namespace dlc::phases

#endif // DLC_DIALECTS_DLC_LAUNCHES_DECLARATIONS_H
