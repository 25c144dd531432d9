//===- ByteExtremes.h - Maxima and minima of bytes in words -----*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_BYTEEXTREMES_H
#define DLC_CODEGEN_LOOPS_BYTEEXTREMES_H

#include "codegen/loops/strategy/Plan.h"

namespace dlc::loops {

/// The largest or smallest of bytes that lie side by side, four in a word: a
/// subtraction of bytes sets flags that the selection of bytes goes by. Where a
/// row is no whole number of words its last word overlaps the one before.
Strategy byteExtremesStrategy();

/// The position of the first of these: the extreme in all bytes of a word is
/// compared with a word at once, up to the first that has it.
Strategy bytePositionsStrategy();

} // namespace dlc::loops

#endif
