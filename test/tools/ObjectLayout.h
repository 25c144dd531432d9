//===- ObjectLayout.h - What lies where in an ELF object ------------------===//

#ifndef DLC_TEST_TOOLS_OBJECTLAYOUT_H
#define DLC_TEST_TOOLS_OBJECTLAYOUT_H

#include "llvm/Object/ELFObjectFile.h"

#include <map>
#include <set>
#include <vector>

namespace dlc::test {

/// Of a section; addresses count from its begin.
struct SectionLayout {
  std::map<uint64_t, uint64_t> data; // begin to end of what is no code
  std::set<uint64_t> relocations;    // where they are
};
struct FunctionSymbol {
  llvm::StringRef name;
  uint64_t section; // index
  uint64_t address; // in it
  llvm::ArrayRef<uint8_t> bytes;
};

/// Those that are defined, in the order of the symbol table.
llvm::Expected<std::vector<FunctionSymbol>>
functionsOf(const llvm::object::ELFObjectFileBase &obj);

/// The layout of each section by its index.
llvm::Expected<std::map<uint64_t, SectionLayout>>
layoutsOf(const llvm::object::ELFObjectFileBase &obj);

/// Of Arm's two instruction sets, that of the code: the mapping symbols say it.
bool isThumb(const llvm::object::ELFObjectFileBase &obj);

} // namespace dlc::test

#endif // DLC_TEST_TOOLS_OBJECTLAYOUT_H
