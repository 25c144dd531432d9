//===- Declared.cpp - Attributes that dialects declare --------------------===//

#include "dialects/attributes/Declared.h"

#include "mlir/IR/BuiltinOps.h"

using namespace mlir;
using namespace dlc::attributes;

namespace {
const Declaration *find(Declarations declared, StringRef name) {
  for (const Declaration *declaration : declared)
    if (declaration->name == name)
      return declaration;
  return nullptr;
}

/// "a module or a function".
std::string placesOf(const Declaration &declaration) {
  SmallVector<StringRef> places;
  if (declaration.places & OnModule)
    places.push_back("a module");
  if (declaration.places & OnFunction)
    places.push_back("a function");
  if (declaration.places & OnArgument)
    places.push_back("an argument of a function");
  if (declaration.places & OnResult)
    places.push_back("a result of a function");
  if (declaration.places & OnOperation)
    places.push_back(declaration.holder);
  return llvm::join(places, " or ");
}

/// Checks an attribute of something that `where` names and `allowed` says
/// whether a declaration is meant for.
LogicalResult verify(Declarations declared, Operation *op,
                     NamedAttribute attribute, const Twine &where,
                     llvm::function_ref<bool(const Declaration &)> allowed) {
  StringRef name = attribute.getName();
  const Declaration *declaration = find(declared, name);
  if (!declaration) {
    InFlightDiagnostic error = op->emitError("'")
                               << name << "' of " << where.str()
                               << " is not declared; known are ";
    llvm::interleaveComma(declared, error, [&](const Declaration *known) {
      error << known->name;
    });
    return error;
  }
  if (!allowed(*declaration))
    return op->emitError("'")
           << name << "' is an attribute of " << placesOf(*declaration)
           << ", not of " << where.str();
  if (!declaration->isOfType(attribute.getValue()))
    return op->emitError("'") << name << "' must be " << declaration->type
                              << ", not " << attribute.getValue();
  return success();
}
} // namespace

LogicalResult dlc::attributes::verifyOperation(Declarations declared,
                                               Operation *op,
                                               NamedAttribute attribute) {
  if (isa<ModuleOp>(op))
    return verify(
        declared, op, attribute, "a module",
        [](const Declaration &d) { return (d.places & OnModule) != 0; });
  if (isa<FunctionOpInterface>(op))
    return verify(
        declared, op, attribute, "a function",
        [](const Declaration &d) { return (d.places & OnFunction) != 0; });
  return verify(declared, op, attribute,
                "'" + op->getName().getStringRef() + "'",
                [&](const Declaration &d) {
                  return (d.places & OnOperation) && d.isHolder(op);
                });
}

LogicalResult dlc::attributes::verifyArgument(Declarations declared,
                                              Operation *op, unsigned argument,
                                              NamedAttribute attribute) {
  return verify(
      declared, op, attribute, "argument " + Twine(argument),
      [](const Declaration &d) { return (d.places & OnArgument) != 0; });
}

LogicalResult dlc::attributes::verifyResult(Declarations declared,
                                            Operation *op, unsigned result,
                                            NamedAttribute attribute) {
  return verify(
      declared, op, attribute, "result " + Twine(result),
      [](const Declaration &d) { return (d.places & OnResult) != 0; });
}
