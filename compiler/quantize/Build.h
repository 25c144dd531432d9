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

/// nn.add, nn.sub or nn.mul, whose result is of type `accumulator`.
template <typename Op>
mlir::Value buildBinary(mlir::OpBuilder &builder, mlir::Location loc,
                        mlir::Value lhs, mlir::Value rhs,
                        mlir::IntegerType accumulator) {
  auto shape =
      *nn::broadcastShapes(typeOf(lhs).getShape(), typeOf(rhs).getShape());
  auto type = mlir::RankedTensorType::get(shape, accumulator);
  // Operands of that type need none.
  bool same = typeOf(lhs).getElementType() == accumulator &&
              typeOf(rhs).getElementType() == accumulator;
  return Op::create(builder, loc, type, lhs, rhs,
                    same ? mlir::TypeAttr() : mlir::TypeAttr::get(accumulator));
}

/// The op on other operands, with a result of this type; computed, where these
/// are constants.
mlir::Value rebuild(mlir::OpBuilder &builder, mlir::Operation *op,
                    mlir::ValueRange operands, mlir::RankedTensorType type);

/// The entries of a table of 2^n at integers of n bits or at 0 to 1 - 2^n;
/// negative ones count from its end.
mlir::Value buildLookup(mlir::OpBuilder &builder, mlir::Location loc,
                        mlir::Value table, mlir::Value integers);

/// A constant of f32 of this shape.
mlir::Value buildFloats(mlir::OpBuilder &builder, mlir::Location loc,
                        llvm::ArrayRef<float> numbers,
                        llvm::ArrayRef<int64_t> shape);

/// An nn.dequantize of f32 without zero points: one scale, or one for each
/// position along dimension `axis`.
mlir::Value buildDequantize(mlir::OpBuilder &builder, mlir::Location loc,
                            mlir::Value integers, llvm::ArrayRef<float> scales,
                            int64_t axis);

/// The integers within `clamp`, if it is less than their type holds.
mlir::Value buildClip(mlir::OpBuilder &builder, mlir::Location loc,
                      mlir::Value integers, Reach clamp);

/// An nn.rescale with these parameters; those that are all alike become one.
/// `multiplier`, if given, is in the place of theirs.
mlir::Value buildRescale(mlir::OpBuilder &builder, mlir::Location loc,
                         mlir::Value input,
                         const Spread<RescaleParameters> &parameters,
                         mlir::IntegerType storage, Reach clamp,
                         mlir::Value multiplier = {});

/// Least and greatest result of an nn.relu or nn.clip.
std::pair<std::optional<Fraction>, std::optional<Fraction>>
boundsOf(mlir::Operation *op);

} // namespace dlc::quantize

#endif
