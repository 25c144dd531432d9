//===- Declarations.h - Attributes of frames that come in lines -*- C++ -*-===//
//
// Of the dlc dialect: a frame whose lines are pushed one after the other, so
// that it lies nowhere as a whole.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_DIALECTS_DLC_LINES_DECLARATIONS_H
#define DLC_DIALECTS_DLC_LINES_DECLARATIONS_H

#include "dialects/attributes/Declared.h"

namespace dlc::phases {

using namespace dlc::attributes;

/// On an argument of @main: a frame that comes in lines.
inline constexpr DeclaredMark pushedAttr{"dlc.pushed", OnArgument};

/// On a function without a body that has `dlc.pixels` and no operand: its image
/// is made of lines before the network runs. Lines of a frame, and bytes of
/// one.
inline constexpr Declared<mlir::DenseI64ArrayAttr> linesAttr{"dlc.lines",
                                                             OnFunction};

/// What the code of such a function has besides: a function of this suffix that
/// takes a line,
///   int32_t (const void *line, void *image, void *lines)
/// and returns whether the image is complete; -1 when the frame had all its
/// lines before.
inline constexpr llvm::StringLiteral lineSuffix = "_line";
/// What follows a stage's name in that of code that it shares with others:
/// stages of other sizes (dlc-merge-stages), other parts of an image
/// (dlc-compile-pixels).
inline constexpr llvm::StringLiteral sharedSuffix = "_shared";
/// `lines` begins with two int32_t: lines and rows of the image that are done.
inline constexpr uint64_t doneLinesOffset = 0, doneRowsOffset = 4;

} // namespace dlc::phases

#endif // DLC_DIALECTS_DLC_LINES_DECLARATIONS_H
