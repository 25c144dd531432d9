//===- TargetAttr.cpp - The target as an attribute of the module ----------===//

#include "targets/description/TargetAttr.h"

#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace dlc::targets;

DictionaryAttr dlc::targets::makeTargetAttr(MLIRContext *context,
                                            const TargetDescription &t) {
  Builder b(context);
  NamedAttrList attrs;
  attrs.set("vector_bits", b.getI64IntegerAttr(t.vectorBits));
  attrs.set("vector_registers", b.getI64IntegerAttr(t.vectorRegisters));
  attrs.set("scalar_factor", b.getStringAttr(toString(t.scalarFactor)));
  attrs.set("predication", b.getBoolAttr(t.predication));
  attrs.set("fpu", b.getBoolAttr(t.fpu));
  attrs.set("fma", b.getBoolAttr(t.fma));
  attrs.set("fp16", b.getBoolAttr(t.fp16));
  attrs.set("rounding", b.getBoolAttr(t.rounding));
  attrs.set("maximum", b.getBoolAttr(t.maximum));
  attrs.set("load_multiple", b.getI64IntegerAttr(t.loadMultiple));
  attrs.set("long_multiply", b.getBoolAttr(t.longMultiply));
  attrs.set("scarce_ram", b.getBoolAttr(t.scarceRam));
  attrs.set("index_bits", b.getI64IntegerAttr(t.indexBits));
  attrs.set("l1_bytes", b.getI64IntegerAttr(t.l1Bytes));
  attrs.set("l2_bytes", b.getI64IntegerAttr(t.l2Bytes));
  attrs.set("align", b.getI64IntegerAttr(t.align));
  attrs.set("threads", b.getI64IntegerAttr(t.threads));
  return attrs.getDictionary(context);
}

void dlc::targets::setTarget(ModuleOp module, const TargetDescription &target) {
  MLIRContext *context = module.getContext();
  context->loadDialect<DLTIDialect>();
  module->setAttr(targetAttrName, makeTargetAttr(context, target));
  Builder b(context);
  DataLayoutEntryInterface index = DataLayoutEntryAttr::get(
      b.getIndexType(), b.getI64IntegerAttr(target.indexBits));
  module->setAttr(DLTIDialect::kDataLayoutAttrName,
                  DataLayoutSpecAttr::get(context, {index}));
}

TargetInfo dlc::targets::getTargetInfo(Operation *op) {
  TargetInfo info;
  auto module = dyn_cast<ModuleOp>(op);
  if (!module)
    module = op->getParentOfType<ModuleOp>();
  auto dict = module ? module->getAttrOfType<DictionaryAttr>(targetAttrName)
                     : DictionaryAttr();
  if (!dict)
    return info;
  auto number = [&](StringRef name, auto &field) {
    if (auto attr = dict.getAs<IntegerAttr>(name))
      field = attr.getInt();
  };
  auto flag = [&](StringRef name, bool &field) {
    if (auto attr = dict.getAs<BoolAttr>(name))
      field = attr.getValue();
  };
  number("vector_bits", info.vectorBits);
  number("vector_registers", info.vectorRegisters);
  if (auto attr = dict.getAs<StringAttr>("scalar_factor"))
    info.scalarFactor =
        parseScalarFactor(attr.getValue()).value_or(info.scalarFactor);
  flag("predication", info.predication);
  flag("fpu", info.fpu);
  flag("fma", info.fma);
  flag("fp16", info.fp16);
  flag("rounding", info.rounding);
  flag("maximum", info.maximum);
  number("load_multiple", info.loadMultiple);
  flag("long_multiply", info.longMultiply);
  flag("scarce_ram", info.scarceRam);
  number("index_bits", info.indexBits);
  number("l1_bytes", info.l1Bytes);
  number("l2_bytes", info.l2Bytes);
  number("align", info.align);
  number("threads", info.threads);
  return info;
}
