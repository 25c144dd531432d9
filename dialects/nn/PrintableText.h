//===- PrintableText.h - Names of a file, fit to be printed -----*- C++ -*-===//
//
// A model calls its nodes and tensors what it likes: names are bytes, and may
// hold what moves a terminal's cursor, ends a line, turns the direction of
// reading or is no UTF-8. They are kept as they are; whoever prints or writes
// one makes it printable there.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_DIALECTS_NN_PRINTABLETEXT_H
#define DLC_DIALECTS_NN_PRINTABLETEXT_H

#include "llvm/ADT/StringRef.h"
#include <string>

namespace dlc::nn {

/// The text on one line of valid UTF-8. Letters of all languages stay; control
/// characters, line and paragraph separators, what is invisible and rearranges
/// or joins its neighbours (bidirectional controls and marks, tags, byte order
/// marks), noncharacters and bytes that are no UTF-8 become \n, \r, \t, \x1b,
/// \u202e and the like. A backslash stays as it is, so that what is printable
/// already does not change: the form is for readers, not to be decoded.
std::string printable(llvm::StringRef text);

/// The same in ASCII: a letter outside of it is \u00e4 or \U0001f600.
std::string printableAscii(llvm::StringRef text);

/// Valid UTF-8 that differs in nothing but the bytes that were none (\xff).
std::string withoutBrokenUtf8(llvm::StringRef text);

/// JSON's own escapes (\u202e) for what `printable` escapes, in a whole
/// document of valid UTF-8 whose control characters below a space are escaped.
std::string printableJson(llvm::StringRef document);

} // namespace dlc::nn

#endif
