//===- Sequences.cpp - Values that are no tensors -------------------------===//

#include "compiler/import/Sequences.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;

namespace dlc::import {

Value makeSequence(OpBuilder &builder, Location loc, ValueRange elements) {
  Type type = TupleType::get(builder.getContext(), elements.getTypes());
  return UnrealizedConversionCastOp::create(builder, loc, type, elements)
      .getResult(0);
}

Value makeNothing(OpBuilder &builder, Location loc) {
  return UnrealizedConversionCastOp::create(
             builder, loc, NoneType::get(builder.getContext()), ValueRange())
      .getResult(0);
}

std::optional<OperandRange> elementsOf(Value value) {
  if (!isa<TupleType>(value.getType()))
    return std::nullopt;
  auto maker = value.getDefiningOp<UnrealizedConversionCastOp>();
  return maker ? std::optional(maker.getInputs()) : std::nullopt;
}

bool isNothing(Value value) { return isa<NoneType>(value.getType()); }

bool isTensor(Value value) { return isa<RankedTensorType>(value.getType()); }

} // namespace dlc::import
