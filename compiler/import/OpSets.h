//===- OpSets.h - Versions of operator sets -------------------------------===//

#ifndef DLC_COMPILER_IMPORT_OPSETS_H
#define DLC_COMPILER_IMPORT_OPSETS_H

#include "llvm/ADT/StringMap.h"

namespace dlc::import {

/// Domain to version; the default domain is "" here ("ai.onnx" means the same).
class OpSets {
public:
  template <typename Imports> explicit OpSets(const Imports &imports) {
    for (const auto &import : imports)
      versions[canonical(import.domain())] = import.version();
  }
  static llvm::StringRef canonical(llvm::StringRef domain) {
    return domain == "ai.onnx" ? "" : domain;
  }
  int64_t version(llvm::StringRef domain) const {
    return versions.lookup(canonical(domain));
  }

private:
  llvm::StringMap<int64_t> versions;
};

} // namespace dlc::import

#endif
