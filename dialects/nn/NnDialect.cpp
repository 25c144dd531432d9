//===- NnDialect.cpp - The nn dialect -------------------------------------===//

#include "dialects/nn/NnDialect.h"
#include "dialects/nn/Declarations.h"
#include "dialects/nn/audio/NnAudioOps.h"
#include "dialects/nn/lengths/Declarations.h"
#include "dialects/nn/loops/Declarations.h"
#include "dialects/nn/loops/NnLoopOps.h"
#include "dialects/nn/search/Declarations.h"
#include "dialects/nn/search/NnSearchOps.h"
#include "dialects/nn/state/Declarations.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

#include "dialects/nn/NnDialect.cpp.inc"
#include "dialects/nn/NnEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/nn/NnAttributes.cpp.inc"

using namespace mlir;

namespace dlc::nn {

void NnDialect::initialize() {
  registerNnDialectOperations(this);
  addOperations<
#define GET_OP_LIST
#include "dialects/nn/NnAudioOps.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/nn/NnLoopOps.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/nn/NnSearchOps.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/nn/NnAttributes.cpp.inc"
      >();
}

bool isAllocation(Operation *op) {
  return op->getName().getStringRef() == "memref.alloc";
}

Declarations declaredAttributes() {
  static const Declaration *const all[] = {
      &nameAttr,   &unsignedAttr,       &labelsAttr,   &countAttr,
      &stateAttr,  &stateBytesAttr,     &framesAttr,   &hopAttr,
      &delayAttr,  &stageAttr,          &constantAttr, &inPlaceAttr,
      &valuesAttr, &heldValuesAttr,     &flopsAttr,    &macsAttr,
      &halfAttr,   &strictIntegersAttr, &notesAttr,    &lengthAttr,
      &sizesAttr,  &unfinishedAttr};
  return all;
}

unsigned countStates(FunctionOpInterface main) {
  unsigned count = 0;
  for (unsigned i = 0; i < main.getNumArguments(); ++i)
    count += stateAttr.isAt(main, i);
  return count;
}

LogicalResult NnDialect::verifyOperationAttribute(Operation *op,
                                                  NamedAttribute attribute) {
  return verifyOperation(declaredAttributes(), op, attribute);
}

LogicalResult NnDialect::verifyRegionArgAttribute(Operation *op, unsigned,
                                                  unsigned argument,
                                                  NamedAttribute attribute) {
  return verifyArgument(declaredAttributes(), op, argument, attribute);
}

LogicalResult NnDialect::verifyRegionResultAttribute(Operation *op, unsigned,
                                                     unsigned result,
                                                     NamedAttribute attribute) {
  return verifyResult(declaredAttributes(), op, result, attribute);
}

FailureOr<Operation *>
detail::createInferred(OpBuilder &builder, Location loc, StringRef name,
                       ValueRange operands,
                       ArrayRef<NamedAttribute> attributes) {
  MLIRContext *context = builder.getContext();
  OperationState state(loc, name, operands, TypeRange(), attributes);
  std::optional<RegisteredOperationName> info =
      RegisteredOperationName::lookup(name, context);
  assert(info && "the nn dialect is not loaded");
  auto *infer = info->getInterface<InferTypeOpInterface>();
  assert(infer && "the op does not infer its types");

  // Inference reads inherent attributes from the op's properties.
  OpaqueProperties properties = nullptr;
  Operation *probe = nullptr;
  if (info->getOpPropertyByteSize() > 0) {
    DictionaryAttr dictionary = state.attributes.getDictionary(context);
    auto emitError = [&] { return mlir::emitError(loc); };
    // An op without results is enough to hold the properties.
    probe = Operation::create(loc, *info, TypeRange(), operands,
                              NamedAttrList(), nullptr, BlockRange(), 0);
    if (failed(info->setOpPropertiesFromAttribute(
            *info, probe->getPropertiesStorage(), dictionary, emitError))) {
      probe->destroy();
      return failure();
    }
    properties = probe->getPropertiesStorage();
  }
  SmallVector<Type> types;
  LogicalResult inferred = infer->inferReturnTypes(
      context, loc, operands, state.attributes.getDictionary(context),
      properties, RegionRange(), types);
  if (probe)
    probe->destroy();
  if (failed(inferred))
    return failure();
  state.addTypes(types);
  return builder.create(state);
}

} // namespace dlc::nn
