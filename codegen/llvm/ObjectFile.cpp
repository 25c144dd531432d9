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

static bool isArithmeticHelper(llvm::StringRef name) {
  if (name.starts_with("__aeabi_"))
    return true;
  static const llvm::StringSet<> helpers = {
      "__gnu_f2h_ieee", "__gnu_h2f_ieee", "__truncsfhf2", "__extendhfsf2",
      "__truncdfhf2",   "__truncsfbf2",   "__truncdfbf2"};
  if (helpers.contains(name))
    return true;
  // __addsf3, __fixunssfdi, __ltdf2, __divdi3, __ashlti3, ...
  if (!name.starts_with("__"))
    return false;
  name = name.drop_front(2).rtrim("0123456789");
  return name.ends_with("sf") || name.ends_with("df") || name.ends_with("si") ||
         name.ends_with("di") || name.ends_with("ti");
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

llvm::Error llvmgen::checkUndefinedSymbols(llvm::ArrayRef<char> object) {
  auto file = openObject(object);
  if (!file)
    return file.takeError();
  auto names = functionsToFind(**file);
  if (!names)
    return names.takeError();
  llvm::erase_if(*names, isArithmeticHelper);
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
