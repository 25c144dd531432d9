//===- ObjectFile.cpp - Work on the bytes of a finished object ------------===//

#include "codegen/llvm/ObjectFile.h"
#include "dialects/nn/Constants.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Object/ELFObjectFile.h"

using namespace dlc;
using namespace dlc::llvmgen;

llvm::Expected<std::unique_ptr<llvm::object::ObjectFile>>
llvmgen::openObject(llvm::ArrayRef<char> object) {
  return llvm::object::ObjectFile::createObjectFile(llvm::MemoryBufferRef(
      llvm::StringRef(object.data(), object.size()), "object"));
}

/// Copies a constant to `out`, a splat as often as it fits.
static void copyConstant(mlir::ElementsAttr attr,
                         llvm::MutableArrayRef<char> out) {
  std::optional<nn::ConstantData> data = nn::readConstant(attr);
  assert(data && "constants of memref.global have bytes");
  if (!data->splat) {
    memcpy(out.data(), data->bytes.data(), out.size());
    return;
  }
  for (size_t i = 0; i < out.size(); i += data->elementBytes)
    memcpy(out.data() + i, data->bytes.data(), data->elementBytes);
}

llvm::Error llvmgen::fillBlobs(llvm::MutableArrayRef<char> object,
                               llvm::ArrayRef<Blob> blobs) {
  if (blobs.empty())
    return llvm::Error::success();
  auto file = openObject(object);
  if (!file)
    return file.takeError();
  llvm::StringMap<mlir::ElementsAttr> bySymbol;
  for (const Blob &blob : blobs)
    bySymbol[blob.symbol] = blob.data;
  for (const llvm::object::ELFSymbolRef &symbol :
       llvm::cast<llvm::object::ELFObjectFileBase>(**file).symbols()) {
    llvm::Expected<llvm::StringRef> name = symbol.getName();
    if (!name)
      return name.takeError();
    mlir::ElementsAttr data = bySymbol.lookup(*name);
    if (!data)
      continue;
    llvm::Expected<llvm::object::section_iterator> section =
        symbol.getSection();
    if (!section)
      return section.takeError();
    llvm::Expected<llvm::StringRef> contents = (*section)->getContents();
    if (!contents)
      return contents.takeError();
    llvm::Expected<uint64_t> value = symbol.getValue();
    if (!value)
      return value.takeError();
    size_t at = contents->data() - object.data() + *value;
    copyConstant(data, object.slice(at, symbol.getSize()));
  }
  return llvm::Error::success();
}

/// Whether each library for the machine's arithmetic has a function.
static bool isArithmeticHelper(llvm::Triple::ArchType machine,
                               llvm::StringRef name) {
  static const llvm::StringSet<> arm = {
#define ARM_HELPER(name) #name,
#define X86_64_HELPER(name)
#define AARCH64_HELPER(name)
#include "codegen/llvm/ArithmeticHelpers.def"
  };
  static const llvm::StringSet<> x86 = {
#define ARM_HELPER(name)
#define X86_64_HELPER(name) #name,
#define AARCH64_HELPER(name)
#include "codegen/llvm/ArithmeticHelpers.def"
  };
  static const llvm::StringSet<> aarch64 = {
#define ARM_HELPER(name)
#define X86_64_HELPER(name)
#define AARCH64_HELPER(name) #name,
#include "codegen/llvm/ArithmeticHelpers.def"
  };
  switch (machine) {
  case llvm::Triple::arm:
  case llvm::Triple::thumb:
    return arm.contains(name);
  case llvm::Triple::x86_64:
    return x86.contains(name);
  case llvm::Triple::aarch64:
    return aarch64.contains(name);
  default:
    return false;
  }
}

llvm::Expected<llvm::SmallVector<llvm::StringRef>>
llvmgen::functionsToFind(const llvm::object::ObjectFile &file) {
  static const llvm::StringSet<> everywhere = {
      "", "memcpy", "memmove", "memset", "_GLOBAL_OFFSET_TABLE_"};
  llvm::SmallVector<llvm::StringRef> names;
  for (const llvm::object::SymbolRef &symbol : file.symbols()) {
    llvm::Expected<uint32_t> flags = symbol.getFlags();
    if (!flags)
      return flags.takeError();
    llvm::Expected<llvm::StringRef> name = symbol.getName();
    if (!name)
      return name.takeError();
    if ((*flags & llvm::object::SymbolRef::SF_Undefined) &&
        !everywhere.contains(*name))
      names.push_back(*name);
  }
  return names;
}

llvm::Error llvmgen::checkUndefinedSymbols(llvm::ArrayRef<char> object,
                                           bool withRuntime) {
  auto file = openObject(object);
  if (!file)
    return file.takeError();
  auto names = functionsToFind(**file);
  if (!names)
    return names.takeError();
  llvm::erase_if(*names, [&](llvm::StringRef name) {
    return isArithmeticHelper((*file)->getArch(), name) ||
           (withRuntime && name.starts_with("dlc_cuda_"));
  });
  std::string missing = llvm::join(*names, ", ");
  if (missing.empty())
    return llvm::Error::success();
  return llvm::createStringError(
      "internal error: the object would need functions that a bare-metal tool "
      "chain does not have: " +
      missing);
}

llvm::Expected<FlashUse> llvmgen::measureFlash(llvm::ArrayRef<char> object) {
  auto file = openObject(object);
  if (!file)
    return file.takeError();
  auto &elf = llvm::cast<llvm::object::ELFObjectFileBase>(**file);
  FlashUse use;
  auto inFlash = [](const llvm::object::ELFSectionRef &section) {
    return (section.getFlags() & llvm::ELF::SHF_ALLOC) &&
           !(section.getFlags() & llvm::ELF::SHF_WRITE) &&
           section.getType() == llvm::ELF::SHT_PROGBITS;
  };
  for (const llvm::object::ELFSectionRef section : elf.sections())
    if (inFlash(section))
      use.total += section.getSize();
  for (const llvm::object::ELFSymbolRef &symbol : elf.symbols()) {
    uint8_t type = symbol.getELFType();
    if (type != llvm::ELF::STT_FUNC && type != llvm::ELF::STT_OBJECT)
      continue;
    auto section = symbol.getSection();
    llvm::Expected<llvm::StringRef> name = symbol.getName();
    if (!section || !name) {
      llvm::consumeError(section.takeError());
      llvm::consumeError(name.takeError());
      continue;
    }
    if (*section != elf.section_end() && inFlash(**section))
      use.symbols.push_back({name->str(), symbol.getSize()});
  }
  llvm::sort(use.symbols, [](const SymbolSize &a, const SymbolSize &b) {
    return std::tie(b.bytes, a.name) < std::tie(a.bytes, b.name);
  });
  return use;
}
