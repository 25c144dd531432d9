//===- Build.h - The forms that every lowering is made of -------*- C++ -*-===//
//
// Tensors, maps and linalg.generic in the shape that codegen/loops relies on.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOWER_BUILD_H
#define DLC_CODEGEN_LOWER_BUILD_H

#include "mlir/IR/AffineMap.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/TypeUtilities.h"

namespace dlc::lower {

/// Makes the element of a result from the elements of the inputs; in a
/// reduction the last argument is the element accumulated so far.
using BodyFn = llvm::function_ref<mlir::Value(mlir::ImplicitLocOpBuilder &,
                                              mlir::ValueRange)>;

/// `type` as code has it: integers without a sign, those of 2 and 4 bits in a
/// byte each.
mlir::Type signless(mlir::Type type);

llvm::ArrayRef<int64_t> shapeOf(mlir::Value tensor);

mlir::RankedTensorType tensorLike(mlir::Value tensor,
                                  llvm::ArrayRef<int64_t> shape);

mlir::Value createEmpty(mlir::ImplicitLocOpBuilder &b,
                        mlir::RankedTensorType type);

/// A tensor that holds `value` everywhere.
mlir::Value createFill(mlir::ImplicitLocOpBuilder &b,
                       mlir::RankedTensorType type, mlir::TypedAttr value);

/// A generic whose loops are the dimensions of its result, all parallel. The
/// input maps have as many dimensions.
mlir::Value createParallel(mlir::ImplicitLocOpBuilder &b,
                           mlir::RankedTensorType type, mlir::ValueRange inputs,
                           llvm::ArrayRef<mlir::AffineMap> inputMaps,
                           BodyFn body);

/// A generic whose loops are the dimensions of `init`, parallel, then
/// `reductions` more. The body's last argument is the accumulator.
mlir::Value createReduction(mlir::ImplicitLocOpBuilder &b, mlir::Value init,
                            unsigned reductions, mlir::ValueRange inputs,
                            llvm::ArrayRef<mlir::AffineMap> inputMaps,
                            BodyFn body);

/// The first `count` of `loops` loops.
mlir::AffineMap leadingLoops(unsigned loops, unsigned count,
                             mlir::MLIRContext *context);

/// How an operand of `shape` is read in loops over `resultShape`, aligned to
/// the right as numpy does: a broadcast dimension is read at 0, a missing one
/// not at all.
mlir::AffineMap broadcastMap(llvm::ArrayRef<int64_t> shape,
                             llvm::ArrayRef<int64_t> resultShape,
                             mlir::MLIRContext *context);

/// The same elements under another shape.
mlir::Value createReshape(mlir::ImplicitLocOpBuilder &b, mlir::Value tensor,
                          llvm::ArrayRef<int64_t> shape);

/// `tensor` with `value` around it; `tensor` itself when there is nothing to
/// add.
mlir::Value createPad(mlir::ImplicitLocOpBuilder &b, mlir::Value tensor,
                      llvm::ArrayRef<int64_t> low, llvm::ArrayRef<int64_t> high,
                      mlir::Value value);

/// The part of `tensor` from `starts`, `shape` elements in steps of 1.
mlir::Value createSlice(mlir::ImplicitLocOpBuilder &b, mlir::Value tensor,
                        llvm::ArrayRef<int64_t> starts,
                        llvm::ArrayRef<int64_t> shape,
                        llvm::ArrayRef<int64_t> steps);

/// `part` written into `tensor` at `starts`.
mlir::Value createInsert(mlir::ImplicitLocOpBuilder &b, mlir::Value part,
                         mlir::Value tensor, llvm::ArrayRef<int64_t> starts,
                         llvm::ArrayRef<int64_t> steps);

/// What sums of `element` are formed in: f16 and bf16 have too few digits, sums
/// of them are f32.
mlir::Type sumType(mlir::Type element);

/// `tensor` with its elements converted to the float type `element`; itself
/// where they have it.
mlir::Value createFloatCast(mlir::ImplicitLocOpBuilder &b, mlir::Value tensor,
                            mlir::Type element);

mlir::Value createIndex(mlir::ImplicitLocOpBuilder &b, int64_t value);

/// In a body: the position in loop `loop`.
mlir::Value loopIndex(mlir::ImplicitLocOpBuilder &b, unsigned loop);

/// In a body: the element of `tensor` at `indices`.
mlir::Value extractElement(mlir::ImplicitLocOpBuilder &b, mlir::Value tensor,
                           mlir::ValueRange indices);

/// A constant vector, e.g. the indices or weights of an interpolation.
mlir::Value createTable(mlir::ImplicitLocOpBuilder &b,
                        llvm::ArrayRef<int32_t> values);
mlir::Value createTable(mlir::ImplicitLocOpBuilder &b,
                        llvm::ArrayRef<double> values, mlir::Type elementType);

} // namespace dlc::lower

#endif
