//===- Advice.h - What helps against an operator that is not ONNX's -------===//

#ifndef DLC_COMPILER_IMPORT_CHECKS_ADVICE_H
#define DLC_COMPILER_IMPORT_CHECKS_ADVICE_H

#include "llvm/ADT/StringRef.h"
#include <string>

namespace dlc::import {

/// How to get a model without this operator of another domain than ONNX's; an
/// empty string when nothing is known about it.
std::string adviceAgainst(llvm::StringRef domain, llvm::StringRef op);

} // namespace dlc::import

#endif
