//===- NnOps.h - Operators of the nn dialect ------------------------------===//

#ifndef DLC_DIALECTS_NN_NNOPS_H
#define DLC_DIALECTS_NN_NNOPS_H

#include "dialects/nn/NnDialect.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/nn/NnEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/nn/NnAttributes.h.inc"

#include "dialects/nn/Answers.h"

namespace dlc::nn {

/// Marks an op whose result at a position depends on its operands at that
/// position alone, after broadcasting.
template <typename ConcreteOp>
class ElementwiseOp
    : public mlir::OpTrait::TraitBase<ConcreteOp, ElementwiseOp> {};

namespace detail {
/// The type of a binary operator's result: one element type, shapes broadcast.
llvm::LogicalResult inferBinary(std::optional<mlir::Location> loc,
                                llvm::StringRef name, mlir::ValueRange operands,
                                llvm::SmallVectorImpl<mlir::Type> &types);
/// The same where the result may be an accumulator (null: it is not).
llvm::LogicalResult inferSum(std::optional<mlir::Location> loc,
                             llvm::StringRef name, mlir::ValueRange operands,
                             mlir::Type accumulator,
                             llvm::SmallVectorImpl<mlir::Type> &types);
} // namespace detail
} // namespace dlc::nn

#define GET_OP_CLASSES
#include "dialects/nn/NnOps.h.inc"

namespace dlc::nn {

/// Position of the channel dimension for a layout and rank.
inline int64_t channelDim(Layout layout, int64_t rank) {
  return layout == Layout::ChannelsFirst ? 1 : rank - 1;
}
/// Position of the first spatial dimension; the others follow it.
inline int64_t firstSpatialDim(Layout layout) {
  return layout == Layout::ChannelsFirst ? 2 : 1;
}

/// numpy broadcasting; nullopt when the shapes do not broadcast.
std::optional<llvm::SmallVector<int64_t>>
broadcastShapes(llvm::ArrayRef<int64_t> a, llvm::ArrayRef<int64_t> b);

/// Creates an op whose result types are inferred. What its inference refuses
/// is reported at `loc` and fails; the builders that infer types abort instead,
/// so whoever builds from a user's model uses this.
template <typename OpT>
mlir::FailureOr<OpT>
createInferred(mlir::OpBuilder &builder, mlir::Location loc,
               mlir::ValueRange operands,
               llvm::ArrayRef<mlir::NamedAttribute> attributes = {});

namespace detail {
mlir::FailureOr<mlir::Operation *>
createInferred(mlir::OpBuilder &builder, mlir::Location loc,
               llvm::StringRef name, mlir::ValueRange operands,
               llvm::ArrayRef<mlir::NamedAttribute> attributes);
} // namespace detail

template <typename OpT>
mlir::FailureOr<OpT>
createInferred(mlir::OpBuilder &builder, mlir::Location loc,
               mlir::ValueRange operands,
               llvm::ArrayRef<mlir::NamedAttribute> attributes) {
  auto op = detail::createInferred(builder, loc, OpT::getOperationName(),
                                   operands, attributes);
  if (mlir::failed(op))
    return mlir::failure();
  return llvm::cast<OpT>(*op);
}

} // namespace dlc::nn

#endif
