//===- Stored.h - Integers that stand for real numbers ----------*- C++ -*-===//

#ifndef DLC_COMPILER_QUANTIZE_STORED_H
#define DLC_COMPILER_QUANTIZE_STORED_H

#include "compiler/quantize/Spread.h"
#include "compiler/quantize/Staircase.h"
#include "llvm/ADT/DenseMap.h"

namespace dlc::quantize {

/// Real numbers as integers: scale * (integer - zeroPoint).
struct Stored {
  mlir::Value integers;
  Spread<Fraction> scale;
  Spread<int64_t> zeroPoint;
};

/// Finds the integers behind real numbers: an nn.dequantize, and what only
/// moves or bounds its elements, which is then done on integers. New ops are
/// made at `builder`, which has to stay behind the values asked for.
class StoredReader {
public:
  explicit StoredReader(mlir::OpBuilder &builder) : builder(builder) {}

  std::optional<Stored> read(mlir::Value value);

private:
  std::optional<Stored> readOp(mlir::Operation *op);
  std::optional<Stored> readMoved(mlir::Operation *op);
  std::optional<Stored> readClamped(mlir::Operation *op);

  mlir::OpBuilder &builder;
  llvm::DenseMap<mlir::Value, std::optional<Stored>> known;
};

/// Scale and zero point of an nn.quantize or nn.dequantize, if they are
/// constants and the scales positive numbers.
std::optional<std::pair<Spread<Fraction>, Spread<int64_t>>>
parametersOf(mlir::Operation *op);

/// The constant's elements; nullopt if it is none, or not of floats.
std::optional<std::vector<Fraction>> fractionsOf(mlir::Value constant);

/// Which values integers of a value can have: those of its type, or of the
/// clamp that made them.
Reach reachOf(mlir::Value integers);
/// Those of a type.
Reach reachOf(mlir::IntegerType type);

} // namespace dlc::quantize

#endif
