//===- ObjectFile.h - Work on the bytes of a finished object --------------===//

#ifndef DLC_CODEGEN_LLVM_OBJECTFILE_H
#define DLC_CODEGEN_LLVM_OBJECTFILE_H

#include "codegen/llvm/Emit.h"
#include "dialects/dlc/lines/Declarations.h"

#include "llvm/Object/ObjectFile.h"

namespace dlc::llvmgen {

using phases::sharedSuffix;

/// Writes the bytes of constants into the room that the object has for them.
llvm::Error fillBlobs(llvm::MutableArrayRef<char> object,
                      llvm::ArrayRef<Blob> blobs);

llvm::Expected<std::unique_ptr<llvm::object::ObjectFile>>
openObject(llvm::ArrayRef<char> object);

/// Names of the functions that the linker has to find, but for memcpy, memmove
/// and memset.
llvm::Expected<llvm::SmallVector<llvm::StringRef>>
functionsToFind(const llvm::object::ObjectFile &file);

/// An error that names every undefined symbol but memcpy, memmove, memset,
/// the arithmetic of the compiler's own library and, `withRuntime`, functions
/// of runtime/src/dlc_cuda.c.
llvm::Error checkUndefinedSymbols(llvm::ArrayRef<char> object,
                                  bool withRuntime = false);

/// Writes into an Arm object's build attributes that it links into programs of
/// either float ABI; before code generation.
void claimEitherFloatAbi(llvm::Module &module);

/// Takes that back from an object that refers to functions which pass floats as
/// the ABI says; `hard` is its own ABI.
llvm::Error checkFloatAbi(llvm::MutableArrayRef<char> object, bool hard);

/// What lies in flash: bytes of each function and constant, largest first.
struct SymbolSize {
  std::string name;
  uint64_t bytes;
};
struct FlashUse {
  uint64_t total = 0; ///< all sections that are loaded, except the model's
                      ///< description and other data with pointers
  std::vector<SymbolSize> symbols;
};
llvm::Expected<FlashUse> measureFlash(llvm::ArrayRef<char> object);

} // namespace dlc::llvmgen

#endif // DLC_CODEGEN_LLVM_OBJECTFILE_H
