//===- ByteValues.cpp - Bytes that are none but -1, 0 and 1 ---------------===//

#include "codegen/loops/nest/ByteValues.h"
#include "dialects/nn/Declarations.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace dlc::loops {

static DenseI64ArrayAttr noted(Value flat) {
  if (!flat)
    return nullptr;
  if (auto view = flat.getDefiningOp<memref::ReinterpretCastOp>())
    flat = view.getSource();
  if (auto argument = dyn_cast<BlockArgument>(flat)) {
    auto stage =
        dyn_cast<FunctionOpInterface>(argument.getOwner()->getParentOp());
    return stage ? nn::valuesAttr.getAt(stage, argument.getArgNumber())
                 : nullptr;
  }
  return nn::heldValuesAttr.get(flat.getDefiningOp());
}

ByteValues valuesOf(const Buffer &buffer) {
  DenseI64ArrayAttr values = noted(buffer.flat);
  if (!values)
    return ByteValues::Any;
  return llvm::is_contained(values.asArrayRef(), 0) ? ByteValues::Ternary
                                                    : ByteValues::Signs;
}

void notePadded(const Buffer &inside, TypedAttr padding, const Buffer &target) {
  DenseI64ArrayAttr values = noted(inside.flat);
  auto number = dyn_cast_or_null<IntegerAttr>(padding);
  Operation *held = target.flat.getDefiningOp();
  if (!values || !number || number.getValue().abs().ugt(1) ||
      !isa_and_nonnull<memref::AllocOp>(held))
    return;
  SmallVector<int64_t> all(values.asArrayRef());
  all.push_back(number.getValue().getSExtValue());
  llvm::sort(all);
  all.erase(llvm::unique(all), all.end());
  nn::heldValuesAttr.set(held, DenseI64ArrayAttr::get(held->getContext(), all));
}

} // namespace dlc::loops
