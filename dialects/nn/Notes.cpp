//===- Notes.cpp - What the compiler did, told to the user ----------------===//

#include "dialects/nn/Notes.h"
#include "dialects/nn/Declarations.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace dlc::nn {

SmallVector<StringRef> notesOf(ModuleOp module) {
  SmallVector<StringRef> notes;
  if (auto array = nn::notesAttr.get(module))
    llvm::append_range(notes, array.getAsValueRange<StringAttr>());
  return notes;
}

void addNote(ModuleOp module, const Twine &note) {
  SmallVector<StringRef> notes = notesOf(module);
  std::string text = note.str();
  notes.push_back(text);
  nn::notesAttr.set(module, Builder(module).getStrArrayAttr(notes));
}

} // namespace dlc::nn
