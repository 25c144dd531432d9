//===- FloatAbi.cpp - One object for programs of either float ABI ---------===//
//
// Addenda to the ABI for the Arm Architecture (ARM IHI 0045), Tag_ABI_VFP_args:
// 0 says that floats are passed in integer registers, 1 in those of the VFP,
// 3 that the code is compatible with both because it passes none. Nothing at
// the border of a network does: its functions take pointers, and the helpers
// __aeabi_* have the base variant always (run-time ABI, ARM IHI 0043, 4.1.2).
//
//===----------------------------------------------------------------------===//

#include "codegen/llvm/ObjectFile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/ARMBuildAttributes.h"
#include "llvm/Support/DataExtractor.h"

using namespace dlc;
using namespace dlc::llvmgen;
namespace attrs = llvm::ARMBuildAttrs;

static constexpr unsigned compatible = 3;

void llvmgen::claimEitherFloatAbi(llvm::Module &module) {
  const llvm::Triple &triple = module.getTargetTriple();
  if (triple.isARM() || triple.isThumb())
    module.appendModuleInlineAsm(".eabi_attribute " +
                                 std::to_string(attrs::ABI_VFP_args) + ", " +
                                 std::to_string(compatible));
}

/// Whether a function passes no float in a register whose choice is the ABI's.
static bool hasOneForm(llvm::StringRef name) {
  return name.starts_with("__aeabi_");
}

/// The position of the value of Tag_ABI_VFP_args in .ARM.attributes: a byte
/// 'A', then a length, a vendor, and tags with values.
static std::optional<uint64_t> findVfpArgs(llvm::StringRef section) {
  llvm::DataExtractor data(section, /*IsLittleEndian=*/true, 4);
  llvm::DataExtractor::Cursor at(1);
  data.getU32(at);
  if (data.getCStrRef(at) != "aeabi" || data.getULEB128(at) != attrs::File)
    return llvm::consumeError(at.takeError()), std::nullopt;
  data.getU32(at);
  while (at && at.tell() < section.size()) {
    uint64_t tag = data.getULEB128(at);
    if (tag == attrs::ABI_VFP_args) {
      uint64_t position = at.tell();
      llvm::consumeError(at.takeError());
      return position;
    }
    bool isText = tag == attrs::CPU_raw_name || tag == attrs::CPU_name ||
                  (tag > attrs::compatibility && tag % 2 == 1);
    if (tag == attrs::compatibility)
      data.getULEB128(at);
    if (isText || tag == attrs::compatibility)
      data.getCStrRef(at);
    else
      data.getULEB128(at);
  }
  llvm::consumeError(at.takeError());
  return std::nullopt;
}

llvm::Error llvmgen::checkFloatAbi(llvm::MutableArrayRef<char> object,
                                   bool hard) {
  auto file = openObject(object);
  if (!file)
    return file.takeError();
  if ((*file)->getArch() != llvm::Triple::arm)
    return llvm::Error::success();
  auto names = functionsToFind(**file);
  if (!names)
    return names.takeError();
  if (llvm::all_of(*names, hasOneForm))
    return llvm::Error::success();
  for (const llvm::object::SectionRef &section : (*file)->sections()) {
    llvm::Expected<llvm::StringRef> name = section.getName();
    if (!name)
      return name.takeError();
    if (*name != ".ARM.attributes")
      continue;
    llvm::Expected<llvm::StringRef> contents = section.getContents();
    if (!contents)
      return contents.takeError();
    if (std::optional<uint64_t> at = findVfpArgs(*contents))
      object[contents->data() - object.data() + *at] = hard ? 1 : 0;
  }
  return llvm::Error::success();
}
