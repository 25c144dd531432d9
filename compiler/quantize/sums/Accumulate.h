//===- Accumulate.h - Sums of stored integers -------------------*- C++ -*-===//
//
// Ops on real numbers whose results are sums of products, as ops on the
// integers behind their operands: exact, in 32 bits where the integers' ranges
// and constant weights say that these do, else in 64. nullopt where operands
// have scales along a dimension that is summed over.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_QUANTIZE_SUMS_ACCUMULATE_H
#define DLC_COMPILER_QUANTIZE_SUMS_ACCUMULATE_H

#include "compiler/quantize/sums/Linear.h"

namespace dlc::quantize {

/// Without the op's bias.
std::optional<Term> accumulate(mlir::OpBuilder &builder, nn::ConvOp conv,
                               const Stored &input, const Stored &filter);
std::optional<Term> accumulate(mlir::OpBuilder &builder, nn::MatmulOp matmul,
                               const Stored &lhs, const Stored &rhs);
/// The sums of an average's windows; the divisors are in the factor.
std::optional<Term> accumulate(mlir::OpBuilder &builder, nn::AvgPoolOp pool,
                               const Stored &input);
std::optional<Term> accumulate(mlir::OpBuilder &builder, nn::ReduceOp reduce,
                               const Stored &input);
/// The product of two tensors, element by element.
std::optional<Term> accumulateProduct(mlir::OpBuilder &builder,
                                      mlir::Operation *op, const Stored &lhs,
                                      const Stored &rhs);

/// The accumulators with integers added: a convolution's bias, or an nn.add.
mlir::Value addToAccumulator(mlir::OpBuilder &builder, mlir::Location loc,
                             mlir::Value accumulator,
                             const Spread<int64_t> &bias);

bool fitsAccumulator(mlir::Value accumulator, Reach reach);

} // namespace dlc::quantize

#endif
