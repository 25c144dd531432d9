//===- Build.h - Ops on integers --------------------------------*- C++ -*-===//

#ifndef DLC_COMPILER_QUANTIZE_BUILD_H
#define DLC_COMPILER_QUANTIZE_BUILD_H

#include "compiler/quantize/RescaleParameters.h"
#include "compiler/quantize/Spread.h"

namespace dlc::quantize {

inline mlir::RankedTensorType typeOf(mlir::Value value) {
  return mlir::cast<mlir::RankedTensorType>(value.getType());
}

/// A constant of these integers, in the spread's shape.
mlir::Value buildConstant(mlir::OpBuilder &builder, mlir::Location loc,
                          mlir::IntegerType element,
                          const Spread<int64_t> &values);

/// The op on other operands, with a result of this element type.
mlir::Value rebuild(mlir::OpBuilder &builder, mlir::Operation *op,
                    mlir::ValueRange operands, mlir::Type element);

/// The integers within `clamp`, if it is less than their type holds.
mlir::Value buildClip(mlir::OpBuilder &builder, mlir::Location loc,
                      mlir::Value integers, Reach clamp);

/// An nn.rescale with these parameters; those that are all alike become one.
mlir::Value buildRescale(mlir::OpBuilder &builder, mlir::Location loc,
                         mlir::Value input,
                         const Spread<RescaleParameters> &parameters,
                         mlir::IntegerType storage, Reach clamp);

/// Least and greatest result of an nn.relu or nn.clip.
std::pair<std::optional<Fraction>, std::optional<Fraction>>
boundsOf(mlir::Operation *op);

} // namespace dlc::quantize

#endif
