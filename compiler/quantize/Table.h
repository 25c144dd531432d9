//===- Table.h - Functions of one stored integer ----------------*- C++ -*-===//

#ifndef DLC_COMPILER_QUANTIZE_TABLE_H
#define DLC_COMPILER_QUANTIZE_TABLE_H

#include "compiler/quantize/Requantise.h"

namespace dlc::quantize {

/// A value that element-wise ops compute from one tensor of at most 8 bits and
/// from constants: quantised by a table with an entry for each integer. Null
/// where it is no such value.
mlir::Value quantiseByTable(mlir::OpBuilder &builder, StoredReader &stored,
                            mlir::Value value, const Target &target);

/// A value that element-wise ops compute from one tensor of at most so many
/// bits and from constants: its integers, and the numbers that each of them
/// gives, those of 0 and above first, then those from the least to -1.
struct Samples {
  mlir::Value integers;
  std::vector<double> numbers;
};
std::optional<Samples> sampleFunction(mlir::OpBuilder &builder,
                                      StoredReader &stored, mlir::Value value,
                                      unsigned bits);

/// The same of a tensor of 16 bits: by polynomials of segments. Null also where
/// none are equal to the function.
mlir::Value quantiseByPieces(mlir::OpBuilder &builder, StoredReader &stored,
                             mlir::Value value, const Target &target);

/// A softmax of a tensor of at most 16 bits: tables of exponentials, their sum
/// and one division for each row. Null where that is not what it is.
mlir::Value quantiseSoftmax(mlir::OpBuilder &builder, StoredReader &stored,
                            nn::SoftmaxOp softmax, const Target &target);

/// What a number that was computed in double becomes: within 2^-38 of a half it
/// is taken to be one, which rounding errors have moved.
int64_t quantiseNear(double x, const Target &target);

} // namespace dlc::quantize

#endif
