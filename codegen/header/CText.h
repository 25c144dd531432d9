//===- CText.h - Names and numbers in C's own spelling ----------*- C++ -*-===//
//
// In C99 and C++ alike, in ASCII, whatever bytes a model calls its tensors.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_HEADER_CTEXT_H
#define DLC_CODEGEN_HEADER_CTEXT_H

#include "llvm/ADT/StringRef.h"
#include <string>

namespace dlc::header {

/// A string literal with its quotes, of the bytes that the model description
/// in the object has for the same name (nn::printable).
std::string cString(llvm::StringRef text);

/// Text within a comment of C: no sequence begins or ends one.
std::string cComment(llvm::StringRef text);

/// A literal of type float that is exactly `value`, which is finite.
std::string cFloat(float value);

} // namespace dlc::header

#endif // DLC_CODEGEN_HEADER_CTEXT_H
