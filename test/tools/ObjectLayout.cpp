//===- ObjectLayout.cpp - What lies where in an ELF object ----------------===//

#include "ObjectLayout.h"

using namespace dlc::test;
using namespace llvm;
using object::ELFSymbolRef;

namespace {
struct Symbol {
  static Expected<Symbol> of(const ELFSymbolRef &symbol) {
    Expected<StringRef> name = symbol.getName();
    if (!name)
      return name.takeError();
    Expected<object::section_iterator> section = symbol.getSection();
    if (!section)
      return section.takeError();
    Expected<uint64_t> value = symbol.getValue();
    if (!value)
      return value.takeError();
    return Symbol{*name, *section, *value};
  }
  StringRef name;
  object::section_iterator section;
  uint64_t value;
};
} // namespace

Expected<std::map<uint64_t, SectionLayout>>
dlc::test::layoutsOf(const object::ELFObjectFileBase &obj) {
  std::map<uint64_t, SectionLayout> layouts;
  std::map<uint64_t, std::map<uint64_t, bool>> isData;
  for (const ELFSymbolRef &symbol : obj.symbols()) {
    Expected<Symbol> known = Symbol::of(symbol);
    if (!known)
      return known.takeError();
    if (known->section != obj.section_end() && known->name.size() > 1 &&
        known->name[0] == '$')
      isData[known->section->getIndex()][known->value] |= known->name[1] == 'd';
  }
  for (const object::SectionRef &section : obj.sections()) {
    SectionLayout &layout = layouts[section.getIndex()];
    const std::map<uint64_t, bool> &kinds = isData[section.getIndex()];
    for (auto it = kinds.begin(); it != kinds.end(); ++it)
      if (it->second)
        layout.data[it->first] = std::next(it) == kinds.end()
                                     ? section.getSize()
                                     : std::next(it)->first;
    Expected<object::section_iterator> target = section.getRelocatedSection();
    if (!target)
      return target.takeError();
    if (*target != obj.section_end())
      for (const object::RelocationRef &relocation : section.relocations())
        layouts[(*target)->getIndex()].relocations.insert(
            relocation.getOffset());
  }
  return layouts;
}

Expected<std::vector<FunctionSymbol>>
dlc::test::functionsOf(const object::ELFObjectFileBase &obj) {
  Triple triple = obj.makeTriple();
  // The lowest bit says Thumb.
  uint64_t marks = triple.isARM() || triple.isThumb() ? 1 : 0;
  std::vector<FunctionSymbol> functions;
  for (const ELFSymbolRef &symbol : obj.symbols()) {
    if (symbol.getELFType() != ELF::STT_FUNC)
      continue;
    Expected<Symbol> known = Symbol::of(symbol);
    if (!known)
      return known.takeError();
    if (known->section == obj.section_end())
      continue;
    Expected<StringRef> bytes = known->section->getContents();
    if (!bytes)
      return bytes.takeError();
    uint64_t address = known->value & ~marks;
    functions.push_back(
        {known->name, known->section->getIndex(), address,
         arrayRefFromStringRef(bytes->substr(address, symbol.getSize()))});
  }
  return functions;
}

bool dlc::test::isThumb(const object::ELFObjectFileBase &obj) {
  return any_of(obj.symbols(), [](const ELFSymbolRef &symbol) {
    Expected<StringRef> name = symbol.getName();
    if (!name) {
      consumeError(name.takeError());
      return false;
    }
    return *name == "$t" || name->starts_with("$t.");
  });
}
