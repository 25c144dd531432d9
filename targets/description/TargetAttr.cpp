//===- TargetAttr.cpp - The target as an attribute of the module ----------===//

#include "targets/description/TargetAttr.h"
#include "targets/description/TargetFields.h"

#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace dlc::targets;

namespace {
constexpr llvm::StringLiteral formsName = "multiply_accumulate";

/// A field as an attribute.
struct AttributeOf {
  Builder &b;
  const TargetInfo &info;

  Attribute operator()(bool TargetInfo::*member) const {
    return b.getBoolAttr(info.*member);
  }
  Attribute operator()(unsigned TargetInfo::*member) const {
    return b.getI64IntegerAttr(info.*member);
  }
  Attribute operator()(int64_t TargetInfo::*member) const {
    return b.getI64IntegerAttr(info.*member);
  }
  Attribute operator()(double TargetInfo::*member) const {
    return b.getF64FloatAttr(info.*member);
  }
  template <typename E> Attribute operator()(E TargetInfo::*member) const {
    return b.getStringAttr(toString(info.*member));
  }
};

/// Reads a field from its attribute; false where that is of another kind.
struct FieldOf {
  Attribute attribute;
  TargetInfo &info;

  bool operator()(bool TargetInfo::*member) const {
    auto flag = dyn_cast<BoolAttr>(attribute);
    return flag && (info.*member = flag.getValue(), true);
  }
  template <typename N> bool number(N TargetInfo::*member) const {
    auto number = dyn_cast<IntegerAttr>(attribute);
    return number && !number.getValue().isNegative() &&
           (info.*member = static_cast<N>(number.getInt()), true);
  }
  bool operator()(unsigned TargetInfo::*member) const { return number(member); }
  bool operator()(int64_t TargetInfo::*member) const { return number(member); }
  bool operator()(double TargetInfo::*member) const {
    auto number = dyn_cast<FloatAttr>(attribute);
    return number && (info.*member = number.getValueAsDouble(), true);
  }
  bool operator()(ScalarFactor TargetInfo::*member) const {
    return named(member, parseScalarFactor);
  }
  bool operator()(KernelSet TargetInfo::*member) const {
    return named(member, parseKernelSet);
  }
  template <typename E, typename Parse>
  bool named(E TargetInfo::*member, Parse parse) const {
    auto text = dyn_cast<StringAttr>(attribute);
    std::optional<E> value = text ? parse(text.getValue()) : std::nullopt;
    return value && (info.*member = *value, true);
  }
};

DictionaryAttr makeForm(Builder &b, const MultiplyAccumulate &form) {
  NamedAttrList entries;
  entries.set("instruction", b.getStringAttr(form.instruction));
  entries.set("left", b.getStringAttr(toString(form.left)));
  entries.set("right", b.getStringAttr(toString(form.right)));
  entries.set("accumulator", b.getStringAttr(toString(form.accumulator)));
  entries.set("products", b.getI64IntegerAttr(form.products));
  entries.set("lanes", b.getI64IntegerAttr(form.lanes));
  entries.set("cycles", b.getF64FloatAttr(form.cycles));
  return entries.getDictionary(b.getContext());
}

std::optional<MultiplyAccumulate> readForm(Attribute attribute) {
  auto entries = dyn_cast<DictionaryAttr>(attribute);
  if (!entries || entries.size() != 7)
    return std::nullopt;
  auto name = [&](StringRef key) {
    auto text = entries.getAs<StringAttr>(key);
    return text ? text.getValue() : StringRef();
  };
  auto instruction = entries.getAs<StringAttr>("instruction");
  auto left = parseElement(name("left")), right = parseElement(name("right")),
       accumulator = parseElement(name("accumulator"));
  auto products = entries.getAs<IntegerAttr>("products"),
       lanes = entries.getAs<IntegerAttr>("lanes");
  auto cycles = entries.getAs<FloatAttr>("cycles");
  if (!instruction || !left || !right || !accumulator || !products || !lanes ||
      !cycles || products.getInt() < 1 || lanes.getInt() < 1)
    return std::nullopt;
  MultiplyAccumulate form;
  form.instruction = instruction.str();
  form.left = *left;
  form.right = *right;
  form.accumulator = *accumulator;
  form.products = static_cast<unsigned>(products.getInt());
  form.lanes = static_cast<unsigned>(lanes.getInt());
  form.cycles = cycles.getValueAsDouble();
  return form;
}

const TargetField *findField(StringRef name) {
  for (const TargetField &field :
       llvm::concat<const TargetField>(targetFields(), gpuFields()))
    if (field.attribute == name)
      return &field;
  return nullptr;
}

/// Reads one entry of dlc.target; false where it is unknown or of another kind.
bool readEntry(NamedAttribute entry, TargetInfo &info) {
  if (entry.getName() == formsName) {
    auto list = dyn_cast<ArrayAttr>(entry.getValue());
    if (!list)
      return false;
    for (Attribute element : list) {
      std::optional<MultiplyAccumulate> form = readForm(element);
      if (!form)
        return false;
      info.forms.push_back(std::move(*form));
    }
    return true;
  }
  const TargetField *field = findField(entry.getName());
  return field && std::visit(FieldOf{entry.getValue(), info}, field->member);
}
} // namespace

DictionaryAttr dlc::targets::makeTargetAttr(MLIRContext *context,
                                            const TargetDescription &t) {
  Builder b(context);
  NamedAttrList entries;
  for (const TargetField &field : targetFields())
    entries.set(field.attribute, std::visit(AttributeOf{b, t}, field.member));
  if (t.hasGpu())
    for (const TargetField &field : gpuFields())
      entries.set(field.attribute, std::visit(AttributeOf{b, t}, field.member));
  std::vector<MultiplyAccumulate> present = formsOf(t);
  SmallVector<Attribute> forms = llvm::map_to_vector(
      present, [&](const MultiplyAccumulate &form) -> Attribute {
        return makeForm(b, form);
      });
  entries.set(formsName, b.getArrayAttr(forms));
  return entries.getDictionary(context);
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
  auto entries = module ? module->getAttrOfType<DictionaryAttr>(targetAttrName)
                        : DictionaryAttr();
  if (entries)
    for (NamedAttribute entry : entries)
      readEntry(entry, info);
  return info;
}

LogicalResult
dlc::targets::verifyTarget(Attribute attribute,
                           llvm::function_ref<InFlightDiagnostic()> emitError) {
  auto entries = dyn_cast<DictionaryAttr>(attribute);
  if (!entries)
    return emitError() << targetAttrName << " must be a dictionary";
  TargetInfo info;
  for (NamedAttribute entry : entries) {
    if (readEntry(entry, info))
      continue;
    InFlightDiagnostic error = emitError();
    error << targetAttrName;
    if (entry.getName() == formsName || findField(entry.getName()))
      return error << ": no value of " << entry.getName().getValue() << ": "
                   << entry.getValue();
    error << " has no entry '" << entry.getName().getValue() << "'; known are ";
    for (const TargetField &field :
         llvm::concat<const TargetField>(targetFields(), gpuFields()))
      error << field.attribute << ", ";
    return error << formsName;
  }
  return success();
}
