//===- Declarations.h - The attributes of the dlc dialect ----*- C++ -*-===//
//
// What the phases of a compilation tell each other, beside what is computed
// (nn) and where it lies (arena).
//
//===----------------------------------------------------------------------===//

#ifndef DLC_DIALECTS_DLC_DECLARATIONS_H
#define DLC_DIALECTS_DLC_DECLARATIONS_H

#include "dialects/attributes/Declared.h"
#include "targets/description/TargetAttr.h"

namespace dlc::phases {

using namespace dlc::attributes;

/// Of the module: the machine (targets/description/TargetAttr.h).
inline constexpr Declared<mlir::DictionaryAttr> targetAttr{
    targets::targetAttrName, OnModule};

// What is asked of a compilation, on the module.

/// Code is to be small.
inline constexpr DeclaredMark optimiseSizeAttr{"dlc.optimise_size", OnModule};
/// Weights are stored in whole bytes, whatever their values are.
inline constexpr DeclaredMark denseStorageAttr{"dlc.dense_storage", OnModule};
/// What a byte less of weights may take, in thousandths of an instruction of an
/// inference.
inline constexpr DeclaredNumber bytePriceAttr{"dlc.byte_price", OnModule};
/// Bytes that the arena may take at most.
inline constexpr DeclaredNumber ramLimitAttr{"dlc.ram_limit", OnModule};
/// Bytes of flash that the object may take at most.
inline constexpr DeclaredNumber flashLimitAttr{"dlc.flash_limit", OnModule};
/// Nothing is tried that takes long to compile.
inline constexpr DeclaredMark quickAttr{"dlc.quick", OnModule};
/// Somebody looks at the module after each phase: none does the work of later
/// ones.
inline constexpr DeclaredMark everyPhaseAttr{"dlc.every_phase", OnModule};

// What dlc-fit-ram tries, on the module.

/// The bytes of arena that dlc-split-into-patches aims at.
inline constexpr DeclaredNumber ramBudgetAttr{"dlc.ram_budget", OnModule};
/// Without a budget: dlc-split-into-patches may do what costs next to nothing.
inline constexpr DeclaredMark cheapPatchesAttr{"dlc.cheap_patches", OnModule};
/// The bytes of arena that dlc-split-into-patches expects, which knows neither
/// scratch memory nor gaps of the placement.
inline constexpr DeclaredNumber expectedRamAttr{"dlc.expected_ram", OnModule};
/// A copy on which something is tried.
inline constexpr DeclaredMark trialAttr{"dlc.ram_trial", OnModule};
/// Constants that other copies share with it.
inline constexpr Declared<mlir::ArrayAttr> keptConstantsAttr{
    "dlc.kept_constants", OnModule};

// What code generation notes.

/// On a stage whose last two arguments but for scratch memory say which of its
/// chunks to compute: the number of chunks.
inline constexpr DeclaredNumber chunksAttr{"dlc.chunks", OnFunction};
/// On a function without a body: the steps from a frame to an image that it
/// does, each a dictionary of the op's attributes, its name and its result's
/// type (codegen/pixels).
inline constexpr Declared<mlir::ArrayAttr> pixelsAttr{"dlc.pixels", OnFunction};
/// On a function without a body: the front end from samples to features that
/// it is, a dictionary of the op's attributes and its name (codegen/audio).
inline constexpr Declared<mlir::DictionaryAttr> audioAttr{"dlc.audio",
                                                          OnFunction};
/// On such functions: their code, a module of LLVM's bitcode.
inline constexpr Declared<mlir::ElementsAttr> codeAttr{"dlc.code", OnFunction};
/// On a stage whose weights are stored in a form that follows from their
/// values: `form`, its name, and numbers: `bytes` of one call's weights,
/// `dense_bytes` that whole bytes would be, `instructions` and
/// `dense_instructions` as they are reckoned.
inline constexpr Declared<mlir::DictionaryAttr> storageAttr{"dlc.storage",
                                                            OnFunction};
/// On a function of code that hardly ever runs.
inline constexpr DeclaredMark coldFunctionAttr{"dlc.cold_function", OnFunction};

// Of a network on a GPU, on the module (dlc-write-ptx, dlc-tabulate-launches).

/// Its kernels.
inline constexpr DeclaredText ptxAttr{"dlc.ptx", OnModule};
/// The names of the kernels, and for each launch a dictionary: kernel, stage,
/// grid, block and arguments, three numbers each (value, source, index of
/// runtime/include/dlc/cuda.h).
inline constexpr Declared<mlir::ArrayAttr> kernelsAttr{"dlc.kernels", OnModule};
inline constexpr Declared<mlir::ArrayAttr> launchesAttr{"dlc.launches",
                                                        OnModule};
/// Where the inputs and then the outputs lie in the device's arena.
inline constexpr Declared<mlir::DenseI64ArrayAttr> placesAttr{"dlc.places",
                                                              OnModule};

/// Whether an operation is an scf.if.
bool isBranch(mlir::Operation *op);
/// On a branch that is hardly ever taken: the name of the function it becomes.
inline constexpr DeclaredText coldAttr{"dlc.cold", isBranch, "a branch"};
/// Whether an operation is a global variable of the LLVM dialect.
bool isGlobal(mlir::Operation *op);
/// The content of a constant that dlc-convert-to-llvm made.
inline constexpr Declared<mlir::ElementsAttr> dataAttr{"dlc.data", isGlobal,
                                                       "a global"};

Declarations declaredAttributes();

} // namespace dlc::phases

#endif // DLC_DIALECTS_DLC_DECLARATIONS_H
