//===- ModuleIndex.cpp - Symbols of a module and their users --------------===//

#include "codegen/loops/nest/ModuleIndex.h"

using namespace mlir;

namespace dlc::loops {

ArrayRef<Operation *> ModuleIndex::usersOf(func::FuncOp stage) {
  if (!users) {
    users.emplace();
    if (auto uses = SymbolTable::getSymbolUses(&moduleOp.getBodyRegion()))
      for (const SymbolTable::SymbolUse &use : *uses)
        (*users)[use.getSymbolRef().getRootReference()].push_back(
            use.getUser());
  }
  auto found = users->find(stage.getSymName());
  return found == users->end() ? ArrayRef<Operation *>() : found->second;
}

std::string ModuleIndex::freeName(StringRef stem) {
  for (unsigned &number = numbers[stem];; ++number)
    if (std::string name = (stem + Twine(number)).str(); !table.lookup(name))
      return name;
}

} // namespace dlc::loops
