//===- Notes.cpp - What the compiler did, told to the user ----------------===//

#include "dialects/nn/Notes.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace dlc::nn {

SmallVector<StringRef> notesOf(ModuleOp module) {
  SmallVector<StringRef> notes;
  if (auto array = module->getAttrOfType<ArrayAttr>(notesAttrName))
    llvm::append_range(notes, array.getAsValueRange<StringAttr>());
  return notes;
}

void addNote(ModuleOp module, const Twine &note) {
  SmallVector<StringRef> notes = notesOf(module);
  std::string text = note.str();
  notes.push_back(text);
  module->setAttr(notesAttrName, Builder(module).getStrArrayAttr(notes));
}

} // namespace dlc::nn
