//===- Scalar.h - Arithmetic on one element ---------------------*- C++ -*-===//
//
// Values are signless; `type` is the element's type in the nn dialect, which
// says whether an integer is unsigned.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOWER_SCALAR_H
#define DLC_CODEGEN_LOWER_SCALAR_H

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace dlc::lower::scalar {

/// Whether an integer type counts from 0 up: ui8 ..., and i1, a boolean.
bool isUnsigned(mlir::Type type);

/// `value` as a constant of the signless form of `type`.
mlir::Value constant(mlir::ImplicitLocOpBuilder &b, mlir::Type type,
                     double value);

/// The elements that change nothing in a sum, product, maximum and minimum.
mlir::TypedAttr zero(mlir::Builder &b, mlir::Type type);
mlir::TypedAttr one(mlir::Builder &b, mlir::Type type);
mlir::TypedAttr lowest(mlir::Builder &b, mlir::Type type);
mlir::TypedAttr highest(mlir::Builder &b, mlir::Type type);

mlir::Value add(mlir::ImplicitLocOpBuilder &b, mlir::Value x, mlir::Value y);
mlir::Value sub(mlir::ImplicitLocOpBuilder &b, mlir::Value x, mlir::Value y);
mlir::Value mul(mlir::ImplicitLocOpBuilder &b, mlir::Value x, mlir::Value y);
mlir::Value div(mlir::ImplicitLocOpBuilder &b, mlir::Type type, mlir::Value x,
                mlir::Value y);
/// `x`, but at least `low`, at most `high`, which are constants; NaN stays NaN.
/// Where the machine that `op` is compiled for has no such instruction
/// (`maximum` of the target) these are a comparison and a selection, which x86
/// does in one.
mlir::Value atLeast(mlir::ImplicitLocOpBuilder &b, mlir::Operation *op,
                    mlir::Type type, mlir::Value x, mlir::Value low);
mlir::Value atMost(mlir::ImplicitLocOpBuilder &b, mlir::Operation *op,
                   mlir::Type type, mlir::Value x, mlir::Value high);
/// NaN when either is NaN.
mlir::Value max(mlir::ImplicitLocOpBuilder &b, mlir::Type type, mlir::Value x,
                mlir::Value y);
mlir::Value min(mlir::ImplicitLocOpBuilder &b, mlir::Type type, mlir::Value x,
                mlir::Value y);

/// accumulator + x * y, in one operation where the device has it. Integers are
/// widened to the accumulator's type first.
mlir::Value multiplyAdd(mlir::ImplicitLocOpBuilder &b, mlir::Type xType,
                        mlir::Type yType, mlir::Value x, mlir::Value y,
                        mlir::Value accumulator);

enum class Order { Equal, Less, LessOrEqual, Greater, GreaterOrEqual };
/// i1; false when either is NaN.
mlir::Value compare(mlir::ImplicitLocOpBuilder &b, mlir::Type type, Order order,
                    mlir::Value x, mlir::Value y);

/// ONNX Cast between element types.
mlir::Value cast(mlir::ImplicitLocOpBuilder &b, mlir::Value x, mlir::Type from,
                 mlir::Type to);

/// A position from an index tensor: negative counts from the end, and whatever
/// the tensor holds, the result is within [0, size).
mlir::Value position(mlir::ImplicitLocOpBuilder &b, mlir::Value index,
                     int64_t size);

} // namespace dlc::lower::scalar

#endif
