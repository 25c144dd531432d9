//===- LiveResources.cpp - Which constants' bytes are still needed --------===//

#include "compiler/simplify/LiveResources.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinDialect.h"

using namespace mlir;
using namespace dlc::simplify;

LiveResources::LiveResources(Operation *module) {
  module->walk([&](Operation *op) {
    op->getAttrDictionary().walk([&](DenseResourceElementsAttr resource) {
      ++mentions[resource.getRawHandle().getResource()];
    });
  });
}

void LiveResources::add(Attribute attribute) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attribute))
    ++mentions[resource.getRawHandle().getResource()];
}

void LiveResources::drop(Attribute attribute) {
  auto resource = dyn_cast<DenseResourceElementsAttr>(attribute);
  if (!resource)
    return;
  Entry *entry = resource.getRawHandle().getResource();
  if (--mentions[entry] == 0)
    entry->setBlob(AsmResourceBlob());
}

void LiveResources::releaseOthers(MLIRContext *context) {
  auto &manager = DenseResourceElementsHandle::getManagerInterface(context)
                      .getBlobManager();
  SmallVector<std::string> dead;
  manager.getBlobMap([&](const llvm::StringMap<Entry> &entries) {
    for (const auto &entry : entries)
      if (!mentions.lookup(&entry.getValue()))
        dead.push_back(entry.getKey().str());
  });
  for (const std::string &name : dead)
    manager.update(name, AsmResourceBlob());
}
