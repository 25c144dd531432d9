//===- Quantisation.h - Integers that stand for real numbers --------------===//
//
// Quantised operators are imported as their definition: operands dequantised,
// the operator on real numbers, the result quantised. compiler/quantize turns
// that into integers from end to end.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_IMPORT_OPERATORS_QUANTISATION_H
#define DLC_COMPILER_IMPORT_OPERATORS_QUANTISATION_H

#include "compiler/import/Node.h"

namespace dlc::import {

/// An integer q stands for (q - zeroPoint) * scale. Scale and zero point (null:
/// 0) are one for the whole tensor (a scalar), vectors along `axis`, or of the
/// tensor's rank where `isBroadcast`.
struct Quantisation {
  mlir::Value scale, zeroPoint;
  int64_t axis = 0;
  bool isBroadcast = false;
};

/// Fails unless operand `scale` is made of numbers that a scale can be, as far
/// as they are known.
void checkScale(Node &n, unsigned scale);

/// The same for a zero point that is a float, as QONNX has it.
void checkFloatZeroPoint(Node &n, unsigned zeroPoint);

/// The same for scales of blocks of operand `tensor`. Those of constants may be
/// 0 or negative: onnxruntime gives a block of zeros the scale 0, and one whose
/// largest weight is positive a negative scale, since -8 reaches further
/// than 7.
void checkBlockScale(Node &n, unsigned tensor, unsigned scale);

/// From operands that hold one number each; the zero point may be left out.
Quantisation scalarQuantisation(Node &n, unsigned scale, unsigned zeroPoint);

/// From operands that hold one number, or one for each position along `axis`
/// of operand `tensor`.
Quantisation axisQuantisation(Node &n, unsigned tensor, unsigned scale,
                              unsigned zeroPoint, int64_t axis);

/// Of a matrix (or of many, of a shape of rank 2 or more): one number, one for
/// each row or column, or these for each matrix, [..., M, 1] or [..., 1, N].
Quantisation matrixQuantisation(Node &n, llvm::ArrayRef<int64_t> shape,
                                unsigned scale, unsigned zeroPoint, bool rows);

/// One number for each block of `block` elements along `axis` of operand
/// `tensor`, the last of which may be smaller.
Quantisation blockQuantisation(Node &n, unsigned tensor, unsigned scale,
                               unsigned zeroPoint, int64_t axis, int64_t block);

/// Real numbers of the scale's element type.
mlir::Value dequantize(Node &n, mlir::Value x, const Quantisation &q);
/// saturate(round_half_even(x / scale) + zeroPoint) in integers of `storage`.
mlir::Value quantize(Node &n, mlir::Value x, const Quantisation &q,
                     mlir::Type storage);

/// Real numbers as 8-bit unsigned integers, with scale and zero point of what
/// they are when the network runs: ONNX's DynamicQuantizeLinear, in which a
/// tensor of zeros has the scale 1, as in onnxruntime, where ONNX's definition
/// divides by zero.
struct Dynamic {
  Quantisation quantisation;
  mlir::Value quantised;
};
Dynamic dynamicQuantisation(Node &n, mlir::Value x);

/// What `convert` makes of `x` in blocks of `block` elements along q.axis, of
/// which dimension q.axis of q's parameters has one each. It gets the blocks as
/// a further dimension and parameters that broadcast to it.
mlir::Value
inBlocks(Node &n, mlir::Value x, const Quantisation &q, int64_t block,
         llvm::function_ref<mlir::Value(mlir::Value x, const Quantisation &q)>
             convert);

/// Operand `bias` holds int32 in units of x's scale times w's: a vector with an
/// entry for each channel of the result where w's scale is one, else any shape.
mlir::Value dequantizeBias(Node &n, unsigned bias, const Quantisation &x,
                           const Quantisation &w);

} // namespace dlc::import

#endif
